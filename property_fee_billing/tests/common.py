from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class PropertyFeeCommon(TransactionCase):
    """One small community: two buildings, three flats with their owners, a service
    fee by area at 2.80 and a fixed parking fee of 300, both in force since 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "lang": "en_US"}
        )
        cls.company = cls.choose_company()
        if cls.company != cls.env.company:
            cls.env = cls.env(
                context={**cls.env.context, "allowed_company_ids": cls.company.ids}
            )
        cls.manager = new_test_user(
            cls.env, "fee-manager", "property_fee_billing.group_fee_manager"
        )
        cls.community = cls.env["property.community"].create(
            {
                "code": "JADE",
                "name": "Jade Garden",
                "member_ids": [Command.set([cls.manager.id, cls.env.uid])],
                "payment_term_id": cls.env.ref(
                    "account.account_payment_term_30days"
                ).id,
            }
        )
        cls.building = cls.env["property.building"].create(
            {"code": "3", "name": "Tower 3", "community_id": cls.community.id}
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "VAT 6% included",
                "amount": 6,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )
        cls.item = cls.env["property.fee.item"].create(
            {
                "code": "T-PM",
                "name": "Property Service",
                "tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls.parking = cls.env["property.fee.item"].create(
            {
                "code": "T-PARK",
                "name": "Parking",
                "fee_class": "parking",
                "tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls.standard = cls.make_standard("T-PM-A", cls.item, 2.80)
        cls.parking_standard = cls.make_standard(
            "T-PARK-M", cls.parking, 300, method="fixed", proration="full_month"
        )
        cls.units = cls.env["property.unit"].create(
            [
                {"code": code, "building_id": cls.building.id, "charge_area": area}
                for code, area in (
                    ("3-1201", 89.37),
                    ("3-1202", 98.56),
                    ("3-1203", 100.00),
                )
            ]
        )
        cls.unit = cls.units[0]
        cls.owners = cls.env["res.partner"].create(
            [{"name": name, "ref": name} for name in ("Ann", "Bob", "Cid")]
        )
        cls.owner = cls.owners[0]
        for unit, owner in zip(cls.units, cls.owners, strict=True):
            cls.own(unit, owner)

    @classmethod
    def choose_company(cls):
        """Hook: the company whose community it is."""
        return cls.env.company

    @classmethod
    def make_standard(cls, code, item, price, **values):
        """A standard with one rate in force since 2025."""
        base = values.pop("base_amount", 0)
        tiers = values.pop("tiers", [])
        standard = cls.env["property.fee.standard"].create(
            {"code": code, "name": code, "item_id": item.id, **values}
        )
        cls.set_rate(standard, "2025-01-01", price, base, tiers)
        return standard

    @classmethod
    def set_rate(cls, standard, date_from, price, base=0, tiers=()):
        """Put a rate in force. ``tiers``: (upper limit or 0, price) pairs."""
        return cls.env["property.fee.rate"].create(
            {
                "standard_id": standard.id,
                "date_from": date_from,
                "price_unit": price,
                "base_amount": base,
                "state": "in_force",
                "tier_ids": [
                    Command.create({"up_to_qty": limit, "price_unit": tier_price})
                    for limit, tier_price in tiers
                ],
            }
        )

    @classmethod
    def own(cls, unit, partner, date_from=False, date_to=False, **values):
        return cls.env["property.ownership"].create(
            {
                "unit_id": unit.id,
                "partner_id": partner.id,
                "date_from": date_from,
                "date_to": date_to,
                **values,
            }
        )

    @classmethod
    def charge(cls, unit, standard=None, date_from="2026-01-01", **values):
        return cls.env["property.recurring.charge"].create(
            {
                "unit_id": unit.id,
                "standard_id": (standard or cls.standard).id,
                "date_from": date_from,
                **values,
            }
        )

    @classmethod
    def make_run(cls, date_from, date_to, communities=None, **values):
        return cls.env["property.billing.run"].create(
            {
                "community_ids": [Command.set((communities or cls.community).ids)],
                "date_from": date_from,
                "date_to": date_to,
                "invoice_date": date_from,
                **values,
            }
        )

    @classmethod
    def bill_month(cls, year, month):
        """Compute and post the run of one month of the community."""
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        run = cls.make_run(first, date.fromordinal(last))
        run.action_compute()
        run.action_post()
        return run

    @classmethod
    def amounts(cls, lines):
        """``[(first day, last day, amount)]`` of fee lines, days as text."""
        return [
            (str(line.date_from), str(line.date_to), line.amount)
            for line in lines.sorted(lambda line: (line.unit_id.code, line.date_from))
        ]
