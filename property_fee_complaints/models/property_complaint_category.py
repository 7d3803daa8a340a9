from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.property_fee_billing.models.property_fee_dispute import REASONS

SEVERITIES = [
    ("0", "Normal"),
    ("1", "High"),
    ("2", "Urgent"),
]


class PropertyComplaintCategory(models.Model):
    """What a complaint is about: categories, each with sub-categories below it."""

    _name = "property.complaint.category"
    _description = "Complaint Category"
    _order = "sequence, id"
    _parent_store = True
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name for imports and interfaces.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    parent_id = fields.Many2one(
        "property.complaint.category",
        string="Category",
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        "property.complaint.category", "parent_id", string="Sub-Categories"
    )
    severity = fields.Selection(
        SEVERITIES,
        help="The severity a new complaint begins with. Empty: normal.",
    )
    is_fee_dispute = fields.Boolean(
        string="Fee Dispute",
        help="The lines of the bill that it is about are held while it is looked into.",
    )
    dispute_reason = fields.Selection(
        REASONS, help="The reason that stands on the dispute of the bill lines."
    )
    payment_days = fields.Integer(
        default=15,
        help="Days to pay what was held and turned out to be right, from the decision.",
    )
    repeat_days = fields.Integer(
        default=90,
        help="A complaint of the same unit and sub-category within this many days is "
        "a repeat. 0: never.",
    )
    cluster_days = fields.Integer(
        default=14,
        help="Complaints of several units within this many days are one matter. "
        "0: never.",
    )
    cluster_units = fields.Integer(
        default=3, help="From how many units on complaints are one matter."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There already is a category with this code."
    )
    _windows_positive = models.Constraint(
        "CHECK (repeat_days >= 0 AND cluster_days >= 0 AND cluster_units >= 2)",
        "Days cannot be negative, and it takes two units at least to be one matter.",
    )

    @api.depends_context("lang")
    @api.depends("name", "parent_id.name")
    def _compute_display_name(self):
        for category in self:
            names = category.parent_id.name, category.name
            category.display_name = " / ".join(filter(None, names))

    @api.constrains("parent_id")
    def _check_depth(self):
        """Two levels: more would not be told apart in any figure."""
        for category in self:
            if category.parent_id.parent_id or (
                category.parent_id and category.child_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%s: categories have sub-categories, and these have none.",
                        category.name,
                    )
                )
