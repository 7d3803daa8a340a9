from collections import defaultdict

from odoo import api, models

# Context keys under which the plan of a batch travels: to the creation of its bills
# and their lines, and to their posting.
CREATE_KEY = "fee_bulk_create"
POST_KEY = "fee_bulk_post"

CURRENCY_FIELDS = ("currency_id", "company_currency_id", "company_id")

SETTLED_FIELDS = (
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
    "amount_untaxed_signed",
    "amount_untaxed_in_currency_signed",
    "amount_tax_signed",
    "amount_total_signed",
    "amount_total_in_currency_signed",
    "amount_residual_signed",
    "payment_state",
    "invoice_date_due",
    "always_tax_exigible",
)


class BulkPlan:
    """What one batch of bills knows before Odoo is asked to store it.

    An object of its own, compared by identity, because a context is compared often.

    :ivar related: ``{(field, record id): value}`` of stored related fields
    :ivar rank: ``{move id: position}`` in which numbers are given
    :ivar numbering: ``{sequence: (format, values)}`` of numbers already begun
    :ivar settled: ids of the bills made in bulk
    :ivar ranks: ``{partner: bills}`` still to be counted
    """

    def __init__(self):
        self.related = {}
        self.known = {}
        self.rank = {}
        self.numbering = {}
        self.defaults = {}
        self.currencies = {}
        self.existing = {}
        self.ranks = defaultdict(int)
        self.settled = ()

    def get_settled_fields(self, env):
        """Fields of a bill that its lines decide and that are given already."""
        move_fields = env["account.move"]._fields
        return [move_fields[name] for name in SETTLED_FIELDS]


class PropertyBulkMixin(models.AbstractModel):
    """Creation in bulk of records whose stored computed fields are known.

    Odoo computes every stored field that is missing from what ``create`` is given,
    record by record, and again whatever a dependency touches. Under a plan in the
    context, a computed value that is given counts as computed, and related fields
    are read off the record they relate to, once for each. Whatever is not given,
    such as a field of another addon, Odoo computes as always.
    """

    _name = "property.bulk.mixin"
    _description = "Bulk Creation"

    # context key that says that what is created is complete
    _bulk_key = CREATE_KEY

    def _add_precomputed_values(self, vals_list):
        """Override of the ORM: add related values, and take what is given as it is."""
        plan = self.env.context.get(self._bulk_key)
        if plan is None:
            return super()._add_precomputed_values(vals_list)
        self._add_known_values(plan, vals_list)
        given = [self._get_known_fields(vals) for vals in vals_list]
        super()._add_precomputed_values(vals_list)
        for vals, fields in zip(vals_list, given, strict=True):
            # no inverse need turn into other values what is complete already
            vals["__precomputed__"] = fields | vals.get("__precomputed__", set())
        return None

    @api.model
    def default_get(self, fields):
        """Override of the ORM: defaults are the same for all records of a batch."""
        plan = self.env.context.get(self._bulk_key)
        if plan is None:
            return super().default_get(fields)
        key = (self._name, tuple(fields))
        if key not in plan.defaults:
            plan.defaults[key] = super().default_get(fields)
        return dict(plan.defaults[key])

    @api.model
    def new(self, values=None, origin=None, ref=None):
        """Override of the ORM, which makes an empty record for every amount to find
        its currency: one for each currency will do."""
        plan = self.env.context.get(self._bulk_key)
        if plan is None or not values or len(values) != 1 or origin or ref:
            return super().new(values, origin, ref)
        [(name, value)] = values.items()
        if name not in CURRENCY_FIELDS:
            return super().new(values, origin, ref)
        key = (self._name, name, value, self.env)
        if key not in plan.currencies:
            plan.currencies[key] = super().new(values)
        return plan.currencies[key]

    def _create(self, data_list):
        """Override of the ORM: what is given is not computed once more."""
        if self.env.context.get(self._bulk_key) is not None:
            for data in data_list:
                data["protected"].update(self._get_known_fields(data["stored"]))
        return super()._create(data_list)

    def _check_company(self, fnames=None):
        """Override of the ORM: the same check on all linked records together; record
        by record only to say where it fails."""
        if self.env.context.get(self._bulk_key) is None or fnames is not None:
            return super()._check_company(fnames)
        names = [
            name
            for name, field in self._fields.items()
            if field.relational and field.check_company and name != "move_id"
        ]
        for company, records in self.grouped("company_id").items():
            for name in names:
                # As the ORM does: the check is about companies, and must also see what
                # this user may not.
                linked = records.sudo().mapped(name)
                if not linked:
                    continue
                domain = linked._check_company_domain(company)
                kept = linked.with_context(active_test=False).filtered_domain(domain)
                if domain and linked != kept:
                    return super()._check_company(fnames)
        return None

    def _get_known_fields(self, vals):
        """Computed or inversed fields that ``vals`` holds a value of; memoised by
        the set of keys."""
        memo = self.env.context[self._bulk_key].known
        key = (self._name, frozenset(vals))
        if key not in memo:
            memo[key] = {
                field
                for name in vals
                # an inverse is how a field that is not stored gets stored at all
                if (field := self._fields.get(name))
                and field.store
                and (field.compute or field.inverse)
            }
        return memo[key]

    def _add_known_values(self, plan, vals_list):
        """Complete ``vals_list`` in place; here, the stored related fields."""
        related = self._get_related_fields()
        memo = plan.related
        for vals in vals_list:
            for name, head, path, model in related:
                record_id = vals.get(head)
                key = (self._name, name, record_id)
                try:
                    vals[name] = memo[key]
                except KeyError:
                    record = self.env[model].browse(record_id or ())
                    field = self._fields[name]
                    value = record[path[0]]
                    for part in path[1:]:
                        value = value[part]
                    memo[key] = vals[name] = field.convert_to_write(value, self)

    def _get_related_fields(self):
        """``[(field, its first step, the rest of its path, model of the step)]`` of
        stored related fields whose first step is a stored field."""
        result = []
        for name, field in self._fields.items():
            if field.store and field.related:
                head, *path = field.related.split(".")
                step = self._fields[head]
                if path and step.store:
                    result.append((name, head, path, step.comodel_name))
        # tax_group_id goes by tax_line_id: a step comes before what takes it
        names = [row[0] for row in result]
        return sorted(result, key=lambda row: row[1] in names)
