from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..engine.promises import judge_promise, settle_promises
from ..local_time import get_today
from .account_partial_reconcile_limitation import MONEY_JOURNALS


class PropertyArrearsPromise(models.Model):
    """What a debtor promised to pay by a day, and whether that was kept.

    Nobody decides it: payments that settle bills of the unit and debtor do, by their
    own day. A payment that becomes known late is counted where it belongs.
    """

    _name = "property.arrears.promise"
    _description = "Promise to Pay"
    _inherit = ["property.flow.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "case_id"

    case_id = fields.Many2one(
        "property.arrears.case", required=True, index=True, ondelete="cascade"
    )
    amount = fields.Monetary(
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="By default all that is overdue.",
    )
    date = fields.Date(string="Promised For", required=True, default=get_today)
    made_on = fields.Date(required=True, default=get_today)
    contact_id = fields.Many2one(
        "property.arrears.contact", string="Said In", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Made To",
        required=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("open", "Pending"),
            ("kept", "Fulfilled"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    amount_paid = fields.Monetary(string="Paid", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    note = fields.Char()
    unit_id = fields.Many2one(related="case_id.unit_id", store=True, precompute=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, precompute=True
    )
    collector_id = fields.Many2one(related="case_id.user_id", string="Collector")
    community_id = fields.Many2one(
        related="case_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="case_id.currency_id")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promised amount must be above zero."
    )
    _date_after_making = models.Constraint(
        "CHECK (date >= made_on)",
        "A promise cannot be for a day before it was made.",
    )

    @api.depends("case_id")
    def _compute_amount(self):
        for promise in self:
            promise.amount = promise.amount or promise.case_id.amount_overdue

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        """A promise is made in an open case, and nothing is decided of it yet."""
        decided = {"state", "amount_paid", "decided_on"}
        vals_list = [
            {name: vals[name] for name in vals if name not in decided}
            for vals in vals_list
        ]
        promises = super().create(vals_list)
        promises.case_id._check_open()
        today = get_today(self)
        if any(promise.made_on > today for promise in promises):
            raise ValidationError(self.env._("A promise is not made on a day to come."))
        for case, own in promises.grouped("case_id").items():
            for promise in own:
                case.message_post(body=promise._get_sentence())
        return promises

    def write(self, vals):
        """What was promised stays as it was said; only a note may follow."""
        if vals.keys() - {"note"}:
            raise UserError(
                self.env._(
                    "A promise stays as it was made. Cancel it and note another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Promises are kept with their case. Cancel what was misheard.")
        )

    def _get_sentence(self):
        """The promise in a sentence."""
        self.ensure_one()
        return self.env._(
            "Promised: %(amount)s by %(date)s.",
            amount=self.currency_id.format(self.amount),
            date=format_date(self.env, self.date),
        )

    def _prepare_broken_activity(self):
        """Whom an activity tells that it was not kept, in the language of that user:
        a job decides on promises."""
        self.ensure_one()
        user = self.collector_id or self.user_id
        promise = self.with_context(lang=user.lang)
        return {
            "user_id": user.id,
            "summary": promise.env._("A promise was not kept"),
            "note": promise._get_sentence(),
        }

    def action_cancel(self):
        """It was misheard, or another one took its place."""
        self.check_access("write")
        for promise in self:
            if promise.state != "open":
                raise UserError(
                    self.env._(
                        "The promise for %s has been decided.",
                        format_date(self.env, promise.date),
                    )
                )
        self._write_flow({"state": "cancelled", "decided_on": get_today(self)})

    # ---------------------------------------------------------------- decision
    def _decide(self):
        """See what was paid toward promises, in one query for all of them."""
        today = get_today(self)
        payments = self._get_payments()
        fresh = {}
        for case, promises in self.grouped("case_id").items():
            digits = case.currency_id.decimal_places
            rows = [
                (promise, promise.made_on, promise.date, self._exact(promise, digits))
                for promise in promises.sorted("id")
            ]
            paid = settle_promises(
                rows,
                [
                    (day, Decimal(f"{amount:.{digits}f}"))
                    for day, amount in payments.get((case.unit_id, case.partner_id), ())
                ],
            )
            for promise, _made_on, until, amount in rows:
                state = judge_promise(amount, paid[promise], until, today)
                values = (state, float(paid[promise]))
                if values != (promise.state, promise.amount_paid):
                    fresh[promise] = values
        return self._store_decisions(fresh, today)

    @api.model
    def _exact(self, promise, digits):
        """What was promised, as the engine counts."""
        return Decimal(f"{promise.amount:.{digits}f}")

    def _store_decisions(self, fresh, today):
        """Write what has changed.

        :param fresh: ``{promise: (state, amount paid)}``
        :return: promises that were broken just now
        """
        changed = self.browse().union(*fresh)
        broken = changed.filtered(
            lambda promise: fresh[promise][0] == "broken" and promise.state != "broken"
        )
        for promise in changed:
            state, amount = fresh[promise]
            promise._write_flow(
                {
                    "state": state,
                    "amount_paid": amount,
                    "decided_on": today if state != "open" else False,
                }
            )
        return broken

    def _get_payments(self):
        """What was paid of bills of these promises' units and debtors.

        Credit notes and write-offs are no payments.

        :return: ``{(unit, commercial partner): [(day, amount)]}``
        """
        if not self:
            return {}
        # who collects sees what came in, also of what the cashier alone books
        rows = (
            self.env["property.payment.allocation"]
            .sudo()
            ._read_group(
                [
                    ("unit_id", "in", self.unit_id.ids),
                    ("date", ">=", min(self.mapped("made_on"))),
                    ("settled_by_id.journal_id.type", "in", MONEY_JOURNALS),
                ],
                ["unit_id", "move_id", "date:day"],
                ["amount:sum"],
            )
        )
        payments = {}
        for unit, bill, day, amount in rows:
            key = (unit.sudo(False), bill.commercial_partner_id.sudo(False))
            payments.setdefault(key, []).append((day, amount))
        return payments
