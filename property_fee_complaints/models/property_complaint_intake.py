from odoo import api, models
from odoo.tools import email_normalize


class PropertyComplaint(models.Model):
    """How complaints come in, and who gets them."""

    _inherit = "property.complaint"

    # ------------------------------------------------------------------ mail
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override of `mail.thread`: a mail to a team's address is a complaint."""
        values = dict(custom_values or {})
        email = email_normalize(msg_dict.get("email_from") or "")
        team = self.env["property.complaint.team"].browse(values.get("team_id"))
        partner = self.env["res.partner"].browse(msg_dict.get("author_id"))
        unit = self._find_unit(partner, team)
        community = unit.community_id or team._get_default_community()
        values |= {
            "channel": "email",
            "subject": msg_dict.get("subject") or self.env._("Complaint by e-mail"),
            "description": msg_dict.get("body"),
            "email_from": email or msg_dict.get("email_from"),
            "partner_id": partner.id,
            "unit_id": unit.id,
            "community_id": values.get("community_id") or community.id,
        }
        return super().message_new(msg_dict, custom_values=values)

    @api.model
    def _find_unit(self, partner, team):
        """The unit that somebody lives in or owns, if it is one only.

        :param partner: res.partner, may be empty
        :param team: the team asked; its communities come into question
        """
        if not partner:
            return self.env["property.unit"]
        units = (
            self.env["property.ownership"]
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", team.company_id.id),
                ]
            )
            .unit_id
        )
        if team.community_ids:
            units = units.filtered(lambda unit: unit.community_id in team.community_ids)
        return units if len(units) == 1 else self.env["property.unit"]

    # ------------------------------------------------------------ assignment
    def _assign(self):
        """Give complaints that nobody has to members of their teams, as each team
        does."""
        waiting = self.filtered(
            lambda complaint: (
                not complaint.user_id and complaint.team_id.assignment != "manual"
            )
        )
        for team, complaints in waiting.grouped("team_id").items():
            if not team.member_ids:
                continue
            for complaint, user in team._share_out(complaints).items():
                complaint.user_id = user
            team.last_assigned_id = complaints[-1:].user_id
