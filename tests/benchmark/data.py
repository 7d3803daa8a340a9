"""The company, communities and contracts of the benchmark."""

from datetime import date

from odoo import Command

# three fees of a unit: code, method, price
FEES = (("SVC", "area", 2.8), ("PARK", "fixed", 300), ("LIFT", "fixed", 45.5))
FIRST_MONTH = date(2026, 1, 1)


def prepare_company(env):
    """A company with one value-added tax that prices include, and a payment term;
    what every way of making the invoices uses."""
    tax = env["account.tax"].create(
        {
            "name": "VAT 6% included",
            "amount": 6,
            "type_tax_use": "sale",
            "price_include_override": "tax_included",
        }
    )
    for code, _method, _price in FEES:
        env["property.fee.item"].create(
            {"code": code, "name": code, "tax_ids": [Command.set(tax.ids)]}
        )
    for code in ("PLAIN", "CONTR"):
        env["account.journal"].create({"name": code, "code": code, "type": "sale"})


def make_community(env, code, units):
    """A community whose units each have an owner and three fees a month.

    :return: the property.community
    """
    community = env["property.community"].create(
        {
            "code": code,
            "name": code,
            "auto_billing": "none",
            "payment_term_id": payment_term(env).id,
        }
    )
    building = env["property.building"].create(
        {"code": "1", "name": "1", "community_id": community.id}
    )
    standards = [
        _make_standard(env, community, fee_code, method, price)
        for fee_code, method, price in FEES
    ]
    units = env["property.unit"].create(
        [
            {
                "code": f"{number:05}",
                "building_id": building.id,
                "charge_area": 50 + number % 100 * 0.37,
            }
            for number in range(units)
        ]
    )
    partners = env["res.partner"].create(
        [{"name": f"{code} {unit.code}"} for unit in units]
    )
    env["property.ownership"].create(
        [
            {"unit_id": unit.id, "partner_id": partner.id}
            for unit, partner in zip(units, partners, strict=True)
        ]
    )
    env["property.recurring.charge"].create(
        [
            {
                "unit_id": unit.id,
                "standard_id": standard.id,
                "date_from": FIRST_MONTH,
            }
            for unit in units
            for standard in standards
        ]
    )
    env.flush_all()
    env.invalidate_all()
    return community


def payment_term(env):
    """The payment term of all invoices."""
    return env.ref("account.account_payment_term_30days")


def _make_standard(env, community, code, method, price):
    item = env["property.fee.item"].search([("code", "=", code)])
    return env["property.fee.standard"].create(
        {
            "code": f"{community.code}-{code}",
            "name": code,
            "item_id": item.id,
            "community_id": community.id,
            "method": method,
            "rate_ids": [
                Command.create(
                    {"date_from": FIRST_MONTH, "price_unit": price, "state": "in_force"}
                )
            ],
        }
    )


def make_contracts(env, community):
    """For each unit a contract with the same three lines, billed each month."""
    prices = {
        code: (lambda unit, price=price: round(unit.charge_area * price + 1e-9, 2))
        if method == "area"
        else (lambda unit, price=price: price)
        for code, method, price in FEES
    }
    items = {
        code: env["property.fee.item"].search([("code", "=", code)]) for code in prices
    }
    journal = env["account.journal"].search([("code", "=", "CONTR")])
    env["contract.contract"].with_context(tracking_disable=True).create(
        [
            {
                "name": f"{community.code} {unit.code}",
                "partner_id": unit.payer_id.id,
                "journal_id": journal.id,
                "payment_term_id": payment_term(env).id,
                "contract_line_ids": [
                    Command.create(
                        {
                            "product_id": items[code].product_id.id,
                            "name": f"{code} #START# – #END#",
                            "quantity": 1,
                            "price_unit": price(unit),
                            "analytic_distribution": analytic(community),
                            "date_start": FIRST_MONTH,
                            "recurring_next_date": FIRST_MONTH,
                            "recurring_rule_type": "monthly",
                        }
                    )
                    for code, price in prices.items()
                ],
            }
            for unit in community.unit_ids
        ]
    )


def analytic(community):
    """Analytic distribution of all invoice lines of a community."""
    return {str(community.analytic_account_id.id): 100}
