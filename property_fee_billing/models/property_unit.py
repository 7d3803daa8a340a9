from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..local_time import get_today
from .company_domain import check_company_domain_once_known
from .property_unit_type import UNIT_TYPES


class PropertyUnit(models.Model):
    """A unit that is charged: flat, shop, office, parking space, storage."""

    _name = "property.unit"
    _description = "Unit"
    _inherit = ["mail.thread", "mail.activity.mixin", "property.audited.mixin"]
    _order = "community_id, code"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _rec_names_search = ["code", "payment_reference"]
    _audit_kind = "area"
    _audit_columns = ("charge_area", "inner_area")
    _audit_name = ("code",)
    _audit_reason = ("area_source", "area_reference")

    code = fields.Char(
        required=True, tracking=True, help="Unique in the community, e.g. 3-1201."
    )
    active = fields.Boolean(default=True, tracking=True)
    building_id = fields.Many2one(
        "property.building",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    community_id = fields.Many2one(
        related="building_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="building_id.company_id", store=True, index=True, precompute=True
    )
    unit_type = fields.Selection(
        UNIT_TYPES, required=True, default="apartment", tracking=True
    )
    floor = fields.Integer(tracking=True)
    charge_area = fields.Float(
        string="Charged Area",
        digits=(12, 4),
        min_display_digits=2,
        tracking=True,
        help="Building area in m² that area-based fees are charged on.",
    )
    inner_area = fields.Float(
        digits=(12, 4),
        min_display_digits=2,
        tracking=True,
        help="Area inside the unit, in m².",
    )
    area_source = fields.Selection(
        [
            ("register", "Property Register"),
            ("survey", "Survey"),
            ("contract", "Sale Contract"),
        ],
        tracking=True,
        help="Where the charged area is taken from, if known. It is printed with every "
        "amount that rests on it.",
    )
    area_reference = fields.Char(
        tracking=True, help="Number of the register entry, survey or contract."
    )
    occupancy = fields.Selection(
        [("occupied", "Occupied"), ("vacant", "Vacant"), ("unsold", "Unsold")],
        required=True,
        default="occupied",
        tracking=True,
    )
    payment_reference = fields.Char(
        compute="_compute_payment_reference",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="What an owner writes on a bank transfer for this unit.",
    )
    note = fields.Html(groups="base.group_user")
    ownership_ids = fields.One2many("property.ownership", "unit_id")
    charge_ids = fields.One2many("property.recurring.charge", "unit_id")
    concession_ids = fields.One2many("property.concession", "unit_id")
    meter_ids = fields.One2many("property.meter", "unit_id")
    payer_id = fields.Many2one(
        "res.partner",
        string="Payer Today",
        compute="_compute_payer_id",
        search="_search_payer_id",
    )
    charge_count = fields.Integer(compute="_compute_counts")
    meter_count = fields.Integer(compute="_compute_counts")
    fee_line_count = fields.Integer(compute="_compute_counts")
    invoice_count = fields.Integer(compute="_compute_counts")

    _code_unique = models.Constraint(
        "UNIQUE (community_id, code)",
        "This community already has a unit with this code.",
    )
    _payment_reference_unique = models.UniqueIndex(
        "(company_id, payment_reference) WHERE payment_reference IS NOT NULL",
        "Another unit of this company already has this payment reference.",
    )
    _area_positive = models.Constraint(
        "CHECK (charge_area >= 0 AND inner_area >= 0)",
        "An area cannot be negative.",
    )

    @api.depends("code", "community_id.code")
    def _compute_display_name(self):
        for unit in self:
            # owners see their unit's name, but no community's settings
            community_code = unit.sudo().community_id.code
            unit.display_name = (
                f"{community_code} {unit.code}" if community_code else unit.code
            )

    @api.depends("code", "community_id.code")
    def _compute_payment_reference(self):
        for unit in self:
            if unit.code and unit.community_id.code:
                unit.payment_reference = f"{unit.community_id.code}-{unit.code}"
            else:
                unit.payment_reference = False

    @api.depends(
        "ownership_ids.is_payer",
        "ownership_ids.partner_id",
        "ownership_ids.date_from",
        "ownership_ids.date_to",
    )
    def _compute_payer_id(self):
        payers = {
            ownership.unit_id.id: ownership.partner_id
            for ownership in self.env["property.ownership"].search(
                self._get_payer_domain() & Domain("unit_id", "in", self.ids)
            )
        }
        for unit in self:
            unit.payer_id = payers.get(unit.id)

    def _search_payer_id(self, operator, value):
        if operator not in ("in", "any", "ilike", "="):
            return NotImplemented
        ownerships = self._get_payer_domain()
        if operator == "in" and False in value:
            with_payer = Domain("ownership_ids", "any", ownerships)
            others = [partner for partner in value if partner]
            domain = ~with_payer
            if others:
                chosen = ownerships & Domain("partner_id", "in", others)
                domain |= Domain("ownership_ids", "any", chosen)
            return domain
        return Domain(
            "ownership_ids", "any", ownerships & Domain("partner_id", operator, value)
        )

    @api.model
    def _get_payer_domain(self):
        """Domain of the ownerships that pay today."""
        today = get_today(self)
        return (
            Domain("is_payer", "=", True)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )

    def _compute_counts(self):
        """Figures of the smart buttons; one grouped query for each."""
        sources = {
            "charge_count": ("property.recurring.charge", "unit_id", []),
            "meter_count": ("property.meter", "unit_id", []),
            "fee_line_count": ("property.fee.line", "unit_id", []),
            "invoice_count": ("account.move", "fee_unit_id", []),
        }
        for name, (model, field, domain) in sources.items():
            counts = dict.fromkeys(self.ids, 0)
            if self.env[model].has_access("read"):
                for unit, count in self.env[model]._read_group(
                    [(field, "in", self.ids), *domain], [field], ["__count"]
                ):
                    counts[unit.id] = count
            for unit in self:
                unit[name] = counts.get(unit.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        line = self.env["property.fee.line"].search(
            [("unit_id", "in", self.ids)], limit=1
        )
        if line:
            raise UserError(
                self.env._(
                    "Unit %s has fee lines and cannot be deleted. Archive it instead.",
                    line.unit_id.display_name,
                )
            )

    # --------------------------------------------------------------- actions
    def _action_open(self, xmlid, field="unit_id"):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [(field, "=", self.id)]
        action["context"] = {f"default_{field}": self.id}
        return action

    def action_open_charges(self):
        """Open the unit's recurring charges."""
        return self._action_open(
            "property_fee_billing.property_recurring_charge_action"
        )

    def action_open_meters(self):
        """Open the unit's meters."""
        return self._action_open("property_fee_billing.property_meter_action")

    def action_open_fee_lines(self):
        """Open the unit's fee lines."""
        return self._action_open("property_fee_billing.property_fee_line_action")

    def action_open_invoices(self):
        """Open the unit's bills."""
        action = self._action_open(
            "property_fee_billing.property_fee_bill_action", "fee_unit_id"
        )
        action["context"] = {"default_move_type": "out_invoice", "create": False}
        return action
