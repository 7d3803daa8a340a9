from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class PropertyOwnership(models.Model):
    """Who owns, rents or develops a unit, from when to when, and who pays.

    Both dates are included; an empty date has no bound. On any day a unit has at
    most one payer.
    """

    _name = "property.ownership"
    _description = "Ownership"
    _inherit = ["property.unit.mixin", "property.audited.mixin"]
    _order = "unit_id, date_from desc nulls last, id desc"
    _rec_name = "partner_id"
    _audit_kind = "payer"
    _audit_columns = (
        "unit_id=property_unit.code",
        "partner_id=res_partner.name",
        "role",
        "is_payer",
        "date_from",
        "date_to",
    )
    _audit_name = ("unit_id=property_unit.code",)
    _audit_reason = ("change_reason",)

    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(
        [("owner", "Owner"), ("tenant", "Tenant"), ("developer", "Developer")],
        required=True,
        default="owner",
    )
    is_payer = fields.Boolean(
        string="Pays",
        default=True,
        help="Bills of the unit are made out to this person in this time.",
    )
    date_from = fields.Date(help="First day, included. Empty: since ever.")
    date_to = fields.Date(help="Last day, included. Empty: until further notice.")
    change_reason = fields.Char(
        string="Reason of the Change",
        help="Why it was entered or changed, e.g. the contract of sale. Stands in the "
        "audit trail.",
    )
    owner_code = fields.Char(related="partner_id.ref")
    # for those who talk to owners; see docs/access.md
    phone = fields.Char(
        related="partner_id.phone", groups="property_fee_billing.group_front_desk"
    )
    email = fields.Char(
        related="partner_id.email", groups="property_fee_billing.group_front_desk"
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )
    # int4range stands for equality of the unit: core range operators suffice, no
    # database extension is needed. Deferred, so that one transaction can close one
    # payer and open the next in any order.
    _one_payer_a_day = models.Constraint(
        "EXCLUDE USING gist (int4range(unit_id, unit_id, '[]') WITH =,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (is_payer)"
        " DEFERRABLE INITIALLY DEFERRED",
        "A unit can have only one payer on any day.",
    )

    @api.constrains("unit_id", "is_payer", "date_from", "date_to")
    def _check_one_payer_a_day(self):
        """Say which payers overlap; the database constraint has the last word."""
        self.flush_model(["unit_id", "is_payer", "date_from", "date_to", "partner_id"])
        overlaps = self.env.execute_query(
            SQL(
                """
                SELECT a.id, b.id
                  FROM property_ownership a
                  JOIN property_ownership b ON b.unit_id = a.unit_id AND b.id <> a.id
                 WHERE a.id = ANY(%s) AND a.is_payer AND b.is_payer
                   AND daterange(a.date_from, a.date_to, '[]')
                       && daterange(b.date_from, b.date_to, '[]')
                 LIMIT 1
                """,
                self.ids,
            )
        )
        for first_id, second_id in overlaps:
            first, second = self.browse([first_id, second_id])
            raise ValidationError(
                self.env._(
                    "Unit %(unit)s would have two payers on the same day: %(first)s "
                    "(%(first_dates)s) and %(second)s (%(second_dates)s). End one "
                    "before the other begins.",
                    unit=first.unit_id.display_name,
                    first=first.partner_id.display_name,
                    first_dates=first._get_dates_text(),
                    second=second.partner_id.display_name,
                    second_dates=second._get_dates_text(),
                )
            )

    def _get_dates_text(self):
        """``2026-01-01 – …`` for messages."""
        self.ensure_one()
        return f"{self.date_from or '…'} – {self.date_to or '…'}"

    @api.depends("partner_id", "unit_id", "role")
    def _compute_display_name(self):
        for ownership in self:
            ownership.display_name = (
                f"{ownership.unit_id.display_name} {ownership.partner_id.display_name}"
            )
