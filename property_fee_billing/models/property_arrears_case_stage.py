from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..local_time import get_today
from .property_arrears_case import STAGES

# Stages in the order in which collecting climbs them; the plan is none of them.
LADDER = [code for code, _name in STAGES if code not in ("plan", "closed")]
SENT = ("ready", "sent", "delivered")
LEGAL_ACTIONS = [
    ("lawyer", "Lawyer's Letter"),
    ("mediation", "Mediation"),
    ("payment_order", "Payment Order"),
    ("arbitration", "Arbitration"),
    ("suit", "Suit"),
    ("enforcement", "Enforcement"),
]
# Filing one of these starts the limitation anew (rules on limitation, art. 11 to 14).
INTERRUPTING = ("mediation", "payment_order", "arbitration", "suit", "enforcement")


class PropertyArrearsCase(models.Model):
    """The stages of a case: what was sent moves them on, a plan holds them, and the
    legal stage opens only after a delivered demand whose deadline has passed."""

    _inherit = "property.arrears.case"

    legal_opened_on = fields.Date(readonly=True, copy=False, tracking=True)
    legal_requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    legal_approved_by_id = fields.Many2one(
        "res.users", string="Legal Stage Approved By", readonly=True, copy=False
    )
    legal_action = fields.Selection(LEGAL_ACTIONS, copy=False, tracking=True)
    legal_reference = fields.Char(
        string="Court's Number", copy=False, tracking=True, help="Number of the file."
    )
    legal_filed_on = fields.Date(string="Filed On", copy=False, tracking=True)
    may_open_legal = fields.Boolean(compute="_compute_may_open_legal")
    needs_legal_approval = fields.Boolean(compute="_compute_may_open_legal")

    # ------------------------------------------------------------- by what happened
    def _update_stages(self):
        """Move open cases to the stage that follows from notices and plans.

        What was sent about bills that are still overdue moves a case up, never down. An
        active plan for one of them holds it; when the plan has ended, the case is back
        where it was before.
        """
        bills_by_case = self._get_overdue_bills()
        bills = self.env["account.move"].union(*bills_by_case.values())
        reached = self._get_reached_stages(bills)
        on_plan = set(bills._get_bills_on_plan().ids)
        changes = {}
        for case in self:
            own = bills_by_case[case]
            stage = max(
                [case.former_stage if case.stage == "plan" else case.stage]
                + [reached[bill.id] for bill in own if bill.id in reached],
                key=lambda code: LADDER.index(code or "new"),
            )
            is_planned = any(bill.id in on_plan for bill in own)
            values = ("plan", stage) if is_planned else (stage, False)
            if values != (case.stage, case.former_stage):
                changes[case] = values
        for (stage, former), cases in (
            self.browse().union(*changes).grouped(lambda case: changes[case]).items()
        ):
            values = {"stage": stage, "former_stage": former}
            if stage == "legal":
                values["legal_opened_on"] = get_today(self)
            cases._write_flow(values)

    @api.model
    def _get_reached_stages(self, bills):
        """The highest stage that notices about bills have reached.

        :return: ``{bill id: code of LADDER}``, bills without a notice left out
        """
        # what was sent is a fact, whoever may see it
        groups = (
            self.env["property.notice.line"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "in", bills.ids),
                    ("is_void", "=", False),
                    ("notice_id.state", "in", SENT),
                ],
                ["move_id", "notice_id"],
            )
        )
        reached = {}
        for bill, notice in groups:
            stage = notice._get_case_stage()
            if stage:
                reached[bill.id] = max(
                    reached.get(bill.id, "new"), stage, key=LADDER.index
                )
        return reached

    # ------------------------------------------------------------------ legal stage
    @api.depends_context("uid")
    @api.depends("stage", "closed_on", "expired_demand_on")
    def _compute_may_open_legal(self):
        groups = self.env.user.all_group_ids
        approvers = {
            community: community._get_dunning_policy().legal_group_id
            for community in self.community_id
        }
        for case in self:
            case.may_open_legal = bool(
                case.expired_demand_on
                and not case.closed_on
                and case.stage not in ("legal", "plan")
            )
            group = approvers.get(case.community_id)
            case.needs_legal_approval = (
                case.may_open_legal and bool(group) and group not in groups
            )

    def _get_legal_group(self):
        """Who approves that a case goes to law; nobody if empty."""
        self.ensure_one()
        return self.community_id._get_dunning_policy().legal_group_id

    def action_open_legal(self):
        """Open the legal stage, or ask those who may approve it."""
        self.check_access("write")
        for case in self:
            case._check_may_open_legal()
            if case.needs_legal_approval:
                case._ask_for_legal()
            else:
                case._open_legal()

    def _check_may_open_legal(self):
        """Civil Code of China, article 944: demand first, sue after the deadline."""
        self.ensure_one()
        self._check_open()
        self._check_cause()
        if self.stage in ("legal", "plan"):
            labels = dict(self._fields["stage"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Case %(case)s is at stage %(stage)s.",
                    case=self.name,
                    stage=labels[self.stage],
                )
            )
        if not self.expired_demand_on:
            raise UserError(
                self.env._(
                    "Case %s has no delivered demand whose deadline has passed: the "
                    "legal stage is closed to it.",
                    self.name,
                )
            )

    def _ask_for_legal(self):
        """Have a member of the group decide who also works on the community."""
        self.ensure_one()
        group = self._get_legal_group()
        self._write_flow({"legal_requested_by_id": self.env.uid})
        # the names of colleagues, to be asked
        users = group.sudo().all_user_ids & self.sudo().community_id.member_ids
        for user in users:
            # in the language of who reads it
            env = self.with_context(lang=user.lang).env
            self.activity_schedule(
                "property_fee_billing.mail_activity_type_approval",
                user_id=user.id,
                summary=env._("Legal stage of %s to approve", self.display_name),
            )
        if not users:
            self.message_post(
                body=self.env._(
                    "Nobody of group %s works on this community: nobody can approve "
                    "the legal stage.",
                    group.display_name,
                )
            )

    def _open_legal(self):
        self.ensure_one()
        self._write_flow(
            {
                "stage": "legal",
                "legal_opened_on": get_today(self),
                "legal_approved_by_id": self.env.uid,
            }
        )
        self.activity_unlink(["property_fee_billing.mail_activity_type_approval"])

    def action_record_filing(self):
        """Note that a court or mediator was called: the limitation starts anew."""
        self.check_access("write")
        for case in self:
            if not (case.legal_action and case.legal_filed_on):
                raise ValidationError(
                    self.env._(
                        "Case %s: say what was filed, and when.", case.display_name
                    )
                )
            if case.stage != "legal":
                raise UserError(
                    self.env._("Case %s is not at the legal stage.", case.display_name)
                )
            if case.legal_action in INTERRUPTING:
                bills = case._get_overdue_bills()[case]
                bills._restart_limitation(case.legal_filed_on, "suit", case)
            labels = dict(self._fields["legal_action"]._description_selection(self.env))
            case.message_post(
                body=self.env._(
                    "Filed: %(action)s %(reference)s",
                    action=labels[case.legal_action],
                    reference=case.legal_reference or "",
                )
            )

    # ------------------------------------------------------------------ next steps
    def _remind_of_causes(self):
        """Ask the collectors of cases whose cause is missing, once."""
        kind = self.env.ref("property_fee_billing.mail_activity_type_cause")
        missing = self.filtered(
            lambda case: (
                case.needs_cause
                and case.user_id
                and kind not in case.activity_ids.activity_type_id
            )
        )
        self.env["mail.activity"].create(
            [case._prepare_cause_activity(kind) for case in missing]
        )

    def _prepare_cause_activity(self, kind):
        """Values of the activity that asks for the cause, in the collector's words."""
        self.ensure_one()
        env = self.with_context(lang=self.user_id.lang).env
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": kind.id,
            "summary": env._("Say why nothing is paid"),
            "date_deadline": get_today(self),
            "user_id": self.user_id.id,
        }
