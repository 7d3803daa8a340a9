from odoo import fields, models


class PropertyDunningPolicy(models.Model):
    """The ladder of reminders and demands, and when it holds still."""

    _name = "property.dunning.policy"
    _description = "Dunning Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    community_ids = fields.One2many("property.community", "dunning_policy_id")
    level_ids = fields.One2many(
        "property.dunning.level", "policy_id", string="Levels", copy=True
    )
    auto = fields.Selection(
        [
            ("none", "By Hand"),
            ("prepare", "Prepare Every Day"),
            ("send", "Send Every Day"),
        ],
        string="Runs",
        required=True,
        default="none",
        tracking=True,
        help="Prepare: a run of every day waits for a person to look and send. Nothing "
        "is prepared on days on which nobody would get anything.",
    )
    max_bank_age = fields.Integer(
        string="Bank Lines Not Older Than",
        default=2,
        tracking=True,
        help="Days. When the newest bank line of a community is older, its bills are "
        "not demanded: owners may have paid. 0: not checked.",
    )
    min_match_score = fields.Integer(
        string="Probable from Score",
        default=40,
        tracking=True,
        help="An unmatched bank line that is for a unit with this score or more holds "
        "its reminders back.",
    )
    min_amount = fields.Float(
        string="From Amount",
        digits=(16, 2),
        tracking=True,
        help="What is demanded of one debtor for one unit in one notice is at least "
        "this; less waits.",
    )
    cause_days = fields.Integer(
        string="Cause Asked After",
        default=60,
        tracking=True,
        help="Days. An arrears case that is overdue for so long needs a cause: without "
        "one it is not moved on, and its collector is asked. 0: never.",
    )
    legal_group_id = fields.Many2one(
        "res.groups",
        string="Legal Stage Approved By",
        tracking=True,
        help="Arrears cases go to law once a member of this group says so. Empty: "
        "collectors decide. A delivered demand whose deadline has passed is needed in "
        "any case.",
    )
    note = fields.Text(translate=True)

    _max_bank_age_positive = models.Constraint(
        "CHECK (max_bank_age >= 0)", "The age of bank lines cannot be negative."
    )

    _cause_days_positive = models.Constraint(
        "CHECK (cause_days >= 0)",
        "The days after which a cause is asked for cannot be negative.",
    )

    def _get_levels(self):
        """The levels in use, in order."""
        self.ensure_one()
        return self.level_ids.filtered("active").sorted(
            lambda level: (level.sequence, level.days, level.id)
        )
