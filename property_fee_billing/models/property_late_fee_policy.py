from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import LateFeeTerms
from ..local_time import get_today
from .field_labels import get_field_labels
from .property_reference_rate import RATE_KINDS

# Fees that bear no late fee unless the policy names them.
NEVER_COVERED = ("deposit", "late_fee", "collection_cost")


class PropertyLateFeePolicy(models.Model):
    """What was agreed on paying late: rate, grace, start, cap and the fees covered.

    A policy that late fees were billed by is not edited: one that follows it, for
    bills due from a day on, takes its place.
    """

    _name = "property.late.fee.policy"
    _description = "Late Fee Policy"
    _inherit = ["mail.thread"]
    _order = "name, date_from desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    community_ids = fields.One2many(
        "property.community", "late_fee_policy_id", string="Communities"
    )
    daily_percent = fields.Float(
        string="Daily Rate (%)",
        digits=(9, 6),
        required=True,
        tracking=True,
        help="Percent of the open principal for each day: 0.05 is 18.25 % a year.",
    )
    grace_days = fields.Integer(
        tracking=True, help="Days after the due date in which paying costs nothing."
    )
    start = fields.Selection(
        [
            ("after_grace", "From the End of Grace"),
            ("from_due", "From the Due Date, once Grace Has Passed"),
        ],
        string="Counts",
        required=True,
        default="after_grace",
        tracking=True,
    )
    cap_percent = fields.Float(
        string="Cap (%)",
        digits=(7, 3),
        default=100.0,
        tracking=True,
        help="At most this percentage of the principal. 0: no cap.",
    )
    item_ids = fields.Many2many(
        "property.fee.item",
        "property_late_fee_policy_item_rel",
        "policy_id",
        "item_id",
        string="Fees Covered",
        check_company=True,
        domain="[('fee_class', '!=', 'late_fee')]",
        help="Empty: all but deposits and collection costs. A late fee never bears "
        "a late fee.",
    )
    fee_item_id = fields.Many2one(
        "property.fee.item",
        string="Late Fee Item",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('fee_class', '=', 'late_fee')]",
        tracking=True,
        help="What late fees are billed as; gives income account and taxes.",
    )
    minimum_amount = fields.Float(
        digits=(16, 2),
        tracking=True,
        help="In the currency of the bill. Less than this is not asked for; it goes "
        "on running up.",
    )
    date_from = fields.Date(
        string="Bills Due From",
        tracking=True,
        help="Bills due before this day go by the earlier policy.",
    )
    previous_id = fields.Many2one(
        "property.late.fee.policy",
        string="Earlier Policy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        tracking=True,
        help="For bills due before. Empty: those bear no late fee.",
    )
    reference_kind = fields.Selection(
        RATE_KINDS,
        string="Reference Rate",
        tracking=True,
        help="What a court is likely to go by when it finds the agreed rate too high.",
    )
    reference_factor = fields.Float(
        digits=(7, 4),
        default=1.0,
        tracking=True,
        help="The reference rate is taken this many times.",
    )
    year_days = fields.Integer(
        string="Days of a Year",
        default=365,
        help="By which a yearly reference rate gives a daily one.",
    )
    auto_post = fields.Boolean(
        string="Bill Each Month",
        tracking=True,
        help="Late fees that have run up are billed by themselves on a day of each "
        "month. Otherwise a person bills them.",
    )
    post_day = fields.Integer(
        string="On Day", default=1, tracking=True, help="Day of the month, 1 to 28."
    )
    late_fee_count = fields.Integer(
        string="Late Fees", compute="_compute_late_fee_count"
    )

    _rate_positive = models.Constraint(
        "CHECK (daily_percent >= 0 AND cap_percent >= 0 AND minimum_amount >= 0"
        " AND reference_factor >= 0)",
        "Rate, cap, minimum and factor cannot be negative.",
    )
    _days_positive = models.Constraint(
        "CHECK (grace_days >= 0 AND year_days > 0)",
        "Days of grace cannot be negative, and a year must have days.",
    )
    _post_day_range = models.Constraint(
        "CHECK (post_day BETWEEN 1 AND 28)",
        "The day of the month must be from 1 to 28.",
    )

    def _compute_late_fee_count(self):
        counts = dict(
            self.env["property.late.fee"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.late_fee_count = counts.get(policy, 0)

    # ------------------------------------------------------------------ checks
    @api.constrains("fee_item_id", "item_ids")
    def _check_items(self):
        for policy in self:
            if policy.fee_item_id.fee_class != "late_fee":
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: item %(item)s must be of class Late Fee.",
                        policy=policy.name,
                        item=policy.fee_item_id.display_name,
                    )
                )
            wrong = policy.item_ids.filtered(lambda item: item.fee_class == "late_fee")
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: a late fee bears no late fee, so item "
                        "%(item)s cannot be covered.",
                        policy=policy.name,
                        item=wrong[0].display_name,
                    )
                )
            policy._check_taxes_included()

    def _check_taxes_included(self):
        """What is asked for is what is billed: taxes must be in the price.

        :raise ValidationError: naming item and tax
        """
        self.ensure_one()
        taxes = self.fee_item_id.tax_ids.filtered(
            lambda tax: (
                tax.company_id == self.company_id
                and tax.amount
                and not tax.price_include
            )
        )
        if taxes:
            raise ValidationError(
                self.env._(
                    "Tax %(tax)s of item %(item)s comes on top of the price: a late "
                    "fee would cost more than was shown. Choose a tax that is "
                    "included in the price, or none.",
                    tax=taxes[0].name,
                    item=self.fee_item_id.display_name,
                )
            )

    @api.constrains("previous_id", "date_from")
    def _check_previous(self):
        if self._has_cycle("previous_id"):
            raise ValidationError(self.env._("A late fee policy cannot follow itself."))
        for policy in self:
            if policy.previous_id and not policy.date_from:
                raise ValidationError(
                    self.env._(
                        "Policy %s follows another one: say for bills due from "
                        "which day.",
                        policy.name,
                    )
                )

    def write(self, vals):
        """What late fees were billed by stays as it is."""
        locked = vals.keys() & self._get_term_fields()
        if locked:
            used = self.env["property.late.fee"].search(
                [("policy_id", "in", self.ids), ("state", "!=", "cancelled")], limit=1
            )
            if used:
                raise UserError(
                    self.env._(
                        "Late fees were billed by policy %(policy)s: %(fields)s can no "
                        "longer change. Make a new policy that follows it.",
                        policy=used.policy_id.name,
                        fields=get_field_labels(self, locked),
                    )
                )
        return super().write(vals)

    @api.model
    def _get_term_fields(self):
        """Fields that decide what a late fee comes to."""
        return {
            "company_id",
            "daily_percent",
            "grace_days",
            "start",
            "cap_percent",
            "item_ids",
            "date_from",
            "previous_id",
        }

    # ------------------------------------------------------------------- terms
    def _get_for_due_date(self, due_date):
        """The policy that a bill due on a day goes by; none for a bill due before
        the first."""
        policy = self
        while policy.date_from and due_date < policy.date_from:
            policy = policy.previous_id
        return policy

    def _get_terms(self):
        """The terms for the engine."""
        self.ensure_one()
        return LateFeeTerms(
            daily_rate=Decimal(str(self.daily_percent)).scaleb(-2),
            grace_days=self.grace_days,
            start=self.start,
            cap_percent=Decimal(str(self.cap_percent)) if self.cap_percent else None,
        )

    def _is_covered(self, item_id, fee_class):
        """Whether a fee bears a late fee.

        :param item_id: id of a property.fee.item
        :param fee_class: its class
        """
        self.ensure_one()
        if fee_class == "late_fee":
            return False
        if self.item_ids:
            return item_id in self.item_ids._ids
        return fee_class not in NEVER_COVERED

    def _get_daily_reference_rates(self):
        """Dated daily rates of what is likely recoverable (Civil Code of China, art.
        585, and art. 65 of the court's interpretation of its contract book).

        :return: list of (first day, exact rate) in order of time
        """
        self.ensure_one()
        if not self.reference_kind:
            return []
        factor = Fraction(str(self.reference_factor)) / (100 * self.year_days)
        return [
            (rate.date_from, Fraction(str(rate.yearly_percent)) * factor)
            for rate in self.env["property.reference.rate"].search(
                [("kind", "=", self.reference_kind)], order="date_from"
            )
        ]

    # ----------------------------------------------------------------- actions
    def action_new_version(self):
        """A policy that follows this one, to be changed before it is used."""
        self.ensure_one()
        follower = self.copy(
            {
                "name": self.name,
                "previous_id": self.id,
                "date_from": get_today(self),
            }
        )
        self.community_ids.late_fee_policy_id = follower
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": follower.id,
            "views": [(False, "form")],
        }

    def action_open_late_fees(self):
        """Late fees that were billed or waived by this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_late_fee_action"
        )
        return {**action, "domain": [("policy_id", "=", self.id)], "context": {}}
