from odoo import models
from odoo.tools import format_date


class PropertyNotice(models.Model):
    """A notice can be checked by its code: who gets a demand may doubt it."""

    _name = "property.notice"
    _inherit = ["property.notice", "property.document.seal"]

    def _get_seal_title(self):
        """Override of `property.document.seal`."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds[self.kind]

    def _get_seal_values(self):
        """Override of `property.document.seal`: what is demanded; nothing once the
        contents are not those that were sent."""
        date = self._get_letter_date()
        is_altered = self.content_hash and not self._is_intact()
        return date, 0.0 if is_altered else self.amount_total

    def _get_seal_problem(self):
        """Override of `property.document.seal`."""
        if self.state == "cancelled":
            return self.env._("Notice %s was taken back.", self.name)
        if self.state == "draft":
            return self.env._("This notice is a draft that was never sent.")
        later = self._get_later_notice()
        if later:
            return self.env._(
                "Notice %(notice)s is superseded by %(later)s of %(date)s.",
                notice=self.name,
                later=later.name,
                date=format_date(self.env, later._get_letter_date()),
            )
        return ""

    def _get_later_notice(self):
        """A notice sent after this one that demands the same bills, of a kind that
        takes its place; empty while this one is the last."""
        bills = self.line_ids.move_id
        return self.search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "in", ("sent", "delivered")),
                ("sent_on", ">", self.sent_on),
                ("line_ids.move_id", "in", bills.ids),
            ],
            order="sent_on desc",
            limit=1,
        )

    def _get_seal_remark(self):
        """Override of `property.document.seal`: what is left to pay of it today."""
        # the sum alone is shown, to who holds the letter
        bills = self.sudo().line_ids.move_id
        return self.env._(
            "Of the bills it names, %s is open today.",
            self.currency_id.format(sum(bills.mapped("amount_residual"))),
        )
