from collections import defaultdict
from dataclasses import replace
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..engine import (
    PostedLine,
    Result,
    Window,
    correct_recurring,
    correct_single,
)
from .property_billing_loader import to_decimal


class PropertyFeeCorrection(models.AbstractModel):
    """Corrects billed periods by difference lines; the bills stay as they are.

    Loads what was posted and today's facts, set-based and the same number of queries
    for one unit and for thousands; the engine makes the lines.
    """

    _name = "property.fee.correction"
    _description = "Correction of Billed Periods"

    @api.model
    def _compute_corrections(
        self, units, date_from, date_to=None, charges=None, payers=None
    ):
        """What the billed periods of some days are short of, or over.

        :param units: property.unit of one community, which the user may read
        :param date_from: first day whose bills are looked at
        :param date_to: last day, or None for all that is billed
        :param charges: property.recurring.charge to correct alone, or None
        :param dict payers: ``{unit id: engine Spans}`` in place of the payers that
            are recorded, to look at what a change would give
        :return: engine ``Result``: lines with ``corrects_id`` set, and refusals of
            what is left uncorrected since it has no payer or cannot be reckoned
        """
        result = Result()
        if not units:
            return result
        units.check_access("read")
        self.env.flush_all()
        posted = self._load_posted(units, date_from, date_to, charges)
        if not posted:
            return result
        community = units.community_id.ensure_one()
        decimals = community.currency_id.decimal_places
        loader = self.env["property.billing.loader"]
        facts = loader._load_units(list({lines[0].unit_id for lines in posted}))
        for unit_id, spans in (payers or {}).items():
            if unit_id in facts:
                facts[unit_id] = replace(facts[unit_id], payers=tuple(spans))
        recurring = self._load_charges(community, facts, posted)
        for lines in sorted(
            posted, key=lambda group: (facts[group[0].unit_id].code, group[0].id)
        ):
            first = lines[0]
            if first.kind == "recurring":
                charge = recurring[first.source_id]
                result.extend(correct_recurring(charge, lines, decimals))
            else:
                result.extend(correct_single(facts[first.unit_id], lines, decimals))
        return result

    @api.model
    def _load_charges(self, community, facts, posted):
        """``{id: engine RecurringCharge}`` of the posted lines."""
        wanted = {
            lines[0].source_id for lines in posted if lines[0].kind == "recurring"
        }
        if not wanted:
            return {}
        loader = self.env["property.billing.loader"]
        standards = loader._load_standards(community)
        window = Window(date.max, date.max)
        charges = loader._load_charges(facts, standards, window)
        return {charge.id: charge for charge in charges if charge.id in wanted}

    # ------------------------------------------------------------------ posted
    @api.model
    def _load_posted(self, units, date_from, date_to, charges=None):
        """The posted lines to look at, those of one source together.

        :return: list of lists of engine ``PostedLine``: one for each charge, for each
            reading, for each unit's share of a cost, for each one-off charge
        """
        queries = [self._get_recurring_query(units, date_from, date_to, charges)]
        if charges is None:
            queries.append(self._get_single_query(units, date_from, date_to))
        groups = defaultdict(list)
        for query in queries:
            for line in self._read_posted(query):
                day = None if line.kind == "recurring" else line.date_to
                groups[line.kind, line.source_id, line.unit_id, day].append(line)
        return list(groups.values())

    @api.model
    def _get_recurring_query(self, units, date_from, date_to, charges):
        """SQL of the ids of lines of recurring charges: all of the periods that
        have a posted line in the days asked for."""
        conditions = [SQL("unit_id = ANY(%s)", units.ids)]
        if charges is not None:
            conditions.append(SQL("recurring_charge_id = ANY(%s)", charges.ids))
        if date_to:
            conditions.append(SQL("date_from <= %s", date_to))
        return SQL(
            """
            SELECT l.id
              FROM property_fee_line l
              JOIN (SELECT recurring_charge_id,
                           MIN(%(first)s) AS first, MAX(%(last)s) AS last
                      FROM property_fee_line b
                     WHERE kind = 'recurring' AND state = 'posted'
                       AND corrects_id IS NULL AND date_to >= %(date_from)s
                       AND %(conditions)s
                     GROUP BY recurring_charge_id) AS touched
                ON touched.recurring_charge_id = l.recurring_charge_id
               AND l.date_from <= touched.last AND l.date_to >= touched.first
             WHERE l.state = 'posted'
            """,
            first=self._get_period_end("b", 0, "date_from"),
            last=self._get_period_end("b", 1, "date_to"),
            date_from=date_from,
            conditions=SQL(" AND ").join(conditions),
        )

    @api.model
    def _get_single_query(self, units, date_from, date_to):
        """SQL of the ids of lines of readings, shared costs and one-off charges.
        A deposit stays with who gave it."""
        return SQL(
            """
            SELECT l.id
              FROM property_fee_line l
              JOIN property_fee_item i ON i.id = l.item_id
             WHERE l.unit_id = ANY(%s) AND l.state = 'posted'
               AND l.kind IN ('metered', 'shared', 'oneoff')
               AND i.fee_class <> 'deposit'
               AND l.date_to >= %s AND %s
            """,
            units.ids,
            date_from,
            SQL("l.date_to <= %s", date_to) if date_to else SQL("TRUE"),
        )

    @api.model
    def _get_period_end(self, table, number, column):
        """SQL of a period's first (0) or last (1) day."""
        return SQL(
            "COALESCE((%s->'period'->>%s)::date, %s)",
            SQL.identifier(table, "explanation"),
            number,
            SQL.identifier(table, column),
        )

    @api.model
    def _read_posted(self, query):
        """Engine ``PostedLine`` of the ids that ``query`` selects, by id."""
        sources = self.env["property.billing.run"]._get_source_fields()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, l.kind, COALESCE(%(sources)s), l.unit_id, l.partner_id,
                       l.item_id, r.standard_id, l.rate_id, l.date_from, l.date_to,
                       COALESCE(l.quantity, 0)::text, l.amount::text,
                       %(first)s, %(last)s, l.corrects_id IS NOT NULL,
                       COALESCE((l.explanation->>'gift')::boolean, FALSE),
                       COALESCE(m.name, ''), %(credited)s::text,
                       CASE WHEN l.kind <> 'recurring' THEN l.explanation END
                  FROM property_fee_line l
                  LEFT JOIN property_fee_rate r ON r.id = l.rate_id
                  LEFT JOIN account_move_line a ON a.id = l.move_line_id
                  LEFT JOIN account_move m ON m.id = a.move_id
                 WHERE l.id IN (%(query)s)
                 ORDER BY l.id
                """,
                sources=SQL(", ").join(
                    SQL.identifier("l", name) for name in sources.values()
                ),
                first=self._get_period_end("l", 0, "date_from"),
                last=self._get_period_end("l", 1, "date_to"),
                credited=self._get_credited_query(),
                query=query,
            )
        )
        return [
            PostedLine(
                *values,
                quantity=to_decimal(quantity),
                amount=to_decimal(amount),
                period=(first, last),
                is_difference=is_difference,
                is_gift=is_gift,
                bill=bill,
                credited=to_decimal(credited),
                explanation=explanation or {},
            )
            for (
                *values,
                quantity,
                amount,
                first,
                last,
                is_difference,
                is_gift,
                bill,
                credited,
                explanation,
            ) in rows
        ]

    @api.model
    def _get_credited_query(self):
        """SQL of what credit notes without fee lines took back of a line: those of
        Odoo, of adjustments, of debts handed over. In the line's own terms, with or
        without taxes as its amount is."""
        return SQL(
            """
            COALESCE(ROUND(l.amount / NULLIF(a.price_total, 0) * (
                SELECT SUM(c.price_total)
                  FROM account_move n
                  JOIN account_move_line c ON c.move_id = n.id
                 WHERE n.reversed_entry_id = m.id AND n.state = 'posted'
                   AND n.move_type = 'out_refund' AND n.fee_run_id IS NULL
                   AND c.fee_item_id = l.item_id
                   AND c.fee_date_from = a.fee_date_from
                   AND c.fee_date_to = a.fee_date_to), 6), 0)
            """
        )

    # -------------------------------------------------------------------- show
    @api.model
    def _prepare_preview(self, line):
        """A difference line for the screen: what was billed, is due, differs.

        :param line: engine ``Line`` of ``_compute_corrections``
        """
        explanation = line.explanation
        return {
            "unit_id": line.unit_id,
            "partner_id": line.partner_id,
            "item_id": line.item_id,
            "date_from": line.date_from,
            "date_to": line.date_to,
            "bill_names": ", ".join(explanation["bills"]),
            "billed_amount": float(explanation["billed_total"]),
            "amount": float(explanation["recomputed_total"]),
            "difference": float(line.amount),
            "explanation": explanation,
        }

    # -------------------------------------------------------------------- bill
    @api.model
    def _hold(self, community):
        """Let one transaction at a time correct a community.

        The row is written, not only locked: a second transaction that began before
        this one ended did not see its lines, and is made to begin anew.

        :raise UserError: when somebody else bills or corrects it right now
        """
        self.env["property.billing.run"]._lock(community)
        self.env.cr.execute(
            SQL("UPDATE property_community SET code = code WHERE id = %s", community.id)
        )

    @api.model
    def _bill(self, community, lines, reason, date):
        """Bill difference lines: debits as bills, credits as credit notes, which
        settle what is open of the bills they correct, then other bills of the payer.

        :param lines: engine lines of ``_compute_corrections``
        :param str reason: stands on the run
        :param date: day of the bills and credit notes
        :return: property.billing.run
        :raise UserError: when the books are closed on that day
        """
        community._check_money_date(date, community.journal_id, has_tax=True)
        return self.env["property.billing.run"]._bill_lines(
            community, "correction", lines, invoice_date=date, reason=reason
        )
