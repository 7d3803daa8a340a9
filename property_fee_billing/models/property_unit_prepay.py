from odoo import fields, models
from odoo.tools import SQL

from ..local_time import get_today


class PropertyUnit(models.Model):
    """How far a unit is paid, and paying it further ahead."""

    _inherit = "property.unit"

    paid_through = fields.Date(
        compute="_compute_paid_through",
        help="Up to this day every recurring charge of the unit is billed and paid.",
    )

    def _compute_paid_through(self):
        """The earliest of the charges that still run; one query for all units."""
        for name in ("property.fee.line", "property.recurring.charge", "account.move"):
            self.env[name].flush_model()
        rows = (
            self.env.execute_query(self._get_paid_through_query()) if self.ids else ()
        )
        days = dict(rows)
        for unit in self:
            unit.paid_through = days.get(unit.id)

    def _get_paid_through_query(self):
        """SQL of (unit id, day). Bills are read without access to them: only whether
        they are paid is told, to whoever may see the unit."""
        return SQL(
            """
            SELECT unit_id, MIN(COALESCE(open_from, paid_to + 1, date_from) - 1)
              FROM (SELECT c.unit_id, c.date_from,
                           MIN(l.date_from) FILTER (
                               WHERE m.payment_state IN ('not_paid', 'partial')
                           ) AS open_from,
                           MAX(l.date_to) AS paid_to
                      FROM property_recurring_charge c
                      LEFT JOIN property_fee_line l
                        ON l.recurring_charge_id = c.id AND l.state = 'posted'
                       AND l.corrects_id IS NULL
                      LEFT JOIN account_move_line i ON i.id = l.move_line_id
                      LEFT JOIN account_move m ON m.id = i.move_id
                     WHERE c.unit_id = ANY(%s)
                       AND (c.date_to IS NULL OR c.date_to >= %s)
                     GROUP BY c.id) AS charge
             GROUP BY unit_id
            """,
            self.ids,
            get_today(self),
        )

    def action_prepay(self):
        """Ask how many months of this unit are paid ahead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_prepayment_action"
        )
        action["context"] = {"default_unit_id": self.id}
        return action
