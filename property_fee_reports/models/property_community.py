from odoo import api, fields, models


class PropertyCommunity(models.Model):
    _inherit = "property.community"

    receipt_paper = fields.Selection(
        [("a5", "A5"), ("slip", "80 mm Roll")],
        string="Receipts on",
        default="a5",
        required=True,
        help="The paper of the counter's printer.",
    )
    payment_bank_ids = fields.Many2many(
        "res.partner.bank",
        string="Bank Accounts on Bills",
        compute="_compute_payment_bank_ids",
        help="Those of the bank journals that this community takes money in.",
    )

    @api.depends("payment_journal_ids", "company_id")
    def _compute_payment_bank_ids(self):
        for community in self:
            journals = community._get_bank_journals()
            # the account number stands on every bill, whoever prints it
            banks = journals.sudo().bank_account_id.sudo(False)
            community.payment_bank_ids = banks

    def _prepare_payment_document(self, reference, codes=()):
        """How to pay bills of this community, for `property.document.mixin`.

        :param str reference: what to write on a transfer
        :param codes: see ``_prepare_document_code``
        """
        self.ensure_one()
        rows = []
        # see _compute_payment_bank_ids
        for bank in self.payment_bank_ids.sudo():
            rows += [
                (
                    self.env._("Account Holder"),
                    bank.acc_holder_name or bank.partner_id.name,
                ),
                (self.env._("Bank"), bank.bank_name),
                (self.env._("Account Number"), bank.acc_number),
            ]
        if reference:
            rows.append((self.env._("Write on the Transfer"), reference))
        counter = ", ".join(filter(None, (self.address, self.complaint_phone)))
        rows.append((self.env._("At the Counter"), counter))
        return {
            "title": self.env._("How to Pay"),
            "rows": [
                {"label": label, "value": value} for label, value in rows if value
            ],
            "codes": list(codes),
        }
