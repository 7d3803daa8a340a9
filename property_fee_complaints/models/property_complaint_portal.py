from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from .property_complaint_deadlines import FROM_RECEIPT

# What owners may read of their complaints by any interface. All else is the firm's own:
# severity, who is responsible, findings, and a decision that is not made yet.
PORTAL_FIELDS = {
    *("id", "name", "display_name", "create_date", "write_date", "__last_update"),
    *("subject", "description", "channel", "community_id", "company_id", "unit_id"),
    *("partner_id", "email_from", "phone", "category_id", "subcategory_id"),
    *("remedy_sought", "remedy_sought_note", "stage_id", "state", "currency_id"),
    *("received_at", "acknowledged_at", "replied_at", "closed_at", "photo_ids"),
    *("access_url", "access_token", "access_warning"),
    # of the conversation
    *("message_ids", "website_message_ids", "message_follower_ids"),
    *("message_partner_ids", "message_is_follower", "message_attachment_count"),
    *("message_needaction", "message_needaction_counter", "message_has_error"),
    *("message_has_error_counter", "message_main_attachment_id", "has_message"),
    *("rating_count",),
}
# Stages in which the decision has been told.
TOLD = ("proposed", "agreed", "closed")
REOPENABLE = ("proposed", "agreed", "closed")
RATINGS = range(1, 6)
#: So long after it was closed the links in mails about a complaint still open it.
LINK_DAYS = 90


class PropertyComplaint(models.Model):
    """Complaints as who complains sees them on the portal."""

    _inherit = "property.complaint"

    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_complaint_photo_rel",
        "complaint_id",
        "attachment_id",
        string="Photos",
        copy=False,
        help="What the complainant sent along.",
    )

    @api.model
    def _get_portal_domain(self, partner):
        """Complaints of a person: it is who complained that sees them, not who follows
        them, nor who owns the unit later."""
        return Domain("partner_id", "child_of", partner.commercial_partner_id.ids)

    @api.model
    def _has_field_access(self, field, operation):
        """Override of `base`: owners read a few fields and write none."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user.share:
            return True
        return operation == "read" and field.name in PORTAL_FIELDS

    def _get_allowed_message_params(self):
        """Override of `rating`: a complaint is rated once, after it is settled, by the
        buttons made for it; not with any message."""
        return super()._get_allowed_message_params() - {"rating_value"}

    @api.model
    def _get_portal_remedies(self):
        """What an owner may ask for: ``[(code, label)]``."""
        return self._fields["remedy_sought"]._description_selection(self.env)

    # -------------------------------------------------------------------- page
    def _get_portal_steps(self):
        """The way of the complaint, for its page.

        :return: list of ``{label, date, deadline, state}``; state is "done", "current"
            or "todo", deadline the time until which the step is promised, if it is
        """
        self.ensure_one()
        deadlines = self._get_portal_deadlines()
        is_reopened = self.reopened_count and not self.closed_at
        steps = [
            (self.env._("We have it"), self.received_at, False),
            (
                self.env._("Somebody looks after it"),
                self.acknowledged_at,
                "acknowledge",
            ),
            (
                self.env._("Our new answer")
                if is_reopened
                else self.env._("Our answer"),
                self.replied_at,
                "reply",
            ),
            (self.env._("Settled"), self.closed_at, "resolve"),
        ]
        result, is_current_found = [], False
        for label, date, kind in steps:
            state = "done"
            if not date:
                state = "todo" if is_current_found else "current"
                is_current_found = True
            result.append(
                {
                    "label": label,
                    "date": date,
                    "deadline": deadlines.get(kind) if not date else False,
                    "state": state,
                }
            )
        return result

    def _get_portal_deadlines(self):
        """``{kind: UTC}`` of what was promised and is not done yet."""
        return {
            clock.kind: clock.deadline
            for clock in self._get_open_clocks(FROM_RECEIPT)
            if clock.state == "running"
        }

    def _get_portal_status(self):
        """One kind sentence on how it stands."""
        self.ensure_one()
        if self.is_paused:
            return self.env._("We are waiting for something before we can go on.")
        sentences = {
            "received": self.env._(
                "Thank you for telling us. We shall be in touch soon."
            ),
            "acknowledged": self.env._("Somebody looks after your complaint now."),
            "investigating": self.env._("We are finding out what happened."),
            "proposed": self.env._(
                "Here is our answer. Please tell us whether you accept it."
            ),
            "agreed": self.env._("Thank you. We are doing what we promised."),
            "closed": self.env._(
                "Your complaint is settled. Thank you for your patience."
            ),
            "reopened": self.env._(
                "We are sorry that it was not settled. We look again."
            ),
        }
        return sentences[self.state]

    def _is_portal_answer_told(self):
        """Whether the decision may be shown."""
        return self.state in TOLD and bool(self.replied_at)

    def _get_portal_rating(self):
        """The rating given since it was closed last, if there is one."""
        self.ensure_one()
        return self.rating_ids.filtered(
            lambda rating: (
                rating.consumed
                and self.closed_at
                and (rating.rated_on or rating.create_date) >= self.closed_at
            )
        )[:1]

    # ----------------------------------------------------------------- actions
    def _accept_on_portal(self):
        """The complainant accepts the decision."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("There is no answer to accept right now."))
        self._post_for_complainant(self.env._("I accept the answer."))
        self.action_agree()

    def _reopen_on_portal(self, reason):
        """The complainant is not content.

        :param str reason: in their own words
        """
        self.ensure_one()
        if self.state not in REOPENABLE:
            raise UserError(
                self.env._("We are looking into it already: please write to us below.")
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Please tell us what is not settled."))
        self._post_for_complainant(reason)
        self.action_reopen()

    def _rate_on_portal(self, value, feedback):
        """The complainant says how it was handled.

        :param int value: 1 (very dissatisfied) to 5 (very satisfied)
        """
        self.ensure_one()
        if self.state != "closed":
            raise UserError(self.env._("You can rate how we did once it is settled."))
        if value not in RATINGS:
            raise UserError(self.env._("Please choose one of the five answers."))
        if self._get_portal_rating():
            raise UserError(self.env._("You have rated this already. Thank you!"))
        token = self._rating_get_access_token(self.partner_id)
        self.rating_apply(value, token=token, feedback=feedback)

    def _is_link_open(self):
        """Whether whoever has the link of a mail sees it without a login; with one,
        complainants see their complaints for ever."""
        self.ensure_one()
        last = fields.Datetime.subtract(fields.Datetime.now(), days=LINK_DAYS)
        return not self.closed_at or self.closed_at >= last

    def action_revoke_link(self):
        """Close the link that was sent by mail; the next mail has a new one."""
        self.check_access("write")
        # the token is nobody's to write
        self.sudo().access_token = False

    def _post_for_complainant(self, text):
        """What the complainant said by a button of the page, in the conversation."""
        self.message_post(
            body=plaintext2html(text),
            author_id=self.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
