from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

REQUEST_ACTIVITY = "property_fee_billing.mail_activity_type_request"


class PropertyOwnerRequest(models.Model):
    """Something an owner asks for in the portal; approving it does it.

    What can be asked for is a registry: each kind is a file of its own, which adds its
    fields, a form and what approving it does (``_get_kinds``).
    """

    _name = "property.owner.request"
    _description = "Owner Request"
    _inherit = [
        "property.flow.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "property.numbered.mixin",
        "property.unit.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]

    unit_id = fields.Many2one(tracking=True)
    kind = fields.Selection([], required=True, index=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Asked By",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    note = fields.Text(string="Reason", help="What the owner wrote.")
    evidence_ids = fields.Many2many(
        "ir.attachment",
        bypass_search_access=True,
        help="What the owner sent along.",
    )
    state = fields.Selection(
        [
            ("new", "To Decide"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="new",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    decision_note = fields.Char(
        string="Answer",
        tracking=True,
        help="The owner reads it. A refusal needs one.",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    summary = fields.Char(compute="_compute_summary", help="What is asked for.")
    may_decide = fields.Boolean(compute="_compute_may_decide")

    # --------------------------------------------------------------------- kinds
    @api.model
    def _get_kinds(self):
        """What can be asked for. A kind adds itself with ``super()``:

        :return: ``{kind: {...}}`` with

            - ``title``, ``text``: what the portal says of it
            - ``group``: XML id of the group that decides
            - ``fields``: of the portal's form, in order, each ``{name, label, type,
              required, choices}``: type is text, textarea, number, date, choice or
              files; ``choices`` a method of the unit and partner that gives
              ``[(value, label)]``; ``note`` and ``evidence_ids`` are there for all
            - ``check``, ``do``: names of methods of one request, before anybody may
              approve it, and what approving does
            - ``summary``: name of a method that says in one line what is asked for
        """
        return {}

    def _get_kind(self):
        """The kind of this request."""
        self.ensure_one()
        return self._get_kinds()[self.kind]

    @api.depends("kind", "note")
    @api.depends_context("lang")
    def _compute_summary(self):
        for request in self:
            method = request.kind and request._get_kind()["summary"]
            request.summary = getattr(request, method)() if method else ""

    @api.depends("kind")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for request in self:
            request.may_decide = bool(request.kind) and self.env.user.has_group(
                request._get_kind()["group"]
            )

    # ---------------------------------------------------------------------- crud
    @api.model_create_multi
    def create(self, vals_list):
        """Tell who decides."""
        requests = super().create(vals_list)
        for request in requests:
            # what was sent along belongs to the request, for whoever decides
            request.evidence_ids.write(
                {"res_model": request._name, "res_id": request.id}
            )
            request.user_id = request.user_id or request._get_responsible()
            if request.user_id:
                request.activity_schedule(
                    REQUEST_ACTIVITY,
                    user_id=request.user_id.id,
                    summary=request.summary,
                )
        return requests

    def _get_responsible(self):
        """Who decides: the user set on the community, else one of its staff who may."""
        community = self.community_id
        if community.request_user_id:
            return community.request_user_id
        group = self._get_kind()["group"]
        return community.member_ids.filtered(lambda user: user.has_group(group))[:1]

    def write(self, vals):
        """What was decided stays as it was asked for."""
        decided = self.filtered(lambda request: request.state != "new")
        free = self._get_free_fields() | self._get_flow_fields()
        if decided and vals.keys() - free:
            raise UserError(
                self.env._(
                    "Request %s has been decided and stays as it is.", decided[0].name
                )
            )
        return super().write(vals)

    @api.model
    def _get_flow_fields(self):
        """Override: the decision."""
        return super()._get_flow_fields() | {"state", "decided_by_id", "decided_on"}

    @api.model
    def _get_free_fields(self):
        """Fields that may change after the decision."""
        return {
            "message_follower_ids",
            "message_ids",
            "activity_ids",
            "message_main_attachment_id",
            "user_id",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        for request in self:
            raise UserError(
                self.env._("Request %s is kept. Refuse it instead.", request.name)
            )

    # ------------------------------------------------------------------- actions
    def action_approve(self):
        """Approve, and do what was asked for."""
        for request in self:
            request._check_open()
            kind = request._get_kind()
            getattr(request, kind["check"])()
            getattr(request, kind["do"])()
            request._decide("approved")

    def action_refuse(self):
        """Refuse, with a reason that the owner reads."""
        for request in self:
            request._check_open()
            if not (request.decision_note or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why request %s is refused: the owner reads it.",
                        request.name,
                    )
                )
            request._decide("refused")

    def _check_open(self):
        """Who may decide does so once."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "new":
            raise UserError(
                self.env._("Request %s has been decided already.", self.name)
            )
        if self.partner_id.commercial_partner_id == (
            self.env.user.partner_id.commercial_partner_id
        ):
            raise UserError(
                self.env._(
                    "Request %s is your own: somebody else must decide.", self.name
                )
            )
        if not self.may_decide:
            group = self.env.ref(self._get_kind()["group"])
            raise UserError(
                self.env._(
                    "Request %(request)s is decided by the role %(role)s.",
                    request=self.name,
                    role=group.name,
                )
            )

    def _decide(self, state):
        self._write_flow(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.activity_unlink([REQUEST_ACTIVITY])

    def _withdraw(self):
        """The owner takes the request back; called by who checked whose it is."""
        self.ensure_one()
        self.lock_for_update()
        if self.state != "new":
            raise UserError(
                self.env._("Request %s has been decided already.", self.name)
            )
        self._write_flow({"state": "withdrawn"})
        self.activity_unlink([REQUEST_ACTIVITY])
