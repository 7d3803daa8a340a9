from datetime import datetime

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from odoo.addons.property_fee_billing.tests.money_case import MoneyCase

MODULE = "property_fee_complaints"


class ComplaintCase(MoneyCase):
    """The small community with a team that works from Monday to Friday, 9 to 12 and 13
    to 18 in UTC, and is closed on Thursday 8 January 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent, cls.second_agent, cls.complaint_manager = (
            new_test_user(cls.env, login, f"{MODULE}.group_complaint_{role}", tz="UTC")
            for login, role in (
                ("agent", "agent"),
                ("second-agent", "agent"),
                ("complaint-manager", "manager"),
            )
        )
        cls.site_manager, cls.quality_manager, cls.executive = (
            new_test_user(cls.env, login, f"{MODULE}.group_complaint_agent", tz="UTC")
            for login in ("site-manager", "quality-manager", "executive")
        )
        cls.community.member_ids += (
            cls.agent
            + cls.second_agent
            + cls.complaint_manager
            + cls.site_manager
            + cls.quality_manager
            + cls.executive
        )
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Desk",
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {begin}",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for begin, end, period in (
                        (9, 12, "morning"),
                        (13, 18, "afternoon"),
                    )
                ],
            }
        )
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Public holiday",
                "calendar_id": cls.calendar.id,
                "date_from": "2026-01-08 00:00:00",
                "date_to": "2026-01-08 23:59:59",
            }
        )
        cls.team = cls.env["property.complaint.team"].create(
            {
                "name": "Service Centre",
                "community_ids": [Command.set(cls.community.ids)],
                "member_ids": [Command.set((cls.agent + cls.second_agent).ids)],
                "assignment": "manual",
                "resource_calendar_id": cls.calendar.id,
                "site_manager_id": cls.site_manager.id,
                "quality_manager_id": cls.quality_manager.id,
                "executive_id": cls.executive.id,
            }
        )
        for owner in cls.owners:
            owner.email = f"{owner.name.lower()}@example.com"

    @classmethod
    def category(cls, name):
        return cls.env.ref(f"{MODULE}.category_{name}")

    @classmethod
    def complain(cls, day, unit=None, category="cleaning", user=None, **values):
        """A complaint that came in on a day, by default at the counter and assigned to
        the agent.

        :param str day: ``2026-01-05 10:00``
        """
        with freeze_time(day):
            return (
                cls.env["property.complaint"]
                .with_user(user or cls.agent)
                .create(
                    {
                        "subject": "Stairs not cleaned",
                        "unit_id": (unit or cls.unit).id,
                        "category_id": cls.category(category).id,
                        "user_id": cls.agent.id,
                        **values,
                    }
                )
            )

    @classmethod
    def decide(cls, complaint, outcome="valid", text="<p>We looked into it.</p>"):
        """Write the decision down."""
        complaint.write({"outcome": outcome, "decision": text})

    @classmethod
    def walk(cls, complaint, *states, day=None):
        """Move a complaint through states."""
        with freeze_time(day or datetime.now()):
            for state in states:
                complaint._move_to(state)

    @classmethod
    def clock(cls, complaint, kind):
        """The latest deadline of a kind."""
        clocks = complaint.clock_ids.filtered(lambda clock: clock.kind == kind)
        return clocks.sorted("round")[-1:]

    @classmethod
    def deadline(cls, complaint, kind):
        """When a deadline is: ``2026-01-05 14:00``."""
        return cls.clock(complaint, kind).deadline.strftime("%Y-%m-%d %H:%M")

    @classmethod
    def check_deadlines(cls, day):
        """Run the job at a time."""
        with freeze_time(day):
            cls.env["property.complaint.clock"]._check_due(1000)
        cls.env.invalidate_all()

    @classmethod
    def alerts(cls, user):
        """What the system has put on a user's list, newest first."""
        return cls.env["mail.activity"].search(
            [("user_id", "=", user.id), ("res_model", "=", "property.complaint")],
            order="id desc",
        )

    @classmethod
    def mails(cls, complaints):
        """E-mails about complaints, in the order of sending."""
        return cls.env["mail.mail"].search(
            [("model", "=", complaints._name), ("res_id", "in", complaints.ids)],
            order="id",
        )
