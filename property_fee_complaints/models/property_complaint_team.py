import ast
import secrets

from odoo import api, fields, models

from odoo.addons.property_fee_billing.models.company_domain import (
    check_company_domain_once_known,
)

ASSIGNMENTS = [
    ("manual", "By Hand"),
    ("round_robin", "In Turn"),
    ("load", "Who Has the Fewest Open"),
]


class PropertyComplaintTeam(models.Model):
    """Who answers the complaints of some communities, by what calendar, and to whom a
    complaint rises."""

    _name = "property.complaint.team"
    _description = "Complaint Team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    alias_id = fields.Many2one(
        help="Mails to this address become complaints of the team."
    )
    community_ids = fields.Many2many(
        "property.community",
        string="Communities",
        check_company=True,
        help="Whose complaints the team answers. Empty: those that no other team does.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "property_complaint_team_member_rel",
        "team_id",
        "user_id",
        string="Members",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Among whom new complaints are shared out.",
    )
    assignment = fields.Selection(
        ASSIGNMENTS,
        required=True,
        default="load",
        help="How a new complaint finds who works on it.",
    )
    last_assigned_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Whose turn it was last.",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Deadlines count these hours, without public holidays. Empty: those of "
        "the company.",
    )
    site_manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Is told of a complaint that rises to level 2.",
    )
    quality_manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Region or quality: is told of a complaint that rises to level 3.",
    )
    executive_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Is told of a complaint that rises to level 4, where the owners' "
        "committee, mediation or the authorities come in.",
    )
    joint_limit = fields.Integer(
        string="Many Complain From",
        default=10,
        help="From this many complainants on a complaint rises a level. 0: never.",
    )
    wechat_token = fields.Char(
        readonly=True,
        copy=False,
        groups="property_fee_complaints.group_complaint_manager",
        help="Whoever knows it can hand over complaints of this team.",
    )
    wechat_url = fields.Char(
        string="WeChat Address",
        compute="_compute_wechat_url",
        groups="property_fee_complaints.group_complaint_manager",
        help="Where the program that serves your WeChat account posts messages.",
    )
    complaint_ids = fields.One2many("property.complaint", "team_id")
    open_count = fields.Integer(string="Open Complaints", compute="_compute_counts")
    unassigned_count = fields.Integer(string="Unassigned", compute="_compute_counts")

    _token_unique = models.UniqueIndex(
        "(wechat_token) WHERE wechat_token IS NOT NULL",
        "Another team has this token.",
    )

    @api.depends("complaint_ids.state", "complaint_ids.user_id")
    def _compute_counts(self):
        groups = self.env["property.complaint"]._read_group(
            [("team_id", "in", self.ids), ("state", "!=", "closed")],
            ["team_id", "user_id"],
            ["__count"],
        )
        for team in self:
            counts = {user.id: count for group, user, count in groups if group == team}
            team.open_count = sum(counts.values())
            team.unassigned_count = counts.get(False, 0)

    @api.depends("wechat_token")
    def _compute_wechat_url(self):
        for team in self:
            token = team.wechat_token
            team.wechat_url = (
                f"{team.get_base_url()}/property/complaints/wechat/{token}"
                if token
                else False
            )

    def action_make_wechat_token(self):
        """Open the way for messages, or close the old one and open another."""
        for team in self:
            team.wechat_token = secrets.token_urlsafe(32)

    @api.model
    def _get_by_wechat_token(self, token):
        """The team whose token it is, or none."""
        return self.search([("wechat_token", "=", token)], limit=1) if token else self

    def _get_default_community(self):
        """Where a complaint belongs that names no unit."""
        self.ensure_one()
        return self.community_ids[:1] or self.env["property.community"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _alias_get_creation_values(self):
        """Override of `mail.alias.mixin`: mails become complaints of the team."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get("property.complaint").id
        if self.id:
            defaults = ast.literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = defaults | {
                "team_id": self.id,
                "channel": "email",
            }
        return values

    @api.model
    def _get_team(self, community):
        """The team of a community: its own, else one for all communities.

        :return: property.complaint.team, one or none
        """
        # who answers is a fact for whoever complains
        teams = self.sudo().search([("company_id", "=", community.company_id.id)])
        own = teams.filtered(lambda team: community in team.community_ids)
        general = teams.filtered(lambda team: not team.community_ids)
        return (own or general)[:1].sudo(False)

    def _get_open_counts(self):
        """How many open complaints each member has, of whatever team.

        :return: ``{res.users: number}``
        """
        counts = dict(
            self.env["property.complaint"]._read_group(
                [("user_id", "in", self.member_ids.ids), ("state", "!=", "closed")],
                ["user_id"],
                ["__count"],
            )
        )
        return {user: counts.get(user, 0) for user in self.member_ids}

    def _share_out(self, complaints):
        """Who gets each of some new complaints, among the members who may see it.

        :return: ``{complaint: res.users}``
        """
        members = self.member_ids.sorted("id")
        if self.assignment == "load":
            loads = self._get_open_counts()
        else:
            # whose turn comes first after the last one: as many steps as members lie
            # between
            last = self.last_assigned_id.id
            turn = [user for user in members if user.id > last] + [
                user for user in members if user.id <= last
            ]
            loads = {user: position for position, user in enumerate(turn)}
        step = 1 if self.assignment == "load" else len(members)
        result = {}
        for complaint in complaints:
            able = members & complaint.community_id.member_ids or members
            user = min(able, key=lambda member: (loads[member], member.id))
            loads[user] += step
            result[complaint] = user
        return result

    def action_open_complaints(self):
        """The open complaints of the team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_complaint_action"
        )
        action["domain"] = [("team_id", "=", self.id)]
        action["context"] = {"search_default_open": 1, "default_team_id": self.id}
        return action
