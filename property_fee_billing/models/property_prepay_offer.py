from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class PropertyPrepayOffer(models.Model):
    """What an owner gets for paying months ahead: months given behind them, or a
    discount for paying early, which is Odoo's own, so that counter and portal agree."""

    _name = "property.prepay.offer"
    _description = "Prepay Offer"
    _inherit = ["mail.thread"]
    _order = "sequence, months, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, tracking=True, help="e.g. Pay 12 get 1."
    )
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    community_id = fields.Many2one(
        "property.community",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty: for all communities of the company.",
    )
    months = fields.Integer(
        required=True, default=12, tracking=True, help="How many months are paid ahead."
    )
    gift_months = fields.Integer(
        string="Months Given",
        tracking=True,
        help="Months behind those paid that cost nothing. What they are worth is shown "
        "and is no money.",
    )
    discount_percent = fields.Float(
        string="Discount (%)",
        tracking=True,
        help="Off the whole bill, when all of it is paid in time.",
    )
    discount_days = fields.Integer(
        string="Days to Pay",
        default=10,
        tracking=True,
        help="Days after the date of the bill in which the discount holds.",
    )
    pay_by = fields.Date(
        tracking=True,
        help="Last day of the discount, for all bills. Empty: the days to pay count.",
    )
    item_ids = fields.Many2many(
        "property.fee.item",
        string="Fee Items",
        check_company=True,
        help="Only charges of these items. Empty: all recurring charges.",
    )
    date_from = fields.Date(string="Valid From", tracking=True)
    date_to = fields.Date(
        string="Valid To", tracking=True, help="Last day on which it can be taken."
    )
    benefit = fields.Char(compute="_compute_benefit")
    run_count = fields.Integer(string="Times Taken", compute="_compute_run_count")

    _months_positive = models.Constraint(
        "CHECK (months > 0)", "An offer is for at least one month."
    )
    _gift_months_positive = models.Constraint(
        "CHECK (gift_months >= 0)", "The months given cannot be below zero."
    )
    _discount_range = models.Constraint(
        "CHECK (discount_percent >= 0 AND discount_percent < 100)",
        "The discount must be from 0 to less than 100 %.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )

    @api.constrains("gift_months", "discount_percent", "discount_days", "pay_by")
    def _check_benefit(self):
        for offer in self:
            if not offer.gift_months and not offer.discount_percent:
                raise ValidationError(
                    self.env._(
                        "Offer %s gives nothing: set months or a discount.", offer.name
                    )
                )
            if offer.discount_percent and not offer.pay_by and offer.discount_days < 1:
                raise ValidationError(
                    self.env._(
                        "Offer %s: say until when the discount holds, by a day or by "
                        "a number of days.",
                        offer.name,
                    )
                )

    @api.depends("months", "gift_months", "discount_percent", "discount_days", "pay_by")
    def _compute_benefit(self):
        for offer in self:
            parts = []
            if offer.gift_months:
                parts.append(
                    self.env._(
                        "pay %(months)s months, get %(gift)s",
                        months=offer.months,
                        gift=offer.gift_months,
                    )
                )
            if offer.discount_percent:
                parts.append(offer._get_discount_text())
            offer.benefit = "; ".join(parts)

    def _get_discount_text(self):
        """``2 % off if paid by 31/03/2025``."""
        percent = f"{self.discount_percent:g}"
        if self.pay_by:
            return self.env._(
                "%(percent)s %% off if paid by %(date)s",
                percent=percent,
                date=format_date(self.env, self.pay_by),
            )
        return self.env._(
            "%(percent)s %% off if paid within %(days)s days",
            percent=percent,
            days=self.discount_days,
        )

    def _compute_run_count(self):
        counts = dict(
            self.env["property.billing.run"]._read_group(
                [("prepay_offer_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["prepay_offer_id"],
                ["__count"],
            )
        )
        for offer in self:
            offer.run_count = counts.get(offer, 0)

    # ------------------------------------------------------------------- choice
    @api.model
    def _get_open_offers(self, community, date):
        """Offers that can be taken in a community on a day."""
        return self.search(
            Domain("company_id", "=", community.company_id.id)
            & Domain("community_id", "in", (community.id, False))
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", date))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
            & (Domain("pay_by", "=", False) | Domain("pay_by", ">=", date))
        )

    def _check_open(self, community, date):
        """Refuse an offer that a community does not make on a day."""
        self.ensure_one()
        if self not in self._get_open_offers(community, date):
            raise UserError(
                self.env._(
                    "Offer %(offer)s cannot be taken in %(community)s on %(date)s.",
                    offer=self.name,
                    community=community.display_name,
                    date=format_date(self.env, date),
                )
            )

    # ------------------------------------------------------------ payment terms
    def _get_payment_term(self, community):
        """The payment terms of the discount, of the company, made when missing.

        :return: account.payment.term, empty without a discount
        """
        self.ensure_one()
        # Terms are the accountant's; these follow from the offer that a manager made.
        terms = self.env["account.payment.term"].sudo()
        if not self.discount_percent:
            return terms
        values = self._prepare_payment_term_values()
        line = self._prepare_payment_term_line_values(community)
        for term in terms.search([(name, "=", values[name]) for name in values]):
            if all(term.line_ids[name] == line[name] for name in line):
                return term
        return terms.create(
            {
                **values,
                "name": self.with_context(lang=self.env.lang)._get_discount_text(),
                "line_ids": [Command.create(line)],
            }
        )

    def _prepare_payment_term_values(self):
        """What the discount's payment terms are found by."""
        return {
            "company_id": self.company_id.id,
            "early_discount": True,
            "discount_percentage": self.discount_percent,
            # a day of its own stands in place of the days, which must not be 0
            "discount_days": 1 if self.pay_by else self.discount_days,
            "fee_discount_until": self.pay_by,
            "early_pay_discount_computation": "included",
        }

    def _prepare_payment_term_line_values(self, community):
        """Due as the community's bills are, but not before the discount ends."""
        own = community.payment_term_id.line_ids
        values = {
            "value": "percent",
            "value_amount": 100.0,
            "delay_type": "days_after",
            "nb_days": 0 if self.pay_by else self.discount_days,
        }
        if len(own) == 1 and own.delay_type == "days_after":
            values["nb_days"] = max(values["nb_days"], own.nb_days)
        elif len(own) == 1:
            values["delay_type"] = own.delay_type
            values["nb_days"] = own.nb_days
        return values

    # --------------------------------------------------------------- actions
    def action_open_runs(self):
        """Open the prepayments that took this offer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_billing_run_action"
        )
        action["domain"] = [("prepay_offer_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
