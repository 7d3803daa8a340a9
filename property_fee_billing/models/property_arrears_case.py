from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..local_time import get_today
from .property_dunning_level import CASE_STAGES

STAGES = [
    ("new", "New"),
    *CASE_STAGES[:-1],
    ("plan", "Payment Plan"),
    CASE_STAGES[-1],
    ("closed", "Closed"),
]
CAUSES = [
    ("forgot", "Forgot"),
    ("dispute", "Dispute"),
    ("hardship", "Hardship"),
    ("vacancy", "Vacancy"),
    ("defect", "Building Defect"),
    ("refuses", "Refuses"),
    ("unreachable", "Unreachable"),
    ("estate", "Death or Estate"),
]


class PropertyArrearsCase(models.Model):
    """What is overdue of one debtor for one unit, and what is done about it.

    A case is opened when something is overdue and closed when nothing is any more; no
    user opens or closes one. It keeps no amounts: they are asked of the ledger whenever
    they are read, see property_arrears_case_ledger.
    """

    _name = "property.arrears.case"
    _description = "Arrears Case"
    _inherit = [
        "property.flow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "property.unit.mixin",
    ]
    _order = "opened_on desc, id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    unit_id = fields.Many2one(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    stage = fields.Selection(
        STAGES,
        required=True,
        default="new",
        index=True,
        tracking=True,
        group_expand=True,
    )
    former_stage = fields.Selection(
        STAGES,
        string="Stage before the Plan",
        readonly=True,
        copy=False,
        help="Where collecting goes on when the payment plan is not kept.",
    )
    cause = fields.Selection(
        CAUSES, tracking=True, index=True, help="Why the debtor does not pay."
    )
    cause_ids = fields.One2many(
        "property.arrears.cause", "case_id", string="Causes", readonly=True
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Important")], default="0")
    note = fields.Html(string="Notes")
    opened_on = fields.Date(
        required=True,
        readonly=True,
        default=get_today,
        help="Day on which something was found to be overdue.",
    )
    closed_on = fields.Date(readonly=True, copy=False, index=True)
    contact_ids = fields.One2many(
        "property.arrears.contact", "case_id", string="Calls and Visits"
    )
    promise_ids = fields.One2many(
        "property.arrears.promise", "case_id", string="Promises"
    )
    needs_cause = fields.Boolean(
        string="Cause Missing",
        compute="_compute_needs_cause",
        search="_search_needs_cause",
        help="Overdue for so long that the policy asks why.",
    )

    _open_once = models.UniqueIndex(
        "(unit_id, partner_id) WHERE closed_on IS NULL",
        "This debtor already has an open case for this unit.",
    )

    @api.depends("name", "unit_id", "partner_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} {case.unit_id.code or ''}".strip()

    # ------------------------------------------------------------------- causes
    def _get_cause_days(self):
        """After how many days a cause is asked for, by community; 0 for never."""
        return {
            community: community._get_dunning_policy().cause_days
            for community in self.community_id
        }

    @api.depends("cause", "closed_on", "overdue_since")
    def _compute_needs_cause(self):
        today = get_today(self)
        days = self._get_cause_days()
        for case in self:
            limit = days.get(case.community_id)
            case.needs_cause = bool(
                limit
                and not case.cause
                and not case.closed_on
                and case.overdue_since
                and (today - case.overdue_since).days >= limit
            )

    def _search_needs_cause(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = get_today(self)
        open_cases = Domain("cause", "=", False) & Domain("closed_on", "=", False)
        communities = self._read_group(open_cases, [], ["community_id:recordset"])[0][0]
        missing = open_cases & Domain.OR(
            Domain("community_id", "=", community.id)
            & Domain("overdue_since", "<=", fields.Date.subtract(today, days=days))
            for community in communities
            if (days := community._get_dunning_policy().cause_days)
        )
        return missing if True in value else ~missing

    def _note_causes(self):
        """Keep the history: a row for the cause that holds from now on."""
        # the history is what the system derives; no user writes it
        self.env["property.arrears.cause"].sudo().create(
            [{"case_id": case.id, "cause": case.cause} for case in self if case.cause]
        )

    @api.model
    def _propose_cause(self, unit, partner, cause):
        """Note the cause of an open case of which none is known yet.

        :param unit: property.unit
        :param partner: res.partner, the debtor
        :param str cause: one of CAUSES
        """
        # what a debtor says at the desk is the cause, whoever may work the case
        case = self.sudo().search(
            [
                ("unit_id", "=", unit.id),
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("closed_on", "=", False),
                ("cause", "=", False),
            ]
        )
        if case:
            case.write({"cause": cause})

    # ------------------------------------------------------------------- guards
    @api.model
    def _get_flow_fields(self):
        """Override: the course of a case."""
        return super()._get_flow_fields() | {
            "name",
            "unit_id",
            "partner_id",
            "former_stage",
            "opened_on",
            "closed_on",
            "legal_requested_by_id",
            "legal_approved_by_id",
            "legal_opened_on",
        }

    def write(self, vals):
        """Of a closed case nothing changes, and a stage only where a person may."""
        if any(not name.startswith(("message_", "activity_")) for name in vals):
            self._check_open()
        if "stage" in vals:
            self._check_stage(vals["stage"])
        changed = self.browse()
        if "cause" in vals:
            changed = self.filtered(lambda case: case.cause != vals["cause"])
            if not vals["cause"] and changed:
                raise ValidationError(
                    self.env._("A cause can be changed, but not taken away.")
                )
        result = super().write(vals)
        changed._note_causes()
        return result

    def _check_open(self):
        """Refuse to work on what is closed."""
        for case in self:
            if case.closed_on:
                raise UserError(
                    self.env._(
                        "Case %s is closed: nothing is overdue any more.", case.name
                    )
                )

    def _check_stage(self, stage):
        """What a person may move by hand: the stages before the plan, with a cause
        where one is due. The others follow from facts."""
        for case in self.filtered(lambda case: case.stage != stage):
            if stage == "closed":
                problem = self.env._("it closes when nothing is overdue any more")
            elif "plan" in (stage, case.stage):
                problem = self.env._("its payment plan begins and ends that stage")
            elif stage == "legal":
                problem = self.env._("use “Open Legal Stage”, which checks the demand")
            else:
                case._check_cause()
                continue
            raise UserError(
                self.env._(
                    "Case %(case)s cannot be moved there: %(problem)s.",
                    case=case.name,
                    problem=problem,
                )
            )

    def _check_cause(self):
        """Refuse to go on with a case whose cause should be known by now."""
        for case in self:
            if case.needs_cause:
                raise ValidationError(
                    self.env._(
                        "Case %(case)s is overdue since %(date)s: say why first.",
                        case=case.display_name,
                        date=fields.Date.to_string(case.overdue_since),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of an arrears case is kept."))
