import base64
import os
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.property_fee_billing.tests.arrears_case import ArrearsCase
from odoo.addons.property_fee_billing.tests.full_disk import (
    full_file_store,
    full_temporary_folder,
)

from ..models import property_print_file
from .document_case import DocumentCase

FULL = "The disk of the server is full"
LOGGER = "odoo.addons.property_fee_billing.file_store"


class FullDiskCase(DocumentCase, ArrearsCase):
    """Three flats billed for January; nobody has paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for unit in cls.units:
            cls.charge(unit)
        with freeze_time("2026-01-01"):
            cls.billing_run = cls.bill_month(2026, 1)
        cls.bills = cls.billing_run.move_ids

    def refuses(self):
        """Context manager: it is said in one sentence, and rolled back."""
        self.enterContext(self.assertLogs(LOGGER, "WARNING"))
        return self.assertRaisesRegex(UserError, FULL)


@tagged("post_install", "-at_install")
class TestFullDisk(FullDiskCase):
    """Documents are whole, or there is none and it is said why."""

    def test_a_print_job_says_so_and_goes_on_where_it_stopped(self):
        self.startPatcher(patch.object(property_print_file, "PART_SIZE", 1))
        self.startPatcher(
            patch.object(
                self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1e9
            )
        )
        action = self.billing_run.with_user(self.cashier).action_print_bills()
        job = self.env["property.print.job"].browse(action["res_id"])
        job.action_start()
        [file] = job.file_ids
        file._print_part()
        self.assertEqual(file.printed_count, 1)
        with (
            full_file_store() as disk,
            self.assertLogs(LOGGER, "WARNING"),
            self.assertLogs(property_print_file.__name__, "WARNING") as logged,
        ):
            job._cron_print()
            self.assertFalse(logged.records[0].exc_info, "a traceback is no use")
            self.assertEqual((job.state, file.state), ("failed", "failed"))
            self.assertIn(FULL, file.error)
            self.assertIn(FULL, job.message_ids[0].body)
            self.assertEqual(file.printed_count, 1)
            self.assertFalse(file.attachment_id)
            self.assertEqual(disk.get_files(), [])
            disk.free()
            job.action_try_again()
            job._cron_print()
            self.assertEqual((job.state, file.printed_count), ("done", 3))
            self.assertEqual(len(self.read_pages(file.attachment_id.raw)), 3)

    def test_a_part_that_is_lost_meanwhile_is_not_left_out_silently(self):
        self.startPatcher(patch.object(property_print_file, "PART_SIZE", 2))
        action = self.billing_run.with_user(self.cashier).action_print_bills()
        job = self.env["property.print.job"].browse(action["res_id"])
        job.action_start()
        [file] = job.file_ids
        with full_file_store() as disk:
            disk.free()
            file._print_part()
            for path in disk.get_files():
                path.unlink()
            file.part_ids.invalidate_recordset()
            with self.assertLogs(property_print_file.__name__, "WARNING"):
                file._print_part()
        self.assertEqual(file.state, "failed")
        self.assertIn("bring it back from a backup", file.error)

    def test_an_evidence_pack_is_made_whole_or_not_at_all(self):
        case = self.sync("2026-03-05")[:1]
        packs = self.env["property.evidence.pack"]
        with freeze_time("2026-03-06"), full_file_store() as disk:
            with self.refuses(), self.env.cr.savepoint():
                case.action_make_evidence()
            self.assertFalse(packs.search([("case_id", "=", case.id)]))
            self.assertEqual(disk.get_files(), [])
            disk.free()
            case.action_make_evidence()
            [pack] = packs.search([("case_id", "=", case.id)])
            self.assertTrue(pack.name.endswith("-E1"))
            self.assertTrue(pack._is_intact())

    def test_evidence_whose_file_is_lost_is_named(self):
        with full_file_store() as disk:
            disk.free()
            notice = self.send_notice(self.bills[:1], "2026-02-12")
            notice._register_delivery(
                notice.sent_on.date(), "signed_slip", attachments=self.attach()
            )
            for path in disk.get_files():
                path.unlink()
            notice.evidence_attachment_ids.invalidate_recordset()
            case = self.sync("2026-03-05").filtered(
                lambda case: case.unit_id == notice.unit_id
            )
            with (
                freeze_time("2026-03-06"),
                self.assertRaisesRegex(UserError, "slip.jpg is not in the file store"),
            ):
                case.action_make_evidence()

    def test_a_receipt_is_printed_whole_or_not_at_all(self):
        bill = self.bills[:1]
        receipt = self.take(
            bill.fee_unit_id,
            bills=[(bill, bill.amount_residual)],
            cash=bill.amount_residual,
        )
        with full_temporary_folder() as disk:
            with self.refuses():
                self.print_pdf("report_property_receipt", receipt)
            disk.free()
            self.assertTrue(self.print_pdf("report_property_receipt", receipt))
        # the money was taken all the same
        self.assertEqual(receipt.state, "issued")

    def test_a_workbook_is_made_whole_or_not_at_all(self):
        wizard = (
            self.env["property.workbook.wizard"]
            .with_user(self.manager)
            .create({"community_ids": [Command.set(self.community.ids)]})
        )
        with full_temporary_folder() as disk:
            with self.refuses():
                wizard.action_download()
            self.assertFalse(wizard.file)
            self.assertEqual(disk.get_files(), [])
            disk.free()
            wizard.action_download()
            self.assertEqual(base64.b64decode(wizard.file)[:2], b"PK")
        self.assertFalse(os.path.exists(disk.folder))
