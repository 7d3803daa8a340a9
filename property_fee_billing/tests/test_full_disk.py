import io
import os
import random
import time

from PIL import Image

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import freeze_time, tagged

from .full_disk import full_file_store
from .money_case import MoneyCase
from .test_meter_submission import SubmissionCase

FULL = "The disk of the server is full"
LOGGER = "odoo.addons.property_fee_billing.file_store"


def make_noise(size=30_000):
    """Bytes that nothing compresses, other ones each time."""
    return random.randbytes(size)


def make_photo():
    """A photo that is larger than what fits."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (100, 100), make_noise()).save(buffer, "PNG")
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestFullFileStore(MoneyCase):
    """What does not fit is refused in one sentence, and nothing of it stays."""

    def attach(self, content):
        return self.env["ir.attachment"].create({"name": "plan.bin", "raw": content})

    def test_a_file_that_breaks_off_is_refused_and_stored_once_there_is_space(self):
        content = make_noise()
        before = self.env["ir.attachment"].search_count([])
        with full_file_store() as disk:
            with (
                self.assertLogs(LOGGER, "WARNING") as logged,
                self.assertRaisesRegex(UserError, FULL),
                self.env.cr.savepoint(),
            ):
                self.attach(content)
            # an administrator finds one line, without a traceback
            self.assertEqual(len(logged.records), 1)
            self.assertFalse(logged.records[0].exc_info)
            self.assertEqual(disk.get_files(), [])
            self.assertEqual(self.env["ir.attachment"].search_count([]), before)
            disk.free()
            stored = self.attach(content)
            stored.invalidate_recordset()
            self.assertEqual(stored.raw, content)

    def test_what_is_replaced_stays_until_the_new_fits(self):
        old = make_noise(500)
        with full_file_store() as disk:
            file = self.attach(old)
            with (
                self.assertLogs(LOGGER, "WARNING"),
                self.assertRaisesRegex(UserError, FULL),
                self.env.cr.savepoint(),
            ):
                file.raw = make_noise()
            file.invalidate_recordset()
            self.assertEqual(file.raw, old)
            self.assertEqual(len(disk.get_files()), 1)

    def test_a_file_that_broke_off_when_the_server_was_killed_is_made_anew(self):
        content = make_noise()
        with full_file_store() as disk:
            disk.free()
            file = self.attach(content)
            [path] = disk.get_files()
            file.unlink()
            # all that was written before the power went
            path.write_bytes(content[:1000])
            with self.assertRaisesRegex(UserError, "collides"):
                # somebody may just be writing it
                self.attach(content)
            an_hour_ago = time.time() - 3600
            os.utime(path, (an_hour_ago, an_hour_ago))
            again = self.attach(content)
            again.invalidate_recordset()
            self.assertEqual(again.raw, content)

    def test_a_folder_that_may_not_be_written_to_says_so(self):
        def refuse(*args, **options):
            raise PermissionError(13, "Permission denied")

        with (
            full_file_store(),
            self.assertLogs(LOGGER, "WARNING"),
            self.assertRaisesRegex(UserError, "cannot write to its disk"),
        ):
            # root may write everywhere: the one thing here that is not real
            self.patch(os, "makedirs", refuse)
            self.attach(make_noise(100))


@tagged("post_install", "-at_install")
class TestPhotoOfTheOwner(SubmissionCase):
    """Ann sends a reading with its photo while the disk is full."""

    def send(self, photo):
        self.authenticate(self.ann.login, self.ann.login)
        return self.url_open(
            f"/my/units/{self.unit.id}/readings",
            data={
                "csrf_token": Request.csrf_token(self),
                f"value_{self.meter.id}": "9999",
            },
            files={f"photo_{self.meter.id}": ("dial.png", photo, "image/png")},
            allow_redirects=False,
        )

    @freeze_time("2026-04-28")
    def test_she_is_told_on_the_page_and_it_works_later(self):
        photo = make_photo()
        with full_file_store() as disk:
            with self.assertLogs(LOGGER, "WARNING"):
                answer = self.send(photo)
            self.assertEqual(answer.status_code, 200)
            self.assertIn(FULL, answer.text)
            self.assertFalse(self.Submission.search([("meter_id", "=", self.meter.id)]))
            self.assertEqual(disk.get_files(), [])
            disk.free()
            self.assertEqual(self.send(photo).status_code, 303)
            [submission] = self.Submission.search([("meter_id", "=", self.meter.id)])
            self.assertTrue(submission.photo)
