from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .portal_case import PortalCase


@tagged("post_install", "-at_install")
class TestAnnouncement(PortalCase):
    """News for the owners of a community, a building or a unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owners.write({"email": "owner@example.com"})

    def announce(self, title="No water", publish=True, **values):
        announcement = (
            self.env["property.announcement"]
            .with_user(self.cashier)
            .create(
                {
                    "name": title,
                    "body": f"<p>{title} on Friday</p>",
                    "community_id": self.community.id,
                    **values,
                }
            )
        )
        if publish:
            announcement.action_publish()
        return announcement.with_env(self.env)

    def seen_by(self, user):
        return self.env["property.announcement"]._get_for_partner(user.partner_id)

    def test_it_reaches_the_community_a_building_or_a_unit(self):
        other = self.env["property.building"].create(
            {"code": "4", "name": "4", "community_id": self.community.id}
        )
        to_all = self.announce()
        to_building = self.announce(building_ids=[Command.set(self.building.ids)])
        to_empty = self.announce(building_ids=[Command.set(other.ids)])
        to_unit = self.announce(unit_ids=[Command.set(self.unit.ids)])
        draft = self.announce(publish=False)
        self.assertEqual(self.seen_by(self.ann), to_unit + to_building + to_all)
        self.assertEqual(self.seen_by(self.bob), to_building + to_all)
        self.assertEqual(
            [one.audience_count for one in (to_all, to_building, to_empty, to_unit)],
            [3, 3, 0, 1],
        )
        self.assertFalse(draft.published_on)

    def test_opening_it_is_reading_it_and_counts_once(self):
        announcement = self.announce()
        page = self.visit("/my/announcements")
        self.assertIn("Unread", page.text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["property_announcement_count"]}
        )
        self.assertEqual(counters["property_announcement_count"], 1)
        for _time in range(2):
            page = self.visit(f"/my/announcements/{announcement.id}")
            self.assertIn("No water on Friday", page.text)
        self.assertEqual(announcement.read_count, 1)
        self.assertEqual(announcement.read_ids.partner_id, self.owner)
        self.assertNotIn("Unread", self.visit("/my/announcements").text)

    def test_what_is_not_for_the_visitor_does_not_exist(self):
        for_bob = self.announce(unit_ids=[Command.set(self.units[1].ids)])
        draft = self.announce("Secret", publish=False)
        for announcement in (for_bob, draft):
            page = self.visit(f"/my/announcements/{announcement.id}")
            self.assertEqual(page.status_code, 404)
        self.assertFalse(for_bob.read_ids)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            for_bob.with_user(self.ann).read(["body"])

    def test_it_ends_by_itself_or_by_hand(self):
        announcement = self.announce(date_to="2026-03-31")
        with freeze_time("2026-03-31"):
            self.assertEqual(self.seen_by(self.ann), announcement)
        with freeze_time("2026-04-01"):
            self.assertFalse(self.seen_by(self.ann))
        announcement = self.announce()
        announcement.action_end()
        self.assertNotIn(announcement, self.seen_by(self.ann))

    def test_it_is_mailed_once_to_everybody_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.owners[1].lang = "zh_CN"
        self.owners[2].email = False
        announcement = self.announce(publish=False)
        with self.assertRaisesRegex(UserError, "publish it first"):
            announcement.action_mail()
        announcement.action_publish()
        announcement.with_context(lang="zh_CN").name = "停水"
        before = self.env["mail.mail"].search([])
        announcement.with_user(self.cashier).action_mail()
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(
            sorted(mails.mapped("subject")),
            ["Jade Garden: No water", "Jade Garden: 停水"],
        )
        self.assertEqual(announcement.mail_count, 2)
        with self.assertRaisesRegex(UserError, "it is mailed once"):
            announcement.action_mail()

    def test_places_of_another_community_are_refused(self):
        other = self.env["property.community"].create({"code": "OAK", "name": "Oak"})
        building = self.env["property.building"].create(
            {"code": "1", "name": "1", "community_id": other.id}
        )
        other.member_ids = [Command.link(self.cashier.id)]
        with self.assertRaisesRegex(ValidationError, "must be of it"):
            self.announce(building_ids=[Command.set(building.ids)])
