from odoo import api, fields, models

from ..local_time import get_today


class PropertyBillingEntry(models.AbstractModel):
    """What follows from the amounts of a bill: its totals, rounding and terms."""

    _inherit = "property.billing.entry"

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
    def _prepare_rounding_lines(self, template, lines):
        """The line that rounds the bill to what can be paid in coins.

        :param lines: all other lines but the receivable ones
        :return: list of at most one line; None if a tax takes the difference
        """
        move = template.move
        rounding = move.invoice_cash_rounding_id._origin.with_company(move.company_id)
        if not rounding:
            return []
        company_currency = move.company_id.currency_id
        difference = rounding.compute_difference(
            move.currency_id, sum(line["amount_currency"] for line in lines)
        )
        balance = difference
        if move.currency_id != company_currency:
            balance = move.currency_id._convert(
                difference, company_currency, move.company_id, template.shape.date
            )
        if move.currency_id.is_zero(difference) and move.currency_id.is_zero(balance):
            return []
        if rounding.strategy != "add_invoice_line":
            return None
        is_loss = balance > 0.0 and rounding.loss_account_id
        account = rounding.loss_account_id if is_loss else rounding.profit_account_id
        if not account:
            return None
        return [
            {
                **self._prepare_common_line(template),
                "display_type": "rounding",
                "sequence": 11000,
                "name": rounding.name,
                "account_id": account.id,
                "balance": balance,
                "amount_currency": difference,
                "analytic_distribution": False,
            }
        ]

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
            day = template.shape.date_due or get_today(move)
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
