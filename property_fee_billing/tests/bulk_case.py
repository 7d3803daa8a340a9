from contextlib import contextmanager

from odoo import Command

from .common import PropertyFeeCommon

# Not compared, and why: an id is new for every row, and what refers to the row above
# refers to its id; `fee_is_bulk` says which way a bill went.
OWN_IDS = {"id", "move_id", "move_line_id", "fee_is_bulk"}


class BulkCase(PropertyFeeCommon):
    """Bills the same fee lines both ways from the same state of the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoicer = cls.env["property.billing.invoicer"]
        cls.account = cls.env["account.account"].search(
            [
                ("account_type", "=", "income"),
                ("company_ids", "in", cls.company.ids),
            ],
            limit=1,
        )
        for unit in cls.units:
            cls.charge(unit)
            cls.charge(unit, cls.parking_standard)

    @classmethod
    def make_tax(cls, name, amount, **values):
        return cls.env["account.tax"].create(
            {"name": name, "amount": amount, "type_tax_use": "sale", **values}
        )

    def set_taxes(self, taxes, parking_taxes=None):
        self.item.product_id.taxes_id = taxes
        self.parking.product_id.taxes_id = (
            taxes if parking_taxes is None else parking_taxes
        )

    def set_term(self, *lines, **values):
        """A payment term of ``(value, amount, days)`` lines."""
        self.community.payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "Term",
                "line_ids": [
                    Command.create(
                        {"value": value, "value_amount": amount, "nb_days": days}
                    )
                    for value, amount, days in lines
                ],
                **values,
            }
        )

    def make_computed_run(self, date_from="2026-01-01", date_to="2026-01-31"):
        run = self.make_run(date_from, date_to)
        run.action_compute()
        run.state = "posting"
        self.env.flush_all()
        return run

    @contextmanager
    def undone(self):
        """What happens inside is rolled back."""
        with self.env.cr.savepoint() as savepoint:
            yield
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.data.pop("sequence.mixin", None)

    def bill(self, run, bulk):
        """Bills of a run, one way."""
        invoicer = self.invoicer.with_context(fee_bulk=bulk)
        units = run.line_ids.unit_id.sorted("code")
        moves = invoicer._bill_units(run, units.ids)
        self.env.flush_all()
        return self.env["account.move"].browse(moves.ids)

    def snapshot(self, moves):
        """Every stored value of bills, journal items and analytic items, in order."""
        result = []
        for move in moves:
            lines = move.line_ids.sorted("id")
            result.append(
                {
                    "move": self.read_row(move),
                    "lines": [self.read_row(line) for line in lines],
                    "analytic": [
                        self.read_row(line)
                        for line in lines.analytic_line_ids.sorted("id")
                    ],
                    "fee": [
                        (line.state, lines.ids.index(line.move_line_id.id))
                        for line in lines.fee_line_ids.sorted("id")
                    ],
                    "rank": move.partner_id.customer_rank,
                }
            )
        return result

    def read_row(self, record):
        """Every stored field of one record, as the database holds it."""
        record.flush_recordset()
        self.env.cr.execute(
            f"SELECT to_jsonb(r) FROM {record._table} r WHERE id = %s", [record.id]
        )
        [row] = self.env.cr.fetchone()
        for name, field in record._fields.items():
            if field.store and field.type == "many2many":
                row[name] = record[name].sorted("id").ids
            elif field.store and field.column_type:
                self.assertIn(name, row)
        return {name: value for name, value in row.items() if name not in OWN_IDS}

    def assert_same(self, bulk=None, run=None):
        """Both ways give the same, and the first is taken for ``bulk`` bills."""
        run = run or self.make_computed_run()
        with self.undone():
            moves = self.bill(run, bulk=False)
            self.assertFalse(any(moves.mapped("fee_is_bulk")))
            expected = self.snapshot(moves)
        moves = self.bill(run, bulk=True)
        found = self.snapshot(moves)
        self.assertTrue(expected)
        self.assertEqual(len(found), len(expected))
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            for kind in ("lines", "analytic"):
                self.assertEqual(
                    len(one[kind]), len(other[kind]), f"bill {number}: {kind}"
                )
            self.assertEqual(self.list_differences(one, other), [], f"bill {number}")
        count = len(moves.filtered("fee_is_bulk"))
        self.assertEqual(count, len(moves) if bulk is None else bulk)
        return moves

    def list_differences(self, one, other):
        result = []
        pairs = [("move", one["move"], other["move"])]
        for kind in ("lines", "analytic"):
            pairs += [
                (f"{kind}[{number}] {a.get('display_type', '')}", a, b)
                for number, (a, b) in enumerate(
                    zip(one[kind], other[kind], strict=True)
                )
            ]
        for label, a, b in pairs:
            result += [
                f"{label}.{name}: {a.get(name)!r} instead of {b.get(name)!r}"
                for name in sorted(a.keys() | b.keys())
                if a.get(name) != b.get(name)
            ]
        for label in ("fee", "rank"):
            if one[label] != other[label]:
                result.append(f"{label}: {one[label]} instead of {other[label]}")
        return result
