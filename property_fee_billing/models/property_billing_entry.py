import datetime
from dataclasses import dataclass

from odoo import Command, api, models
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

        :return: ``{"products": [values], "others": [values], "terms": [values],
            "header": values of the bill}``; others are taxes and rounding. None if
            Odoo must round the bill itself.
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
        rounding = self._prepare_rounding_lines(template, products + taxes)
        if rounding is None:
            return None
        header = self._prepare_totals(template, products + rounding, taxes)
        terms = self._prepare_terms(template, header)
        others = taxes + rounding
        self._add_residuals(template, products + others + terms)
        header.update(self._prepare_residuals(template, header, terms))
        return {
            "products": products,
            "others": others,
            "terms": terms,
            "header": header,
        }

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


def _freeze(distribution):
    return frozendict(distribution) if distribution else None
