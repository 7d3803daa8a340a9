from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import FormulaError, check_formula
from ..local_time import get_today
from .company_domain import check_company_domain_once_known


class PropertyFeeStandard(models.Model):
    """A way to charge an item: method, grade and legal basis. Its prices are dated
    rates, so that a new price never touches what was billed at the old one."""

    _name = "property.fee.standard"
    _description = "Fee Standard"
    _inherit = ["mail.thread", "mail.activity.mixin", "property.audited.mixin"]
    _order = "item_id, code"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _rec_names_search = ["code", "name"]
    _audit_kind = "price"
    _audit_columns = ("method", "proration", "tier_basis", "formula")
    _audit_name = ("code",)
    _audit_reason = ("document_reference",)

    code = fields.Char(required=True, tracking=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    fee_class = fields.Selection(related="item_id.fee_class", store=True)
    company_id = fields.Many2one(
        related="item_id.company_id", store=True, index=True, precompute=True
    )
    community_id = fields.Many2one(
        "property.community",
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Empty: used by all communities of the company.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    method = fields.Selection(
        [
            ("area", "Charged Area"),
            ("inner_area", "Inner Area"),
            ("fixed", "Fixed Amount"),
            ("metered", "Meter"),
            ("formula", "Formula"),
        ],
        required=True,
        default="area",
        tracking=True,
    )
    proration = fields.Selection(
        [
            ("daily", "By day"),
            ("full_month", "Full month"),
        ],
        required=True,
        default="daily",
        tracking=True,
        help="Part of a month counts covered days by days of that month, or a whole "
        "month, paid by whoever pays on its first covered day.",
    )
    tier_basis = fields.Selection(
        [("period", "Each reading"), ("year", "Calendar year")],
        tracking=True,
        help="What the tiers of a metered standard slice: the usage of each reading, "
        "or the usage cumulated over the calendar year.",
    )
    formula = fields.Char(
        tracking=True,
        help="Amount of one month. Variables: area, inner_area, price, base, floor. "
        "Example: area * price * 1.2 + base",
    )
    grade = fields.Char(tracking=True, help="Service grade the price stands for.")
    basis = fields.Selection(
        [
            ("contract", "Contract"),
            ("government", "Government Guide Price"),
            ("market", "Market Price"),
        ],
        required=True,
        default="contract",
        tracking=True,
    )
    document_reference = fields.Char(
        tracking=True,
        help="Contract clause, price notice or resolution the standard rests on.",
    )
    document_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Contract, notice or resolution."
    )
    charged_to = fields.Selection(
        [
            ("owner", "Owners"),
            ("occupant", "Owners or occupants"),
            ("customer", "Who orders the service"),
            ("other", "As the description says"),
        ],
        required=True,
        default="owner",
        tracking=True,
        help="Who pays, as the published price list says.",
    )
    service_content = fields.Html(
        translate=True,
        help="What is provided for the price and to which standard, as the published "
        "price list says.",
    )
    note = fields.Html()
    rate_ids = fields.One2many("property.fee.rate", "standard_id")
    current_rate_id = fields.Many2one(
        "property.fee.rate", string="Rate Today", compute="_compute_current_rate_id"
    )
    current_price = fields.Float(
        string="Price Today",
        digits=(16, 6),
        min_display_digits=2,
        compute="_compute_current_rate_id",
    )
    charge_count = fields.Integer(compute="_compute_charge_count")

    _code_unique = models.UniqueIndex(
        "(company_id, code, (COALESCE(community_id, 0)))",
        "There is already a fee standard with this code.",
    )

    @api.depends("community_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for standard in self:
            standard.currency_id = (
                standard.community_id.currency_id or standard.company_id.currency_id
            )

    @api.depends("rate_ids.state", "rate_ids.date_from", "rate_ids.price_unit")
    def _compute_current_rate_id(self):
        rates = self.env["property.fee.rate"].search(
            Domain("standard_id", "in", self.ids)
            & Domain("state", "in", ("in_force", "superseded"))
            & Domain("date_from", "<=", get_today(self)),
            order="date_from",
        )
        current = {rate.standard_id.id: rate for rate in rates}
        for standard in self:
            rate = current.get(standard.id)
            standard.current_rate_id = rate
            standard.current_price = rate.price_unit if rate else 0.0

    @api.depends("rate_ids")
    def _compute_charge_count(self):
        counts = dict(
            self.env["property.recurring.charge"]._read_group(
                [("standard_id", "in", self.ids)], ["standard_id"], ["__count"]
            )
        )
        for standard in self:
            standard.charge_count = counts.get(standard, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for standard in self:
            standard.display_name = (
                f"{standard.code} {standard.name}" if standard.code else standard.name
            )

    @api.constrains("method", "formula")
    def _check_formula(self):
        for standard in self:
            if standard.method != "formula":
                continue
            try:
                check_formula(standard.formula or "")
            except FormulaError as error:
                raise ValidationError(
                    self.env._(
                        "Standard %(standard)s: the formula cannot be used: %(reason)s",
                        standard=standard.code,
                        reason=self.env["property.fee.explanation"]._say(
                            error.sentence
                        ),
                    )
                ) from error

    @api.constrains("item_id", "community_id")
    def _check_item_community(self):
        for standard in self:
            item_community = standard.item_id.community_id
            if item_community and item_community != standard.community_id:
                raise ValidationError(
                    self.env._(
                        "Item %(item)s belongs to community %(community)s: give "
                        "standard %(standard)s the same community.",
                        item=standard.item_id.code,
                        community=item_community.display_name,
                        standard=standard.code,
                    )
                )

    @api.constrains("method", "tier_basis", "proration", "item_id", "formula")
    def _check_unbilled_change(self):
        """How an amount is made may not change once it was billed: the explanation
        of the old bills would no longer hold. A new standard takes its place."""
        if self.env.context.get("install_mode") or not self.ids:
            return
        line = (
            # The check concerns bills of any community that uses the standard,
            # whether or not this user may see them; nothing of them is shown.
            self.env["property.fee.line"]
            .sudo()
            .search(
                [("standard_id", "in", self.ids), ("state", "=", "posted")], limit=1
            )
        )
        if line:
            raise ValidationError(
                self.env._(
                    "Standard %s has been billed: its item, method, proration, tier "
                    "basis and formula stay as they are. Make a new standard and end "
                    "the charges of this one.",
                    line.standard_id.code,
                )
            )

    def action_open_charges(self):
        """Open the charges that use this standard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_recurring_charge_action"
        )
        action["domain"] = [("standard_id", "=", self.id)]
        action["context"] = {"default_standard_id": self.id}
        return action
