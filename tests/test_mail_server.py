import socket
from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules import module
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_mail_server

from .faults_case import FaultsCase, make_bills
from .lost_connection import LOST, end_session, get_session
from .smtp_server import MailServer

UNITS = 4
LOGGERS = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.sql_db",
)


@tagged("post_install", "-at_install")
class TestMailServer(FaultsCase):
    """A dunning run while the mail server is away, refuses, or breaks off. Mails really
    leave, to a server on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.environment() as env:
            cls.collector_id = new_test_user(
                env,
                "mail-collector",
                "property_fee_billing.group_collector",
                email=False,
            ).id
            env.company.email = "office@example.com"
            env["ir.mail_server"].search([]).active = False
            cls.server_id = (
                env["ir.mail_server"]
                .create(
                    {
                        "name": "Test",
                        "smtp_host": "127.0.0.1",
                        "smtp_encryption": "none",
                    }
                )
                .id
            )
            # nothing of other tests stands in the queue
            env["mail.mail"].search([("state", "=", "outgoing")]).unlink()

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(MailServer())
        self.use_port(self.server.port)
        code = "".join(word[:2] for word in self._testMethodName.split("_")[1:]).upper()
        with self.environment() as env:
            self.community_id = self.make_debtors(env, f"{code}-M")
        with self.environment(user=self.collector_id) as env:
            run = env["property.dunning.run"].create(
                {
                    "community_ids": [Command.set([self.community_id])],
                    "date": "2026-03-01",
                }
            )
            run.action_compute()
            run.action_send()
            self.run_id = run.id
            self.addresses = sorted(run.notice_ids.mapped("address"))

    def make_debtors(self, env, code):
        policy = env["property.dunning.policy"].create(
            {"name": code, "max_bank_age": 0}
        )
        env["property.dunning.level"].create(
            {
                "policy_id": policy.id,
                "name": "Demand",
                "days": 3,
                "kind": "demand",
                "deadline_days": 15,
                "channel": "email",
                "subject": "Please pay",
                "body": "<p>Please pay.</p>",
            }
        )
        community = make_bills(
            env,
            code,
            units=UNITS,
            dunning_policy_id=policy.id,
            member_ids=[Command.set([self.collector_id])],
        )
        for owner in community.unit_ids.payer_id:
            owner.email = f"{owner.name}.{code}@example.com".lower()
        return community.id

    def use_port(self, port):
        with self.environment() as env:
            env["ir.mail_server"].browse(self.server_id).smtp_port = port

    def send_queue(self, loggers=LOGGERS):
        """What the scheduled job of Odoo does, e-mails included, which tests otherwise
        keep back."""
        with (
            patch.object(module, "current_test", False),
            mute_logger(*loggers),
            self.environment() as env,
        ):
            env["mail.mail"].process_email_queue()

    def get_notices(self, env):
        return env["property.dunning.run"].browse(self.run_id).notice_ids

    def get_states(self):
        """``{address: state of the notice}``"""
        return self.ask(
            lambda env: {
                notice.address: notice.state for notice in self.get_notices(env)
            }
        )

    def send_again(self):
        with self.environment(user=self.collector_id) as env:
            notices = self.get_notices(env)
            notices.filtered(lambda n: n.state == "failed").action_send_again()

    def get_reminders(self, env):
        run = env["property.dunning.run"].browse(self.run_id)
        return run.activity_ids

    def assertAllSentOnce(self):
        self.assertEqual(self.server.get_recipients(), self.addresses)
        self.assertEqual(set(self.get_states().values()), {"sent"})

    # --------------------------------------------------------------------- away
    def test_server_is_away(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.use_port(free.getsockname()[1])
        self.send_queue()
        self.assertEqual(self.get_states(), dict.fromkeys(self.addresses, "failed"))
        with self.environment() as env:
            notices = self.get_notices(env)
            self.assertIn(
                "Connection failed",
                notices[0].failure_reason,
                notices[0].failure_reason,
            )
            # who sent the run has it on the list, once
            [reminder] = self.get_reminders(env)
            self.assertEqual(reminder.user_id.id, self.collector_id)
            self.assertIn("did not arrive", reminder.summary)
            # nothing counts as delivered, no demand restarts a limitation
            self.assertFalse(any(notices.mapped("is_proof")))
            events = notices.line_ids.move_id.limitation_event_ids
            self.assertNotIn("demand", events.mapped("kind"))
        # a run that follows does not write to the same address by itself
        with self.environment(user=self.collector_id) as env:
            run = env["property.dunning.run"].create(
                {
                    "community_ids": [Command.set([self.community_id])],
                    "date": "2026-03-02",
                }
            )
            run.action_compute()
            self.assertFalse(run.notice_ids)
            self.assertEqual(set(run.skip_ids.mapped("reason")), {"address_failed"})
            env.cr.rollback()
        self.use_port(self.server.port)
        self.send_again()
        self.send_queue()
        self.assertAllSentOnce()
        self.send_queue()
        self.assertAllSentOnce()

    def test_server_does_not_answer(self):
        self.startPatcher(patch.object(ir_mail_server, "SMTP_TIMEOUT", 0.2))
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            self.use_port(deaf.getsockname()[1])
            self.send_queue()
        self.assertEqual(self.get_states(), dict.fromkeys(self.addresses, "failed"))
        self.use_port(self.server.port)
        self.send_again()
        self.send_queue()
        self.assertAllSentOnce()

    # ------------------------------------------------------------------ refuses
    def test_one_is_refused(self):
        refused = self.addresses[1]
        self.server.refused = {refused}
        self.send_queue()
        others = [address for address in self.addresses if address != refused]
        self.assertEqual(self.server.get_recipients(), others)
        expected = {**dict.fromkeys(others, "sent"), refused: "failed"}
        self.assertEqual(self.get_states(), expected)
        with self.environment() as env:
            failed = self.get_notices(env).filtered(lambda n: n.state == "failed")
            self.assertIn("no such user here", failed.failure_reason)
            self.assertEqual(len(self.get_reminders(env)), 1)
        with self.environment(user=self.collector_id) as env:
            sent = self.get_notices(env).filtered(lambda n: n.state == "sent")
            with self.assertRaisesRegex(UserError, "only e-mails and SMS that failed"):
                sent[0].action_send_again()
        self.server.refused = set()
        self.send_again()
        self.send_queue()
        self.assertAllSentOnce()

    # --------------------------------------------------------------- breaks off
    def test_server_hangs_up_in_the_middle(self):
        """Nobody knows whether that one arrived: it is not sent again by itself, and
        those behind it are sent by the next job."""
        cut = self.addresses[1]
        self.server.hang_up_on = {cut}
        self.send_queue()
        self.send_queue()
        others = [address for address in self.addresses if address != cut]
        self.assertEqual(self.server.get_recipients(), others)
        self.assertEqual(self.get_states()[cut], "failed")
        with self.environment() as env:
            failed = self.get_notices(env).filtered(lambda n: n.state == "failed")
            self.assertIn("not known whether", failed.failure_reason)
            self.assertEqual(len(self.get_reminders(env)), 1)
        self.send_again()
        self.send_queue()
        self.assertAllSentOnce()

    def test_database_is_lost_when_the_server_has_taken_it(self):
        """The mail has left, and nobody could note it: it does not leave twice."""
        struck = self.addresses[1]

        def strike(recipient):
            if recipient == struck:
                self.server.on_taken = None
                end_session(self.database, self.pid)

        self.server.on_taken = strike
        with (
            patch.object(module, "current_test", False),
            mute_logger(*LOGGERS),
            suppress(*LOST),
            self.environment() as env,
        ):
            self.pid = get_session(env)
            # the job logs what it met and ends
            env["mail.mail"].process_email_queue()
        self.send_queue()
        self.assertEqual(self.server.get_recipients(), self.addresses)
        states = self.get_states()
        self.assertEqual(states.pop(struck), "failed")
        self.assertEqual(set(states.values()), {"sent"})
        with self.environment() as env:
            failed = self.get_notices(env).filtered(lambda n: n.state == "failed")
            self.assertIn("not known whether", failed.failure_reason)
