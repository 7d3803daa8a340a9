from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .service_case import ServiceCase


@tagged("post_install", "-at_install")
class TestServiceStandard(ServiceCase):
    """A published standard is a promise."""

    def test_published_it_never_changes(self):
        standard = self.desk_standard
        standard.action_publish()
        for change in (
            lambda: standard.write({"answer_hours": 48}),
            lambda: standard.item_ids[0].write({"points": 1}),
            lambda: standard.item_ids[0].unlink(),
            lambda: standard.write({"state": "draft"}),
            standard.unlink,
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                change()

    def test_a_new_version_replaces_it(self):
        first = self.desk_standard
        first.action_publish()
        second = self.env["property.service.standard"].browse(
            first.action_new_version()["res_id"]
        )
        self.assertEqual(second.state, "draft")
        self.assertEqual(second.version, 2)
        self.assertEqual(second.item_ids.mapped("name"), first.item_ids.mapped("name"))
        second.answer_hours = 1
        second.action_publish()
        self.assertEqual(first.state, "withdrawn")
        self.assertTrue(first.withdrawn_on)
        published = self.env["property.service.standard"]._get_published(self.community)
        self.assertIn(second, published)
        self.assertNotIn(first, published)

    def test_the_community_s_own_standard_comes_before_the_company_s(self):
        self.desk_standard.action_publish()
        own = self.desk_standard.copy({"community_id": self.community.id})
        own.action_publish()
        Standard = self.env["property.service.standard"]
        self.assertEqual(Standard._get_published(self.community), own)
        other = self.community.copy({"name": "Other", "code": "OTH"})
        self.assertEqual(Standard._get_published(other), self.desk_standard)

    def test_a_post_has_one_published_standard(self):
        self.desk_standard.action_publish()
        second = self.desk_standard.copy()
        with self.assertRaisesRegex(ValidationError, "published standard already"):
            second.action_publish()

    def test_without_a_checklist_nothing_is_published(self):
        empty = self.desk_standard.copy({"item_ids": False})
        with self.assertRaisesRegex(ValidationError, "has no checklist"):
            empty.action_publish()

    def test_agents_read_and_managers_write_them(self):
        standard = self.desk_standard
        with self.assertRaises(AccessError):
            standard.with_user(self.agent).answer_hours = 3
        standard.with_user(self.complaint_manager).answer_hours = 3


@tagged("post_install", "-at_install")
class TestServiceInspection(ServiceCase):
    """Inspections are scored against the checklist; findings lead to something."""

    def test_the_score_is_what_was_kept_of_what_applies(self):
        """20 of 20, 5 of 10, the third does not apply: 25 of 30."""
        inspection = self.inspect(["kept", "partly", "not_applicable"])
        self.assertAlmostEqual(inspection.score, 83.33, 2)
        self.assertEqual(inspection.finding_count, 1)
        inspection.line_ids[2].result = "missed"
        self.assertAlmostEqual(inspection.score, 62.5, 2)
        self.assertEqual(inspection.finding_count, 2)

    def test_entered_in_its_form_the_checklist_comes_by_itself(self):
        self.desk_standard.action_publish()
        Inspection = self.env["property.service.inspection"].with_user(self.agent)
        with Form(Inspection) as form:
            form.community_id = self.community
            form.standard_id = self.desk_standard
            self.assertEqual(len(form.line_ids), 3)
            with form.line_ids.edit(0) as line:
                line.result = "kept"
        inspection = form.record
        self.assertEqual(
            inspection.line_ids.mapped("name"),
            self.desk_standard.item_ids.mapped("name"),
        )
        self.assertEqual(sum(inspection.line_ids.mapped("points_max")), 40)
        self.assertEqual(inspection.score, 100)

    def test_it_is_concluded_when_every_item_has_its_result(self):
        inspection = self.inspect(["kept", "kept", False])
        with self.assertRaisesRegex(ValidationError, "Answers within two hours"):
            inspection.action_done()
        inspection.line_ids[2].result = "kept"
        inspection.action_done()
        self.assertEqual(inspection.state, "done")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            inspection.line_ids[0].result = "missed"
        with self.assertRaisesRegex(UserError, "stays as it is"):
            inspection.unlink()
        self.assertEqual(self.desk_standard.inspection_count, 1)
        self.assertEqual(self.desk_standard.inspection_score, 100)

    def test_later_versions_leave_it_as_it_was(self):
        inspection = self.inspect(["kept", "kept", "kept"])
        version = self.env["property.service.standard"].browse(
            self.desk_standard.action_new_version()["res_id"]
        )
        version.item_ids[0].name = "Greets with a bow"
        version.action_publish()
        self.assertEqual(inspection.line_ids[0].name, "Greets first")

    def test_a_finding_opens_a_complaint(self):
        category = self.env.ref("property_fee_complaints.category_staff")
        self.desk_standard.category_id = category
        inspection = self.inspect(["missed", "kept", "kept"])
        line = inspection.line_ids[0]
        line.note = "Looked at the phone"
        inspection.action_done()
        action = line.action_open_complaint()
        complaint = self.env["property.complaint"].browse(action["res_id"])
        self.assertEqual(complaint.channel, "inspection")
        self.assertEqual(complaint.community_id, self.community)
        self.assertEqual(complaint.category_id, category)
        self.assertEqual(complaint.subject, "Greets first")
        self.assertIn("Looked at the phone", complaint.description)
        self.assertEqual(line.complaint_id, complaint)
        self.assertEqual(line.action_open_complaint()["res_id"], complaint.id, "once")

    def test_a_finding_opens_a_training(self):
        inspection = self.inspect(
            ["missed", "missed", "kept"], partner_id=self.guard.id
        )
        inspection.action_done()
        first, second = inspection.line_ids[:2]
        first.action_open_training()
        second.action_open_training()
        training = first.training_id
        self.assertEqual(training, second.training_id, "one training for both")
        self.assertEqual(training.partner_id, self.guard)
        self.assertEqual(training.topic_id, self.topic)
        self.assertEqual(training.finding_ids, first | second)

    def test_nothing_follows_from_what_was_kept(self):
        inspection = self.inspect(["kept", "missed", "kept"])
        with self.assertRaisesRegex(UserError, "nothing to follow up"):
            inspection.line_ids[0].action_open_complaint()
        with self.assertRaisesRegex(UserError, "does not say who was on the post"):
            inspection.line_ids[1].action_open_training()

    def test_another_community_s_standard_does_not_fit(self):
        other = self.community.copy({"name": "Other", "code": "OTH"})
        self.desk_standard.community_id = other
        with self.assertRaisesRegex(ValidationError, "a standard of"):
            self.inspect(["kept"] * 3)

    def test_staff_of_another_community_see_nothing(self):
        inspection = self.inspect(["kept", "kept", "kept"])
        for record in (inspection, inspection.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).read(["display_name"])
