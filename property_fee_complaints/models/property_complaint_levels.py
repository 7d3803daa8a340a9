from odoo import api, fields, models

from .property_complaint_escalation import LEVELS


class PropertyComplaint(models.Model):
    """How high a complaint has risen."""

    _inherit = "property.complaint"

    level = fields.Selection(
        LEVELS,
        required=True,
        default="1",
        readonly=True,
        copy=False,
        index=True,
        help="Who answers for it: the desk at first; it rises by a missed deadline, a "
        "reopening, a repeat or many who complain together.",
    )
    escalation_ids = fields.One2many(
        "property.complaint.escalation", "complaint_id", copy=False
    )
    joint_partner_ids = fields.Many2many(
        "res.partner",
        "property_complaint_joint_rel",
        "complaint_id",
        "partner_id",
        string="Joint Complainants",
        help="Who complains of the same together with the complainant.",
    )
    joint_count = fields.Integer(
        string="Complainants", compute="_compute_joint_count", store=True
    )

    @api.depends("joint_partner_ids", "partner_id")
    def _compute_joint_count(self):
        for complaint in self:
            people = complaint.joint_partner_ids | complaint.partner_id
            complaint.joint_count = len(people) or 1

    def _get_level_user(self, level):
        """Who is told of a complaint at a level: the person of the team, or of the
        level below where the team has none.

        :param str level: of ``LEVELS``
        :return: res.users, one or none
        """
        self.ensure_one()
        # whom a team reports to is no secret inside the firm
        team = self.team_id.sudo()
        people = {
            "4": team.executive_id,
            "3": team.quality_manager_id,
            "2": team.site_manager_id,
            "1": self.user_id,
        }
        users = [user for key, user in people.items() if key <= level and user]
        return users[0].sudo(False) if users else self.env["res.users"]

    def _set_levels(self, levels):
        """Write the levels, one write for all of a level.

        :param dict levels: ``{complaint id: level}``
        """
        # the system lifts complaints, also for those who may not change them
        for level in set(levels.values()):
            ids = [key for key, value in levels.items() if value == level]
            # as above
            self.sudo().browse(ids).write({"level": level})

    def _escalate(self, reason):
        """Lift complaints by one level, all at once.

        :param str reason: of property.complaint.escalation ``REASONS``
        """
        # as in _set_levels
        self.env["property.complaint.escalation"].sudo().create(
            [{"complaint_id": complaint.id, "reason": reason} for complaint in self]
        )

    def _escalate_joint(self):
        """Lift complaints of many people, once each."""
        # whether it was lifted for this before, also by others
        many = self.filtered(
            lambda complaint: (
                complaint.team_id.joint_limit
                and complaint.joint_count >= complaint.team_id.joint_limit
                and "joint" not in complaint.sudo().escalation_ids.mapped("reason")
            )
        )
        many._escalate("joint")

    def action_escalate(self):
        """Ask why a complaint is lifted by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Escalate"),
            "res_model": "property.complaint.escalation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }
