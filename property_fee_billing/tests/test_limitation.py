from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestLimitation(CollectionCase):
    """Example 5: due 2023-01-31, nothing: the claim lapses on 2026-01-31."""

    def setUp(self):
        super().setUp()
        self.bill = self.make_bill(self.unit, [(self.item, 827.90)], "2023-01-01")

    def events(self, bill):
        return [
            (event.kind, str(event.date), str(event.limitation_date))
            for event in bill.limitation_event_ids.sorted("date")
        ]

    def test_the_clock_starts_on_the_due_date(self):
        self.assertEqual(self.bill.invoice_date_due, date(2023, 1, 31))
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))
        self.assertEqual(self.events(self.bill), [("due", "2023-01-31", "2026-01-31")])

    def test_a_delivered_demand_restarts_it(self):
        """By SMS with the provider's receipt, or handed over and signed for."""
        notice = self.send_notice(self.bill, "2025-11-09")
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))
        notice._register_delivery(
            date(2025, 11, 10), "signed_slip", attachments=self.attach()
        )
        self.assertTrue(notice.is_proof)
        self.assertEqual(self.bill.limitation_date, date(2028, 11, 10))
        self.assertEqual(self.bill.limitation_event_ids[0].origin_ref, notice)
        self.assertEqual(
            self.events(self.bill)[1], ("demand", "2025-11-10", "2028-11-10")
        )

    def test_a_receipt_of_the_provider_proves_an_sms(self):
        self.owner.phone = "+86 138 0000 0000"
        notice = self.send_notice(self.bill, "2025-11-10", channel="sms", text="Pay")
        notice._register_delivery(
            date(2025, 11, 10), "provider_receipt", provider_message_id="R-1"
        )
        self.assertEqual(self.bill.limitation_date, date(2028, 11, 10))

    def test_what_proves_nothing_leaves_it(self):
        on_board = self.send_notice(self.bill, "2025-11-10", channel="board")
        on_board._register_delivery(
            date(2025, 11, 10), "signed_slip", attachments=self.attach()
        )
        without_photo = self.send_notice(self.bill, "2025-11-10")
        without_photo._register_delivery(date(2025, 11, 10), "signed_slip")
        witness = self.send_notice(self.bill, "2025-11-10")
        witness._register_delivery(
            date(2025, 11, 10), "witness", attachments=self.attach()
        )
        reminder = self.send_notice(self.bill, "2025-11-10", kind="reminder")
        reminder._register_delivery(
            date(2025, 11, 10), "signed_slip", attachments=self.attach()
        )
        for notice in on_board + without_photo + witness + reminder:
            self.assertEqual(notice.state, "delivered")
            self.assertFalse(notice.is_proof)
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))

    def test_a_bounced_mail_leaves_it(self):
        notice = self.send_notice(self.bill, "2025-11-10", channel="email")
        notification = self.env["mail.notification"].search(
            [("mail_message_id", "in", notice.message_ids.ids)]
        )
        notification.write({"notification_status": "bounce"})
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.is_proof)
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))

    def test_a_part_payment_restarts_it_until_taken_back(self):
        with freeze_time("2025-06-30"):
            receipt = self.take(self.unit, cash=100, date="2025-06-30")
        self.assertEqual(self.bill.limitation_date, date(2028, 6, 30))
        with freeze_time("2025-07-01"):
            receipt.with_user(self.cashier)._void("Wrong unit")
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))

    def test_payment_in_full_and_credit_notes_restart_nothing(self):
        self.take(self.unit, cash=827.90, date="2025-06-30")
        self.assertEqual(self.events(self.bill), [("due", "2023-01-31", "2026-01-31")])

    def test_a_claim_that_lapsed_is_revived_by_an_acknowledgement_only(self):
        """Civil Code of China, article 192: who then agrees to pay is bound; a part
        payment counts for its part."""
        self.take(self.unit, cash=100, date="2026-03-01")
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))
        self.bill._restart_limitation(date(2026, 3, 2), "suit")
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))
        self.bill._restart_limitation(date(2026, 3, 3), "acknowledgement")
        self.assertEqual(self.bill.limitation_date, date(2029, 3, 3))

    def test_events_known_late_count_from_their_day(self):
        """The slip of 2025 is found in 2027: the suit of 2027 was in time."""
        self.bill._restart_limitation(date(2027, 5, 1), "suit")
        self.assertEqual(self.bill.limitation_date, date(2026, 1, 31))
        self.bill._restart_limitation(date(2025, 11, 10), "demand")
        self.assertEqual(self.bill.limitation_date, date(2030, 5, 1))

    def test_the_same_event_is_noted_once(self):
        for _time in range(2):
            self.bill._restart_limitation(date(2025, 5, 1), "demand")
        self.assertEqual(len(self.bill.limitation_event_ids), 2)
        with self.assertRaises(UserError):
            self.bill.limitation_event_ids[0].date = "2024-01-01"

    def test_a_demand_of_part_of_the_bill_restarts_all_of_it(self):
        """Rules on limitation, article 9."""
        notice = self.send_notice(self.bill, "2025-11-10")
        self.assertEqual(notice.state, "sent")
        notice._register_delivery(
            date(2025, 11, 12), "registered_receipt", provider_message_id="EMS1"
        )
        self.assertEqual(self.bill.limitation_date, date(2028, 11, 12))

    def test_bills_that_lapse_soon_are_listed_by_amount(self):
        larger = self.make_bill(self.units[1], [(self.item, 900)], "2023-02-01")
        self.make_bill(self.units[2], [(self.item, 999)], "2025-02-01")
        with freeze_time("2025-12-01"):
            found = self.env["account.move"].search(
                [
                    ("fee_community_id", "=", self.community.id),
                    ("limitation_date", ">=", "today"),
                    ("limitation_date", "<=", "today +180d"),
                    ("payment_state", "in", ("not_paid", "partial")),
                ],
                order="amount_residual_signed desc",
            )
        self.assertEqual(found, larger + self.bill)

    def test_the_rule_of_the_day_counts(self):
        """Years are dated: a restart runs for those in force on its day."""
        rule = self.env["property.limitation.rule"].create(
            {
                "name": "Elsewhere",
                "version_ids": [
                    (0, 0, {"date_from": "2020-01-01", "years": 3, "legal_basis": "A"}),
                    (0, 0, {"date_from": "2024-01-01", "years": 6, "legal_basis": "B"}),
                ],
            }
        )
        self.community.limitation_rule_id = rule
        self.bill._restart_limitation(date(2025, 1, 1), "demand")
        self.assertEqual(self.bill.limitation_date, date(2031, 1, 1))
        rule.version_ids.filtered(lambda version: version.years == 6).years = 2
        rule.action_apply()
        self.assertEqual(self.bill.limitation_date, date(2027, 1, 1))

    def queries_of_restart(self, bills):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        bills._restart_limitation(date(2025, 11, 10), "demand")
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_two_contacts_of_one_person_can_be_merged(self):
        """Odoo then writes every reference there is, also where it finds no record."""
        twin = self.owner.copy()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.owner + twin).ids, self.owner)
        self.assertFalse(twin.exists())
        self.assertEqual(self.bill.partner_id, self.owner)
        self.assertEqual(self.events(self.bill), [("due", "2023-01-31", "2026-01-31")])

    def test_queries_do_not_grow_with_the_bills(self):
        counts = []
        for month, size in ((1, 20), (2, 60)):
            bills = self.env["account.move"]
            units = self.env["property.unit"].create(
                [
                    {
                        "code": f"9-{month}{number:03}",
                        "building_id": self.building.id,
                        "charge_area": 50,
                    }
                    for number in range(size)
                ]
            )
            for unit in units:
                self.own(unit, self.owner)
            self.env["property.oneoff.charge"].create(
                [
                    {
                        "unit_id": unit.id,
                        "item_id": self.item.id,
                        "name": "Fee",
                        "date": f"2024-0{month}-01",
                        "quantity": 1,
                        "price_unit": 100,
                    }
                    for unit in units
                ]
            )
            run = self.make_run(f"2024-0{month}-01", f"2024-0{month}-01")
            run.action_compute()
            run.action_post()
            bills = run.move_ids
            self.assertEqual(len(bills), size)
            counts.append(self.queries_of_restart(bills))
            self.assertEqual(set(bills.mapped("limitation_date")), {date(2028, 11, 10)})
        self.assertLessEqual(counts[1], counts[0])
