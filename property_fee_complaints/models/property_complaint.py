from odoo import api, fields, models

from odoo.addons.property_fee_billing.models.company_domain import (
    check_company_domain_once_known,
)

from .property_complaint_category import SEVERITIES

CHANNELS = [
    ("portal", "Portal"),
    ("counter", "Counter"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("wechat", "WeChat"),
    ("inspection", "Inspection"),
]
OUTCOMES = [
    ("valid", "Valid"),
    ("not_valid", "Not Valid"),
    ("not_ours", "Not Ours"),
]
REMEDIES_SOUGHT = [
    ("explanation", "Explanation"),
    ("correction", "Correction"),
    ("apology", "Apology"),
    ("free_service", "Free Service"),
    ("compensation", "Compensation"),
    ("refund", "Refund"),
    ("other", "Other"),
]
# What the complainant neither sees nor may read by any interface.
INTERNAL = "base.group_user"
# Who may see how a complainant is reached: who talks to them, and they themselves.
CONTACT_GROUPS = "property_fee_billing.group_front_desk,base.group_portal"


class PropertyComplaint(models.Model):
    """A complaint, from the word of an owner to an answer that is accepted."""

    _name = "property.complaint"
    _description = "Complaint"
    _inherit = [
        "property.numbered.mixin",
        "property.payer.mixin",
        "portal.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "severity desc, received_at desc, id desc"
    _rec_names_search = ["name", "subject", "unit_id.code", "partner_id.name"]
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _primary_email = "email_from"
    # the front desk notes what somebody calls to add
    _mail_post_access = "read"

    # ------------------------------------------------------------ what and who
    subject = fields.Char(required=True, tracking=True)
    description = fields.Html(help="In the words of who complains.")
    channel = fields.Selection(
        CHANNELS, required=True, default="counter", tracking=True
    )
    community_id = fields.Many2one(
        "property.community",
        compute="_compute_community_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    unit_id = fields.Many2one(tracking=True, help="Empty: it is about what all share.")
    partner_id = fields.Many2one(string="Complainant")
    email_from = fields.Char(
        string="E-mail",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
        groups=CONTACT_GROUPS,
    )
    phone = fields.Char(
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
        groups=CONTACT_GROUPS,
    )
    category_id = fields.Many2one(
        "property.complaint.category",
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        tracking=True,
    )
    subcategory_id = fields.Many2one(
        "property.complaint.category",
        string="Sub-Category",
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', category_id)]",
        tracking=True,
    )
    severity = fields.Selection(
        SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
    )
    remedy_sought = fields.Selection(
        REMEDIES_SOUGHT, tracking=True, help="What the complainant asks for."
    )
    remedy_sought_note = fields.Char(string="In Their Words")
    # --------------------------------------------------------------- who works
    team_id = fields.Many2one(
        "property.complaint.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned To",
        index=True,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    responsible_id = fields.Many2one(
        "res.partner",
        string="Who Is Responsible",
        tracking=True,
        groups=INTERNAL,
        help="Who has to put it right: a contractor, the developer, an authority, "
        "a neighbour. Empty: the own team.",
    )
    # -------------------------------------------------------------------- flow
    stage_id = fields.Many2one(
        "property.complaint.stage",
        default=lambda self: self._get_stage("received"),
        required=True,
        index=True,
        ondelete="restrict",
        group_expand="_read_group_stage_ids",
        copy=False,
        tracking=True,
    )
    state = fields.Selection(
        related="stage_id.state", store=True, index=True, precompute=True
    )
    outcome = fields.Selection(
        OUTCOMES,
        copy=False,
        tracking=True,
        help="Whether the complaint is right, however severe it is.",
    )
    color = fields.Integer()
    received_at = fields.Datetime(
        string="Received", required=True, default=fields.Datetime.now, copy=False
    )
    acknowledged_at = fields.Datetime(string="Acknowledged", readonly=True, copy=False)
    replied_at = fields.Datetime(string="Replied", readonly=True, copy=False)
    resolved_at = fields.Datetime(string="Resolved", readonly=True, copy=False)
    closed_at = fields.Datetime(string="Closed", readonly=True, copy=False)
    reopened_count = fields.Integer(string="Reopened", readonly=True, copy=False)

    @api.model
    def _get_stage(self, state):
        """The first stage of a state."""
        return self.env["property.complaint.stage"].search(
            [("state", "=", state)], limit=1
        )

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """All columns of the board, also empty ones."""
        return stages.search([("active", "=", True)])

    # ---------------------------------------------------------------- computes
    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = " ".join(
                filter(None, (complaint.name, complaint.subject))
            )

    @api.depends("unit_id")
    def _compute_community_id(self):
        for complaint in self:
            complaint.community_id = (
                complaint.unit_id.community_id or complaint.community_id
            )

    @api.depends("partner_id")
    def _compute_contact(self):
        for complaint in self:
            partner = complaint.partner_id
            complaint.email_from = partner.email or complaint.email_from
            complaint.phone = partner.phone or complaint.phone

    @api.depends("category_id", "subcategory_id")
    def _compute_severity(self):
        for complaint in self:
            complaint.severity = (
                complaint.subcategory_id.severity
                or complaint.category_id.severity
                or complaint.severity
                or "0"
            )

    @api.depends("community_id")
    def _compute_team_id(self):
        teams = self.env["property.complaint.team"]
        for community, complaints in self.grouped("community_id").items():
            team = teams._get_team(community) if community else teams
            for complaint in complaints:
                given = complaint.team_id
                fits = given.company_id == community.company_id and (
                    not given.community_ids or community in given.community_ids
                )
                complaint.team_id = given if given and fits else team

    def _compute_access_url(self):
        """Override of `portal.mixin`: the page of the complaint."""
        result = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"
        return result

    @api.onchange("category_id")
    def _onchange_category_id(self):
        """A sub-category of another category does not fit."""
        if self.subcategory_id.parent_id != self.category_id:
            self.subcategory_id = False

    def _mail_get_partner_fields(self, introspect_fields=False):
        """Override of `mail.thread`: mails go to the complainant."""
        return ["partner_id"]
