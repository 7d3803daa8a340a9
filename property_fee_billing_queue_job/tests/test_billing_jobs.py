from contextlib import closing
from unittest import mock

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.property_fee_billing.tests.common import PropertyFeeCommon
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.queue_job.tests.common import trap_jobs

INVOICER = "odoo.addons.property_fee_billing.models.property_billing_invoicer"


class BillingJobsCase(PropertyFeeCommon):
    """The small community, billed in batches of two units."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charges = [cls.charge(unit) for unit in cls.units]
        cls.january = cls.make_run("2026-01-01", "2026-01-31")
        cls.january.action_compute()

    def setUp(self):
        super().setUp()
        self.startPatcher(mock.patch(f"{INVOICER}.UNITS_PER_BATCH", 2))

    def say_that_a_runner_is_at_work(self, runs=True):
        self.patch(
            self.registry["property.billing.run"], "_has_job_runner", lambda run: runs
        )

    def batch(self, number=0):
        """Ids of the units of a batch."""
        batches = self.env["property.billing.invoicer"]._get_batches(self.january)
        return batches[number][1]

    def cron_triggers(self):
        job = self.env.ref("property_fee_billing.cron_post_runs_1")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])


@tagged("post_install", "-at_install")
class TestScheduling(BillingJobsCase):
    """A run is handed to the queue batch by batch."""

    def test_each_batch_is_a_job_and_the_last_thing_closes_the_run(self):
        self.say_that_a_runner_is_at_work()
        with trap_jobs() as trap:
            self.january.action_schedule()
            trap.assert_jobs_count(2, only=self.january._job_post_batch)
            key = f"property-fee-run-{self.january.id}-{self.community.id}"
            for number, units in enumerate((self.units[:2], self.units[2:])):
                trap.assert_enqueued_job(
                    self.january._job_post_batch,
                    args=(units.ids,),
                    properties={
                        "identity_key": f"{key}-{number}",
                        "priority": 10 + number,
                        "max_retries": 10,
                    },
                )
            [closing_job] = [
                job
                for job in trap.enqueued_jobs
                if job.method_name == "_job_finish_posting"
            ]
            self.assertEqual(len(closing_job.depends_on), 2)
            self.assertEqual(self.january.state, "posting")
            trap.perform_enqueued_jobs()
        self.assertEqual(self.january.state, "done")
        self.assertEqual(len(self.january.move_ids), 3)
        self.assertEqual(set(self.january.move_ids.mapped("state")), {"posted"})
        self.assertEqual(
            sum(self.january.move_ids.mapped("amount_total")),
            sum(self.january.line_ids.mapped("amount")),
        )

    def test_the_stored_jobs_name_their_run_channel_and_retries(self):
        self.say_that_a_runner_is_at_work()
        self.january.action_schedule()
        jobs = self.env["queue.job"].search([("fee_run_id", "=", self.january.id)])
        self.assertEqual(self.january.queue_job_count, 3)
        self.assertEqual(set(jobs.mapped("channel")), {"root.fee_billing"})
        self.assertEqual(set(jobs.mapped("company_id.id")), {self.company.id})
        self.assertEqual(jobs[0].records, self.january)
        self.assertEqual(
            sorted(jobs.mapped("state")), ["pending", "pending", "wait_dependencies"]
        )
        config = self.env["queue.job.function"].job_config(
            "<property.billing.run>._job_post_batch"
        )
        self.assertEqual(config.retry_pattern, {1: (2, 6), 3: (10, 30), 6: 120})
        action = self.january.action_open_jobs()
        self.assertEqual(self.env["queue.job"].search(action["domain"]), jobs)

    def test_first_batches_of_all_communities_come_before_second_ones(self):
        self.say_that_a_runner_is_at_work()
        other = self.env["property.community"].create({"code": "OAK", "name": "Oak"})
        building = self.env["property.building"].create(
            {"code": "9", "name": "9", "community_id": other.id}
        )
        unit = self.env["property.unit"].create(
            {"code": "9-1", "building_id": building.id, "charge_area": 50}
        )
        self.own(unit, self.owner)
        self.charge(unit)
        run = self.make_run("2026-02-01", "2026-02-28", self.community + other)
        run.action_compute()
        run.action_schedule()
        jobs = self.env["queue.job"].search(
            [
                ("fee_run_id", "=", run.id),
                ("method_name", "=", "_job_post_batch"),
                ("priority", "=", 10),
            ]
        )
        first_units = self.env["property.unit"].browse(
            unit_id for job in jobs for unit_id in job.args[0]
        )
        self.assertEqual(first_units, self.units[:2] + unit)

    def test_without_a_runner_the_scheduled_jobs_post(self):
        self.say_that_a_runner_is_at_work(False)
        before = self.cron_triggers()
        self.january.action_schedule()
        self.assertFalse(self.january.queue_job_count)
        self.assertEqual(self.cron_triggers(), before + 1)

    def test_a_runner_is_known_by_the_lock_it_holds_in_this_database(self):
        runs = self.env["property.billing.run"]
        self.assertFalse(runs._has_job_runner())
        with closing(sql_db.db_connect(self.env.cr.dbname).cursor()) as runner:
            runner.execute(SQL("SELECT pg_advisory_lock(%s)", PG_ADVISORY_LOCK_ID))
            self.assertTrue(runs._has_job_runner())
            runner.execute(SQL("SELECT pg_advisory_unlock(%s)", PG_ADVISORY_LOCK_ID))
        self.assertFalse(runs._has_job_runner())

    def test_a_batch_the_queue_gave_up_is_told_and_posted_by_the_scheduled_job(self):
        self.say_that_a_runner_is_at_work()
        self.january.action_schedule()
        failed = self.env["queue.job"].search(
            [("fee_run_id", "=", self.january.id), ("priority", "=", 11)]
        )
        failed.state = "failed"
        self.january._job_post_batch(self.batch())
        self.january.invalidate_recordset()
        self.assertEqual(self.january.with_user(self.manager).failed_job_count, 1)
        with self.enter_registry_test_mode():
            self.env.ref(
                "property_fee_billing.cron_post_runs_1"
            ).method_direct_trigger()
        self.assertEqual(self.january.state, "done")


@tagged("post_install", "-at_install")
class TestDelivery(BillingJobsCase):
    """A job is harmless however often and whenever it comes."""

    def setUp(self):
        super().setUp()
        self.january._start_posting()

    def test_a_batch_delivered_twice_is_posted_once(self):
        units = self.batch()
        done = self.january._job_post_batch(units)
        self.assertEqual(done, "2 units posted, 0 set aside.")
        moves = self.january.move_ids
        self.assertEqual(len(moves), 2)
        names = moves.mapped("name")
        self.assertIn("Nothing to do", self.january._job_post_batch(units))
        self.january.invalidate_recordset()
        self.assertEqual(self.january.move_ids, moves)
        self.assertEqual(moves.mapped("name"), names)

    def test_a_batch_that_was_posted_in_part_posts_the_rest(self):
        units = self.batch()
        self.env["property.billing.invoicer"]._bill_batch(self.january, units[:1])
        self.assertIn("1 units posted", self.january._job_post_batch(units))
        self.january.invalidate_recordset()
        self.assertEqual(len(self.january.move_ids), 2)
        self.assertEqual(len(self.january.move_ids.fee_unit_id), 2)

    def test_the_run_is_closed_by_the_last_job_only(self):
        self.january._job_post_batch(self.batch(0))
        before = self.cron_triggers()
        self.january._job_finish_posting()
        self.assertEqual(self.january.state, "posting")
        self.assertEqual(self.cron_triggers(), before + 1, "the rest is seen to")
        self.january._job_post_batch(self.batch(0))
        self.january._job_finish_posting()
        self.assertEqual(self.january.state, "done")
        self.january._job_finish_posting()
        self.assertEqual(self.january.state, "done")

    def test_a_job_of_a_cancelled_run_does_nothing(self):
        units = self.batch()
        self.january.action_cancel()
        self.assertIn("not being posted", self.january._job_post_batch(units))
        self.january._job_finish_posting()
        self.assertFalse(self.january.move_ids)
        self.assertEqual(self.january.state, "cancelled")

    def test_a_bad_unit_is_set_aside_and_the_job_succeeds(self):
        bill_units = type(self.env["property.billing.invoicer"])._bill_units

        def refuse(invoicer, run, unit_ids):
            if self.units[0].id in unit_ids:
                raise ValueError("this unit is bad")
            return bill_units(invoicer, run, unit_ids)

        self.patch(self.registry["property.billing.invoicer"], "_bill_units", refuse)
        done = self.january._job_post_batch(self.batch())
        self.assertEqual(done, "1 units posted, 1 set aside.")
        self.january.invalidate_recordset()
        self.assertEqual(self.january.move_ids.fee_unit_id, self.units[1])
        self.assertEqual(self.january.refusal_ids.unit_id, self.units[0])
