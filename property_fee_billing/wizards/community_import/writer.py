"""The plan to the database, one kind of record after another, in batches."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo.fields import Command

from .plan import Plan, Ref
from .snapshot import Snapshot
from .taxes import SalesTaxes

MODELS = {
    "building": "property.building",
    "unit": "property.unit",
    "partner": "res.partner",
    "ownership": "property.ownership",
    "item": "property.fee.item",
    "standard": "property.fee.standard",
    "rate": "property.fee.rate",
    "charge": "property.recurring.charge",
    "concession": "property.concession",
    "meter": "property.meter",
    "reading": "property.meter.reading",
    "shared_cost": "property.shared.cost",
    "oneoff": "property.oneoff.charge",
}
BATCH = 2000


def write_plan(env, plan: Plan, snapshot: Snapshot):
    """Write the plan and return the community.

    :rtype: property.community
    """
    # One note per record would cost more than the records: who imported what stands
    # in the create and write columns.
    quiet = {
        **env.context,
        "tracking_disable": True,
        "mail_create_nolog": True,
        "active_test": False,
    }
    writer = PlanWriter(env(context=quiet), plan, snapshot)
    community = writer.run()
    return community.with_env(env)


class PlanWriter:
    """Knows the ids of what exists and of what it has made so far."""

    def __init__(self, env, plan, snapshot):
        self.env = env
        self.plan = plan
        self.snapshot = snapshot
        self.community = env["property.community"]
        self.ids = defaultdict(dict)
        for kind in ("building", "unit", "meter"):
            known = snapshot.records[kind].items()
            self.ids[kind] = {code: existing.id for code, existing in known}
        self.ids["partner"] = {
            code: people[0].id for code, people in snapshot.partners.items()
        }
        self.taxes = SalesTaxes(env)
        self._unit_types = {}

    def run(self):
        """Write all kinds in the order they depend on each other."""
        self._write_community()
        for kind in MODELS:
            self._update(kind)
            self._create(kind)
        return self.community

    def _write_community(self):
        changes = self.plan.creates["community"] + self.plan.updates["community"]
        for change in changes:
            values = dict(change.values)
            if "currency_id" in values:
                values["currency_id"] = self._get_currency(values["currency_id"]).id
            if change.existing is None:
                values.update(code=change.key, company_id=self.env.company.id)
                self.community = self.env["property.community"].create(values)
            else:
                self._community_of(change.existing).write(values)
        if not self.community:
            self.community = self._community_of(self.snapshot.community)

    def _community_of(self, existing):
        return self.env["property.community"].browse(existing.id)

    def _get_currency(self, name):
        currency = self.env["res.currency"].browse(self.snapshot.currencies[name])
        if not currency.active:
            # A currency that bills are made in must be usable; switching it on needs
            # a settings right that a fee manager does not have.
            currency.sudo().active = True
        return currency

    def _model(self, kind):
        return self.env[MODELS[kind]]

    def _create(self, kind):
        changes = self.plan.creates[kind]
        prepare = getattr(self, f"_prepare_{kind}_values")
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            records = self._model(kind).create([prepare(change) for change in batch])
            for change, record in zip(batch, records, strict=True):
                self.ids[kind][change.key] = record.id

    def _update(self, kind):
        """Write the changes, equal ones together; those that free a day of a payer
        before those that take one."""
        changes = self.plan.updates[kind]
        everything = [change.existing.id for change in changes]
        groups = defaultdict(list)
        for change in changes:
            groups[tuple(sorted(change.values.items()))].append(change.existing.id)
        order = sorted(groups.items(), key=lambda group: _takes_days(dict(group[0])))
        for values, record_ids in order:
            # what the checks of a write read is fetched once for all groups
            records = self._model(kind).browse(record_ids).with_prefetch(everything)
            update = getattr(self, f"_update_{kind}", self._update_plain)
            update(records, dict(values))

    def _update_plain(self, records, values):
        records.write(self._convert(values))

    def _update_concession(self, records, values):
        if "state" in values:
            values.update(records._prepare_decision())
        records.write(self._convert(values))

    def _update_item(self, records, values):
        if "tax_percent" in values:
            taxes = self.taxes.get_tax(values.pop("tax_percent"))
            # The product belongs to the item; see property.fee.item.create.
            records.product_id.sudo().taxes_id = taxes
        if values:
            records.write(self._convert(values))

    # ------------------------------------------------------------ conversions
    def _resolve(self, ref: Ref):
        if isinstance(ref.token, int):
            return ref.token
        return self.ids[ref.kind][ref.token]

    def _convert(self, values):
        """Plan values to field values; a Decimal becomes a float here and only here."""
        return {name: self._convert_value(value) for name, value in values.items()}

    def _convert_value(self, value):
        if isinstance(value, Ref):
            return self._resolve(value)
        return float(value) if isinstance(value, Decimal) else value

    # ------------------------------------------------------- values to create
    def _prepare_building_values(self, change):
        return {
            "code": change.key,
            "community_id": self.community.id,
            **self._convert(change.values),
        }

    def _prepare_unit_values(self, change):
        return {"code": change.key, **self._convert(change.values)}

    def _prepare_partner_values(self, change):
        return {
            "ref": change.key,
            "company_id": self.community.company_id.id,
            **change.values,
        }

    def _prepare_ownership_values(self, change):
        unit_code, owner_code, role, first = change.key
        return {
            "unit_id": self.ids["unit"][unit_code],
            "partner_id": self.ids["partner"][owner_code],
            "role": role,
            "date_from": first,
            "change_reason": self.env._("Import of a workbook"),
            **change.values,
        }

    def _prepare_item_values(self, change):
        values = dict(change.values)
        percent = values.pop("tax_percent")
        is_own = values.pop("is_own")
        return {
            "code": change.key,
            "company_id": self.community.company_id.id,
            "community_id": self.community.id if is_own else False,
            "tax_ids": [Command.set(self.taxes.get_tax(percent).ids)],
            **values,
        }

    def _prepare_standard_values(self, change):
        return {
            "code": change.key,
            "community_id": self.community.id,
            **self._convert(change.values),
        }

    def _prepare_rate_values(self, change):
        values = dict(change.values)
        tiers = [
            Command.create({"up_to_qty": float(limit or 0), "price_unit": float(price)})
            for limit, price in values.pop("tier_ids")
        ]
        return {"state": "in_force", "tier_ids": tiers, **self._convert(values)}

    def _prepare_charge_values(self, change):
        unit_code, standard, first = change.key
        return {
            "unit_id": self.ids["unit"][unit_code],
            "standard_id": self._resolve(standard),
            "date_from": first,
            **self._convert(change.values),
        }

    def _prepare_concession_values(self, change):
        unit_code, item, first, factor, reason = change.key
        return {
            "unit_id": self.ids["unit"][unit_code],
            "item_id": self._resolve(item),
            "date_from": first,
            "factor": float(factor),
            "reason": reason,
            **change.values,
        }

    def _prepare_meter_values(self, change):
        return {"code": change.key, **self._convert(change.values)}

    def _prepare_reading_values(self, change):
        meter_code, day = change.key
        return {
            "meter_id": self.ids["meter"][meter_code],
            "date": day,
            **self._convert(change.values),
        }

    def _prepare_shared_cost_values(self, change):
        item, first, last, amount, basis, usage, buildings, types = change.key
        building_ids = [self._resolve(ref) for ref in buildings]
        return {
            "community_id": self.community.id,
            "item_id": self._resolve(item),
            "date_from": first,
            "date_to": last,
            "amount": float(amount),
            "basis": basis,
            "usage_item_id": self._resolve(usage) if usage else False,
            "building_ids": [Command.set(sorted(building_ids))],
            "unit_type_ids": [Command.set(self._get_unit_types(types))],
        }

    def _prepare_oneoff_values(self, change):
        unit_code, item, day, quantity, price, description = change.key
        return {
            "unit_id": self.ids["unit"][unit_code],
            "item_id": self._resolve(item),
            "date": day,
            "quantity": float(quantity),
            "price_unit": float(price),
            "name": description,
        }

    def _get_unit_types(self, codes):
        if not self._unit_types:
            types = self.env["property.unit.type"].search([])
            self._unit_types = {record.code: record.id for record in types}
        return [self._unit_types[code] for code in sorted(codes)]


def _takes_days(values):
    """Whether a change of an ownership makes its payer pay on more days."""
    last = values.get("date_to", date.min)
    return (bool(values.get("is_payer", False)), last)
