from datetime import date
from decimal import Decimal

from odoo.tests import freeze_time
from odoo.tools import SQL

from odoo.addons.property_fee_billing.tests.adjust_case import AdjustCase


class FigureCase(AdjustCase):
    """The small community, whose figures are looked at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.figures = cls.env["property.fee.figures"]

    @classmethod
    def pay(cls, day, unit, bank, bills=None):
        """Take money by transfer on a day."""
        with freeze_time(day):
            return cls.take(unit, bank=bank, bills=bills)

    @classmethod
    def get_totals(cls, model, domain=(), groupby=(), fields=(), **context):
        """Sums of fields, by ``groupby`` if any."""
        rows = (
            cls.env[model]
            .with_context(**context)
            ._read_group(
                [("community_id", "=", cls.community.id), *domain],
                groupby,
                [
                    f"{name}:{cls.env[model]._fields[name].aggregator}"
                    for name in fields
                ],
            )
        )
        if groupby:
            return {row[0]: row[1:] for row in rows}
        return dict(zip(fields, rows[0], strict=True))

    @classmethod
    def get_ledger(cls, day):
        """The receivable of the community in the general ledger at the end of a day."""
        cls.env.flush_all()
        [[balance]] = cls.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(l.balance), 0)
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 WHERE a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted' AND l.fee_community_id = %s
                   AND l.date <= %s
                """,
                cls.community.id,
                day,
            )
        )
        return Decimal(balance)

    @classmethod
    def get_month_ends(cls, year):
        """The last day of each month."""
        return [
            date.fromordinal(
                date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
            )
            for month in range(1, 13)
        ]
