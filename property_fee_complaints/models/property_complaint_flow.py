from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import is_html_empty

from .property_complaint import INTERNAL
from .property_complaint_deadlines import FROM_RECEIPT, FROM_REOPENING

# What changes which deadlines apply.
PLANNED_BY = {
    "category_id",
    "subcategory_id",
    "severity",
    "team_id",
    "community_id",
    "unit_id",
}


class PropertyComplaint(models.Model):
    """The stages of a complaint: what must be there before a step, and what follows.

    received -> acknowledged -> investigating -> proposed -> agreed -> closed; a
    complainant who is not content reopens it from proposed on.
    """

    _inherit = "property.complaint"

    decision = fields.Html(
        copy=False,
        help="The answer to the complainant: what was found, what is done, and why.",
    )
    other_recourse = fields.Text(
        string="Other Ways",
        copy=False,
        help="Where else the complainant can turn who does not accept the decision. "
        "Without it only what is agreed can be closed.",
    )
    internal_note = fields.Html(copy=False, groups=INTERNAL)
    # never taken back, so that figures of a day that has passed stay as they were
    decided_at = fields.Datetime(
        string="First Decided",
        readonly=True,
        copy=False,
        help="When the outcome was first written down.",
    )
    first_closed_at = fields.Datetime(string="First Closed", readonly=True, copy=False)
    first_reopened_at = fields.Datetime(
        string="First Reopened", readonly=True, copy=False
    )

    # --------------------------------------------------------------------- crud
    @api.model_create_multi
    def create(self, vals_list):
        """Take complaints in: who works on them, by when, and what they belong to."""
        complaints = super().create(vals_list)
        complaints._note_decided()
        # who takes it in may not assign work or hold bill lines; the system does
        complaints.sudo()._take_in()
        return complaints

    def _take_in(self):
        """Steps that follow when complaints come in, each for all of them."""
        self._assign()
        self._start_clocks(FROM_RECEIPT)
        self._escalate_joint()
        self._link_related()
        self._open_disputes()
        self._confirm_receipt()

    def write(self, vals):
        """Stages change in order; deadlines follow category, severity and team."""
        moving = self.browse()
        if vals.get("stage_id"):
            state = self.env["property.complaint.stage"].browse(vals["stage_id"]).state
            moving = self.filtered(lambda complaint: complaint.state != state)
            moving.check_access("write")
            for complaint in moving:
                complaint._check_move(state)
        result = super().write(vals)
        if vals.get("outcome"):
            self._note_decided()
        if moving:
            moving._after_move(state)
        if vals.keys() & PLANNED_BY:
            self._replan_clocks()
            self._link_related()
        if "joint_partner_ids" in vals:
            self._escalate_joint()
        return result

    def _note_decided(self):
        """Remember when the outcome was first written down."""
        fresh = self.filtered(lambda one: one.outcome and not one.decided_at)
        if fresh:
            fresh.write({"decided_at": fields.Datetime.now()})

    # ------------------------------------------------------------------- checks
    def _check_move(self, state):
        """Refuse, in one sentence, a step whose time has not come."""
        self.ensure_one()
        if self.state == "closed" and state != "reopened":
            raise UserError(
                self.env._("%s is closed: reopen it first.", self.display_name)
            )
        if state == "reopened" and self.state not in ("proposed", "agreed", "closed"):
            raise UserError(
                self.env._("%s has no decision to come back on.", self.display_name)
            )
        if state in ("proposed", "agreed", "closed"):
            self._check_decided()
        if state == "closed":
            self._check_may_close()

    def _check_decided(self):
        """There is a decision, and words for it."""
        if not self.outcome:
            raise ValidationError(
                self.env._(
                    "%s: say first whether the complaint is valid.", self.display_name
                )
            )
        if is_html_empty(self.decision):
            raise ValidationError(
                self.env._("%s: write the decision down first.", self.display_name)
            )

    def _check_may_close(self):
        """Accepted, or told where else to turn; and nothing promised is left."""
        if self.state != "agreed" and not (self.other_recourse or "").strip():
            raise ValidationError(
                self.env._(
                    "%s is not accepted: it stays open, or say where else the "
                    "complainant can turn.",
                    self.display_name,
                )
            )
        left = self.remedy_ids.filtered(
            lambda remedy: remedy.state in ("draft", "waiting")
        )
        if left:
            raise ValidationError(
                self.env._(
                    "%(complaint)s: %(remedy)s was promised and is not done.",
                    complaint=self.display_name,
                    remedy=left[0].display_name,
                )
            )

    # -------------------------------------------------------------------- steps
    def _after_move(self, state):
        """What follows when complaints have come to a state."""
        now = fields.Datetime.now()
        if state == "reopened":
            self._after_reopened()
            return
        if state != "received":
            self.filtered(lambda complaint: not complaint.acknowledged_at).write(
                {"acknowledged_at": now}
            )
            self._stop_clocks(["acknowledge"])
        if state in ("proposed", "agreed", "closed"):
            self.filtered(lambda complaint: not complaint.replied_at).write(
                {"replied_at": now}
            )
            self._stop_clocks(["reply"])
        if state == "proposed":
            self._decide_disputes()
            explained = self.remedy_ids.filtered(
                lambda remedy: remedy.kind == "explanation"
            )
            explained.action_done()
            self._send("mail_template_decision")
        elif state == "agreed":
            self._request_remedies()
        elif state == "closed":
            self._after_closed()

    def _after_closed(self):
        """Hook: complaints were closed; the call back begins."""
        now = fields.Datetime.now()
        self.filtered("is_paused").action_resume()
        self.filtered(lambda one: not one.first_closed_at).write(
            {"first_closed_at": now}
        )
        self.write({"closed_at": now})
        self._stop_clocks(["resolve"])
        self._start_clocks(["callback"], now)
        self.activity_unlink(["property_fee_complaints.mail_activity_type_complaint"])

    def _after_reopened(self):
        """Begin anew: the answer is due again, one level up."""
        now = fields.Datetime.now()
        self.filtered("is_paused").action_resume()
        self._drop_clocks(["reply", "resolve", "callback"])
        for complaint in self:
            complaint.write(
                {
                    "reopened_count": complaint.reopened_count + 1,
                    "first_reopened_at": complaint.first_reopened_at or now,
                    "closed_at": False,
                    "replied_at": False,
                }
            )
        self._start_clocks(FROM_REOPENING, now)
        self._escalate("reopened")

    def _close_when_done(self):
        """Close what is agreed once nothing promised is left."""
        for complaint in self:
            states = set(complaint.remedy_ids.mapped("state"))
            if complaint.state == "agreed" and not states & {"draft", "waiting"}:
                complaint._move_to("closed")

    def _move_to(self, state):
        """Put complaints into the first stage of a state."""
        self.write({"stage_id": self._get_stage(state).id})

    # ------------------------------------------------------------------ buttons
    def action_acknowledge(self):
        """Somebody works on it: tell the complainant who, and by when."""
        self._move_to("acknowledged")
        self._send("mail_template_acknowledged")

    def action_investigate(self):
        """Look into what happened."""
        self._move_to("investigating")

    def action_propose(self):
        """Tell the complainant the decision."""
        self._move_to("proposed")

    def action_agree(self):
        """The complainant accepts: what was promised is done, then it closes."""
        self._move_to("agreed")
        self._close_when_done()

    def action_close(self):
        """Close what is done."""
        self._move_to("closed")

    def action_reopen(self):
        """The complainant is not content."""
        self._move_to("reopened")

    # --------------------------------------------------------------------- mail
    def _confirm_receipt(self):
        """Tell whoever wrote that it arrived, with the number."""
        written = self.filtered(
            lambda complaint: complaint.channel in ("portal", "email", "wechat")
        )
        written._send("mail_template_received")

    def _send(self, template):
        """Mail the complainants who have an address, all at once.

        :param str template: name of a template of this addon
        """
        reachable = self.filtered("email_from")
        if not reachable:
            return
        # the words to a complainant are the firm's, whoever presses the button
        self.env.ref(f"property_fee_complaints.{template}").sudo().send_mail_batch(
            reachable.ids, email_layout_xmlid="mail.mail_notification_layout"
        )
