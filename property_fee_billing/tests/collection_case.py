from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .money_case import MoneyCase


class CollectionCase(MoneyCase):
    """The small community with a collector, a ladder of four levels, and owners who
    can be written to. Bills are due 30 days after their day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "collector",
            "property_fee_billing.group_collector",
            email="collector@example.com",
        )
        cls.community.member_ids = [Command.link(cls.collector.id)]
        cls.community.limitation_rule_id = cls.env.ref(
            "property_fee_billing.limitation_rule_cn"
        )
        for owner in cls.owners:
            owner.write({"email": f"{owner.name}@example.com", "street": "Jade Road 1"})
        cls.policy = cls.env["property.dunning.policy"].create(
            {"name": "Test Ladder", "max_bank_age": 0}
        )
        cls.community.dunning_policy_id = cls.policy
        cls.pre_due = cls.make_level("Before", -7, kind="pre_due", channel="portal")
        cls.reminder = cls.make_level("Reminder", 3)
        cls.demand = cls.make_level(
            "Demand", 15, min_days=7, kind="demand", deadline_days=15, sequence=20
        )
        cls.legal = cls.make_level(
            "Lawyer",
            45,
            kind="lawyer_letter",
            channel="registered",
            is_legal=True,
            deadline_days=15,
            sequence=30,
        )

    @classmethod
    def make_level(cls, name, days, **values):
        return cls.env["property.dunning.level"].create(
            {
                "policy_id": cls.policy.id,
                "name": name,
                "days": days,
                "channel": "email",
                "subject": f"{name} {{{{ object.unit_id.code }}}}",
                "body": "<p>Please pay <t t-out='object.total_text'/></p>"
                "<t t-out='object.bills_table'/>",
                "text": "Please pay {{ object.total_text }}",
                **values,
            }
        )

    @classmethod
    def make_notice(cls, bills, **values):
        """A draft by hand that demands bills in full."""
        lines = cls.env["property.notice.line"]._prepare_lines(bills, date.today())
        return cls.env["property.notice"].create(
            {
                "unit_id": bills.fee_unit_id.id,
                "partner_id": bills.partner_id.id,
                "kind": "demand",
                "channel": "letter",
                "deadline_days": 15,
                "subject": "Demand",
                "body": "<p>Please pay.</p>",
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )

    @classmethod
    def send_notice(cls, bills, day, **values):
        """A notice that left on a day."""
        with freeze_time(day):
            notice = cls.make_notice(bills, **values)
            notice.action_send()
            if notice.state == "ready":
                notice.action_dispatch()
        return notice

    @classmethod
    def attach(cls, name="slip.jpg"):
        return cls.env["ir.attachment"].create({"name": name, "raw": b"photo"})

    @classmethod
    def plan(cls, day, send=False):
        """A computed run of the community on a day, as the collector makes it."""
        with freeze_time(day):
            run = (
                cls.env["property.dunning.run"]
                .with_user(cls.collector)
                .create({"community_ids": [Command.set(cls.community.ids)]})
            )
            run.action_compute()
            if send:
                run.action_send()
        return run.with_env(cls.env)

    @classmethod
    def outcome(cls, run):
        """``[(unit, level, what is demanded)]`` of a run."""
        return [
            (notice.unit_id.code, notice.level_id.name, notice.amount)
            for notice in run.notice_ids.sorted(
                lambda notice: (notice.unit_id.code, notice.level_id.sequence)
            )
        ]

    @classmethod
    def get_mails(cls, notices):
        """The e-mails of notices."""
        return cls.env["mail.mail"].search(
            [("model", "=", notices._name), ("res_id", "in", notices.ids)]
        )

    @classmethod
    def skipped(cls, run):
        return [(skip.move_id, skip.reason) for skip in run.skip_ids]

    def make_debtors(self, code, count):
        """A community of ``count`` units with a bill due on 31 January 2026 each."""
        community = self.env["property.community"].create(
            {
                "code": code,
                "name": code,
                "dunning_policy_id": self.policy.id,
                "payment_term_id": self.community.payment_term_id.id,
                "member_ids": [Command.link(self.collector.id)],
            }
        )
        building = self.env["property.building"].create(
            {"code": "1", "name": "1", "community_id": community.id}
        )
        units = self.env["property.unit"].create(
            [
                {
                    "code": f"1-{number:04}",
                    "building_id": building.id,
                    "charge_area": 50,
                }
                for number in range(count)
            ]
        )
        partners = self.env["res.partner"].create(
            [
                {"name": f"{code} {number}", "email": f"{code}{number}@example.com"}
                for number in range(count)
            ]
        )
        self.env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": partner.id}
                for unit, partner in zip(units, partners, strict=True)
            ]
        )
        self.env["property.oneoff.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "item_id": self.item.id,
                    "name": "Fee",
                    "date": "2026-01-01",
                    "quantity": 1,
                    "price_unit": 100,
                }
                for unit in units
            ]
        )
        run = self.make_run("2026-01-01", "2026-01-01", community)
        run.action_compute()
        run.action_post()
        return community

    def hold(self, method, result):
        """Have a hook of account.move answer something."""
        target = type(self.env["account.move"])
        patcher = patch.object(target, method, lambda moves, *args: result)
        self.startPatcher(patcher)
