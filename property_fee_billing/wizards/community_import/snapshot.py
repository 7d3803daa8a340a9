"""What the community has already, in the terms of the workbook.

A fixed number of queries, whatever the size of the community.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.tools.translate import LazyTranslate

from .plan import Existing, Ref

_lt = LazyTranslate(__name__)


@dataclass
class Snapshot:
    """Records by kind and natural key; items and standards also by who uses them."""

    community: Existing | None = None
    company_currency: str = ""
    currencies: dict[str, int] = field(default_factory=dict)
    records: dict[str, dict] = field(default_factory=lambda: defaultdict(dict))
    #: Items and standards that all communities of the company share, by kind, code.
    shared: dict[str, dict] = field(default_factory=lambda: defaultdict(dict))
    #: Partners of one owner code; more than one means the code is not clear.
    partners: dict[str, list[Existing]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: Equal one-off charges are several, so they are counted.
    oneoffs: Counter = field(default_factory=Counter)
    last_billed: dict[str, date] = field(default_factory=dict)


class HiddenCommunity(ValueError):
    """The community is there, but not for this user."""


def load_snapshot(env, code, days):
    """The snapshot of the community with that code in the current company.

    :param days: (first, last) day of the readings and one-off charges of the file
    :raises HiddenCommunity: when the user may not see that community
    """
    return SnapshotLoader(env(context={**env.context, "active_test": False})).load(
        code, days
    )


def to_decimal(value, digits) -> Decimal:
    """A stored float as the number it stands for."""
    return Decimal(str(round(value or 0.0, digits)))


class SnapshotLoader:
    """Reads the records one kind after another; later kinds need the earlier ids."""

    def __init__(self, env):
        self.env = env
        self.snapshot = Snapshot(company_currency=env.company.currency_id.name)
        self.codes = defaultdict(dict)  # kind -> id -> code

    def load(self, code, days):
        """Load all that the file may refer to or repeat."""
        self._load_currencies()
        community_id = self._load_community(code)
        self._load_items(community_id)
        self._load_standards(community_id)
        if community_id:
            inside = [("community_id", "=", community_id)]
            self._load_buildings(inside)
            self._load_units(inside)
            self._load_ownerships(inside)
            self._load_rates(inside)
            self._load_charges(inside)
            self._load_concessions(inside)
            self._load_meters(inside)
            self._load_readings(inside, days)
            self._load_shared_costs(inside)
            self._load_oneoffs(inside, days)
        return self.snapshot

    def _read(self, model, domain, names):
        return self.env[model].search_read(domain, names, load=None, order="id")

    def _load_currencies(self):
        rows = self._read("res.currency", [], ["name"])
        self.snapshot.currencies = {row["name"]: row["id"] for row in rows}

    def _load_community(self, code):
        if not code:
            return None
        domain = [("company_id", "=", self.env.company.id), ("code", "=", code)]
        found = self.env["property.community"].search(domain)
        if not found:
            # Only whether the code is taken by a community this user may not see:
            # else the import would fail on its unique code with less to say.
            if self.env["property.community"].sudo().search_count(domain, limit=1):
                raise HiddenCommunity(code)
            return None
        self.snapshot.community = Existing(
            found.id,
            {
                "name": found.name,
                "address": found.address or None,
                "currency_id": found.currency_id.name,
            },
            active=found.active,
        )
        return found.id

    def _load_buildings(self, inside):
        for row in self._read("property.building", inside, ["code", "name", "active"]):
            self.codes["building"][row["id"]] = row["code"]
            self._keep("building", row["code"], row, {"name": row["name"]})

    def _load_units(self, inside):
        names = ["code", "building_id", "floor", "unit_type", "charge_area"]
        names += ["inner_area", "occupancy", "active"]
        for row in self._read("property.unit", inside, names):
            self.codes["unit"][row["id"]] = row["code"]
            values = {
                "building_id": self._ref("building", row["building_id"]),
                "floor": row["floor"],
                "unit_type": row["unit_type"],
                "charge_area": to_decimal(row["charge_area"], 4),
                "inner_area": to_decimal(row["inner_area"], 4),
                "occupancy": row["occupancy"],
            }
            self._keep("unit", row["code"], row, values)

    def _load_ownerships(self, inside):
        """An owner is known by code among the people of this community only: another
        community may use the same code for somebody else."""
        names = ["unit_id", "partner_id", "role", "is_payer", "date_from", "date_to"]
        rows = self._read("property.ownership", inside, names)
        partner_ids = {row["partner_id"] for row in rows}
        partners = {
            row["id"]: row
            for row in self._read(
                "res.partner",
                [("id", "in", list(partner_ids))],
                ["ref", "name", "phone", "email", "active"],
            )
        }
        for partner in partners.values():
            if partner["ref"]:
                values = {
                    name: partner[name] or None for name in ("name", "phone", "email")
                }
                self.snapshot.partners[partner["ref"]].append(
                    Existing(partner["id"], values, partner["active"])
                )
        for row in rows:
            # People without a code are kept too: they may be payers.
            person = partners.get(row["partner_id"], {})
            owner = person.get("ref") or Ref("partner", row["partner_id"])
            unit_code = self.codes["unit"][row["unit_id"]]
            key = (unit_code, owner, row["role"], row["date_from"] or None)
            values = {
                "is_payer": row["is_payer"],
                "date_to": row["date_to"] or None,
                "name": person.get("name") or "",
            }
            self._keep("ownership", key, row, values)

    def _load_items(self, community_id):
        rows = self._read(
            "property.fee.item",
            [
                ("company_id", "=", self.env.company.id),
                ("community_id", "in", [community_id, False]),
            ],
            ["code", "name", "fee_class", "community_id", "product_id", "active"],
        )
        percents = self._get_tax_percents([row["product_id"] for row in rows])
        for row in rows:
            values = {
                "name": row["name"],
                "fee_class": row["fee_class"],
                "tax_percent": percents.get(row["product_id"]),
            }
            self._keep("item", row["code"], row, values, not row["community_id"])

    def _get_tax_percents(self, product_ids):
        """Product to its tax in percent, contained in the price; 0 without a tax,
        None when its taxes are anything else."""
        # The item's user may read the fee, not always its product and taxes.
        products = self.env["product.product"].sudo().browse(product_ids)
        percents = {}
        for product in products:
            taxes = product.taxes_id.filtered(
                lambda tax: tax.company_id == self.env.company
            )
            if not taxes:
                percents[product.id] = Decimal(0)
            elif len(taxes) == 1 and taxes.amount_type == "percent":
                amount = to_decimal(taxes.amount, 4)
                if taxes.price_include or not amount:
                    percents[product.id] = amount
        return percents

    def _load_standards(self, community_id):
        names = ["code", "name", "item_id", "method", "proration", "tier_basis"]
        names += ["grade", "basis", "formula", "community_id", "active"]
        domain = [
            ("company_id", "=", self.env.company.id),
            ("community_id", "in", [community_id, False]),
        ]
        rows = self._read("property.fee.standard", domain, names)
        billed = {
            standard.id
            for [standard] in self.env["property.fee.line"]._read_group(
                [("community_id", "=", community_id), ("state", "=", "posted")],
                ["standard_id"],
            )
        }
        for row in rows:
            values = {name: row[name] or None for name in names[:-2]}
            values["item_id"] = Ref("item", row["item_id"])
            values.pop("code")
            locked = {"item_id", "method", "proration", "tier_basis", "formula"}
            self._keep(
                "standard",
                row["code"],
                row,
                values,
                shared=not row["community_id"],
                locked=locked if row["id"] in billed else (),
                reason=_lt("the standard has been billed; give the new one a new code"),
            )

    def _load_rates(self, inside):
        names = ["standard_id", "date_from", "price_unit", "base_amount", "state"]
        rates = self._read("property.fee.rate", inside, names)
        tiers = defaultdict(list)
        for tier in self._read(
            "property.fee.rate.tier",
            [("rate_id.community_id", "=", inside[0][2])],
            ["rate_id", "up_to_qty", "price_unit"],
        ):
            tiers[tier["rate_id"]].append(
                (
                    to_decimal(tier["up_to_qty"], 4) or None,
                    to_decimal(tier["price_unit"], 6),
                )
            )
        for row in rates:
            # the open tier, without a limit, comes last
            slices = sorted(
                tiers[row["id"]], key=lambda tier: (tier[0] is None, tier[0] or 0)
            )
            values = {
                "price_unit": to_decimal(row["price_unit"], 6),
                "base_amount": to_decimal(row["base_amount"], 6),
                "tier_ids": tuple(slices),
                "state": row["state"],
            }
            key = (Ref("standard", row["standard_id"]), row["date_from"])
            self._keep("rate", key, row, values)

    def _load_charges(self, inside):
        names = ["unit_id", "standard_id", "date_from", "date_to", "interval_months"]
        names += ["timing", "quantity"]
        for row in self._read("property.recurring.charge", inside, names):
            key = (
                self.codes["unit"][row["unit_id"]],
                Ref("standard", row["standard_id"]),
                row["date_from"],
            )
            values = {
                "date_to": row["date_to"] or None,
                "interval_months": row["interval_months"],
                "timing": row["timing"],
                "quantity": to_decimal(row["quantity"], 4),
            }
            self._keep("charge", key, row, values)

    def _load_concessions(self, inside):
        names = ["unit_id", "item_id", "date_from", "date_to", "factor", "reason"]
        names.append("state")
        for row in self._read("property.concession", inside, names):
            if row["state"] == "refused":
                continue
            key = (
                self.codes["unit"][row["unit_id"]],
                Ref("item", row["item_id"]),
                row["date_from"] or None,
                to_decimal(row["factor"], 6),
                row["reason"],
            )
            values = {"date_to": row["date_to"] or None, "state": row["state"]}
            self._keep("concession", key, row, values)

    def _load_meters(self, inside):
        names = ["code", "unit_id", "standard_id", "multiplier", "digits"]
        names += ["initial_date", "initial_value", "active"]
        billed = {
            meter.id: last
            for meter, last in self.env["property.meter.reading"]._read_group(
                [*inside, ("is_billed", "=", True)], ["meter_id"], ["date:max"]
            )
        }
        for row in self._read("property.meter", inside, names):
            code = self.codes["meter"][row["id"]] = row["code"]
            if row["id"] in billed:
                self.snapshot.last_billed[code] = billed[row["id"]]
            values = {
                "unit_id": self._ref("unit", row["unit_id"]),
                "standard_id": Ref("standard", row["standard_id"]),
                "multiplier": to_decimal(row["multiplier"], 4),
                "digits": row["digits"],
                "initial_date": row["initial_date"],
                "initial_value": to_decimal(row["initial_value"], 4),
            }
            self._keep(
                "meter",
                code,
                row,
                values,
                locked=values if row["id"] in billed else (),
                reason=_lt(
                    "the meter has billed readings; record a replacement or a "
                    "correction as a reading"
                ),
            )

    def _load_readings(self, inside, days):
        names = ["meter_id", "date", "value", "kind", "is_billed"]
        for row in self._read(
            "property.meter.reading", self._within(inside, days), names
        ):
            values = {"value": to_decimal(row["value"], 4), "kind": row["kind"]}
            self._keep(
                "reading",
                (self.codes["meter"][row["meter_id"]], row["date"]),
                row,
                values,
                locked=values if row["is_billed"] else (),
                reason=_lt("the reading has been billed; record a correction instead"),
            )

    def _load_shared_costs(self, inside):
        names = ["item_id", "date_from", "date_to", "amount", "basis"]
        names += ["usage_item_id", "building_ids", "unit_type_ids"]
        types = {
            row["id"]: row["code"]
            for row in self._read("property.unit.type", [], ["code"])
        }
        for row in self._read("property.shared.cost", inside, names):
            usage = row["usage_item_id"]
            buildings = (self._ref("building", id_) for id_ in row["building_ids"])
            key = (
                Ref("item", row["item_id"]),
                row["date_from"],
                row["date_to"],
                to_decimal(row["amount"], 2),
                row["basis"],
                Ref("item", usage) if usage else None,
                frozenset(buildings),
                frozenset(types[id_] for id_ in row["unit_type_ids"]),
            )
            self._keep("shared_cost", key, row, {})

    def _load_oneoffs(self, inside, days):
        names = ["unit_id", "item_id", "date", "quantity", "price_unit", "name"]
        for row in self._read(
            "property.oneoff.charge", self._within(inside, days), names
        ):
            key = (
                self.codes["unit"][row["unit_id"]],
                Ref("item", row["item_id"]),
                row["date"],
                to_decimal(row["quantity"], 4),
                to_decimal(row["price_unit"], 6),
                row["name"],
            )
            self.snapshot.oneoffs[key] += 1

    @staticmethod
    def _within(inside, days):
        first, last = days
        return [*inside, ("date", ">=", first), ("date", "<=", last)]

    def _ref(self, kind, record_id):
        return Ref(kind, self.codes[kind][record_id])

    def _keep(self, kind, key, row, values, shared=False, locked=(), reason=None):
        existing = Existing(
            row["id"], values, row.get("active", True), frozenset(locked), reason
        )
        target = self.snapshot.shared if shared else self.snapshot.records
        target[kind][key] = existing
