from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..local_time import get_today


class PropertyPrepayment(models.TransientModel):
    """Bills months ahead of a unit's recurring charges at once, if its payer asks.

    Nobody may be made to pay ahead (Zibo property rules, art. 52): this only answers a
    wish, within the limit of the community.

    The dialog and the counter ask the same questions: ``prepare`` says what months
    ahead come to, ``bill`` bills them. A *plan* is a list of rows, one for each charge:
    ``{"charge", "prepayment", "problem"}``: property.recurring.charge, engine
    ``Prepayment`` or None, and why it cannot be paid ahead, or "".
    """

    _name = "property.prepayment"
    _description = "Prepayment"
    _check_company_auto = True

    unit_id = fields.Many2one("property.unit", required=True)
    company_id = fields.Many2one(related="unit_id.company_id")
    community_id = fields.Many2one(related="unit_id.community_id")
    currency_id = fields.Many2one(related="community_id.currency_id")
    payer_id = fields.Many2one(related="unit_id.payer_id")
    paid_through = fields.Date(related="unit_id.paid_through")
    months = fields.Integer(
        compute="_compute_months",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    offer_id = fields.Many2one("property.prepay.offer")
    available_offer_ids = fields.Many2many(
        "property.prepay.offer", compute="_compute_available_offer_ids"
    )
    charge_ids = fields.Many2many(
        "property.recurring.charge",
        string="Charges",
        compute="_compute_charge_ids",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('unit_id', '=', unit_id)]",
    )
    line_ids = fields.One2many(
        "property.prepayment.line", "prepayment_id", compute="_compute_plan"
    )
    amount_total = fields.Monetary(string="Total", compute="_compute_plan")
    discount_amount = fields.Monetary(string="Discount", compute="_compute_plan")
    discount_until = fields.Date(compute="_compute_plan")
    amount_to_pay = fields.Monetary(string="To Pay", compute="_compute_plan")
    gift_value = fields.Monetary(string="Given, Worth", compute="_compute_plan")
    problem = fields.Text(compute="_compute_plan")

    @api.depends("offer_id", "unit_id")
    def _compute_months(self):
        for wizard in self:
            if wizard.offer_id:
                wizard.months = wizard.offer_id.months
            elif not wizard.months:
                wizard.months = wizard._get_default_months(wizard.community_id)

    @api.depends("unit_id")
    def _compute_available_offer_ids(self):
        today = get_today(self)
        for wizard in self:
            wizard.available_offer_ids = self.env[
                "property.prepay.offer"
            ]._get_open_offers(wizard.community_id, today)

    @api.depends("unit_id", "offer_id")
    def _compute_charge_ids(self):
        for wizard in self:
            wizard.charge_ids = wizard._get_charges(wizard.unit_id, wizard.offer_id)

    @api.depends("unit_id", "months", "offer_id", "charge_ids")
    def _compute_plan(self):
        """What stands in the dialog is what ``prepare`` tells the counter."""
        for wizard in self:
            data = {}
            if wizard.unit_id:
                # a record of the dialog may not be stored yet
                data = wizard._get_data(
                    wizard.unit_id._origin,
                    wizard.months,
                    wizard.offer_id._origin,
                    wizard.charge_ids._origin,
                )
            wizard.amount_total = data.get("total")
            wizard.discount_amount = data.get("discount")
            wizard.discount_until = data.get("discount_until")
            wizard.amount_to_pay = data.get("to_pay")
            wizard.gift_value = data.get("gift_value")
            wizard.problem = "\n".join(data.get("problems", ()))
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(wizard._prepare_line_values(row))
                    for row in data.get("charges", ())
                ),
            ]

    @api.model
    def _prepare_line_values(self, row):
        """Values of a row of the dialog.

        :param dict row: one of ``charges`` of ``prepare``
        """
        return {
            "charge_id": row["id"],
            **{
                name: row[name]
                for name in (
                    "months",
                    "date_from",
                    "date_to",
                    "gift_from",
                    "gift_to",
                    "gift_value",
                    "amount",
                    "next_from",
                )
            },
        }

    def action_bill(self):
        """Bill what the dialog shows, and open the bill; with ``fee_stay`` in the
        context whoever opened the dialog shows it."""
        self.ensure_one()
        result = self.bill(
            self.unit_id.id, self.months, self.offer_id.id, self.charge_ids.ids
        )
        if self.env.context.get("fee_stay"):
            return {"type": "ir.actions.act_window_close"}
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepayment of %s", self.unit_id.display_name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", result["bill_ids"])],
        }
        if len(result["bill_ids"]) == 1:
            action.update(views=[(False, "form")], res_id=result["bill_ids"][0])
        return action

    # ------------------------------------------------------------------ service
    @api.model
    def prepare(self, unit_id, months=None, offer_id=None, charge_ids=None):
        """What paying months ahead comes to. Stores nothing.

        :param int months: of each charge; those of the offer, or up to a year, if None
        :param list charge_ids: property.recurring.charge; all of the unit, or those
            that the offer is for, if None
        :return: plain data, amounts in the community's currency, days as text:

            - ``unit``, ``partner``, ``community``: ``{id, name}``; ``currency_id``,
              ``decimals``, ``date`` (today), ``months``, ``limit`` (months ahead),
              ``limit_date`` (the last day that may be paid), ``paid_through``;
            - ``offers``: list of ``{id, name, benefit, months, gift_months,
              discount_percent, discount_until}``; ``offer_id``;
            - ``charges``: list of ``{id, name, item, interval_months, open_from,
              months, date_from, date_to, gift_from, gift_to, gift_value, amount,
              next_from, lines, problem}``; ``date_from`` to ``date_to`` is all that is
              paid, ``next_from`` the first day left for the next bill; ``lines``: list
              of ``{date_from, date_to, amount, is_gift, why}``;
            - ``total`` taxes included, ``discount``, ``discount_until``, ``to_pay``
              with the discount, ``gift_value`` (no money), ``problems``: sentences
        """
        unit, offer = self._check_request(unit_id, offer_id)
        charges = self.env["property.recurring.charge"].browse(charge_ids or ())
        if charge_ids is None:
            charges = self._get_charges(unit, offer)
        return self._get_data(unit, months, offer, charges)

    @api.model
    def bill(self, unit_id, months, offer_id=None, charge_ids=None):
        """Bill months ahead now, in a run of their own.

        :return: see ``prepare``, and ``bill_ids`` (account.move, one for each payer),
            ``run_id``; the sums are those of the bills
        :raise UserError: in one sentence, nothing is stored
        """
        unit, offer = self._check_request(unit_id, offer_id)
        community = unit.community_id
        charges = self.env["property.recurring.charge"].browse(charge_ids or ())
        if charge_ids is None:
            charges = self._get_charges(unit, offer)
        months = months or offer.months
        plan = self._get_plan(unit, months, offer, charges)
        data = self._get_data(unit, months, offer, charges, plan)
        if data["problems"]:
            raise UserError(data["problems"][0])
        lines = [line for row in plan for line in row["prepayment"].lines]
        if not lines:
            raise UserError(
                self.env._(
                    "Unit %s has no recurring charge to pay ahead.", unit.display_name
                )
            )
        self._check_books(community, offer)
        # The cashier answers for the money; making a run is the fee manager's, and is
        # done here on the cashier's behalf, with the checks above.
        run = (
            self.env["property.billing.run"]
            .sudo()
            .with_company(community.company_id)
            ._bill_lines(
                community.sudo(),
                "prepayment",
                lines,
                **self._prepare_run_values(unit, months, offer),
            )
        )
        return {**data, **self._get_result(run)}

    @api.model
    def _check_request(self, unit_id, offer_id):
        """The unit and offer asked for, if the user may bill them ahead."""
        if not self.env.user.has_group("property_fee_billing.group_cashier"):
            raise AccessError(
                self.env._("Only cashiers and fee managers bill months ahead.")
            )
        unit = self.env["property.unit"].browse(unit_id).exists()
        if not unit:
            raise UserError(self.env._("This unit does not exist (any more)."))
        unit.check_access("read")
        unit.community_id.check_access("read")
        offer = self.env["property.prepay.offer"].browse(offer_id or ()).exists()
        if offer:
            offer._check_open(unit.community_id, get_today(unit))
        return unit, offer

    @api.model
    def _check_books(self, community, offer):
        """Refuse what could not be booked or settled."""
        today = get_today(self)
        community._check_money_date(today, community.journal_id)
        company = community.company_id
        if (
            offer.discount_percent
            and not company.account_journal_early_pay_discount_loss_account_id
        ):
            raise UserError(
                self.env._(
                    "Offer %(offer)s has a discount: set the cash discount loss "
                    "account of %(company)s in the accounting settings first.",
                    offer=offer.name,
                    company=company.name,
                )
            )

    @api.model
    def _prepare_run_values(self, unit, months, offer):
        """Values of the run of a prepayment."""
        return {
            "invoice_date": get_today(self),
            "reason": self.env._(
                "%(months)s months ahead of unit %(unit)s",
                months=months,
                unit=unit.display_name,
            ),
            "payment_term_id": (
                offer._get_payment_term(unit.community_id).id if offer else False
            ),
            "prepay_offer_id": offer.id,
        }

    @api.model
    def _get_result(self, run):
        """What ``bill`` adds to the data of ``prepare``: the sums of the bills."""
        today = get_today(self)
        bills = run.move_ids
        total = sum(bills.mapped("amount_total"))
        discount = sum(
            self.env["property.settlement"]._get_discount(bill, today) for bill in bills
        )
        return {
            "run_id": run.id,
            "bill_ids": bills.ids,
            "total": total,
            "discount": discount,
            "to_pay": run.currency_id.round(total - discount),
        }
