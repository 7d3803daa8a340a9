from odoo import api, models
from odoo.tools import SQL


class PropertyRatioMixin(models.AbstractModel):
    """Ratios that are right under any grouping and filter.

    The ratio of a group is never the average of its rows' ratios: it is worked out
    anew from the sums of what stands above and below the line.
    """

    _name = "property.ratio.mixin"
    _description = "Ratios of Sums"

    @api.model
    def _get_ratios(self):
        """``{field: (above, below)}``, each a signed list of fields to be added up,
        such as ``["billed", "-credited"]``. Rows keep shares of one: 0.903 is 90.3 %.
        """
        return {}

    @api.model
    def _get_distinct_counts(self):
        """``{field: (key field, condition field or None)}``: counts each key once, of
        the rows that meet the condition."""
        return {}

    @api.model
    def _get_stocks(self):
        """``{field: field of the month}`` of amounts at one moment of a month: over
        several months they are not added up but averaged."""
        return {}

    def _read_group(self, *args, **kwargs):
        """Override: groups are sorted in memory, not on disk; see `_with_factors`."""
        self._use_memory()
        records = self._with_factors()
        return super(PropertyRatioMixin, records)._read_group(*args, **kwargs)

    def _read_grouping_sets(self, *args, **kwargs):
        """Override: the same for all levels of a pivot at once."""
        self._use_memory()
        records = self._with_factors()
        return super(PropertyRatioMixin, records)._read_grouping_sets(*args, **kwargs)

    @api.model
    def _use_memory(self):
        """Let the rest of the transaction sort up to 64 MB in memory: a year of units
        to be counted once each does not fit into PostgreSQL's 4 MB."""
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")

    # -------------------------------------------------------------- currencies
    @api.model
    def _with_factors(self):
        """Know the currencies of the communities, and today's rate of each to that of
        the company.

        Amounts of several currencies are never added up as they are. Odoo's pivots,
        graphs and lists show ``sum_currency`` then, in the company's currency; ratios
        are made of the same sums.
        """
        company = self.env.company
        # which currencies there are depends on no access rule
        groups = self.env["property.community"].sudo()._read_group([], ["currency_id"])
        convert = self.env["res.currency"]._get_conversion_rate
        factors = tuple(
            (currency.id, str(convert(currency, company.currency_id, company)))
            for [currency] in groups
        )
        return self.with_context(figures_factors=factors)

    def _sum_converted(self, field, query):
        """SQL of the sum of a monetary field in the company's currency.

        The same figure as Odoo's own, which joins each row with its rate: that takes
        seconds of a million rows, even where all are of one currency.
        """
        column = self._field_to_sql(self._table, field.name, query)
        factors = self.env.context["figures_factors"]
        if len(factors) == 1:
            [(_currency_id, factor)] = factors
            if float(factor) == 1:
                return SQL("SUM(%s)", column)
            return SQL("SUM(%s) * %s::numeric", column, factor)
        currency = self._field_to_sql(
            self._table, field.get_currency_field(self), query
        )
        return SQL(" + ").join(
            SQL(
                "COALESCE(SUM(%s) FILTER (WHERE %s = %s), 0) * %s::numeric",
                column,
                currency,
                currency_id,
                factor,
            )
            for currency_id, factor in factors
        )

    def _get_currency_ids(self, name, query):
        """SQL of the currencies of a group, in order."""
        factors = self.env.context["figures_factors"]
        if len(factors) == 1:
            return SQL("ARRAY[%s]", factors[0][0])
        currency = self._field_to_sql(self._table, name, query)
        found = (
            SQL("CASE WHEN bool_or(%s = %s) THEN %s END", currency, key, key)
            for key, _factor in sorted(factors)
        )
        return SQL("array_remove(ARRAY[%s]::int[], NULL)", SQL(", ").join(found))

    def _is_plain(self, aggregate_spec):
        """Whether an aggregate has nothing to do with currencies."""
        name, _colon, function = aggregate_spec.partition(":")
        return not self.env.context.get("figures_factors") or not (
            function == "sum_currency"
            or (name == "currency_id" and function == "array_agg_distinct")
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override: ratios of sums, counts of different things, sums of money."""
        name = aggregate_spec.partition(":")[0]
        field = self._fields.get(name)
        ratios = self._get_ratios()
        if name in ratios:
            self._check_field_access(field, "read")
            above, below = ratios[name]
            return SQL(
                "(%s)::float8 / NULLIF(%s, 0)::float8",
                self._sum_terms(above, query),
                self._sum_terms(below, query),
            )
        if name in self._get_distinct_counts():
            return self._count_distinct(name, query)
        if self._is_plain(aggregate_spec):
            value = super()._read_group_select(aggregate_spec, query)
        elif name == "currency_id":
            return self._get_currency_ids(name, query)
        else:
            self._check_field_access(field, "read")
            value = SQL("(%s)", self._sum_converted(field, query))
        stocks = self._get_stocks()
        if name in stocks:
            return SQL(
                "%s / NULLIF(COUNT(DISTINCT %s), 0)",
                value,
                self._field_to_sql(self._table, stocks[name], query),
            )
        return value

    def _sum_terms(self, terms, query):
        """SQL of the signed sum of fields, of all months in a ratio."""
        parts = []
        for term in terms:
            name = term.lstrip("-")
            field = self._fields[name]
            if name in self._get_distinct_counts():
                value = self._count_distinct(name, query)
            elif field.type == "monetary" and self._is_mixed():
                value = self._sum_converted(field, query)
            else:
                value = SQL("SUM(%s)", self._field_to_sql(self._table, name, query))
            sign = SQL("-") if term.startswith("-") else SQL("+")
            parts.append(SQL("%s COALESCE(%s, 0)", sign, value))
        return SQL(" ").join(parts)

    def _is_mixed(self):
        """Whether communities have different currencies."""
        return len(self.env.context.get("figures_factors", ())) > 1

    def _count_distinct(self, name, query):
        key, condition = self._get_distinct_counts()[name]
        column = self._field_to_sql(self._table, key, query)
        if not condition:
            return SQL("COUNT(DISTINCT %s)", column)
        return SQL(
            "COUNT(DISTINCT CASE WHEN %s THEN %s END)",
            self._field_to_sql(self._table, condition, query),
            column,
        )
