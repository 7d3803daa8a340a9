import datetime
from dataclasses import dataclass

from odoo import Command, api, fields, models
from odoo.tools import frozendict


@dataclass(frozen=True)
class Shape:
    """What the journal items of a bill depend on besides its amounts and payer.

    Two bills of one shape and the same prices have the same journal items.
    """

    company_id: int
    journal_id: int
    currency_id: int
    move_type: str
    fiscal_position_id: int
    payment_term_id: int
    cash_rounding_id: int
    receivable_id: int
    rate: float
    date: datetime.date
    date_due: datetime.date | None


class Template:
    """The lines of one shape: accounts, taxes and amounts, each found out once.

    :ivar products: ``{product id: values of its lines}``
    :ivar amounts: ``{((product, distribution, price), ...): amounts of the bill}``
    """

    def __init__(self, shape, move, receivable):
        self.shape = shape
        self.move = move
        self.receivable = receivable
        self.sign = move.direction_sign
        self.products = {}
        self.amounts = {}
        self.line_totals = {}


class PropertyBillingEntry(models.AbstractModel):
    """The complete journal items of bills: lines, taxes and terms.

    Accounts, taxes and units come from Odoo's own computed fields, asked once per
    shape on a bill that is never stored; amounts from Odoo's tax engine and its
    payment terms. Nothing is rounded here.
    """

    _name = "property.billing.entry"
    _description = "Billing Journal Items"

    @api.model
    def _get_template(self, shape, values):
        """The template of a shape.

        :param values: values of one bill of that shape, without its lines
        """
        move = self.env["account.move"].new(values)
        receivable = self.env["account.account"].browse(shape.receivable_id)
        return Template(shape, move, receivable)

    @api.model
    def _get_unsupported(self, template, lines):
        """Why Odoo must make bills of this template itself, or None.

        :param lines: values of invoice lines
        """
        move = template.move
        if move.company_id.account_storno:
            return "storno"
        if not template.receivable:
            return "receivable"
        term = move.invoice_payment_term_id
        accounts = set()
        for line in lines:
            product = self._get_product_values(template, line)
            accounts.add(bool(product["account_id"]))
            taxes = product["taxes"]
            if (
                term.early_discount
                and term.early_pay_discount_computation == "mixed"
                and taxes
            ):
                return "early discount that lowers the tax"
        if accounts != {True}:
            return "product without an account"
        return None

    # --------------------------------------------------------------- products
    @api.model
    def _get_product_values(self, template, line):
        """What Odoo computes of an invoice line of a product in this shape."""
        key = (line["product_id"], _freeze(line["analytic_distribution"]))
        if key not in template.products:
            probe = self.env["account.move.line"].new(
                {
                    "move_id": template.move,
                    "display_type": "product",
                    "product_id": line["product_id"],
                    "quantity": 1,
                    "price_unit": line["price_unit"],
                    "analytic_distribution": line["analytic_distribution"],
                }
            )
            account = probe.account_id
            template.products[key] = {
                "account": account,
                "account_id": account.id,
                "taxes": probe.tax_ids._origin,
                "uom": probe.product_uom_id._origin,
                "product": probe.product_id._origin,
                "distribution": line["analytic_distribution"],
            }
        return template.products[key]

    # ---------------------------------------------------------------- amounts
    @api.model
    def _get_amounts(self, template, lines):
        """Journal items of one bill without payer and texts; the same for all
        bills of one shape, the same products and the same prices.

        :return: ``{"products": [values], "taxes": [values], "terms": [values],
            "header": values of the bill}``
        """
        key = tuple(
            (
                line["product_id"],
                _freeze(line["analytic_distribution"]),
                line["price_unit"],
            )
            for line in lines
        )
        if key not in template.amounts:
            template.amounts[key] = self._compute_amounts(template, lines)
        return template.amounts[key]

    @api.model
    def _compute_amounts(self, template, lines):
        tax_model = self.env["account.tax"]
        company = template.move.company_id
        base_lines = [self._prepare_base_line(template, line) for line in lines]
        tax_model._add_tax_details_in_base_lines(base_lines, company)
        tax_model._round_base_lines_tax_details(base_lines, company)
        tax_model._add_accounting_data_in_base_lines_tax_details(
            base_lines, company, include_caba_tags=False
        )
        results = tax_model._prepare_tax_lines(base_lines, company)
        products = [
            {
                **self._prepare_product_line(template, line),
                **self._round(template, amounts),
            }
            for line, (_base_line, amounts) in zip(
                lines, results["base_lines_to_update"], strict=True
            )
        ]
        taxes = [
            {**self._prepare_tax_line(template), **self._round(template, amounts)}
            for amounts in results["tax_lines_to_add"]
        ]
        for values in taxes:
            # the payer is each bill's own
            values.pop("partner_id", None)
        header = self._prepare_totals(template, products, taxes)
        terms = self._prepare_terms(template, header)
        self._add_residuals(template, products + taxes + terms)
        header.update(self._prepare_residuals(template, header, terms))
        return {"products": products, "taxes": taxes, "terms": terms, "header": header}

    @api.model
    def _prepare_base_line(self, template, line):
        """Base line of Odoo's tax engine for one invoice line."""
        product = self._get_product_values(template, line)
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            None,
            product_id=product["product"],
            product_uom_id=product["uom"],
            tax_ids=product["taxes"],
            price_unit=line["price_unit"],
            quantity=1.0,
            discount=0.0,
            currency_id=template.move.currency_id._origin,
            rate=template.shape.rate,
            sign=template.sign,
            special_mode=False,
            is_refund=template.shape.move_type == "out_refund",
            account_id=product["account"],
            analytic_distribution=line["analytic_distribution"],
        )

    @api.model
    def _get_line_totals(self, template, line):
        """Untaxed and taxed price of a line, rounded alone as Odoo shows them."""
        key = (line["product_id"], line["price_unit"])
        if key not in template.line_totals:
            tax_model = self.env["account.tax"]
            company = template.move.company_id
            base_line = self._prepare_base_line(template, line)
            tax_model._add_tax_details_in_base_line(base_line, company)
            tax_model._round_base_lines_tax_details([base_line], company)
            details = base_line["tax_details"]
            template.line_totals[key] = (
                details["total_excluded_currency"],
                details["total_included_currency"],
            )
        return template.line_totals[key]

    @api.model
    def _round(self, template, values):
        """Amounts as Odoo would keep them: its fields round to the currency."""
        currency = template.move.currency_id
        company_currency = template.move.company_id.currency_id
        values = dict(values)
        values["amount_currency"] = currency.round(values["amount_currency"])
        for name in ("balance", "tax_base_amount"):
            if name in values:
                values[name] = company_currency.round(values[name])
        return values

    # ------------------------------------------------------------------ lines
    @api.model
    def _prepare_common_line(self, template):
        """Values of all journal items of a shape."""
        return {
            "currency_id": template.shape.currency_id,
            "is_storno": False,
            "tax_ids": False,
            "tax_tag_ids": False,
            "discount": 0.0,
            "deductible_amount": 100,
            "price_unit": 0.0,
            "quantity": 0.0,
            "price_subtotal": 0.0,
            "price_total": 0.0,
            "product_uom_id": False,
            "no_followup": False,
        }

    @api.model
    def _prepare_product_line(self, template, line):
        product = self._get_product_values(template, line)
        subtotal, total = self._get_line_totals(template, line)
        return {
            **self._prepare_common_line(template),
            "display_type": "product",
            "account_id": product["account_id"],
            "product_uom_id": product["uom"].id,
            "tax_ids": [Command.set(product["taxes"].ids)]
            if product["taxes"]
            else False,
            "quantity": 1.0,
            "price_subtotal": subtotal,
            "price_total": total,
        }

    @api.model
    def _prepare_tax_line(self, template):
        return {
            **self._prepare_common_line(template),
            "display_type": "tax",
            "sequence": 10000,
        }

    @api.model
    def _prepare_term_line(self, template):
        return {
            **self._prepare_common_line(template),
            "display_type": "payment_term",
            "sequence": 12000,
            "account_id": template.receivable.id,
            "analytic_distribution": False,
        }

    @api.model
    def _add_residuals(self, template, lines):
        """What is still to be reconciled of lines that nothing is matched with."""
        currency = template.move.currency_id
        company_currency = template.move.company_id.currency_id
        for line in lines:
            account = self.env["account.account"].browse(line["account_id"])
            open_item = account.reconcile or account.account_type in (
                "asset_cash",
                "liability_credit_card",
            )
            line["amount_residual"] = line["balance"] if open_item else 0.0
            line["amount_residual_currency"] = (
                line["amount_currency"] if open_item else 0.0
            )
            line["reconciled"] = bool(
                open_item
                and company_currency.is_zero(line["balance"])
                and currency.is_zero(line["amount_currency"])
            )

    # ----------------------------------------------------------------- header
    @api.model
    def _prepare_totals(self, template, products, taxes):
        """Totals of the bill, as account.move sums them up."""
        currency = template.move.currency_id
        company_currency = template.move.company_id.currency_id
        sign = template.sign

        def total(lines, name, rounder):
            return rounder.round(sum(line[name] for line in lines))

        untaxed = total(products, "balance", company_currency)
        untaxed_currency = total(products, "amount_currency", currency)
        tax = total(taxes, "balance", company_currency)
        tax_currency = total(taxes, "amount_currency", currency)
        amount_total = currency.round(sign * (untaxed_currency + tax_currency))
        return {
            "amount_untaxed": sign * untaxed_currency,
            "amount_tax": sign * tax_currency,
            "amount_total": amount_total,
            "amount_untaxed_signed": -untaxed,
            "amount_untaxed_in_currency_signed": -untaxed_currency,
            "amount_tax_signed": -tax,
            "amount_total_signed": company_currency.round(-(untaxed + tax)),
            "amount_total_in_currency_signed": -(sign * amount_total),
        }

    @api.model
    def _prepare_terms(self, template, header):
        """Receivable lines by due date, from Odoo's payment terms."""
        move = template.move
        term = move.invoice_payment_term_id
        sign = 1 if template.shape.move_type == "out_invoice" else -1
        needed = {}
        if term:
            terms = term._compute_terms(
                date_ref=template.shape.date,
                currency=move.currency_id,
                tax_amount_currency=header["amount_tax"] * sign,
                tax_amount=header["amount_tax_signed"],
                untaxed_amount_currency=header["amount_untaxed"] * sign,
                untaxed_amount=header["amount_untaxed_signed"],
                company=move.company_id,
                cash_rounding=move.invoice_cash_rounding_id,
                sign=sign,
            )
            for line in terms["line_ids"]:
                values = {
                    "balance": line["company_amount"],
                    "amount_currency": line["foreign_amount"],
                    "discount_date": terms.get("discount_date"),
                    "discount_balance": terms.get("discount_balance") or 0.0,
                    "discount_amount_currency": terms.get("discount_amount_currency")
                    or 0.0,
                }
                day = fields.Date.to_date(line.get("date"))
                if day in needed:
                    needed[day]["balance"] += values["balance"]
                    needed[day]["amount_currency"] += values["amount_currency"]
                else:
                    needed[day] = values
        else:
            day = template.shape.date_due or fields.Date.context_today(move)
            needed[day] = {
                "balance": header["amount_total_signed"],
                "amount_currency": header["amount_total_in_currency_signed"],
                "discount_date": False,
                "discount_balance": 0.0,
                "discount_amount_currency": 0.0,
            }
        return [
            {
                **self._prepare_term_line(template),
                **self._round(template, values),
                "date_maturity": day,
            }
            for day, values in needed.items()
        ]

    @api.model
    def _prepare_residuals(self, template, header, terms):
        residual = sum(line["amount_residual"] for line in terms)
        residual_currency = sum(line["amount_residual_currency"] for line in terms)
        return {
            "amount_residual": template.move.currency_id.round(
                -template.sign * residual_currency
            ),
            "amount_residual_signed": template.move.company_id.currency_id.round(
                residual
            ),
            "invoice_date_due": max(line["date_maturity"] for line in terms),
        }


def _freeze(distribution):
    return frozendict(distribution) if distribution else None
