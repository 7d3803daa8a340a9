from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import property_print_file
from .document_case import DocumentCase


@tagged("post_install", "-at_install")
class TestPrintJob(DocumentCase):
    """Twelve bills of two buildings, printed in the background two at a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tower = cls.env["property.building"].create(
            {"code": "12", "name": "Tower 12", "community_id": cls.community.id}
        )
        units = cls.env["property.unit"].create(
            [
                {
                    "code": f"{building.code}-{number}01",
                    "building_id": building.id,
                    "charge_area": 50 + number,
                }
                for building, count in ((tower, 5), (cls.building, 7))
                for number in range(count, 0, -1)
            ]
        )
        for unit in units:
            cls.own(unit, cls.owner)
            cls.charge(unit)
        cls.billing_run = cls.bill_month(2026, 1)
        cls.bills = cls.billing_run.move_ids
        cls.startClassPatcher(patch.object(property_print_file, "PART_SIZE", 2))
        # no commit while testing: the scheduler's bookkeeping alone is left out
        cls.startClassPatcher(
            patch.object(
                cls.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1e9
            )
        )

    def make_job(self, **values):
        action = self.billing_run.with_user(self.cashier).action_print_bills()
        job = self.env["property.print.job"].browse(action["res_id"])
        job.write(values)
        return job.with_user(self.cashier)

    def read_file(self, file):
        return self.read_pages(file.attachment_id.raw)

    def test_files_by_building_in_the_order_of_the_units(self):
        job = self.make_job(max_documents=5)
        job.action_start()
        files = job.file_ids
        self.assertEqual(files.mapped("document_count"), [5, 2, 5])
        self.assertEqual(
            files.mapped("name"),
            ["JADE Tower 3 1-2", "JADE Tower 3 2-2", "JADE Tower 12"],
        )
        job.sudo()._cron_print()
        self.assertEqual(job.state, "done")
        self.assertEqual(job.progress, 100)
        self.assertEqual(job.page_count, 12)
        codes = [f"3-{number}01" for number in range(1, 8)]
        codes += [f"12-{number}01" for number in range(1, 6)]
        pages = [page for file in files for page in self.read_file(file)]
        for code, page in zip(codes, pages, strict=True):
            self.assertIn(f"JADE-{code}\n", page)
        self.assertFalse(files.part_ids)

    def test_all_in_one_file_page_by_page_as_printed_singly(self):
        job = self.make_job(by_building=False, max_documents=0)
        job.action_start()
        job.sudo()._cron_print()
        (file,) = job.file_ids
        pages = self.read_file(file)
        self.assertEqual(len(pages), 12)
        bills = self.bills._sort_for_printing()
        for bill, page in zip(bills[:3], pages[:3], strict=True):
            content = self.print_pdf("report_bill_notice", bill)
            (single,) = self.read_pages(content)
            self.assertEqual(self._without_time(page), self._without_time(single))

    def _without_time(self, page):
        """A page but for the line that says when it was printed."""
        return [line.strip() for line in page.splitlines() if "Printed on" not in line]

    def test_a_killed_job_goes_on_where_it_stopped(self):
        job = self.make_job(by_building=False, max_documents=0)
        job.action_start()
        Files = self.env["property.print.file"]
        (file,) = job.sudo().file_ids
        for expected in (2, 4):
            self.assertEqual(Files._take_file(), file)
            file._print_part()
            self.assertEqual(file.printed_count, expected)
        self.assertEqual((job.state, round(job.progress)), ("printing", 33))
        # a part that was printed but not committed is as if it never was
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            file._print_part()
            raise KeyboardInterrupt
        self.env.invalidate_all()
        self.assertEqual(file.printed_count, 4)
        job.sudo()._cron_print()
        pages = self.read_file(file)
        for bill, page in zip(self.bills._sort_for_printing(), pages, strict=True):
            self.assertIn(bill.name, page)

    def test_a_job_is_closed_though_no_worker_saw_the_file_of_the_other_done(self):
        job = self.make_job()
        job.action_start()
        for file in job.sudo().file_ids:
            while file.state != "done":
                file._print_part()
        self.assertEqual(job.state, "printing")
        job.sudo()._cron_print()
        self.assertEqual(job.state, "done")

    def test_a_bad_document_fails_its_file_alone_and_can_be_tried_again(self):
        job = self.make_job()
        job.action_start()
        bad = self.bills._sort_for_printing()[3]
        render = type(bad)._get_document_data

        def fail(move):
            if move == bad:
                raise ValueError("No ink")
            return render(move)

        with (
            patch.object(type(bad), "_get_document_data", fail),
            self.assertLogs(property_print_file._logger, "WARNING"),
        ):
            job.sudo()._cron_print()
        self.assertEqual(job.file_ids.mapped("state"), ["failed", "done"])
        self.assertEqual(job.state, "failed")
        self.assertIn("No ink", job.file_ids[0].error)
        job.action_try_again()
        job.sudo()._cron_print()
        self.assertEqual(job.state, "done")
        self.assertEqual(job.page_count, 12)

    def test_who_asked_is_told_and_downloads(self):
        job = self.make_job()
        job.action_start()
        job.sudo()._cron_print()
        note = job.message_ids.sorted("id")[-1]
        self.assertIn("12 documents printed on 12 pages, in 2 files", note.body)
        self.assertIn(self.cashier.partner_id, note.partner_ids)
        action = job.file_ids[0].action_download()
        self.assertIn(f"/web/content/{job.file_ids[0].attachment_id.id}", action["url"])

    def test_nobody_prints_what_they_may_not_see(self):
        stranger = new_test_user(
            self.env, "stranger", "property_fee_billing.group_cashier"
        )
        job = self.make_job()
        job.sudo().user_id = stranger
        with self.assertRaises(AccessError):
            job.sudo().action_start()
        with self.assertRaises(AccessError):
            job.read(["name"])

    def test_a_job_is_started_once(self):
        job = self.make_job()
        job.action_start()
        with self.assertRaisesRegex(UserError, "is Printing already"):
            job.action_start()
        job.action_cancel()
        self.assertFalse(self.env["property.print.file"]._take_file())

    def test_letters_are_printed_the_same_way(self):
        level = self.env.ref("property_fee_billing.dunning_level_demand")
        notices = self.env["property.notice"].create(
            [
                {
                    "unit_id": bill.fee_unit_id.id,
                    "partner_id": self.owner.id,
                    "level_id": level.id,
                    "line_ids": [
                        Command.create(values)
                        for values in self.env["property.notice.line"]._prepare_lines(
                            bill, "2026-06-30"
                        )
                    ],
                }
                for bill in self.bills[:3]
            ]
        )
        action = notices.with_user(self.manager).action_print_batch()
        job = self.env["property.print.job"].browse(action["res_id"])
        job.action_start()
        job._cron_print()
        self.assertEqual((job.state, job.page_count), ("done", 3))
