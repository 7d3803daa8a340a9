from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..engine import Span
from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestFeeCorrection(MoneyCase):
    """Billed periods are corrected by difference lines, never edited.

    Flat 3-1202 has 98.56 m²: a quarter at 2.80 is 827.90.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.units[1]
        cls.anne = cls.owners[1]
        cls.beth = cls.env["res.partner"].create({"name": "Beth"})
        cls.service = cls.env["property.fee.correction"].with_user(cls.manager)

    @classmethod
    def bill(cls, first, last):
        run = cls.make_run(first, last)
        run.action_compute()
        run.action_post()
        return run

    @classmethod
    def quarter(cls, unit=None):
        """Bill April to June 2025 of a quarterly service fee."""
        cls.charge(unit or cls.flat, date_from="2025-04-01", interval_months=3)
        return cls.bill("2025-04-01", "2025-06-30")

    @classmethod
    def correct(cls, day, units=None, **values):
        """Correct from a day on, as of 1 July 2025; the correction run, or None."""
        found = cls.service._compute_corrections(units or cls.flat, day, **values)
        if not found.lines:
            return None
        return cls.service._bill(
            cls.community.with_user(cls.manager),
            found.lines,
            "Test",
            date(2025, 7, 1),
        )

    @classmethod
    def sell(cls, unit, day_before, day, partner):
        unit.ownership_ids.date_to = day_before
        cls.own(unit, partner, day)

    def lines(self, run):
        return [
            (line.partner_id, str(line.date_from), str(line.date_to), line.amount)
            for line in run.line_ids.sorted("id")
        ]

    # ------------------------------------------------------------------ price
    def test_price_raised_after_the_quarter_was_billed(self):
        """E11: 827.90 billed, 2.80 to 3.10 on 15 May: a debit of 45.79."""
        billed = self.quarter()
        self.set_rate(self.standard, "2025-05-15", 3.10)
        run = self.correct("2025-05-15")
        self.assertEqual(
            self.lines(run), [(self.anne, "2025-04-01", "2025-06-30", 45.79)]
        )
        self.assertEqual(run.kind, "correction")
        self.assertEqual(run.line_ids.corrects_id, billed.line_ids)
        self.assertEqual(run.move_ids.move_type, "out_invoice")
        self.assertEqual(run.move_ids.amount_total, 45.79)
        name = billed.move_ids.name
        self.assertIn(
            f"corrects bill {name}", run.move_ids.invoice_line_ids.mapped("name")[0]
        )
        self.assertEqual(
            run.line_ids.explanation_text,
            f"Bill {name} charged 827.90 for 04/01/2025 – 06/30/2025; due is: "
            "98.56 m² × 2.80 × (1 + 14/31), rate of 01/01/2025, = 400.60; "
            "98.56 m² × 3.10 × (1 + 17/31), rate of 05/15/2025, = 473.09, "
            "together 873.69; difference 45.79",
        )
        self.assertIsNone(self.correct("2025-05-15"), "corrected already")

    def test_a_price_taken_back_gives_the_difference_back(self):
        self.quarter()
        self.set_rate(self.standard, "2025-05-15", 3.10)
        self.correct("2025-05-15")
        self.flat.charge_ids.date_to = "2025-05-14"
        run = self.correct("2025-05-15")
        self.assertEqual(run.amount_total, -473.09)
        self.assertEqual(run.move_ids.move_type, "out_refund")

    def test_parking_space_given_back(self):
        """E13: 300 a month from 10 June, ends 15 August: a credit of 154.84."""
        standard = self.make_standard("T-PARK-D", self.parking, 300, method="fixed")
        charge = self.charge(self.flat, standard, "2025-06-10")
        runs = [
            self.bill(f"2025-0{month}-01", f"2025-0{month}-28") for month in (6, 7, 8)
        ]
        self.assertEqual([run.amount_total for run in runs], [210, 300, 300])
        charge.date_to = "2025-08-15"
        run = self.correct("2025-08-16")
        self.assertEqual(
            self.lines(run), [(self.anne, "2025-08-16", "2025-08-31", -154.84)]
        )
        note, bill = run.move_ids, runs[2].move_ids
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.payment_state, "paid", "it settles the bill it corrects")
        self.assertEqual(bill.amount_residual, 145.16)
        self.assertEqual(runs[0].move_ids.amount_residual, 210)

    def test_area_corrected(self):
        self.quarter()
        self.flat.charge_area = 100
        run = self.correct("2025-04-01")
        self.assertEqual(run.amount_total, 12.10)  # 840.00 - 827.90

    # ------------------------------------------------------------------ owner
    def test_flat_sold_after_the_quarter_was_billed(self):
        """E9: B owns from 11 May: A 364.99, B 462.91, 827.90 in all."""
        billed = self.quarter()
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        run = self.correct("2025-05-11")
        self.assertEqual(
            self.lines(run),
            [
                (self.anne, "2025-05-11", "2025-06-30", -462.91),
                (self.beth, "2025-05-11", "2025-06-30", 462.91),
            ],
        )
        self.assertEqual(billed.move_ids.amount_residual, 364.99)
        debit = run.move_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertEqual(debit.partner_id, self.beth)
        self.assertEqual(debit.amount_residual, 462.91)
        name = billed.move_ids.name
        self.assertEqual(
            run.line_ids.mapped("explanation_text"),
            [
                f"Bill {name} charged 827.90 for 04/01/2025 – 06/30/2025; due is: "
                "98.56 m² × 2.80 × (1 + 10/31), rate of 01/01/2025, = 364.99; "
                "difference -462.91",
                f"In place of the payer of bill {name}: 98.56 m² × 2.80 × (1 + 21/31), "
                "rate of 01/01/2025, = 462.91",
            ],
        )
        self.assertIsNone(self.correct("2025-05-11"))

    def test_the_corrected_bill_is_settled_before_older_ones(self):
        old = self.make_bill(self.flat, [(self.item, 500)], "2025-01-01")
        billed = self.quarter()
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        self.correct("2025-05-11")
        self.assertEqual(old.amount_residual, 500)
        self.assertEqual(billed.move_ids.amount_residual, 364.99)

    def test_credit_of_a_paid_bill_settles_older_ones_then_stays(self):
        billed = self.quarter()
        self.take(self.flat, cash=827.90)
        old = self.make_bill(self.flat, [(self.item, 400)], "2025-04-02")
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        self.correct("2025-05-11")
        self.assertEqual(billed.move_ids.payment_state, "paid")
        self.assertEqual(old.amount_residual, 0)
        credit = self.env["property.settlement"]._get_credits(self.flat)
        self.assertEqual(credit.partner_id, self.anne)
        self.assertEqual(credit.amount_residual, -62.91)

    def test_sold_twice(self):
        self.quarter()
        carl = self.env["res.partner"].create({"name": "Carl"})
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        self.correct("2025-05-11")
        self.flat.ownership_ids.filtered(
            lambda ownership: ownership.partner_id == self.beth
        ).date_to = "2025-05-31"
        self.own(self.flat, carl, "2025-06-01")
        run = self.correct("2025-06-01")
        self.assertEqual(
            self.lines(run),
            [
                (self.beth, "2025-06-01", "2025-06-30", -275.96),
                (carl, "2025-06-01", "2025-06-30", 275.96),
            ],
        )

    def test_what_would_a_change_give(self):
        """Payers can be assumed; nothing is written."""
        self.quarter()
        payers = [
            Span(None, date(2025, 5, 10), self.anne.id),
            Span(date(2025, 5, 11), None, self.beth.id),
        ]
        found = self.service._compute_corrections(
            self.flat, "2025-05-11", payers={self.flat.id: payers}
        )
        self.assertEqual(
            [str(line.amount) for line in found.lines], ["-462.91", "462.91"]
        )
        self.assertEqual(self.flat.payer_id, self.anne)

    def test_a_year_paid_ahead_is_reckoned_as_one_period(self):
        """A monthly charge billed as one period of 12 months, and a month for
        nothing: the parts of the year add up to the year, the gift stays 0."""
        charge = self.charge(self.flat, date_from="2025-01-01", interval_months=12)
        run = self.bill("2025-01-01", "2025-01-31")
        self.assertEqual(run.amount_total, 3311.62)
        line = run.line_ids
        self.env["property.fee.line"].create(
            {
                **line.copy_data({"run_id": run.id, "amount": 0})[0],
                "recurring_charge_id": charge.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "state": "posted",
                "explanation": {
                    "kind": "recurring",
                    "gift": True,
                    "period": ["2026-01-01", "2026-01-31"],
                },
            }
        )
        charge.interval_months = 1
        self.assertIsNone(self.correct("2025-01-01"))
        self.sell(self.flat, "2025-06-30", "2025-07-01", self.beth)
        run = self.correct("2025-07-01")
        # 1,655.81 is half a year; six months billed one by one would be 1,655.82
        self.assertEqual(run.line_ids.mapped("amount"), [-1655.81, 1655.81])

    def test_days_that_were_refused_are_for_a_run_to_bill(self):
        """Nobody paid from 11 May on: those days are not billed, and no difference."""
        self.flat.ownership_ids.date_to = "2025-05-10"
        billed = self.quarter()
        self.assertEqual(billed.amount_total, 364.99)
        self.own(self.flat, self.beth, "2025-05-11")
        self.assertIsNone(self.correct("2025-04-01"))
        self.assertEqual(self.bill("2025-04-01", "2025-06-30").amount_total, 462.91)
        self.assertIsNone(self.correct("2025-04-01"))

    def test_days_without_a_payer_are_left_as_they_are(self):
        self.quarter()
        self.flat.ownership_ids.date_to = "2025-05-10"
        found = self.service._compute_corrections(self.flat, "2025-05-11")
        self.assertFalse(found.lines)
        self.assertEqual([refusal.reason for refusal in found.refusals], ["no_payer"])

    # --------------------------------------------- readings, shares, one-off
    def test_other_lines_go_whole_to_who_pays_on_their_day(self):
        water = self.make_standard("T-W", self.item, 3, method="metered")
        meter = self.env["property.meter"].create(
            {
                "code": "W1",
                "unit_id": self.flat.id,
                "standard_id": water.id,
                "initial_date": "2025-04-30",
                "initial_value": 0,
            }
        )
        self.env["property.meter.reading"].create(
            {"meter_id": meter.id, "date": "2025-05-31", "value": 20}
        )
        self.env["property.shared.cost"].create(
            {
                "community_id": self.community.id,
                "item_id": self.item.id,
                "date_from": "2025-05-01",
                "date_to": "2025-05-31",
                "amount": 300,
                "basis": "unit",
            }
        )
        self.env["property.oneoff.charge"].create(
            [
                {
                    "unit_id": self.flat.id,
                    "item_id": self.item.id,
                    "name": name,
                    "date": day,
                    "price_unit": 50,
                }
                for name, day in (("Lock", "2025-05-10"), ("Lamp", "2025-05-11"))
            ]
        )
        self.bill("2025-05-01", "2025-05-31")
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        run = self.correct("2025-05-11")
        self.assertEqual(
            sorted(
                (line.kind, line.partner_id.name, line.amount) for line in run.line_ids
            ),
            [
                ("metered", "Beth", 60),
                ("metered", "Bob", -60),
                ("oneoff", "Beth", 50),
                ("oneoff", "Bob", -50),
                ("shared", "Beth", 100),
                ("shared", "Bob", -100),
            ],
        )
        usage = run.line_ids.filtered(lambda line: line.kind == "metered")
        self.assertEqual(usage.mapped("quantity"), [-20, 20])
        self.assertEqual(len(run.move_ids), 2, "one document for each payer")
        lamp = run.line_ids.filtered(lambda line: line.kind == "oneoff")
        self.assertRegex(
            lamp[0].explanation_text, r"nothing of it is due from you any more: -50.00$"
        )
        self.assertRegex(
            lamp[1].explanation_text, r"^In place of .*: 1 × 50.00, Lamp, = 50.00$"
        )
        self.assertIsNone(self.correct("2025-05-11"))

    def test_a_deposit_stays_with_who_gave_it(self):
        deposit = self.env["property.fee.item"].create(
            {"code": "T-DEP", "name": "Deposit", "fee_class": "deposit"}
        )
        self.make_bill(self.flat, [(deposit, 2000)], "2025-05-20")
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        self.assertIsNone(self.correct("2025-05-11"))

    def test_what_was_credited_otherwise_is_not_credited_again(self):
        """600 of 827.90 were credited by a credit note of its own: A gets back no more
        than the 227.90 that A still bears, and B pays their days."""
        bill = self.quarter().move_ids
        note = bill._reverse_moves([{"invoice_date": "2025-06-01"}])
        note.invoice_line_ids.price_unit = 600
        note.action_post()
        self.sell(self.flat, "2025-05-10", "2025-05-11", self.beth)
        run = self.correct("2025-05-11")
        self.assertEqual(run.line_ids.mapped("amount"), [-227.90, 462.91])
        self.assertEqual(bill.amount_residual, 0)
        self.assertIn(
            "= 364.99, 600.00 was credited already; difference -227.90",
            run.line_ids[0].explanation_text,
        )
        self.assertIsNone(self.correct("2025-05-11"))

    def test_a_corrected_run_is_cancelled_last(self):
        self.quarter()
        billed = self.env["property.billing.run"].search([], order="id desc", limit=1)
        self.set_rate(self.standard, "2025-05-15", 3.10)
        run = self.correct("2025-05-15")
        with self.assertRaisesRegex(UserError, f"run {run.name} corrects its bill"):
            billed.action_cancel()
        run.action_cancel()
        self.assertEqual(self.correct("2025-05-15").amount_total, 45.79)

    # ------------------------------------------------------------------ wizard
    def wizard(self, records, **values):
        action = records.env.ref(
            "property_fee_billing.property_fee_correction_wizard_action"
        )
        form = Form(
            self.env[action.res_model]
            .with_user(self.manager)
            .with_context(active_model=records._name, active_ids=records.ids)
        )
        form.date_from = "2025-05-01"
        form.invoice_date = "2025-07-01"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_wizard(self):
        self.quarter()
        self.set_rate(self.standard, "2025-05-15", 3.10)
        for records in (self.flat, self.community, self.flat.charge_ids):
            wizard = self.wizard(records, reason="Assembly of 3 May")
            wizard.action_preview()
            line = wizard.line_ids
            self.assertEqual(line.unit_id, self.flat)
            self.assertEqual(line.partner_id, self.anne)
            self.assertEqual(line.item_id, self.item)
            self.assertEqual(
                (line.billed_amount, line.amount, line.difference),
                (827.90, 873.69, 45.79),
            )
            self.assertEqual(wizard.amount_total, 45.79)
        action = wizard.action_post()
        run = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(run.amount_total, 45.79)
        self.assertEqual(run.reason, "Assembly of 3 May")

    def test_wizard_refusals(self):
        self.quarter()
        wizard = self.wizard(self.flat, reason="No change")
        wizard.action_preview()
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "Nothing to correct"):
            wizard.action_post()
        self.set_rate(self.standard, "2025-05-15", 3.10)
        with self.assertRaisesRegex(UserError, "changed since the preview"):
            wizard.action_post()
        wizard.action_preview()
        wizard.reason = " "
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_post()
        wizard.reason = "Price"
        self.company.fiscalyear_lock_date = "2025-07-31"
        with self.assertRaisesRegex(UserError, "books are closed up to"):
            wizard.action_post()
        other = self.env["property.community"].create({"code": "X", "name": "X"})
        building = self.env["property.building"].create(
            {"code": "1", "name": "1", "community_id": other.id}
        )
        unit = self.env["property.unit"].create(
            {"code": "1", "building_id": building.id}
        )
        with self.assertRaisesRegex(UserError, "one community"):
            self.wizard(self.flat + unit)

    # ----------------------------------------------------------------- queries
    def test_queries_do_not_grow_with_the_units(self):
        counts = []
        for code, size in (("Q10", 10), ("Q60", 60)):
            community = self.env["property.community"].create(
                {
                    "code": code,
                    "name": code,
                    "member_ids": [Command.link(self.manager.id)],
                }
            )
            building = self.env["property.building"].create(
                {"code": "1", "name": "1", "community_id": community.id}
            )
            units = self.env["property.unit"].create(
                [
                    {
                        "code": f"{number}",
                        "building_id": building.id,
                        "charge_area": 60 + number,
                    }
                    for number in range(size)
                ]
            )
            partners = self.env["res.partner"].create(
                [{"name": f"{code} {number}"} for number in range(2 * size)]
            )
            for unit, partner in zip(units, partners, strict=False):
                self.own(unit, partner)
            for unit in units:
                self.charge(unit, date_from="2025-04-01", interval_months=3)
            run = self.make_run("2025-04-01", "2025-06-30", community)
            run.action_compute()
            run.action_post()
            for unit, partner in zip(units, partners[size:], strict=True):
                self.sell(unit, "2025-05-10", "2025-05-11", partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.service._compute_corrections(units, "2025-05-11")
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found.lines), 2 * size)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 25)
