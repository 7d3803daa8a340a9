"""Looks at what a billing left in the database, by SQL of its own."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from odoo.tools import SQL


@dataclass(frozen=True)
class Audit:
    """What was billed in some communities, and everything that must be zero."""

    invoices: int
    lines: int
    total: Decimal
    #: sum of what the owners owe by their invoices
    invoiced: Decimal
    #: fee lines that are not posted, or posted without an invoice line
    open_lines: int
    #: invoices that are not posted
    draft_invoices: int
    #: charges refused while posting
    refused: int
    #: invoices beyond one for each run, unit and payer
    duplicate_invoices: int
    #: charges billed twice for a day, or invoice lines that stand for two charges
    duplicate_lines: int
    #: numbers left out in a journal
    gaps: int

    def problems(self):
        """What should not be, as text for a failed test; empty when all is well."""
        zeros = (
            "open_lines",
            "draft_invoices",
            "refused",
            "duplicate_invoices",
            "duplicate_lines",
            "gaps",
        )
        found = {name: value for name, value in asdict(self).items() if name in zeros}
        problems = [f"{value} {name}" for name, value in found.items() if value]
        if self.total != self.invoiced:
            problems.append(f"lines {self.total} against invoices {self.invoiced}")
        return ", ".join(problems)


def audit(env, community_ids):
    """Count and add up what was billed.

    :param community_ids: ids of property.community
    :rtype: Audit
    """
    communities = list(community_ids)

    def one(query):
        [row] = env.execute_query(SQL(query, communities=communities))
        return row

    lines, total, open_lines, unlinked, shared, overlaps = one(LINES)
    invoices, invoiced, drafts, distinct = one(INVOICES)
    [refused] = one(REFUSED)
    [gaps] = one(GAPS)
    return Audit(
        invoices=invoices,
        lines=lines,
        total=Decimal(total or "0"),
        invoiced=Decimal(invoiced or "0"),
        open_lines=open_lines + unlinked,
        draft_invoices=drafts,
        refused=refused,
        duplicate_invoices=invoices - distinct,
        duplicate_lines=shared + overlaps,
        gaps=int(gaps),
    )


LINES = """
    SELECT count(*),
           sum(amount)::text,
           count(*) FILTER (WHERE state <> 'posted'),
           count(*) FILTER (WHERE state = 'posted' AND move_line_id IS NULL
                              AND amount <> 0),
           count(move_line_id) - count(DISTINCT move_line_id),
           count(*) - count(DISTINCT (kind, recurring_charge_id, reading_id,
                                      shared_cost_id, oneoff_charge_id, unit_id,
                                      date_from))
      FROM property_fee_line
     WHERE community_id = ANY(%(communities)s) AND state <> 'cancelled'
"""

INVOICES = """
    SELECT count(*),
           sum(amount_total_signed)::text,
           count(*) FILTER (WHERE state <> 'posted'),
           count(DISTINCT (fee_run_id, fee_unit_id, partner_id))
      FROM account_move
     WHERE fee_community_id = ANY(%(communities)s)
"""

REFUSED = """
    SELECT count(*)
      FROM property_billing_refusal
     WHERE community_id = ANY(%(communities)s) AND reason = 'posting_failed'
"""

# Each number range of a journal starts at 1 and has every number once.
GAPS = """
    SELECT COALESCE(sum(last - counted), 0)
      FROM (SELECT max(m.sequence_number) AS last,
                   count(DISTINCT m.sequence_number) AS counted
              FROM account_move m
              JOIN property_community c ON c.journal_id = m.journal_id
             WHERE c.id = ANY(%(communities)s) AND m.state = 'posted'
             GROUP BY m.journal_id, m.sequence_prefix) AS ranges
"""
