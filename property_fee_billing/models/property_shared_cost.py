from odoo import api, fields, models


class PropertySharedCost(models.Model):
    """A cost split over the units in scope, exact to the cent."""

    _name = "property.shared.cost"
    _description = "Shared Cost"
    _inherit = ["property.fee.source.mixin", "mail.thread"]
    _fee_line_field = "shared_cost_id"
    _order = "community_id, date_to desc"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    name = fields.Char(
        string="Description", help="E.g. lighting of the staircases, July."
    )
    date_from = fields.Date(required=True, tracking=True)
    date_to = fields.Date(
        required=True,
        tracking=True,
        help="Last day, included. Who pays for a unit on this day pays its share.",
    )
    amount = fields.Monetary(required=True, tracking=True)
    basis = fields.Selection(
        [("area", "Charged Area"), ("unit", "Unit Count"), ("usage", "Usage")],
        required=True,
        default="area",
        tracking=True,
    )
    usage_item_id = fields.Many2one(
        "property.fee.item",
        check_company=True,
        domain="[('fee_class', '=', 'metered')]",
        help="For a split by usage: the metered item whose usage in the period counts.",
    )
    building_ids = fields.Many2many(
        "property.building",
        domain="[('community_id', '=', community_id)]",
        help="Empty: all buildings.",
    )
    unit_type_ids = fields.Many2many(
        "property.unit.type", string="Unit Types", help="Empty: all types."
    )
    document_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Supplier's bill, meter photo."
    )
    fee_line_ids = fields.One2many("property.fee.line", "shared_cost_id")
    billed_amount = fields.Monetary(compute="_compute_billed_amount")

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A shared cost must be above zero."
    )
    _usage_item_given = models.Constraint(
        "CHECK (basis <> 'usage' OR usage_item_id IS NOT NULL)",
        "A split by usage names the metered item whose usage counts.",
    )

    @api.depends("item_id", "date_to", "name")
    def _compute_display_name(self):
        for cost in self:
            cost.display_name = cost.name or f"{cost.item_id.code} {cost.date_to or ''}"

    @api.depends("fee_line_ids.amount", "fee_line_ids.state")
    def _compute_billed_amount(self):
        sums = dict(
            self.env["property.fee.line"]._read_group(
                self._get_billed_domain(),
                ["shared_cost_id"],
                ["amount:sum"],
            )
        )
        for cost in self:
            cost.billed_amount = sums.get(cost, 0.0)

    @api.model
    def _get_billed_fields(self):
        return {
            "community_id",
            "item_id",
            "date_from",
            "date_to",
            "amount",
            "basis",
            "usage_item_id",
            "building_ids",
            "unit_type_ids",
        }

    @api.model
    def _get_billed_message(self, name):
        return self.env._(
            "Shared cost %s has been billed and stays as it is. Cancel the run, or "
            "record the difference as a cost of its own.",
            name,
        )
