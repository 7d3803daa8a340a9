from odoo import api, fields, models


class PropertyBankSuggestion(models.Model):
    """What a bank line may be: money for a unit, or money a counter took already.

    Made again whenever lines are matched; gone when the line is.
    """

    _name = "property.bank.suggestion"
    _description = "Bank Suggestion"
    _order = "score desc, id"
    _check_company_auto = True

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="statement_line_id.company_id", store=True, index=True, precompute=True
    )
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(
        "property.unit", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Payer", ondelete="cascade")
    bill_ids = fields.Many2many(
        "account.move",
        "property_bank_suggestion_bill_rel",
        "suggestion_id",
        "move_id",
        string="Bills",
    )
    payment_id = fields.Many2one(
        "account.payment",
        index="btree_not_null",
        ondelete="cascade",
        help="Money the counter took already. No new receipt is issued for it.",
    )
    amount = fields.Monetary(help="What of the money settles the bills.")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    late_fee = fields.Monetary(
        help="Late fee up to the day of the money, billed when this is accepted."
    )
    score = fields.Integer(aggregator=None, help="0 to 100. See the reason.")
    is_designated = fields.Boolean(
        string="Chosen by the Payer", help="The payer named the bills."
    )
    evidence = fields.Json(help="What speaks for it: code and words of each.")
    reason = fields.Char(compute="_compute_reason")

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_reason(self):
        """The evidence as a sentence."""
        for suggestion in self:
            parts = [
                suggestion._get_evidence_text(code, *words)
                for code, *words in suggestion.evidence or []
            ]
            text = "; ".join(filter(None, parts))
            suggestion.reason = text[:1].upper() + text[1:]

    def _get_evidence_text(self, code, *words):
        """One piece of evidence in words. ``code``: see property.bank.matcher."""
        first = words[0] if words else ""
        texts = {
            "reference": lambda: self.env._("reference %s", first),
            "bill": lambda: self.env._("number of bill %s", first),
            "code": lambda: self.env._("unit code %s", first),
            "code_loose": lambda: self.env._("the number %s, as of the unit", first),
            "account": lambda: self.env._("bank account of %s", first),
            "account_before": lambda: self.env._(
                "this account paid for %s before", first
            ),
            "name": lambda: self.env._("name of the payer %s", first),
            "name_other": lambda: self.env._("name of the owner or tenant %s", first),
            "name_before": lambda: self.env._("%s paid for this unit before", first),
            "amount_bill": lambda: self.env._("the amount of bill %s", first),
            "amount_due": lambda: self.env._("the amount of all bills due: %s", first),
            "amount_open": lambda: self.env._(
                "the amount of all open bills: %s", first
            ),
            "amount_payer": lambda: self.env._(
                "the amount of all bills of this payer: %s", first
            ),
            "amount_units": lambda: self.env._(
                "the amount of the bills of all units named: %s", first
            ),
            "discount": lambda: self.env._(
                "the amount of bill %s less its discount for paying early", first
            ),
            "late_fee": lambda: self.env._(
                "the amount of the bills with the late fee of that day: %s", first
            ),
            "part": lambda: self.env._("less than the %s that is open", first),
            "more": lambda: self.env._("more than the %s that is open", first),
            "nothing_open": lambda: self.env._("no bill is open"),
            "counter": lambda: self.env._("the counter took this amount: %s", first),
            "day": lambda: self.env._("taken on %s", first),
        }
        return texts[code]() if code in texts else ""

    def action_accept(self):
        """Take this suggestion for its bank line."""
        self.ensure_one()
        self.statement_line_id._accept_suggestion(self)
        return True
