from odoo import models


class AccountMove(models.Model):
    """A bill can be checked by the code on its notice."""

    _name = "account.move"
    _inherit = ["account.move", "property.document.seal"]

    def _get_seal_community(self):
        """Override of `property.document.seal`."""
        return self.fee_community_id

    def _get_seal_title(self):
        """Override of `property.document.seal`."""
        if self.move_type == "out_refund":
            return self.env._("Credit Note")
        return self.env._("Bill")

    def _get_seal_values(self):
        """Override of `property.document.seal`: posted is posted, so what the bill
        comes to as of its own day; nothing of one that is not posted."""
        amount = self.amount_total if self.state == "posted" else 0.0
        return self.invoice_date or self.date, amount

    def _get_seal_problem(self):
        """Override of `property.document.seal`: bills are corrected by credit note."""
        if self.state != "posted":
            return self.env._("This bill is not posted: nothing is to be paid for it.")
        if self.payment_state == "reversed":
            credit_notes = self.reversal_move_ids.filtered(
                lambda move: move.state == "posted"
            )
            return self.env._(
                "Bill %(bill)s is superseded by credit note %(credit_note)s.",
                bill=self.name,
                credit_note=", ".join(credit_notes.mapped("name")),
            )
        return ""

    def _get_seal_remark(self):
        """Override of `property.document.seal`: what is left to pay of it today."""
        if self.move_type != "out_invoice":
            return ""
        return self.env._(
            "Of this bill, %s is open today.",
            self.currency_id.format(self.amount_residual),
        )
