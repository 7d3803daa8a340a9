import base64
from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.property_fee_billing.models import property_dunning_run_sending
from odoo.addons.property_fee_billing.tests.import_case import ImportCase
from odoo.addons.property_fee_reports.models import property_print_file

from .committed import make_community
from .faults_case import FaultsCase, make_bills

UNITS = 4


@tagged("post_install", "-at_install")
class TestWork(FaultsCase):
    """What is done for many is done for each of them once."""

    # ------------------------------------------------------------------- import
    def write_workbook(self, env, code):
        """A workbook, not imported yet."""
        sheets = ImportCase.make_sheets(SimpleNamespace(env=env))
        sheets["Community"][1][:2] = [code, code]
        for head, *rows in sheets.values():
            for name in ("item_code", "standard_code"):
                for row in rows if name in head else ():
                    row[head.index(name)] = f"{code}-{row[head.index(name)]}"
        return code, base64.b64encode(ImportCase.make_file(sheets))

    def import_workbook(self, env, scene):
        env["property.community.import"].create(
            {"file": scene[1], "filename": "community.xlsx"}
        ).action_import()

    def count_imported(self, env, scene):
        code = scene[0]
        items = env["property.fee.item"].search([("code", "=like", f"{code}-%")])
        community = env["property.community"].search([("code", "=", code)])
        inside = [("community_id", "in", community.ids)]
        return {
            "communities": len(community),
            "journals": len(community.journal_id),
            "items": len(items),
            **{
                model: env[model].search_count(inside)
                for model in (
                    "property.building",
                    "property.unit",
                    "property.ownership",
                    "property.recurring.charge",
                    "property.meter",
                    "property.meter.reading",
                )
            },
        }

    def test_import_loses_connection(self):
        scene = self.check(
            self.write_workbook, self.import_workbook, self.count_imported
        )
        self.assertEqual(self.ask(self.count_imported, scene)["property.unit"], 3)

    # ------------------------------------------------------------------ notices
    def plan_notices(self, env, code):
        """A run that is ready to be sent, for debtors with an e-mail address each."""
        policy = env["property.dunning.policy"].create(
            {"name": code, "max_bank_age": 0}
        )
        env["property.dunning.level"].create(
            {
                "policy_id": policy.id,
                "name": "Reminder",
                "days": 3,
                "channel": "email",
                "subject": "Please pay",
                "body": "<p>Please pay.</p>",
            }
        )
        community = make_bills(env, code, dunning_policy_id=policy.id)
        for owner in community.unit_ids.payer_id:
            owner.email = f"{owner.name}.{code}@example.com"
        run = env["property.dunning.run"].create(
            {"community_ids": [Command.set(community.ids)], "date": "2026-03-01"}
        )
        run.action_compute()
        return run.id

    def send_run(self, env, run_id):
        env["property.dunning.run"].browse(run_id).action_send()

    def send_in_background(self, env, run_id):
        run = env["property.dunning.run"].browse(run_id)
        if run.state == "computed":
            run.action_schedule()
            env.cr.commit()
        env["property.dunning.run"]._cron_send_dunning()

    def get_notices(self, env, run_id):
        run = env["property.dunning.run"].browse(run_id)
        notices = run.notice_ids
        mails = env["mail.mail"].search(
            [("model", "=", notices._name), ("res_id", "in", notices.ids)]
        )
        sent = notices.filtered(lambda notice: notice.state == "sent")
        return {
            "state": run.state,
            "states": notices.mapped("state"),
            # one for each notice that is marked as sent, and no other
            "mails": sorted(mails.mapped("res_id")) == sorted(sent.ids),
            "numbers": len(set(sent.mapped("name"))),
            "skips": run.skip_count,
        }

    def test_sending_at_once_loses_connection(self):
        run_id = self.check(self.plan_notices, self.send_run, self.get_notices)
        found = self.ask(self.get_notices, run_id)
        self.assertEqual(found["states"], ["sent"] * UNITS)
        with self.environment() as env, self.assertRaisesRegex(UserError, "is Done"):
            self.send_run(env, run_id)

    def test_jobs_that_send_lose_connection(self):
        self.startPatcher(patch.object(property_dunning_run_sending, "BATCH", 2))
        run_id = self.check(
            self.plan_notices, self.send_in_background, self.get_notices, is_whole=False
        )
        found = self.ask(self.get_notices, run_id)
        self.assertEqual(found["states"], ["sent"] * UNITS)
        self.assertTrue(found["mails"])

    # ------------------------------------------------------------------ reports
    def begin_printing(self, env, code):
        community = make_bills(env, code, units=3)
        run = env["property.billing.run"].search(
            [("community_ids", "in", community.ids)]
        )
        job = env["property.print.job"].browse(run.action_print_bills()["res_id"])
        job.action_start()
        return job.id

    def print_job(self, env, _job_id):
        env["property.print.job"]._cron_print()

    def get_printed(self, env, job_id):
        job = env["property.print.job"].browse(job_id)
        return {
            "state": job.state,
            "printed": job.printed_count,
            "pages": job.page_count,
            "files": len(job.file_ids.attachment_id),
            "parts": len(job.file_ids.part_ids),
            "told": len(job.message_ids.filtered("body")),
        }

    def test_printing_loses_connection(self):
        self.startPatcher(patch.object(property_print_file, "PART_SIZE", 2))
        job_id = self.check(
            self.begin_printing,
            self.print_job,
            self.get_printed,
            points=(0.4,),
            is_whole=False,
        )
        self.assertEqual(self.ask(self.get_printed, job_id)["state"], "done")

    def owe(self, env, code):
        """An arrears case, without anything in it but its bill."""
        community = make_bills(env, code, units=1)
        return env["property.arrears.case"]._sync(community).id

    def make_pack(self, env, case_id):
        env["property.arrears.case"].browse(case_id).action_make_evidence()

    def get_packs(self, env, case_id):
        packs = env["property.evidence.pack"].search([("case_id", "=", case_id)])
        files = env["ir.attachment"].search(
            [("res_model", "=", packs._name), ("res_id", "in", packs.ids)]
        )
        return {
            "numbers": [name[-3:] for name in packs.mapped("name")],
            "files": len(files),
            "intact": all(pack._is_intact() for pack in packs),
        }

    def test_evidence_loses_connection(self):
        case_id = self.check(self.owe, self.make_pack, self.get_packs, points=())
        self.assertEqual(
            self.ask(self.get_packs, case_id),
            {"numbers": ["-E1"], "files": 3, "intact": True},
        )

    def await_month(self, env, code):
        return make_bills(env, code).id

    def freeze_month(self, env, _community_id):
        env["ir.config_parameter"].set_param("property_fee_reports.snapshot_day", "1")
        env["property.report.snapshot"]._cron_freeze()

    def get_snapshots(self, env, community_id):
        snapshots = env["property.report.snapshot"].search(
            [("community_id", "=", community_id)]
        )
        lines = snapshots.line_ids
        return (
            len(snapshots),
            len(lines),
            round(sum(lines.mapped("billed")), 2),
        )

    def test_month_loses_connection(self):
        community_id = self.check(
            self.await_month, self.freeze_month, self.get_snapshots, is_whole=False
        )
        self.assertEqual(self.ask(self.get_snapshots, community_id)[0], 1)

    # --------------------------------------------------------------- complaints
    def complain(self, env, code):
        """Complaints whose deadlines have passed while no job ran."""
        community = make_community(env, code, UNITS)
        manager = new_test_user(
            env, code.lower(), "property_fee_complaints.group_complaint_agent"
        )
        community.member_ids = [Command.link(manager.id)]
        env["property.complaint.team"].create(
            {
                "name": code,
                "community_ids": [Command.set(community.ids)],
                "member_ids": [Command.set(manager.ids)],
                "site_manager_id": manager.id,
            }
        )
        complaints = env["property.complaint"].create(
            [
                {
                    "subject": f"{code} {unit.code}",
                    "unit_id": unit.id,
                    "category_id": env.ref("property_fee_complaints.category_noise").id,
                }
                for unit in community.unit_ids
            ]
        )
        env.cr.execute(
            SQL(
                """
                UPDATE property_complaint_clock
                   SET deadline = deadline - interval '1 year',
                       warning_at = warning_at - interval '1 year'
                 WHERE complaint_id = ANY(%s)
                """,
                complaints.ids,
            )
        )
        return complaints.ids

    def check_deadlines(self, env, _complaint_ids):
        env["property.complaint.clock"]._cron_check_deadlines()

    def get_escalations(self, env, complaint_ids):
        complaints = env["property.complaint"].browse(complaint_ids)
        escalations = env["property.complaint.escalation"].search(
            [("complaint_id", "in", complaint_ids)]
        )
        activities = env["mail.activity"].search(
            [("res_model", "=", complaints._name), ("res_id", "in", complaint_ids)]
        )
        return {
            "breached": len(complaints.clock_ids.filtered("is_breached")),
            "escalations": len(escalations),
            "levels": complaints.mapped("level"),
            "alerts": len(activities),
        }

    def test_escalation_loses_connection(self):
        complaint_ids = self.check(
            self.complain, self.check_deadlines, self.get_escalations, is_whole=False
        )
        self.assertGreater(self.ask(self.get_escalations, complaint_ids)["breached"], 0)
