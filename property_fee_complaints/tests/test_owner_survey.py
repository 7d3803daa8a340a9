from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .service_case import ServiceCase


@tagged("post_install", "-at_install")
class TestOwnerSurvey(ServiceCase, MailCase):
    """A sample of the owners is asked; the scores are told by community and period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        units = cls.env["property.unit"].create(
            [
                {"code": f"3-13{number:02}", "building_id": cls.building.id}
                for number in range(1, 8)
            ]
        )
        people = cls.env["res.partner"].create(
            [
                {"name": f"Owner {number}", "email": f"owner{number}@example.com"}
                for number in range(1, 8)
            ]
        )
        cls.env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": partner.id}
                for unit, partner in zip(units, people, strict=True)
            ]
        )
        cls.survey = cls.make_survey()

    @classmethod
    def make_survey(cls, **values):
        return cls.env["property.owner.survey"].create(
            {
                "name": "First half of 2026",
                "community_id": cls.community.id,
                "date_from": "2026-01-01",
                "date_to": "2026-06-30",
                "share": 40,
                "seed": "2026-1",
                **values,
            }
        )

    def send(self, survey):
        with self.mock_mail_gateway():
            survey.action_send()
        return survey.line_ids

    def test_the_sample_can_be_drawn_again(self):
        """40 % of ten owners are four, and the same four for whoever draws again."""
        self.survey.action_draw()
        again = self.make_survey(name="Again")
        again.action_draw()
        other = self.make_survey(name="Other", seed="2026-2")
        other.action_draw()
        partners = self.survey.line_ids.mapped("partner_id")
        self.assertEqual(len(partners), 4)
        self.assertEqual(self.survey.owner_count, 10)
        self.assertEqual(again.line_ids.mapped("partner_id"), partners)
        self.assertNotEqual(other.line_ids.mapped("partner_id"), partners)

    def test_who_owns_several_units_is_asked_once_and_tenants_are_not(self):
        unit = self.env["property.unit"].create(
            {"code": "3-1401", "building_id": self.building.id}
        )
        self.own(unit, self.owner)
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.own(self.unit, tenant, role="tenant", is_payer=False)
        former = self.env["res.partner"].create({"name": "Former"})
        self.own(unit, former, date_to="2020-01-01", is_payer=False)
        self.survey.share = 100
        self.survey.action_draw()
        people = self.survey.line_ids.partner_id
        self.assertEqual(len(people), 10)
        self.assertIn(self.owner, people)
        self.assertFalse((tenant | former) & people)

    def test_what_the_sample_follows_from_is_fixed_once_drawn(self):
        self.survey.action_draw()
        with self.assertRaisesRegex(UserError, "take it back"):
            self.survey.seed = "mine"
        self.survey.action_reset()
        self.assertFalse(self.survey.line_ids)
        self.survey.seed = "other"
        self.survey.action_draw()
        self.send(self.survey)
        with self.assertRaisesRegex(UserError, "its sample stays as it is"):
            self.survey.share = 100
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.survey.unlink()

    def test_the_sample_is_invited_each_with_their_own_link(self):
        self.survey.share = 100
        self.survey.action_draw()
        self.survey.line_ids[0].partner_id.email = False
        lines = self.send(self.survey)
        self.assertEqual(self.survey.state, "sent")
        self.assertEqual(len(lines.answer_id), 10)
        self.assertEqual(len(self._new_mails), 9, "one is to be asked by phone")
        self.assertEqual(lines.filtered(lambda line: not line.is_mailed), lines[0])
        for line in lines[1:]:
            mail = self._new_mails.filtered(
                lambda mail, line=line: mail.recipient_ids == line.partner_id
            )
            self.assertIn(line.answer_id.access_token, mail.body_html)

    def test_who_has_not_answered_is_reminded(self):
        self.survey.action_draw()
        lines = self.send(self.survey)
        self.answer(lines[0].answer_id)
        with self.mock_mail_gateway():
            self.survey.action_remind()
        self.assertEqual(self._new_mails.recipient_ids, lines[1:].partner_id)

    def test_scores_by_community_question_and_period(self):
        """Two owners are very satisfied and one is very dissatisfied: 66.67 %."""
        self.survey.action_draw()
        lines = self.send(self.survey)
        for line, best in zip(lines[:3], (True, True, False), strict=True):
            self.answer(line.answer_id, right=best)
        self.survey.invalidate_recordset()
        self.assertEqual(self.survey.answer_count, 3)
        self.assertAlmostEqual(self.survey.response_rate, 75)
        self.assertAlmostEqual(self.survey.score, 66.67, 2)
        later = self.make_survey(
            name="Second half",
            date_from="2026-07-01",
            date_to="2026-12-31",
            seed="2026-2",
        )
        later.action_draw()
        self.answer(self.send(later)[0].answer_id)
        groups = self.env["property.survey.score"]._read_group(
            [("community_id", "=", self.community.id)],
            ["community_id", "date:quarter"],
            ["score:avg", "answer_id:count_distinct"],
        )
        self.assertEqual(
            [
                (str(date)[:7], round(score, 2), count)
                for _c, date, score, count in groups
            ],
            [("2026-04", 66.67, 3), ("2026-10", 100.0, 1)],
        )
        by_question = self.env["property.survey.score"]._read_group(
            [("owner_survey_id", "=", self.survey.id)], ["question_id"], ["score:avg"]
        )
        self.assertEqual(len(by_question), 8)

    def test_answers_not_finished_or_for_a_test_do_not_count(self):
        self.survey.action_draw()
        lines = self.send(self.survey)
        question = lines[0].answer_id.predefined_question_ids[0]
        lines[0].answer_id._save_lines(
            question, str(question.suggested_answer_ids[0].id)
        )
        lines[1].answer_id.test_entry = True
        self.answer(lines[1].answer_id)
        self.survey.invalidate_recordset()
        self.assertEqual(self.survey.answer_count, 0)

    def test_sending_costs_the_same_queries_for_each_owner(self):
        """No more than a few per owner, and none that grow with the sample."""
        costs = []
        for share in (20, 100):
            survey = self.make_survey(name=str(share), share=share)
            survey.action_draw()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.send(survey)
            self.env.flush_all()
            costs.append((self.cr.sql_log_count - before) / len(survey.line_ids))
        self.assertLess(costs[1], costs[0] + 1, "not quadratic")

    def test_agents_ask_on_the_phone_and_managers_run_it(self):
        self.survey.action_draw()
        with self.assertRaises(AccessError):
            self.survey.with_user(self.agent).action_send()
        with self.mock_mail_gateway():
            self.survey.with_user(self.complaint_manager).action_send()
        line = self.survey.line_ids[0].with_user(self.agent)
        self.assertEqual(line.state, "new")
        self.assertIn("/survey/start/", line.action_answer()["url"])

    def test_staff_of_another_community_see_neither_survey_nor_answers(self):
        self.survey.action_draw()
        lines = self.send(self.survey)
        self.answer(lines[0].answer_id)
        stranger = self.stranger
        for name in (
            "property.owner.survey",
            "property.owner.survey.line",
            "property.survey.score",
        ):
            self.assertFalse(self.env[name].with_user(stranger).search([]), name)
        answers = lines.answer_id.with_user(stranger)
        self.assertFalse(answers.search([("id", "in", answers.ids)]))
        self.community.member_ids = [Command.link(stranger.id)]
        self.assertTrue(
            self.env["property.survey.score"].with_user(stranger).search([])
        )
        self.assertTrue(answers.search([("id", "in", answers.ids)]))

    def test_interviews_belong_to_the_survey_they_were_held_for(self):
        note = (
            self.env["property.interview.note"]
            .with_user(self.agent)
            .create(
                {
                    "name": "The lifts",
                    "unit_id": self.unit.id,
                    "owner_survey_id": self.survey.id,
                    "satisfaction": "2",
                }
            )
        )
        self.assertEqual(note.community_id, self.community)
        self.assertEqual(note.partner_id, self.owner)
        self.assertEqual(self.survey.interview_count, 1)
        action = self.survey.action_open_interviews()
        self.assertEqual(
            self.env["property.interview.note"].search(action["domain"]), note
        )
