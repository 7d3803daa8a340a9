from odoo import api, fields, models

from odoo.addons.property_fee_billing.local_time import get_local_date

from ..tools.sampling import is_chosen
from .property_complaint import INTERNAL
from .property_complaint_callback import ACTIVITY

RATING_REQUEST = "property_fee_complaints.mail_template_complaint_rating"


class PropertyComplaint(models.Model):
    """What follows from a complaint once it is closed: the complainant is called, and
    asked how it was handled."""

    _inherit = "property.complaint"

    callback_ids = fields.One2many(
        "property.complaint.callback",
        "complaint_id",
        string="Call-Backs",
        groups=INTERNAL,
    )
    callback_count = fields.Integer(compute="_compute_callback_count", groups=INTERNAL)

    @api.depends("callback_ids")
    def _compute_callback_count(self):
        for complaint in self:
            complaint.callback_count = len(complaint.callback_ids)

    def _after_closed(self):
        """Override: call the complainants, and ask them how we did."""
        result = super()._after_closed()
        self._plan_callbacks()
        self._ask_for_rating()
        return result

    def _after_reopened(self):
        """Override: it is not time to call yet."""
        # whoever reopens it, the complainant included
        self.sudo().callback_ids._cancel()
        return super()._after_reopened()

    def _plan_callbacks(self):
        """Have the complainants of complaints just closed called, as far as the share
        of their team asks for it."""
        clocks = {
            clock.complaint_id.id: clock
            for clock in self._get_open_clocks(["callback"])
        }
        values, spared = [], self.browse()
        for complaint in self.filtered(lambda complaint: complaint.id in clocks):
            # whom to call is the team's rule, whoever closes the complaint
            team = complaint.team_id.sudo()
            share = team.callback_share if team else 100.0
            if not complaint.partner_id or not is_chosen(complaint.name, share):
                spared += complaint
                continue
            values.append(
                {
                    "complaint_id": complaint.id,
                    "clock_id": clocks[complaint.id].id,
                    "user_id": (team.callback_user_id or complaint.user_id).id,
                }
            )
        spared._drop_clocks(["callback"])
        # see above: a complaint that is accepted on the portal is closed by its owner
        callbacks = self.env["property.complaint.callback"].sudo().create(values)
        for callback in callbacks.filtered("user_id"):
            callback.activity_schedule(
                ACTIVITY,
                date_deadline=get_local_date(callback, callback.date_due),
                user_id=callback.user_id.id,
            )
        return callbacks.sudo(False)

    def _ask_for_rating(self):
        """Write to the complainants of complaints just closed: how did we do?"""
        # the words to a complainant are the firm's, whoever presses the button
        template = self.env.ref(RATING_REQUEST).sudo()
        # as above
        for complaint in self.sudo().filtered("partner_id.email"):
            complaint.rating_send_request(
                template, lang=complaint.partner_id.lang, force_send=False
            )

    def action_open_callbacks(self):
        """The call-backs of this complaint."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_complaint_callback_action"
        )
        action["domain"] = [("complaint_id", "=", self.id)]
        action["context"] = {}
        return action
