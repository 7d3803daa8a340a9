import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.unlawful import find_threat

KINDS = [
    ("pre_due", "Notice before Due"),
    ("reminder", "Reminder"),
    ("demand", "Formal Demand"),
    ("lawyer_letter", "Lawyer's Letter"),
    ("visit", "Call or Visit"),
    ("other", "Other"),
]
CHANNELS = [
    ("email", "E-Mail"),
    ("portal", "Portal Message"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("registered", "Registered Mail"),
    ("visit", "Visit"),
    ("board", "Notice Board"),
    ("internal", "Internal Step"),
]
# Channels that a person carries out: the notice waits as "To Deliver".
BY_HAND = ("letter", "registered", "visit", "board", "internal")
# Channels that cannot prove that the debtor received anything.
NEVER_PROOF = ("board", "internal")
EVIDENCE_KINDS = [
    ("signed_slip", "Signed Slip"),
    ("registered_receipt", "Receipt of Registered Mail"),
    ("provider_receipt", "Provider's Delivery Receipt"),
    ("portal_read", "Opened in the Portal"),
    ("reply", "Debtor's Answer"),
    ("photo", "Photo Only"),
    ("witness", "Witness Only"),
]
# What a piece of evidence needs to prove delivery: one of these fields.
PROOF_NEEDS = {
    "signed_slip": ("evidence_attachment_ids",),
    "registered_receipt": ("provider_message_id", "evidence_attachment_ids"),
    "provider_receipt": ("provider_message_id",),
    "portal_read": ("delivered_on",),
    "reply": ("evidence_attachment_ids", "provider_message_id"),
}
DEMANDS = ("demand", "lawyer_letter")


class PropertyNotice(models.Model):
    """A reminder or demand to one debtor about bills of one unit, with its proof.

    Made as a draft, by a dunning run or by hand. Once it is sent its contents never
    change: the hash says exactly what was sent. What is learned later, that it
    arrived or came back, is added by the methods below and nowhere else.
    """

    _name = "property.notice"
    _description = "Notice"
    _inherit = [
        "property.flow.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "property.unit.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
        help="Given when the notice is sent.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        compute="_compute_from_level",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_demand = fields.Boolean(
        string="Demands Payment",
        compute="_compute_is_demand",
        store=True,
        readonly=False,
        precompute=True,
        help="A demand in the sense of the law: delivered, it restarts the limitation "
        "of its bills, and once its deadline has passed it opens the legal stage.",
    )
    level_id = fields.Many2one(
        "property.dunning.level",
        index="btree_not_null",
        ondelete="restrict",
    )
    run_id = fields.Many2one(
        "property.dunning.run",
        string="Dunning Run",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        default=lambda self: self.env.user,
        tracking=True,
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        compute="_compute_from_level",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    address = fields.Char(
        compute="_compute_address",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        groups="property_fee_billing.group_front_desk",
        help="E-mail address, telephone number or postal address it goes to.",
    )
    lang = fields.Char(string="Language", readonly=True, copy=False)
    subject = fields.Char()
    body = fields.Html(sanitize="email_outgoing")
    text = fields.Text(string="Short Text", help="What an SMS says.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "property_notice_attachment_rel",
        "notice_id",
        "attachment_id",
        string="Attachments",
        copy=False,
        bypass_search_access=True,
        help="Sent along, and part of the hash.",
    )
    content_hash = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        help="Of exactly what was sent: text, amounts and attachments.",
    )
    deadline_days = fields.Integer(
        string="Days to Pay",
        compute="_compute_from_level",
        store=True,
        readonly=False,
        precompute=True,
        help="Days from sending that the debtor is given to pay. 0: no deadline.",
    )
    deadline = fields.Date(
        copy=False, tracking=True, help="Day by which the debtor is asked to pay."
    )
    line_ids = fields.One2many("property.notice.line", "notice_id", copy=True)
    bill_count = fields.Integer(string="Bills", compute="_compute_amounts", store=True)
    amount = fields.Monetary(
        string="Amount Demanded", compute="_compute_amounts", store=True
    )
    late_fee = fields.Monetary(compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("ready", "To Deliver"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("failed", "Failed or Bounced"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True, copy=False, index=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    message_ref = fields.Char(
        string="Message-Id",
        readonly=True,
        copy=False,
        help="Identifier of the e-mail or SMS as it left.",
    )
    failure_reason = fields.Char(readonly=True, copy=False)

    # ------------------------------------------------------------ its evidence
    delivered_on = fields.Date(readonly=True, copy=False, tracking=True)
    delivered_to = fields.Selection(
        [
            ("debtor", "Debtor"),
            ("co_resident", "Adult Living There"),
            ("agent", "Agent or Employee"),
            ("other", "Someone Else"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    evidence_kind = fields.Selection(
        EVIDENCE_KINDS, string="Evidence", readonly=True, copy=False, tracking=True
    )
    provider_message_id = fields.Char(
        string="Receipt Number",
        readonly=True,
        copy=False,
        tracking=True,
        help="Number of the provider's receipt or of the registered item.",
    )
    evidence_attachment_ids = fields.Many2many(
        "ir.attachment",
        "property_notice_evidence_rel",
        "notice_id",
        "attachment_id",
        string="Evidence Files",
        readonly=True,
        copy=False,
        bypass_search_access=True,
        help="Photo of the signed slip, postal receipt, answer.",
    )
    is_proof = fields.Boolean(
        string="Proven Demand",
        compute="_compute_is_proof",
        store=True,
        help="A demand of which the arrival can be proved: handed over and signed "
        "for, registered mail, or a message with the provider's receipt. Posted on a "
        "board, bounced or only sent does not count.",
    )

    # ---------------------------------------------------------------- computes
    @api.depends("level_id")
    def _compute_from_level(self):
        """What the level says, until a person says otherwise."""
        for notice in self:
            level = notice.level_id
            notice.kind = level.kind or notice.kind or "reminder"
            notice.channel = level.channel or notice.channel or "letter"
            notice.deadline_days = level.deadline_days or notice.deadline_days

    @api.depends("kind", "level_id")
    def _compute_is_demand(self):
        for notice in self:
            notice.is_demand = notice.kind in DEMANDS or notice.level_id.is_demand

    @api.depends("channel", "partner_id", "unit_id")
    def _compute_address(self):
        for notice in self:
            notice.address = self._get_address(
                notice.channel, notice.partner_id, notice.unit_id
            )

    def _get_shown_address(self):
        """Where it goes to, on paper that only those may read who see it on screen."""
        self.ensure_one()
        may_see = self._has_field_access(self._fields["address"], "read")
        return (may_see and self.address) or ""

    @api.model
    def _get_address(self, channel, partner, unit):
        """Where a channel reaches a debtor; False for nowhere."""
        if channel == "email":
            return partner.email_normalized
        if channel == "sms":
            return partner.phone and (
                partner._phone_format(number=partner.phone) or partner.phone
            )
        if channel == "board":
            return unit.community_id.display_name
        if channel in ("letter", "registered", "visit"):
            return self._get_postal_address(partner, unit)
        return unit.display_name

    @api.model
    def _get_postal_address(self, partner, unit):
        """The debtor's address on one line; the unit itself if none is known."""
        lines = (partner.contact_address or "").splitlines()
        if not partner.street:
            lines = [unit.community_id.address or "", unit.display_name or ""]
        return ", ".join(line.strip() for line in lines if line.strip())

    @api.depends("line_ids.amount", "line_ids.late_fee")
    def _compute_amounts(self):
        for notice in self:
            notice.bill_count = len(notice.line_ids)
            notice.amount = sum(notice.line_ids.mapped("amount"))
            notice.late_fee = sum(notice.line_ids.mapped("late_fee"))
            notice.amount_total = notice.amount + notice.late_fee

    @api.depends(
        "state",
        "is_demand",
        "channel",
        "evidence_kind",
        "delivered_on",
        "provider_message_id",
        "evidence_attachment_ids",
    )
    def _compute_is_proof(self):
        """Whether this counts as a delivered demand.

        Supreme People's Court of China, rules on limitation (2020 text), article 8:
        a document handed over and signed for or otherwise shown to have arrived, a
        letter or data message that arrived or should have; an adult living there may
        sign. Electronic Signature Law, article 11: a data message is received when it
        enters the system of the addressee, which only a receipt shows.
        """
        for notice in self:
            needs = PROOF_NEEDS.get(notice.evidence_kind, ())
            notice.is_proof = (
                notice.state == "delivered"
                and notice.is_demand
                and bool(notice.delivered_on)
                and notice.channel not in NEVER_PROOF
                and notice.delivered_to != "other"
                and any(notice[name] for name in needs)
            )

    @api.constrains("subject", "body", "text")
    def _check_lawful(self):
        """Nothing that leaves here threatens to cut utilities or access."""
        for notice in self:
            for value in (notice.subject, notice.body, notice.text):
                threat = find_threat(value)
                if threat:
                    raise ValidationError(
                        self.env._(
                            "Notice %(notice)s threatens to cut utilities or access "
                            "(“%(words)s”). The law forbids that as a means to "
                            "collect: say it otherwise.",
                            notice=notice.display_name,
                            words=threat,
                        )
                    )

    # ------------------------------------------------------------------ guards
    @api.model
    def _get_flow_fields(self):
        """Override: state and evidence of a notice."""
        return super()._get_flow_fields() | {
            "name",
            "state",
            "sent_on",
            "sent_by_id",
            "approved_by_id",
            "message_ref",
            "failure_reason",
            "content_hash",
            "lang",
            "delivered_on",
            "delivered_to",
            "evidence_kind",
            "provider_message_id",
            "evidence_attachment_ids",
            "run_id",
        }

    @api.model
    def _get_content_fields(self):
        """Fields that stay as they are once a notice is sent."""
        return {
            "kind",
            "is_demand",
            "level_id",
            "unit_id",
            "partner_id",
            "channel",
            "address",
            "subject",
            "body",
            "text",
            "attachment_ids",
            "deadline",
            "deadline_days",
            "line_ids",
        }

    @api.model_create_multi
    def create(self, vals_list):
        """A notice begins as a draft; only a run names the run."""
        guarded = self._get_flow_fields()
        if not self.env.context.get("fee_notice_run"):
            vals_list = [
                {name: vals[name] for name in vals if name not in guarded}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """What was sent stays as it was sent."""
        if vals.keys() & self._get_content_fields():
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        """Refuse to change what was sent."""
        for notice in self:
            if notice.state != "draft":
                raise UserError(
                    self.env._(
                        "Notice %s has been sent and stays as it is. Make another one.",
                        notice.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for notice in self:
            if notice.state not in ("draft", "cancelled") or notice.content_hash:
                raise UserError(
                    self.env._(
                        "Notice %s has been sent and is kept as evidence.", notice.name
                    )
                )

    # -------------------------------------------------------------------- hash
    def _get_content(self):
        """Exactly what is sent, in a form that is the same wherever it is made.

        :return: bytes: JSON with sorted keys; attachments by name and SHA-256
        """
        self.ensure_one()
        content = {
            "number": self.name,
            "channel": self.channel,
            "address": self.address or "",
            "debtor": self.partner_id.id,
            "unit": self.unit_id.id,
            "subject": self.subject or "",
            "body": str(self.body or ""),
            "text": self.text or "",
            "deadline": str(self.deadline or ""),
            "lines": sorted(line._get_content() for line in self.line_ids),
            "attachments": sorted(
                [file.name, hashlib.sha256(file.raw or b"").hexdigest()]
                # whoever may see the notice may check what was sent with it
                for file in self.sudo().attachment_ids
            ),
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()

    def _get_content_hash(self):
        """SHA-256 of what is sent, in hex."""
        return hashlib.sha256(self._get_content()).hexdigest()

    def _is_intact(self):
        """Whether the contents are still those that were sent."""
        self.ensure_one()
        return bool(self.content_hash) and self.content_hash == self._get_content_hash()

    def action_verify(self):
        """Say whether the contents are still those that were sent."""
        self.ensure_one()
        intact = self._is_intact()
        message = (
            self.env._("The contents are exactly those that were sent.")
            if intact
            else self.env._("The contents are NOT those that were sent.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success" if intact else "danger", "message": message},
        }

    def action_print(self):
        """The notice as a letter."""
        return self.env.ref(
            "property_fee_billing.property_notice_report_action"
        ).report_action(self)
