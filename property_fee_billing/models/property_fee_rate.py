from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today
from .field_labels import get_field_labels

# Rates that billing may use: superseded ones still price the days they ruled.
BILLABLE_STATES = ("in_force", "superseded")


class PropertyFeeRate(models.Model):
    """A dated price of a standard. It rules from ``date_from`` until the day before
    the next rate in force of the same standard, and is never edited once in force."""

    _name = "property.fee.rate"
    _description = "Fee Rate"
    _inherit = ["mail.thread", "mail.activity.mixin", "property.audited.mixin"]
    _order = "standard_id, date_from desc"
    _check_company_auto = True
    _audit_kind = "price"
    _audit_columns = ("date_from", "price_unit", "base_amount", "state")
    _audit_name = ("standard_id=property_fee_standard.code", "date_from")
    _audit_reason = ("decision_reference",)

    standard_id = fields.Many2one(
        "property.fee.standard",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    item_id = fields.Many2one(related="standard_id.item_id", store=True, index=True)
    company_id = fields.Many2one(
        related="standard_id.company_id", store=True, index=True, precompute=True
    )
    community_id = fields.Many2one(
        related="standard_id.community_id", store=True, index=True, precompute=True
    )
    method = fields.Selection(related="standard_id.method")
    currency_id = fields.Many2one(related="standard_id.currency_id")
    date_from = fields.Date(
        required=True, tracking=True, help="First day the price holds."
    )
    price_unit = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        tracking=True,
        help="Per m² and month, per month, or per unit of usage, by the method.",
    )
    base_amount = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        tracking=True,
        help="Added to each month, or to each reading of a meter.",
    )
    tier_ids = fields.One2many("property.fee.rate.tier", "rate_id", copy=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("audited", "Audited"),
            ("published", "Published"),
            ("decided", "Decided"),
            ("in_force", "In Force"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    publication_date = fields.Date(copy=False, tracking=True)
    publication_proof_ids = fields.Many2many(
        "ir.attachment",
        copy=False,
        help="Photo of the notice board, page of the public site.",
    )
    decision_reference = fields.Char(
        copy=False,
        tracking=True,
        help="Resolution, contract or price notice by which the price was decided.",
    )
    note = fields.Text()

    _date_unique = models.UniqueIndex(
        "(standard_id, date_from)",
        "This standard already has a rate from this day.",
    )
    _price_positive = models.Constraint(
        "CHECK (price_unit >= 0 AND base_amount >= 0)",
        "A price cannot be negative.",
    )

    @api.depends("standard_id", "date_from")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = f"{rate.standard_id.code} {rate.date_from or ''}"

    @api.constrains("tier_ids", "state")
    def _check_tiers(self):
        for rate in self:
            if rate.state in BILLABLE_STATES and rate.tier_ids:
                rate._check_tiers_complete()

    def _check_tiers_complete(self):
        """Tiers in force reach without a gap from zero to no upper limit."""
        open_tiers = self.tier_ids.filtered(lambda tier: not tier.up_to_qty)
        if len(open_tiers) != 1:
            raise ValidationError(
                self.env._(
                    "Rate %s: exactly one tier, the last, has no upper limit.",
                    self.display_name,
                )
            )
        if not self.standard_id.tier_basis:
            raise ValidationError(
                self.env._(
                    "Rate %s has tiers: say on its standard whether they slice each "
                    "reading or the calendar year.",
                    self.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A rate made in force supersedes the one it follows."""
        # tiers given together with a new rate are part of it, whatever its state
        rates = super(PropertyFeeRate, self.with_context(new_fee_rate=True)).create(
            vals_list
        )
        rates = rates.with_env(self.env)
        rates._supersede_earlier()
        return rates

    def write(self, vals):
        """Guard the price of a rate in force."""
        locked = self._get_locked_fields() & vals.keys()
        in_force = self.filtered(lambda rate: rate.state in BILLABLE_STATES)
        if locked and in_force:
            raise UserError(
                self.env._(
                    "Rate %(rate)s is in force and cannot be edited (%(fields)s). Add "
                    "a rate with a later date; old bills keep this one.",
                    rate=in_force[0].display_name,
                    fields=get_field_labels(self, locked),
                )
            )
        result = super().write(vals)
        if vals.get("state") == "in_force":
            self._supersede_earlier()
        return result

    @api.model
    def _get_locked_fields(self):
        """Fields that make the price and stay as they are once it is in force."""
        return {"standard_id", "date_from", "price_unit", "base_amount", "tier_ids"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        for rate in self:
            if rate.state in BILLABLE_STATES:
                raise UserError(
                    self.env._(
                        "Rate %s is or was in force and cannot be deleted.",
                        rate.display_name,
                    )
                )

    def _supersede_earlier(self):
        """Mark the rates that a later rate has taken the place of by today."""
        today = get_today(self)
        rates = self.search(
            [
                ("standard_id", "in", self.standard_id.ids),
                ("state", "in", BILLABLE_STATES),
                ("date_from", "<=", today),
            ],
            order="standard_id, date_from desc",
        )
        seen = set()
        superseded = self.browse()
        for rate in rates:
            if rate.standard_id in seen and rate.state == "in_force":
                superseded += rate
            seen.add(rate.standard_id)
        if superseded:
            superseded.write({"state": "superseded"})

    @api.model
    def _cron_supersede(self):
        """Daily: a rate whose successor begins today becomes superseded."""
        self.search([("state", "=", "in_force")])._supersede_earlier()
