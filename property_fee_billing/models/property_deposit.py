from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import OneOff, Span, Unit, Window, bill_one_off
from ..local_time import get_today

REMINDER = "property_fee_billing.mail_activity_type_deposit"


class PropertyDeposit(models.Model):
    """Money held for a unit until something is over: a renovation, lent keys.

    It is billed as an item whose account is a liability, stays that until it is
    settled, and is then paid back, or kept in part as income, with approval.
    """

    _name = "property.deposit"
    _description = "Deposit"
    _inherit = [
        "property.flow.mixin",
        "property.numbered.mixin",
        "property.unit.mixin",
        "property.payer.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "unit_id.code", "partner_id.name"]

    unit_id = fields.Many2one(tracking=True)
    partner_id = fields.Many2one(
        string="Payer",
        required=True,
        help="Who pays it, and gets it back: the owner, a tenant, a builder.",
    )
    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('fee_class', '=', 'deposit'),"
        " ('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("renovation", "Renovation"),
            ("keys", "Keys and Cards"),
            ("moving", "Moving"),
            ("event", "Event or Stall"),
            ("contract", "Performance of a Contract"),
            ("other", "Other"),
        ],
        required=True,
        default="renovation",
        tracking=True,
    )
    purpose = fields.Char(help="E.g. bathroom and kitchen, permit 2026-014.")
    amount = fields.Monetary(required=True, tracking=True)
    date = fields.Date(required=True, default=get_today, tracking=True)
    date_expected = fields.Date(
        string="Planned End",
        tracking=True,
        help="On this day the person responsible is reminded to settle it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("billed", "Billed"),
            ("held", "Held"),
            ("settled", "Settled"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_amounts",
        store=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    oneoff_charge_id = fields.Many2one(
        "property.oneoff.charge",
        string="Charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    settlement_ids = fields.One2many("property.deposit.settlement", "deposit_id")
    refunded_amount = fields.Monetary(
        string="Paid Back", compute="_compute_amounts", store=True
    )
    forfeited_amount = fields.Monetary(
        string="Kept", compute="_compute_amounts", store=True
    )
    held_amount = fields.Monetary(
        string="Held",
        compute="_compute_amounts",
        store=True,
        help="Paid, and neither paid back nor kept yet.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a deposit must be above zero."
    )

    # ---------------------------------------------------------------- computes
    @api.depends(
        "is_cancelled",
        "amount",
        "move_id.amount_residual",
        "settlement_ids.state",
        "settlement_ids.refund_amount",
        "settlement_ids.forfeit_amount",
    )
    def _compute_amounts(self):
        for deposit in self:
            done = deposit.settlement_ids.filtered(lambda line: line.state == "done")
            deposit.refunded_amount = sum(done.mapped("refund_amount"))
            deposit.forfeited_amount = sum(done.mapped("forfeit_amount"))
            released = deposit.refunded_amount + deposit.forfeited_amount
            paid = 0.0
            if deposit.move_id and not deposit.is_cancelled:
                paid = deposit.amount - min(
                    deposit.amount, deposit.move_id.amount_residual
                )
            deposit.held_amount = max(0.0, paid - released)
            deposit.state = deposit._get_state(paid, released)

    def _get_state(self, paid, released):
        """The state that follows from what was paid and released."""
        self.ensure_one()
        currency = self.currency_id or self.env.company.currency_id
        if self.is_cancelled:
            return "cancelled"
        if not self.move_id:
            return "draft"
        if currency.compare_amounts(released, self.amount) >= 0:
            return "settled"
        if currency.compare_amounts(paid, self.amount) >= 0:
            return "held"
        return "billed"

    # ------------------------------------------------------------------ guards
    @api.constrains("item_id", "unit_id")
    def _check_item(self):
        for deposit in self:
            deposit.item_id._check_deposit_item()
            community = deposit.item_id.community_id
            if community and community != deposit.community_id:
                raise ValidationError(
                    self.env._(
                        "Item %(item)s is of another community than unit %(unit)s.",
                        item=deposit.item_id.code,
                        unit=deposit.unit_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Deposits begin as drafts."""
        fresh = dict.fromkeys(self._get_flow_fields(), False)
        return super().create([{**vals, **fresh} for vals in vals_list])

    def write(self, vals):
        """What was billed stays as it was billed."""
        billed_fields = {"unit_id", "partner_id", "item_id", "amount", "date"}
        if billed_fields & vals.keys() and self.move_id:
            raise UserError(
                self.env._(
                    "Deposit %s is billed and stays as it is: settle or cancel it.",
                    self[:1].name,
                )
            )
        result = super().write(vals)
        if {"date_expected", "user_id"} & vals.keys():
            self._schedule_reminder()
        return result

    @api.model
    def _get_flow_fields(self):
        """Override: how a deposit is billed and cancelled."""
        return super()._get_flow_fields() | {
            "is_cancelled",
            "oneoff_charge_id",
            "move_id",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        for deposit in self:
            if deposit.move_id:
                raise UserError(
                    self.env._(
                        "Deposit %s is billed and cannot be deleted: settle or cancel "
                        "it.",
                        deposit.name,
                    )
                )

    def _lock_deposit(self, *states):
        """Hold a deposit for this transaction, if it is in one of ``states``."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "held_amount", "move_id"])
        if self.move_id:
            self.env["property.settlement"]._lock_bills(self.move_id)
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Deposit %(deposit)s is %(state)s: this cannot be done now.",
                    deposit=self.name,
                    state=labels[self.state],
                )
            )

    # ----------------------------------------------------------------- billing
    def action_bill(self):
        """Bill the deposit at once, to its payer."""
        for deposit in self:
            deposit._lock_deposit("draft")
            deposit.item_id._check_deposit_item()
            charge, bill = deposit._bill_now(
                deposit.item_id, deposit.amount, deposit.date, deposit._get_bill_name()
            )
            deposit._write_flow({"oneoff_charge_id": charge.id, "move_id": bill.id})
            deposit._schedule_reminder()

    def _get_bill_name(self):
        return " ".join(filter(None, (self.item_id.name, self.name, self.purpose)))

    def _bill_now(self, item, amount, date, name, **context):
        """Bill an amount to the payer of the deposit, in a run of its own.

        :return: (property.oneoff.charge, account.move)
        """
        self.ensure_one()
        self.community_id._check_money_date(date, self.community_id.journal_id)
        charge = self.env["property.oneoff.charge"].create(
            {
                "unit_id": self.unit_id.id,
                "item_id": item.id,
                "name": name,
                "date": date,
                "quantity": 1,
                "price_unit": amount,
            }
        )
        term = self.env.ref(
            "account.account_payment_term_immediate", raise_if_not_found=False
        )
        # A cashier takes deposits but makes no billing runs; this one is for a single
        # charge of a deposit the cashier may write.
        run = (
            self.env["property.billing.run"]
            .sudo()
            .with_context(**context)
            ._bill_lines(
                self.community_id,
                "single",
                [self._get_engine_line(charge)],
                company_id=self.company_id.id,
                invoice_date=date,
                payment_term_id=term.id if term else False,
                reason=name,
            )
        )
        return charge, run.move_ids.sudo(False)

    def _get_engine_line(self, charge):
        """The engine's line of a charge, to the payer of the deposit, whoever pays
        for the unit."""
        facts = OneOff(
            id=charge.id,
            unit=Unit(
                id=self.unit_id.id,
                code=self.unit_id.code,
                charge_area=None,
                inner_area=None,
                floor=None,
                area_source=None,
                payers=(Span(None, None, self.partner_id.id),),
            ),
            item_id=charge.item_id.id,
            date=charge.date,
            quantity=Decimal(1),
            price_unit=Decimal(str(charge.price_unit)),
            description=charge.name,
        )
        window = Window(charge.date, charge.date)
        return bill_one_off(facts, window, self.currency_id.decimal_places).lines[0]

    def action_cancel(self):
        """Cancel a deposit that nothing was paid of; its bill is credited."""
        for deposit in self:
            deposit._lock_deposit("draft", "billed")
            bill = deposit.move_id
            if bill and bill.currency_id.compare_amounts(
                bill.amount_residual, bill.amount_total
            ):
                raise UserError(
                    self.env._(
                        "Part of deposit %s is paid: void the receipt, or have the "
                        "rest paid and settle it.",
                        deposit.name,
                    )
                )
            if bill:
                today = get_today(deposit)
                deposit._credit(
                    bill.amount_total,
                    max(bill.date, today),
                    self.env._("Deposit %s cancelled", deposit.name),
                )
            deposit._write_flow({"is_cancelled": True})
            deposit.activity_unlink([REMINDER])

    def _credit(self, amount, date, reason):
        """Credit an amount of the deposit's bill."""
        lines = self.move_id.invoice_line_ids.filtered("fee_item_id")
        return self.env["property.credit.note"]._credit_lines(
            self.move_id, [(lines[:1], amount)], date, reason
        )

    # ---------------------------------------------------------------- reminder
    def _schedule_reminder(self):
        """Remind the person responsible on the planned end."""
        self.activity_unlink([REMINDER])
        for deposit in self:
            if deposit.state in ("billed", "held") and deposit.date_expected:
                deposit.activity_schedule(
                    REMINDER,
                    date_deadline=deposit.date_expected,
                    user_id=(deposit.user_id or self.env.user).id,
                    summary=self.env._("Settle deposit %s", deposit.name),
                )

    @api.model
    def _get_figures(self, field, records):
        """Deposits of units or of partners.

        :return: ``{record: (how many, what is held)}``
        """
        if not self.has_access("read"):
            return {}
        groups = self._read_group(
            [(field, "in", records.ids)], [field], ["__count", "held_amount:sum"]
        )
        return {record: (count, held) for record, count, held in groups}

    # --------------------------------------------------------------------- RPC
    @api.model
    def get_open_deposits(self, unit):
        """Deposits of a unit that are billed or held.

        :param unit: property.unit or its id
        :return: list of ``{id, name, state, item_id, item, kind, purpose, partner_id,
            partner, amount, held_amount, date, date_expected, bill_id}``
        """
        unit_id = unit if isinstance(unit, int) else unit.id
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": deposit.id,
                "name": deposit.name,
                "state": deposit.state,
                "item_id": deposit.item_id.id,
                "item": deposit.item_id.name,
                "kind": kinds[deposit.kind],
                "purpose": deposit.purpose or "",
                "partner_id": deposit.partner_id.id,
                "partner": deposit.partner_id.name,
                "amount": deposit.amount,
                "held_amount": deposit.held_amount,
                "date": fields.Date.to_string(deposit.date),
                "date_expected": fields.Date.to_string(deposit.date_expected)
                if deposit.date_expected
                else False,
                "bill_id": deposit.move_id.id,
            }
            for deposit in self.search(
                [("unit_id", "=", unit_id), ("state", "in", ("billed", "held"))],
                order="date, id",
            )
        ]

    # ----------------------------------------------------------------- actions
    def action_settle(self):
        """Ask how much is paid back and how much is kept, or go on where that was
        left."""
        self.ensure_one()
        begun = self.settlement_ids.filtered(
            lambda record: record.state in ("draft", "waiting", "approved")
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle Deposit %s", self.name),
            "res_model": "property.deposit.settlement",
            "res_id": begun[:1].id,
            "views": [(False, "form")],
            "context": {"default_deposit_id": self.id},
        }

    def action_open_bill(self):
        """The bill of the deposit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
