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
        """Override: groups are sorted in memory, not on disk."""
        self._use_memory()
        return super()._read_group(*args, **kwargs)

    def _read_grouping_sets(self, *args, **kwargs):
        """Override: the same for all levels of a pivot at once."""
        self._use_memory()
        return super()._read_grouping_sets(*args, **kwargs)

    @api.model
    def _use_memory(self):
        """Let the rest of the transaction sort up to 64 MB in memory: a year of units
        to be counted once each does not fit into PostgreSQL's 4 MB."""
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")

    def _read_group_select(self, aggregate_spec, query):
        """Override: ratios of sums, and counts of different things."""
        name = aggregate_spec.partition(":")[0]
        ratios = self._get_ratios()
        if name in ratios:
            self._check_field_access(self._fields[name], "read")
            above, below = ratios[name]
            return SQL(
                "(%s)::float8 / NULLIF(%s, 0)::float8",
                self._sum_terms(above, query),
                self._sum_terms(below, query),
            )
        stocks = self._get_stocks()
        if name in stocks:
            return SQL(
                "%s / NULLIF(COUNT(DISTINCT %s), 0)",
                super()._read_group_select(aggregate_spec, query),
                self._field_to_sql(self._table, stocks[name], query),
            )
        if name in self._get_distinct_counts():
            return self._count_distinct(name, query)
        return super()._read_group_select(aggregate_spec, query)

    def _sum_terms(self, terms, query):
        """SQL of the signed sum of fields, of all months in a ratio."""
        parts = []
        for term in terms:
            name = term.lstrip("-")
            if name in self._get_distinct_counts():
                value = self._count_distinct(name, query)
            else:
                value = SQL("SUM(%s)", self._field_to_sql(self._table, name, query))
            sign = SQL("-") if term.startswith("-") else SQL("+")
            parts.append(SQL("%s COALESCE(%s, 0)", sign, value))
        return SQL(" ").join(parts)

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
