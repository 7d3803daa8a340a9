import re
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules.module import get_module_path
from odoo.tests import BaseCase, freeze_time, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import IrCron

from ..local_time import (
    format_local_time,
    get_day_start,
    get_local_date,
    get_local_date_sql,
    get_today,
)
from .collection_case import CollectionCase
from .late_fee_case import LateFeeCase
from .portal_pay_case import PortalPayCase

#: In Shanghai it is 00:30 of 1 March, in New York 11:30 of 28 February.
NIGHT = "2026-02-28 16:30:00"
TODAY = date(2026, 3, 1)
SHANGHAI = "Asia/Shanghai"
ZONES = (SHANGHAI, "America/New_York", "UTC", False)


class NightCase(LateFeeCase, CollectionCase):
    """The small community is in Shanghai; its staff works from elsewhere as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.fee_tz = SHANGHAI
        cls.due_yesterday = cls.late_bill(day="2026-02-28")
        cls.due_long = cls.late_bill(day="2026-01-10", unit=cls.units[1])

    def desk_of(self, zone):
        """The counter of a cashier whose own clock is in ``zone``."""
        self.cashier.tz = zone
        return (
            self.env["property.counter"].with_user(self.cashier).with_context(tz=zone)
        )


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestMidnight(NightCase):
    """Half an hour after midnight it is a new day, wherever somebody sits."""

    def test_today_is_that_of_the_company_whatever_the_user(self):
        for zone in ZONES:
            self.manager.tz = zone
            community = self.community.with_user(self.manager).with_context(tz=zone)
            self.assertEqual(get_today(community), TODAY, zone)
            self.assertEqual(get_today(community.env["property.billing.run"]), TODAY)

    def test_without_a_zone_of_the_company_it_is_that_of_the_user(self):
        self.company.fee_tz = False
        for zone, day in ((SHANGHAI, TODAY), ("UTC", date(2026, 2, 28))):
            community = self.community.with_context(tz=zone)
            self.assertEqual(get_today(community), day)

    def test_a_record_of_another_company_has_the_day_of_that_company(self):
        other = self.env["res.company"].create({"name": "Queens", "fee_tz": ZONES[1]})
        self.env.user.company_ids = [Command.link(other.id)]
        record = self.env["account.journal"].create(
            {"name": "Q", "code": "QQ", "type": "general", "company_id": other.id}
        )
        self.assertEqual(get_today(record), date(2026, 2, 28))
        self.assertEqual(get_today(self.community.with_company(other)), TODAY)
        self.assertEqual(
            get_today(self.env["property.statement"].with_company(other)),
            date(2026, 2, 28),
        )

    def test_a_new_company_has_the_zone_of_its_country(self):
        made = self.env["res.company"].create(
            [
                {"name": code, "country_id": self.env.ref(f"base.{code}").id}
                for code in ("cn", "tw", "us")
            ]
        )
        self.assertEqual(
            made.mapped("fee_tz"), [SHANGHAI, "Asia/Taipei", made[2].partner_id.tz]
        )

    def test_the_day_of_a_moment_in_python_and_in_sql(self):
        moment = datetime(2026, 2, 28, 16, 30)
        self.assertEqual(get_local_date(self.community, moment), TODAY)
        self.assertEqual(
            get_day_start(self.community, TODAY), datetime(2026, 2, 28, 16, 0)
        )
        self.assertIn("12:30", format_local_time(self.community, moment, "short"))
        query = SQL(
            "SELECT %s",
            get_local_date_sql(
                SQL("%s::timestamp", moment), SQL("%s", self.company.id)
            ),
        )
        self.assertEqual(self.env.execute_query(query), [(TODAY,)])

    def test_no_default_of_any_model_is_of_yesterday(self):
        """Taken from the registry, so that a new field is tried by itself: what is
        proposed at night in New York is what is proposed at noon in Shanghai."""
        at_night = self.get_defaults(ZONES[1])
        with freeze_time("2026-03-01 04:00:00"):
            at_noon = self.get_defaults(SHANGHAI)
        self.assertGreater(len(at_noon), 20)
        self.assertEqual(at_night, at_noon)

    def get_defaults(self, zone):
        """``{field: default}`` of the date fields of our models."""
        result = {}
        for name, model_class in self.env.registry.items():
            if not name.startswith("property.") or model_class._abstract:
                continue
            model = self.env[name].with_context(tz=zone)
            for field in model._fields.values():
                if field.type == "date" and field.default and not field.compute:
                    result[str(field)] = field.default(model)
        return result

    def test_a_receipt_and_its_session_are_of_the_new_day(self):
        for zone, unit in zip(ZONES[:3], self.units, strict=True):
            bill = self.make_bill(unit, [(self.item, 10)], "2026-02-20")
            account = self.desk_of(zone).get_account(self.community.id, unit.id)
            self.assertEqual(str(account["date"]), "2026-03-01", zone)
            result = self.desk_of(zone).register(
                {
                    "community_id": self.community.id,
                    "unit_id": unit.id,
                    "partner_id": unit.payer_id.id,
                    "methods": [{"id": self.by_cash.id, "amount": 10}],
                    "bills": [{"id": bill.id, "amount": 10, "residual": 10}],
                }
            )
            receipt = self.env["property.receipt"].browse(result["id"])
            self.assertEqual(receipt.date, TODAY, zone)
            self.assertEqual(receipt.payment_ids.date, TODAY, zone)
            sheet = self.env["property.day.sheet"]._get_data(
                self.community, TODAY, TODAY
            )
            self.assertTrue(sheet)
        day_of_sessions = self.session.payment_ids.mapped("date")
        self.assertEqual(set(day_of_sessions), {TODAY})

    def test_what_was_due_yesterday_is_overdue(self):
        Move = self.env["account.move"]
        for zone in ZONES:
            overdue = Move.with_context(tz=zone).search(
                Move.with_context(tz=zone)._get_overdue_domain()
            )
            self.assertIn(self.due_yesterday, overdue, zone)

    def test_a_late_fee_counts_the_new_day(self):
        """Due on 10 January, 15 days of grace: 26 January to 1 March are 35 days."""
        for zone in ZONES:
            bill = self.due_long.with_context(tz=zone)
            bill.invalidate_recordset()
            self.assertEqual(bill.late_fee_amount, 14.49, zone)
        self.policy.write({"auto_post": True, "post_day": 1})
        with patch.object(IrCron, "_commit_progress", return_value=60):
            self.env["property.late.fee"].with_context(tz=False)._cron_post()
        self.assertEqual(self.due_long.late_fee_ids.amount, 14.49)
        self.assertEqual(self.due_long.late_fee_ids.move_id.invoice_date, TODAY)
        self.assertEqual(self.community.late_fee_posted_on, TODAY)

    def test_jobs_prepare_the_month_that_has_begun_where_the_community_is(self):
        """The job runs as a user without time zone; a company in New York is not
        there yet."""
        queens = self.env["res.company"].create({"name": "Queens", "fee_tz": ZONES[1]})
        self.env.user.company_ids = [Command.link(queens.id)]
        self.env["account.chart.template"].try_loading(
            "generic_coa", queens, install_demo=False
        )
        other = (
            self.env["property.community"]
            .with_company(queens)
            .create({"code": "QNS", "name": "Queens", "company_id": queens.id})
        )
        both = self.community + other
        both.write({"auto_billing": "prepare", "billing_day": 1})
        Run = self.env["property.billing.run"].with_context(tz=False)
        with patch.object(IrCron, "_commit_progress", return_value=60):
            Run._cron_prepare_runs()
            [run] = Run.search([("community_ids", "in", self.community.ids)], limit=1)
            self.assertEqual(run.date_from, TODAY)
            self.assertEqual(run.invoice_date, TODAY)
            theirs = Run.search([("community_ids", "in", other.ids)])
            # the first has come and gone there: February's is prepared
            self.assertEqual(theirs.mapped("date_from"), [date(2026, 2, 1)])
            with freeze_time("2026-03-01 05:01"):
                Run._cron_prepare_runs()
        theirs = Run.search([("community_ids", "in", other.ids)], order="date_from")
        self.assertEqual(
            theirs.mapped("date_from"), [date(2026, 2, 1), date(2026, 3, 1)]
        )

    def test_a_dunning_run_is_of_the_new_day(self):
        self.community.late_fee_policy_id = False
        for zone in ZONES:
            self.collector.tz = zone
            run = (
                self.env["property.dunning.run"]
                .with_user(self.collector)
                .with_context(tz=zone)
                .create({"community_ids": [Command.set(self.community.ids)]})
            )
            self.assertEqual(run.date, TODAY, zone)
            self.assertEqual(run._get_sending_date(), TODAY, zone)

    def test_a_letter_bears_the_day_it_left_and_cannot_have_arrived_before(self):
        notice = self.make_notice(self.due_long)
        notice.action_send()
        notice.action_dispatch()
        self.assertEqual(notice._get_letter_date(), TODAY)
        self.assertEqual(notice.deadline, date(2026, 3, 16))
        wizard = {
            "notice_ids": [Command.set(notice.ids)],
            "evidence_kind": "signed_slip",
            "attachment_ids": [Command.set(self.attach().ids)],
        }
        Delivery = self.env["property.notice.delivery"].with_context(tz=ZONES[1])
        with self.assertRaisesRegex(UserError, "cannot have arrived before"):
            Delivery.create({**wizard, "date": "2026-02-28"}).action_apply()
        Delivery.create(wizard).action_apply()
        self.assertEqual(notice.delivered_on, TODAY)

    def test_a_payment_plan_is_late_by_the_day_of_the_community(self):
        user = new_test_user(
            self.env, "ny", "property_fee_billing.group_collector", tz=ZONES[1]
        )
        self.community.member_ids = [Command.link(user.id)]
        promise = self.env["property.arrears.promise"].with_user(user)
        self.assertEqual(promise.default_get(["made_on"])["made_on"], TODAY)


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestPaidOnlineAtMidnight(PortalPayCase):
    """Ann pays at half past midnight; the portal's server thinks of the day before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.fee_tz = SHANGHAI
        cls.ann.tz = False
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 50)], "2026-02-01")

    def test_paid_on(self):
        receipt = self.pay(f"/my/fees/pay?bill={self.bill.id}")
        self.assertEqual(receipt.date, TODAY)
        self.assertEqual(receipt.payment_ids.date, TODAY)
        self.assertEqual(receipt.payment_ids.payment_transaction_id.fee_date, TODAY)

    def test_the_statement_in_the_portal_ends_today(self):
        self.assertIn('value="2026-03-01"', self.visit("/my/statements").text)


@tagged("post_install", "-at_install")
class TestOneClock(BaseCase):
    """Nothing in the addons asks any other clock what day it is."""

    OTHERS = re.compile(
        r"\bdate\.today\(|Date\.today\(|context_today\b|context_timestamp\b"
        r"|datetime\.now\(|utcnow\(|CURRENT_DATE|LOCALTIMESTAMP|\.now\(\)\.date\("
        r"|(?<!AT TIME ZONE )now\(\)::date"
    )

    def test_nobody_asks_another(self):
        addons = Path(get_module_path("property_fee_billing")).parent
        found = []
        for path in sorted(addons.glob("property_fee_*/**/*.py")):
            if "tests" in path.parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if self.OTHERS.search(line):
                    found.append(f"{path.relative_to(addons)}:{number}: {line.strip()}")
        self.assertEqual(found, [])
