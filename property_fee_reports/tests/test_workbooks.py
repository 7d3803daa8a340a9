from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .workbook_case import WorkbookCase


@tagged("post_install", "-at_install")
class TestWorkbooks(WorkbookCase):
    """What the workbooks say, and that it is what the ledger says."""

    def test_arrears_equal_the_ledger(self):
        sheets = self.read_sheets(self.make("arrears"))
        ledger = self.get_ledger()
        self.assertGreater(ledger, 0)
        total = sheets["Open Lines"][-1]
        self.assertEqual(total[0], "Total")
        self.assertAlmostEqual(total[-1], ledger)
        _head, row, _total = sheets["Ledger"]
        self.assertAlmostEqual(row[3], ledger)
        self.assertAlmostEqual(row[4], ledger)
        self.assertEqual(row[5], 0)
        open_total = total[-3]
        for name in ("By Age and Item", "By Age and Cause"):
            self.assertAlmostEqual(sheets[name][-1][-1], open_total, msg=name)

    def test_collection_equals_the_bills_and_the_payments(self):
        sheets = self.read_sheets(self.make("collection"))
        bills = self.env["account.move"].search(
            [
                ("fee_community_id", "=", self.community.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        head, *rows, total = sheets["Bill Lines"]
        place = {name: index for index, name in enumerate(head)}
        self.assertEqual(len(rows), 10)
        billed = sum(bills.mapped("amount_total"))
        residual = sum(bills.mapped("amount_residual"))
        self.assertAlmostEqual(total[place["Billed"]], billed)
        self.assertAlmostEqual(total[place["Open"]], residual)
        self.assertAlmostEqual(total[place["Paid"]], billed - residual)
        (_head, community, _total) = sheets["By Community"]
        self.assertAlmostEqual(community[7], (billed - residual) / billed)
        self.assertEqual(community[8:], [3, 1, 1 / 3])
        items = {row[0]: row[1] for row in sheets["By Item"][1:-1]}
        self.assertEqual(items["Parking"], 300)

    def test_prior_arrears_are_what_was_open_before_the_first_day(self):
        sheets = self.read_sheets(self.make("collection", date_from="2026-04-15"))
        self.assertEqual(len(sheets["Bill Lines"]), 1)
        _head, row, _total = sheets["Prior Arrears"]
        bills = self.env["account.move"].search(
            [("fee_community_id", "=", self.community.id)]
        )
        due = bills.filtered(
            lambda bill: (
                bill.move_type == "out_invoice"
                and str(bill.invoice_date_due) < "2026-04-15"
            )
        )
        self.assertAlmostEqual(row[1], sum(due.mapped("amount_total")))
        paid = sum(due.mapped("amount_total")) - sum(due.mapped("amount_residual"))
        self.assertAlmostEqual(row[3], paid)
        self.assertAlmostEqual(row[4], paid / row[1])

    def test_figures_are_figures_heads_stay_and_totals_calculate(self):
        book = self.read_workbook(self.make("collection"))
        sheet = book["Bill Lines"]
        self.assertEqual(sheet.freeze_panes, "A2")
        self.assertEqual(sheet.auto_filter.ref, "A1:Q11")
        cells = {cell.value: cell.column_letter for cell in sheet[1]}
        self.assertTrue(sheet[f"{cells['Bill Date']}2"].is_date)
        self.assertEqual(sheet[f"{cells['Billed']}2"].data_type, "n")
        letter = cells["Billed"]
        self.assertEqual(sheet[f"{letter}12"].value, f"=SUM({letter}2:{letter}11)")
        self.assertIn("SUMIFS", book["By Item"]["B2"].value)
        terms = [row[0] for row in book["Definitions"].iter_rows(values_only=True)]
        self.assertIn("Rate by Amount", terms)

    def test_the_hand_over_has_everything_the_next_manager_needs(self):
        sheets = self.read_sheets(self.make("handover"))
        self.assertEqual(len(sheets["Units"]), 4)
        self.assertEqual(len(sheets["Owners and Tenants"]), 4)
        balances = sheets["Balances"]
        self.assertAlmostEqual(balances[-1][-1], self.get_ledger())
        self.assertAlmostEqual(balances[-1][-2], 50)
        self.assertEqual(len(sheets["Recurring Charges"]), 4)
        self.assertTrue(sheets["Prices"][1:])
        self.assertEqual(str(sheets["Recurring Charges"][1][-1].date()), "2026-03-31")

    def test_meters_and_shared_costs_show_what_was_billed(self):
        standard = self.make_standard("T-W", self.item, 3, method="metered")
        meter = self.env["property.meter"].create(
            {
                "code": "W-1",
                "unit_id": self.unit.id,
                "standard_id": standard.id,
                "initial_date": "2026-03-01",
                "initial_value": 0,
            }
        )
        self.env["property.meter.reading"].create(
            {"meter_id": meter.id, "date": "2026-04-30", "value": 12}
        )
        self.env["property.shared.cost"].create(
            {
                "community_id": self.community.id,
                "item_id": self.item.id,
                "name": "Lighting",
                "date_from": "2026-04-01",
                "date_to": "2026-04-30",
                "amount": 100,
                "basis": "unit",
            }
        )
        self.bill_month(2026, 4)
        sheets = self.read_sheets(self.make("meters"))
        self.assertEqual(sheets["Meter Readings"][1][-2:], [12, 36])
        self.assertEqual(sheets["Shared Costs"][1][-3:], [100, 100, 0])
        shares = [row[-1] for row in sheets["Shares"][1:-1]]
        self.assertEqual(sorted(shares), [33.33, 33.33, 33.34])

    def test_concessions_and_waivers_say_who_decided(self):
        concession = self.env["property.concession"].create(
            {
                "unit_id": self.unit.id,
                "item_id": self.item.id,
                "factor": 0.7,
                "date_from": "2026-04-01",
            }
        )
        concession.with_user(self.manager).action_approve()
        sheets = self.read_sheets(self.make("concessions"))
        (row,) = sheets["Concessions"][1:2]
        self.assertEqual(row[5], 0.7)
        self.assertIn(self.manager.name, row)

    def test_every_workbook_can_be_made_and_says_what_it_is(self):
        found = self.env["property.workbook"]._get_workbooks()
        self.assertGreaterEqual(len(found), 7)
        for model, title in found:
            with self.subTest(model):
                sheets = self.read_sheets(self.make(model.rpartition(".")[2]))
                self.assertEqual(sheets["About"][0], ["Workbook", title])
                self.assertTrue(sheets["Definitions"])
                self.assertGreater(len(sheets), 2)

    def test_complaints_with_deadlines_kept_and_missed(self):
        complaints = self.env["property.complaint"].create(
            [
                {"subject": subject, "unit_id": self.unit.id}
                for subject in ("Noise at night", "Lift out of order")
            ]
        )
        content = self.make("complaints")
        sheets = self.read_sheets(content)
        head, *rows = sheets["Complaints"][:3]
        place = head.index("Number")
        self.assertEqual([row[place] for row in rows], complaints.mapped("name"))
        self.assertEqual(rows[0][head.index("Unit")], "3-1201")
        self.assertIn("Deadlines", sheets)

    def test_a_workbook_is_in_the_language_of_its_reader(self):
        self.manager.lang = "zh_CN"
        wizards = self.env["property.workbook.wizard"].with_user(self.manager)
        labels = dict(
            wizards.with_context(lang="zh_CN")
            ._fields["workbook"]
            ._description_selection(wizards.with_context(lang="zh_CN").env)
        )
        self.assertEqual(len(labels), len(set(labels.values())))

    def test_nobody_gets_what_they_may_not_see(self):
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_collector"
        )
        wizard = self.env["property.workbook.wizard"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "workbook": "property.workbook.arrears",
                    "community_ids": [Command.set(self.community.ids)],
                }
            ).action_download()

    def test_days_in_the_wrong_order_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "first day must not"):
            self.make("arrears", date_from="2030-01-01")
