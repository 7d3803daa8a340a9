from freezegun import freeze_time

from odoo.tests import tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestServiceEvaluation(ComplaintCase):
    """The shares are right over any group: person, team, community, month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_agent_partner = cls.second_agent.partner_id
        # three complaints of the agent in January, one of the second agent in February
        cls.first = cls.complain("2026-01-05 10:00")
        cls.second = cls.complain("2026-01-05 10:00", unit=cls.units[1])
        cls.third = cls.complain("2026-01-05 10:00", unit=cls.units[2])
        cls.other = cls.complain(
            "2026-02-02 10:00", category="parking", user_id=cls.second_agent.id
        )
        # valid and settled at once, rated 5; not valid, rated 2; the third is forgotten
        cls.decide(cls.first)
        cls.decide(cls.second, outcome="not_valid")
        for complaint, value in ((cls.first, 5), (cls.second, 2)):
            cls.walk(complaint, "proposed", "agreed", "closed", day="2026-01-05 11:00")
            with freeze_time("2026-01-06 10:00"):
                complaint.rating_apply(
                    value, token=complaint._rating_get_access_token(cls.owner)
                )
        callback = cls.first.callback_ids
        callback.result = "satisfied"
        with freeze_time("2026-01-06 10:00"):
            callback.action_done()
        cls.check_deadlines("2026-01-20 10:00")

    def figures(self, domain, *names):
        """Averages and sums over rows, as the pivot shows them."""
        measures = [
            f"{name}:sum" if name.endswith("_count") else f"{name}:avg"
            for name in names
        ]
        [row] = self.env["property.service.evaluation"]._read_group(
            [("community_id", "=", self.community.id), *domain], [], measures
        )
        return [value and round(value, 2) for value in row]

    def test_of_a_person(self):
        mine = [("partner_id", "=", self.agent.partner_id.id)]
        self.assertEqual(
            self.figures(mine, "complaint_count", "valid_share", "fee_share"),
            [3, 50.0, 0.0],
            "one valid of two decided; the open one is not decided",
        )
        self.assertEqual(
            self.figures(mine, "acknowledge_share", "reply_share", "resolve_share"),
            [66.67] * 3,
            "two in time, the forgotten one is missed though it is open",
        )
        self.assertEqual(
            self.figures(mine, "rating_count", "satisfied_share", "response_share"),
            [2, 50.0, 100.0],
        )
        self.assertEqual(
            self.figures(mine, "callback_share"),
            [50.0],
            "one in time, the other was never made",
        )
        self.assertEqual(self.figures(mine, "reopen_share"), [0.0])

    def test_of_a_team_and_month(self):
        team = [("team_id", "=", self.team.id)]
        self.assertEqual(self.figures(team, "complaint_count"), [4])
        rows = self.env["property.service.evaluation"]._read_group(
            [*team, ("complaint_count", ">", 0)],
            ["date:month"],
            ["complaint_count:sum"],
        )
        self.assertEqual(
            [(str(month)[:7], count) for month, count in rows],
            [("2026-01", 3), ("2026-02", 1)],
        )

    def test_reopened_of_what_was_answered(self):
        self.first.action_reopen()
        mine = [("partner_id", "=", self.agent.partner_id.id)]
        self.assertEqual(self.figures(mine, "reopen_share"), [50.0])

    def test_inspections_trainings_and_complaints_about_somebody(self):
        guard = self.env["res.partner"].create({"name": "Guard Gao"})
        standard = self.env["property.service.standard"].create(
            {
                "name": "Gate",
                "community_id": self.community.id,
                "post_id": self.env.ref(
                    "property_fee_complaints.service_post_guard"
                ).id,
                "item_ids": [(0, 0, {"name": "Greets", "points": 10})],
            }
        )
        standard.action_publish()
        for result in ("kept", "missed", False):
            inspection = self.env["property.service.inspection"].create(
                {
                    "community_id": self.community.id,
                    "standard_id": standard.id,
                    "partner_id": guard.id,
                    "team_id": self.team.id,
                    "date": "2026-01-10",
                }
            )
            inspection.line_ids.result = result
            if result:
                inspection.action_done()
        topic = self.env.ref("property_fee_complaints.training_topic_safety")
        for action in ("action_done", "action_cancel", False):
            training = self.env["property.training.action"].create(
                {
                    "partner_id": guard.id,
                    "topic_id": topic.id,
                    "community_id": self.community.id,
                }
            )
            if action:
                getattr(training, action)()
        self.third.concerned_id = guard
        his = [("partner_id", "=", guard.id)]
        self.assertEqual(
            self.figures(his, "inspection_count", "inspection_score", "finding_count"),
            [2, 50.0, 1],
            "the draft does not count",
        )
        self.assertEqual(
            self.figures(his, "training_count", "training_share"),
            [2, 50.0],
            "the cancelled one does not count",
        )
        self.assertEqual(
            self.figures(his, "about_count", "complaint_count"), [1, False]
        )
        self.third.outcome = "not_valid"
        self.assertEqual(self.figures(his, "about_count"), [False])

    def test_ids_are_unique(self):
        rows = self.env["property.service.evaluation"].search([])
        self.assertEqual(len(rows), len(set(rows.ids)))
        self.assertTrue(all(rows.mapped("community_id")))

    def test_people_of_other_communities_see_nothing(self):
        self.community.member_ids -= self.second_agent
        found = (
            self.env["property.service.evaluation"]
            .with_user(self.second_agent)
            .search([("community_id", "=", self.community.id)])
        )
        self.assertFalse(found)
