from datetime import date
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestDunning(CollectionCase):
    """A run shows who gets what and who does not, then sends."""

    def test_the_ladder_is_climbed_one_level_at_a_time(self):
        """Due on 31 January: before it, 3 days and 15 days after it."""
        bill = self.make_bill(self.unit, [(self.item, 250.24)], "2026-01-01")
        self.assertEqual(self.outcome(self.plan("2026-01-23")), [])
        self.assertEqual(
            self.outcome(self.plan("2026-01-24", send=True)),
            [("3-1201", "Before", 250.24)],
        )
        self.assertEqual(self.outcome(self.plan("2026-02-02", send=True)), [])
        self.assertEqual(
            self.outcome(self.plan("2026-02-10", send=True)),
            [("3-1201", "Reminder", 250.24)],
        )
        # day 15 has come, the seven days since the reminder have not passed
        run = self.plan("2026-02-16", send=True)
        self.assertEqual(self.outcome(run), [])
        self.assertEqual(self.skipped(run), [(bill, "interval")])
        self.assertEqual(
            self.outcome(self.plan("2026-02-17", send=True)),
            [("3-1201", "Demand", 250.24)],
        )
        self.assertEqual(bill.notice_count, 3)

    def test_the_legal_level_waits_for_an_expired_demand(self):
        """Example 10."""
        bill = self.make_bill(self.unit, [(self.item, 250.24)], "2026-01-01")
        self.plan("2026-02-05", send=True)
        demand = self.plan("2026-02-17", send=True).notice_ids
        self.assertEqual(demand.deadline, date(2026, 3, 4))
        run = self.plan("2026-04-01")
        self.assertEqual(self.skipped(run), [(bill, "no_expired_demand")])
        run.action_cancel()
        demand._register_delivery(
            date(2026, 2, 18), "provider_receipt", provider_message_id="R1"
        )
        self.assertEqual(
            self.outcome(self.plan("2026-04-01")), [("3-1201", "Lawyer", 250.24)]
        )
        self.assertEqual(
            bill._get_expired_demands(date(2026, 3, 5)), {bill.id: date(2026, 3, 4)}
        )
        self.assertFalse(bill._get_expired_demands(date(2026, 3, 4)))

    def test_bills_of_a_unit_on_a_level_share_a_notice(self):
        first = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        second = self.make_bill(self.unit, [(self.parking, 150)], "2026-01-02")
        other = self.make_bill(self.units[1], [(self.item, 80)], "2026-01-01")
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(
            self.outcome(run), [("3-1201", "Reminder", 250), ("3-1202", "Reminder", 80)]
        )
        notice = run.notice_ids.filtered(lambda notice: notice.unit_id == self.unit)
        self.assertEqual(notice.line_ids.move_id, first + second)
        self.assertEqual(run.state, "done")
        mails = self.get_mails(run.notice_ids)
        self.assertEqual(len(mails), 2)
        self.assertEqual(other.notice_count, 1)

    def test_disputed_amounts_are_not_demanded(self):
        """Example 4: owed 250.24 + 150 + 80 disputed: the reminder asks 400.24."""
        bill = self.make_bill(
            self.unit,
            [(self.item, 250.24), (self.parking, 150), (self.parking, 80)],
            "2026-01-01",
        )
        whole = self.make_bill(self.units[1], [(self.item, 99)], "2026-01-01")
        self.hold("_get_disputed_amounts", {bill.id: 80.0, whole.id: 99.0})
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(self.outcome(run), [("3-1201", "Reminder", 400.24)])
        self.assertIn("400.24", run.notice_ids.body)
        self.assertEqual(self.skipped(run), [(whole, "disputed")])

    def test_the_late_fee_of_the_day_is_added(self):
        bill = self.make_bill(self.unit, [(self.item, 827.90)], "2026-01-01")
        self.hold("_get_late_fee_amounts", {bill.id: 31.46})
        notice = self.plan("2026-02-08", send=True).notice_ids
        self.assertEqual(notice.amount, 827.90)
        self.assertEqual(notice.late_fee, 31.46)
        self.assertEqual(notice.amount_total, 859.36)
        self.assertIn("859.36", notice.body)

    def test_bills_on_a_kept_plan_are_left_alone(self):
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.hold("_get_bills_on_plan", bill)
        run = self.plan("2026-02-08")
        self.assertEqual(self.skipped(run), [(bill, "on_plan")])

    def test_old_bank_lines_hold_a_community_back(self):
        """Example 15: nothing is sent when the last bank line is older than 2 days."""
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.policy.max_bank_age = 2
        Line = self.env["account.bank.statement.line"]
        values = {"journal_id": self.bank.id, "payment_ref": "x", "amount": 1}
        Line.create({**values, "date": "2026-02-05"})
        run = self.plan("2026-02-08")
        self.assertEqual(self.skipped(run), [(self.env["account.move"], "bank_stale")])
        self.assertEqual(run.skip_ids.amount, 100)
        self.assertFalse(run.notice_ids)
        Line.create({**values, "date": "2026-02-06"})
        run = self.plan("2026-02-08")
        self.assertEqual(len(run.notice_ids), 1)
        # computed in time, sent too late
        with freeze_time("2026-02-09"), self.assertRaises(UserError):
            run.action_send()
        self.assertEqual(run.notice_ids.state, "draft")

    def test_an_owner_with_a_probable_receipt_is_skipped(self):
        """Example 15: money is at the bank and waits to be matched."""
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": "from Ann",
                "amount": 100,
                "date": "2026-02-07",
            }
        )
        suggestion = self.env["property.bank.suggestion"].create(
            {
                "statement_line_id": line.id,
                "community_id": self.community.id,
                "unit_id": self.unit.id,
                "bill_ids": [Command.set(bill.ids)],
                "amount": 100,
                "score": 70,
            }
        )
        run = self.plan("2026-02-08")
        self.assertEqual(self.skipped(run), [(bill, "unmatched_receipt")])
        self.assertIn("70", run.skip_ids.detail)
        suggestion.score = 10
        self.assertEqual(len(self.plan("2026-02-08").notice_ids), 1)

    def test_nobody_is_written_to_without_an_address(self):
        self.owner.email = False
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08")
        self.assertEqual(self.skipped(run), [(bill, "no_address")])

    def test_another_channel_reaches_whom_the_first_does_not(self):
        self.reminder.fallback_channel = "portal"
        self.owner.email = False
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        self.make_bill(self.units[1], [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(
            run.notice_ids.sorted("unit_id").mapped("channel"), ["portal", "email"]
        )
        with self.assertRaises(UserError):
            # a notice of a run leaves with it
            self.plan("2026-02-28").notice_ids.action_send()

    def test_an_address_that_failed_is_not_tried_again(self):
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        notice = self.plan("2026-02-08", send=True).notice_ids
        notice._register_failure("No such user")
        run = self.plan("2026-02-09")
        self.assertEqual(self.skipped(run), [(bill, "address_failed")])
        run.action_cancel()
        self.owner.email = "new@example.com"
        run = self.plan("2026-02-09", send=True)
        self.assertEqual(run.notice_ids.address, "new@example.com")

    def test_small_amounts_wait(self):
        bill = self.make_bill(self.unit, [(self.item, 5)], "2026-01-01")
        self.policy.min_amount = 10
        self.assertEqual(
            self.skipped(self.plan("2026-02-08")), [(bill, "small_amount")]
        )

    def test_a_run_is_undone_before_it_is_sent(self):
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08")
        self.assertEqual(run.notice_ids.state, "draft")
        self.assertFalse(self.get_mails(run.notice_ids))
        run.with_user(self.collector).action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(run.notice_ids)
        self.assertEqual(bill.notice_count, 0)
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(bill.notice_count, 1)
        with self.assertRaises(UserError):
            run.action_cancel()

    def test_what_is_paid_before_sending_is_not_demanded(self):
        paid = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        part = self.make_bill(self.units[1], [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08")
        self.assertEqual(len(run.notice_ids), 2)
        self.take(self.unit, cash=100, date="2026-02-08")
        self.take(self.units[1], cash=40, date="2026-02-08")
        with freeze_time("2026-02-08"):
            run.action_send()
        self.assertEqual(self.outcome(run), [("3-1202", "Reminder", 60)])
        self.assertEqual(self.skipped(run), [(paid, "changed")])
        self.assertEqual(part.notice_count, 1)

    def test_one_message_per_level_and_bill(self):
        """The database sees to it, whoever writes."""
        bill = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        first = self.plan("2026-02-08")
        second = self.plan("2026-02-08")
        self.assertEqual(self.skipped(second), [])
        self.assertFalse(second.notice_ids)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env["property.notice.line"].create(
                {
                    "notice_id": self.make_notice(
                        bill, level_id=self.reminder.id, line_ids=[]
                    ).id,
                    "move_id": bill.id,
                    "amount": 100,
                    "date_due": bill.invoice_date_due,
                }
            )
        self.assertTrue(first.notice_ids)

    def test_a_level_that_needs_approval_waits_for_it(self):
        self.reminder.approver_group_id = self.env.ref(
            "property_fee_billing.group_fee_manager"
        )
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08", send=True)
        self.assertEqual(run.state, "waiting")
        self.assertEqual(run.notice_ids.state, "draft")
        with self.assertRaises(UserError):
            run.notice_ids.with_user(self.collector).action_approve()
        run.with_user(self.manager).action_approve()
        with freeze_time("2026-02-08"):
            run.with_user(self.collector).action_send()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.notice_ids.approved_by_id, self.manager)

    def test_one_notice_that_cannot_be_sent_leaves_the_others(self):
        good = self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        bad = self.make_bill(self.units[1], [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08")
        Notice = type(self.env["property.notice"])
        original = Notice._freeze

        def freeze(notices):
            if bad in notices.line_ids.move_id:
                raise UserError(bad.name)
            return original(notices)

        with patch.object(Notice, "_freeze", freeze), freeze_time("2026-02-08"):
            run.action_send()
        self.assertEqual(good.notice_line_ids.state, "sent")
        self.assertEqual(self.skipped(run), [(bad, "error")])
        self.assertEqual(run.skip_ids.detail, bad.name)

    def test_sent_in_the_background(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        run = self.plan("2026-02-08")
        with freeze_time("2026-02-08"):
            run.with_user(self.collector).action_schedule()
            self.assertEqual(run.state, "sending")
            with self.enter_registry_test_mode():
                self.env.ref(
                    "property_fee_billing.cron_send_dunning"
                ).method_direct_trigger()
        run.invalidate_recordset()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.notice_ids.state, "sent")

    def test_the_run_of_the_day_is_prepared_by_itself(self):
        self.make_bill(self.unit, [(self.item, 100)], "2026-01-01")
        Run = self.env["property.dunning.run"]
        own = [("community_ids", "in", self.community.ids)]
        with freeze_time("2026-02-08"):
            Run._prepare_daily(self.policy, self.community)
        self.policy.auto = "send"
        with freeze_time("2026-02-09"):
            run = Run._prepare_daily(self.policy, self.community)
        # yesterday's, which nobody sent, has made room
        self.assertEqual(Run.search(own), run)
        self.assertEqual(run.state, "sending")
        with freeze_time("2026-01-20"):
            self.assertFalse(
                Run._prepare_daily(self.policy, self.units[1].community_id)
            )

    # ----------------------------------------------------------------- queries
    def queries_of_run(self, community, size):
        counts = []
        run = self.env["property.dunning.run"].create(
            {"community_ids": [Command.set(community.ids)]}
        )
        for step in (run.action_compute, run.action_send):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            step()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(run.notice_ids), size)
        self.assertEqual(set(run.notice_ids.mapped("state")), {"sent"})
        return counts

    @freeze_time("2026-02-08")
    def test_queries_do_not_grow_with_the_bills(self):
        small = self.queries_of_run(self.make_debtors("D20", 20), 20)
        large = self.queries_of_run(self.make_debtors("D60", 60), 60)
        self.assertLessEqual(large[0], small[0])
        self.assertLessEqual(large[1], small[1])
