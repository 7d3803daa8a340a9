from uuid import uuid4

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..local_time import get_day_start, get_today
from .property_dunning_level import STAGE_OF_KIND
from .property_notice import BY_HAND

COLLECTOR = "property_fee_billing.group_collector"
SEQUENCE = "property.notice"


class PropertyNotice(models.Model):
    """The steps of a notice: approve, send, deliver, fail, cancel.

    Sending works on batches: texts, numbers, messages and e-mails of all notices are
    made together. Messages leave through Odoo's own queues.
    """

    _inherit = "property.notice"

    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    may_approve = fields.Boolean(compute="_compute_needs_approval")

    # ----------------------------------------------------------------- approval
    @api.depends_context("uid")
    @api.depends("level_id.approver_group_id", "approved_by_id", "state")
    def _compute_needs_approval(self):
        groups = self.env.user.all_group_ids
        for notice in self:
            group = notice.level_id.approver_group_id
            notice.needs_approval = (
                notice.state == "draft" and bool(group) and not notice.approved_by_id
            )
            notice.may_approve = notice.needs_approval and group in groups

    def action_approve(self):
        """Approve drafts of levels that need it."""
        for notice in self.filtered("needs_approval"):
            if not notice.may_approve:
                raise UserError(
                    self.env._(
                        "Notices of level %(level)s are approved by members of "
                        "%(group)s.",
                        level=notice.level_id.name,
                        group=notice.level_id.approver_group_id.display_name,
                    )
                )
            notice._write_flow({"approved_by_id": self.env.uid})
            notice.message_post(body=self.env._("Approved."))

    # ------------------------------------------------------------------- lines
    def action_add_bills(self):
        """Put the debtor's overdue bills of the unit on a draft."""
        self._check_draft()
        Move = self.env["account.move"]
        today = get_today(self)
        for notice in self:
            bills = Move.search(
                Move._get_overdue_domain()
                & fields.Domain("fee_unit_id", "=", notice.unit_id.id)
                & fields.Domain("partner_id", "=", notice.partner_id.id)
                & fields.Domain("id", "not in", notice.line_ids.move_id.ids)
            )
            bills -= bills._get_bills_on_plan()
            lines = self.env["property.notice.line"]._prepare_lines(bills, today)
            notice.line_ids = [Command.create(values) for values in lines]

    # --------------------------------------------------------------------- send
    def action_send(self):
        """Send drafts: messages leave, letters wait to be delivered."""
        self._check_collector()
        for notice in self:
            if notice.run_id:
                raise UserError(
                    self.env._(
                        "The notice to %(debtor)s is sent with its run %(run)s.",
                        debtor=notice.partner_id.display_name,
                        run=notice.run_id.name,
                    )
                )
        self._send()

    def _check_collector(self):
        """Notices are sent by collectors, as the rules of their records allow."""
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(COLLECTOR)):
            raise UserError(self.env._("Only collectors send notices."))

    def _send(self):
        """Send drafts, all together.

        :raise UserError: one cannot be sent; then none is
        """
        self._check_may_send()
        self._freeze()
        for channel, notices in self.grouped("channel").items():
            if channel in BY_HAND:
                continue
            getattr(notices, f"_send_by_{channel}")()
        self._after_sent()

    def _after_sent(self):
        """What follows from sending: the arrears cases move on."""
        self.env["property.arrears.case"]._sync(units=self.unit_id)

    def _get_case_stage(self):
        """The stage of the arrears case that this notice means; False for none."""
        self.ensure_one()
        if self.level_id:
            return self.level_id.case_stage
        return STAGE_OF_KIND.get(self.kind) or (self.is_demand and "demand")

    def _check_may_send(self):
        """Say in a sentence why a notice cannot be sent."""
        for notice in self:
            problem = notice._get_problem()
            if problem:
                raise UserError(
                    self.env._(
                        "Notice to %(debtor)s, unit %(unit)s: %(problem)s",
                        debtor=notice.partner_id.display_name,
                        unit=notice.unit_id.display_name,
                        problem=problem,
                    )
                )
            # who may send the notice sends its files
            for file in notice.sudo().attachment_ids:
                file._read_whole()
        self._check_legal_stage()

    def _get_problem(self):
        """Why a draft cannot be sent, None if it can."""
        self.ensure_one()
        if self.state != "draft":
            return self.env._("it has been sent already.")
        if not self.line_ids:
            return self.env._("it demands no bill.")
        if self.needs_approval:
            return self.env._("it needs an approval first.")
        if not self.address:
            return self.env._("there is no address for this channel.")
        if self.channel == "sms" and "sms.sms" not in self.env:
            return self.env._("SMS is not installed in this Odoo.")
        if self.is_demand and not (self.deadline or self.deadline_days):
            return self.env._("a demand gives a deadline.")
        return None

    def _check_legal_stage(self):
        """A lawyer's letter follows a delivered demand whose deadline has passed."""
        legal = self.filtered(
            lambda notice: (
                notice.kind == "lawyer_letter"
                or notice.level_id.is_legal
                or notice.level_id.requires_expired_demand
            )
        )
        if not legal:
            return
        today = get_today(self)
        expired = legal.line_ids.move_id._get_expired_demands(today)
        for line in legal.line_ids:
            if line.move_id.id not in expired:
                raise UserError(
                    self.env._(
                        "Bill %(bill)s has no delivered demand whose deadline has "
                        "passed: the legal stage is closed to it.",
                        bill=line.move_id.name,
                    )
                )

    def _freeze(self):
        """Fix what is sent: number, deadline, words and their hash.

        Done in two steps, as the words may name the number.
        """
        now = fields.Datetime.now()
        for (lang, deadline), notices in self.grouped(
            lambda notice: (notice._get_lang(), notice._get_deadline())
        ).items():
            notices._write_flow({"lang": lang, "deadline": deadline})
        numbers = self.env["ir.sequence"]._next_numbers(
            SEQUENCE, len(self), self.env.company
        )
        for notice, number in zip(self, numbers, strict=True):
            notice._write_flow({"name": number})
        texts = self._get_texts()
        for notice in self:
            text = texts[notice.id]
            if notice.channel not in ("internal", "sms") and not (
                text.get("body") or text.get("text")
            ):
                raise UserError(
                    self.env._(
                        "Notice %(notice)s to %(debtor)s has no text.",
                        notice=notice.name,
                        debtor=notice.partner_id.display_name,
                    )
                )
            notice._write_flow(text)
        for notice in self:
            notice._write_flow({"content_hash": notice._get_content_hash()})
        by_hand = self.filtered(lambda notice: notice.channel in BY_HAND)
        by_hand._write_flow({"state": "ready", "sent_by_id": self.env.uid})
        (self - by_hand)._write_flow(
            {"state": "sent", "sent_on": now, "sent_by_id": self.env.uid}
        )

    # ----------------------------------------------------------------- channels
    def _send_by_email(self):
        """Queue one e-mail each, all created together.

        The messages stand in the chatter of the notices; Odoo's notification of each
        says whether it left or came back, see mail.notification here.
        """
        reply_to = self._notify_get_reply_to(default=self.env.company.email_formatted)
        values = [
            {
                **notice._prepare_message(),
                "message_type": "email_outgoing",
                "reply_to": reply_to.get(notice.id) or notice._get_sender(),
                "body_html": notice.body,
                "email_to": notice.address,
                "is_notification": True,
                "auto_delete": False,
                "state": "outgoing",
            }
            for notice in self
        ]
        # E-mails are the system's; whoever may send the notice has it mailed.
        mails = self.env["mail.mail"].sudo().create(values)
        notifications = [
            {
                "author_id": mail.author_id.id,
                "mail_message_id": mail.mail_message_id.id,
                "mail_mail_id": mail.id,
                "res_partner_id": notice.partner_id.id,
                "mail_email_address": notice.address,
                "notification_type": "email",
                "notification_status": "ready",
                "is_read": True,
            }
            for notice, mail in zip(self, mails, strict=True)
        ]
        # the mail's own bookkeeping, which Odoo does with more rights as well
        self.env["mail.notification"].sudo().create(notifications)
        for notice, mail in zip(self, mails, strict=True):
            notice._write_flow({"message_ref": mail.message_id})

    def _send_by_sms(self):
        """Queue one SMS each through Odoo's own `sms`."""
        messages = (
            # the chatter of the notice, written by its own sending
            self.env["mail.message"]
            .sudo()
            .create([notice._prepare_sms_message() for notice in self])
        )
        sms_values = [
            {
                "uuid": uuid4().hex,
                "number": notice.address,
                "body": notice._get_sms_text(),
                "partner_id": notice.partner_id.id,
                "mail_message_id": message.id,
                "state": "outgoing",
            }
            for notice, message in zip(self, messages, strict=True)
        ]
        # as with e-mails: the queue is the system's
        all_sms = self.env["sms.sms"].sudo().create(sms_values)
        # as above
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": message.author_id.id,
                    "mail_message_id": message.id,
                    "res_partner_id": sms.partner_id.id,
                    "sms_number": sms.number,
                    "notification_type": "sms",
                    "sms_id_int": sms.id,
                    "sms_tracker_ids": [Command.create({"sms_uuid": sms.uuid})],
                    "is_read": True,
                    "notification_status": "ready",
                }
                for message, sms in zip(messages, all_sms, strict=True)
            ]
        )
        for notice, sms in zip(self, all_sms, strict=True):
            notice._write_flow({"message_ref": sms.uuid})

    def _send_by_portal(self):
        """Leave a message for the debtor on every bill, where the portal shows it."""
        subtype = self.env.ref("mail.mt_comment")
        values = []
        for notice in self:
            message = notice._prepare_message()
            for bill in notice.line_ids.move_id:
                values.append(
                    {
                        **message,
                        "model": "account.move",
                        "res_id": bill.id,
                        "record_name": bill.name,
                        "message_type": "comment",
                        "subtype_id": subtype.id,
                        "reply_to": message["email_from"],
                    }
                )
        # Posting on a bill is open to whoever reads it; made in one batch.
        self.env["mail.message"].sudo().create(values)

    def _get_sender(self):
        """The address that messages come from: the collector's, else the firm's."""
        self.ensure_one()
        user = self.user_id
        if user.id == SUPERUSER_ID or not user.email:
            return self.company_id.email_formatted or user.email_formatted
        return user.email_formatted

    def _prepare_message(self):
        """Values of the message that says what the notice says."""
        self.ensure_one()
        return {
            "model": self._name,
            "res_id": self.id,
            "record_name": self.name,
            "subject": self.subject,
            "body": self.body or self.text,
            "author_id": (self.user_id or self.env.user).partner_id.id,
            "email_from": self._get_sender(),
            "partner_ids": [Command.set(self.partner_id.ids)],
            "attachment_ids": [Command.set(self.attachment_ids.ids)],
        }

    def _prepare_sms_message(self):
        """Values of the message that an SMS hangs on."""
        self.ensure_one()
        message = self._prepare_message()
        return {
            **message,
            "message_type": "sms",
            "body": self._get_sms_text(),
            "reply_to": message["email_from"],
        }

    def _get_sms_text(self):
        """What an SMS says."""
        self.ensure_one()
        return self.text or html2plaintext(self.body or "")

    # ------------------------------------------------------------ what comes back
    def action_dispatch(self):
        """A person has taken the letters to the post, or made the visits."""
        self._check_collector()
        for notice in self:
            if notice.state != "ready":
                raise UserError(
                    self.env._("Notice %s does not wait to be delivered.", notice.name)
                )
        self._write_flow(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
            }
        )

    def action_open_delivery(self):
        """Ask what shows that the notices arrived."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Delivery"),
            "res_model": "property.notice.delivery",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_notice_ids": self.ids},
        }

    def _register_delivery(
        self,
        date,
        evidence_kind,
        delivered_to="debtor",
        provider_message_id=False,
        attachments=None,
    ):
        """Note that notices arrived, and what shows it.

        :param date: the day on which they arrived
        :param str evidence_kind: see the field
        :param provider_message_id: number of the receipt, where the kind has one
        :param attachments: ir.attachment with the evidence
        :raise UserError: not sent, or delivered already
        """
        for notice in self:
            if notice.state not in ("ready", "sent", "failed"):
                raise UserError(
                    self.env._(
                        "Notice %s was not sent, or its delivery is recorded already.",
                        notice.name,
                    )
                )
        if superseded := self._get_superseded():
            raise UserError(
                self.env._(
                    "Another notice of the same level went out after %s failed. Record "
                    "the delivery there.",
                    superseded[0].name,
                )
            )
        values = {
            "state": "delivered",
            "delivered_on": date,
            "delivered_to": delivered_to,
            "evidence_kind": evidence_kind,
            "failure_reason": False,
        }
        if provider_message_id:
            values["provider_message_id"] = provider_message_id
        if attachments:
            values["evidence_attachment_ids"] = [
                Command.link(file.id) for file in attachments
            ]
        for notice in self:
            sent_on = notice.sent_on or get_day_start(notice, date)
            notice._write_flow({**values, "sent_on": sent_on})
        self._after_delivered()

    def _get_superseded(self):
        """Failed notices in whose place others were made since."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        if not failed:
            return failed
        others = self.env["property.notice.line"]._read_group(
            [
                ("move_id", "in", failed.line_ids.move_id.ids),
                ("level_id", "in", failed.level_id.ids),
                ("is_void", "=", False),
            ],
            ["level_id", "move_id"],
        )
        taken = set(others)
        return failed.filtered(
            lambda notice: any(
                (line.level_id, line.move_id) in taken for line in notice.line_ids
            )
        )

    def _after_delivered(self):
        """What follows from delivery: a proven demand restarts the limitation."""
        for notice in self.filtered("is_proof"):
            notice.line_ids.move_id._restart_limitation(
                notice.delivered_on, "demand", notice
            )

    def _register_retry(self):
        """A message that had failed has left after all."""
        notices = self.filtered(lambda notice: notice.state == "failed")
        notices -= notices._get_superseded()
        notices._write_flow({"state": "sent", "failure_reason": False})

    def _register_failure(self, reason):
        """Note that notices did not arrive: they count as not sent.

        :param str reason: what came back; the last one stays
        """
        notices = self.filtered(
            lambda notice: notice.state in ("ready", "sent", "failed")
        )
        notices._write_flow({"state": "failed", "failure_reason": reason or False})

    def action_fail(self):
        """A letter came back, or nobody was there."""
        self._check_collector()
        self._register_failure(self.env._("Came back or not met"))

    def action_cancel(self):
        """Cancel drafts and letters that have not left yet."""
        self._check_collector()
        for notice in self:
            if notice.state not in ("draft", "ready"):
                raise UserError(
                    self.env._(
                        "Notice %s has been sent and cannot be cancelled.", notice.name
                    )
                )
        self._write_flow({"state": "cancelled"})
