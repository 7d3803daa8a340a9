from odoo import api, models
from odoo.exceptions import UserError


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _next_numbers(self, code, count, company):
        """So many numbers of a series, in one query where PostgreSQL keeps it.

        :param str code: of the series
        :param company: whose series it is; else the one of all companies
        :return: list of numbers as text
        """
        # a number belongs to its document; few may touch sequences themselves
        sequence = self.sudo().search(
            [("code", "=", code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
        if not sequence:
            raise UserError(
                self.env._(
                    "There is no sequence with code %s to number documents by.", code
                )
            )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        # a sequence of PostgreSQL, as `ir.sequence` keeps it
        self.env.cr.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            (f"ir_sequence_{sequence.id:03d}", count),
        )
        return [sequence.get_next_char(number) for (number,) in self.env.cr.fetchall()]
