from odoo import fields, models


class PropertyLimitationRuleVersion(models.Model):
    """The years of a limitation rule from a day on, with the law they rest on."""

    _name = "property.limitation.rule.version"
    _description = "Version of a Limitation Rule"
    _order = "date_from desc"

    rule_id = fields.Many2one(
        "property.limitation.rule", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(
        string="In Force Since",
        required=True,
        help="A clock that starts, or starts anew, from this day on runs so long.",
    )
    years = fields.Integer(required=True, default=3)
    legal_basis = fields.Char(required=True, translate=True)
    evidence_grade = fields.Selection(
        [
            ("law", "Law Text or Official Page"),
            ("third_party", "Third Party"),
            ("unverified", "Not Verified"),
        ],
        required=True,
        default="unverified",
        help="How well the figure is supported. Ask a lawyer where it is not the law.",
    )

    _years_positive = models.Constraint(
        "CHECK (years > 0)", "A limitation must be one year or more."
    )
    _day_unique = models.Constraint(
        "UNIQUE (rule_id, date_from)", "This rule already has a version from this day."
    )
