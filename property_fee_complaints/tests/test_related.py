from odoo.tests import tagged

from .complaint_case import ComplaintCase


@tagged("post_install", "-at_install")
class TestRelated(ComplaintCase):
    """Repeats of one unit within 90 days, three units of a category within 14."""

    # ---------------------------------------------------------------- repeats
    def test_the_same_again_within_ninety_days_is_linked_and_rises(self):
        first = self.complain("2026-01-05 10:00")
        second = self.complain("2026-04-05 10:00")
        self.assertEqual((second.repeat_of_id, second.level), (first, "2"))
        self.assertEqual(second.escalation_ids.reason, "repeat")
        self.assertEqual(first.level, "1")
        self.assertEqual(second.unit_complaint_count, 2)

    def test_the_ninety_first_day_is_no_repeat(self):
        self.complain("2026-01-05 10:00")
        second = self.complain("2026-04-05 10:01")
        self.assertFalse(second.repeat_of_id)
        self.assertEqual(second.level, "1")

    def test_another_unit_or_sub_category_is_no_repeat(self):
        waste, shared = self.category("clean_waste"), self.category("clean_shared")
        self.complain("2026-01-05 10:00", subcategory_id=waste.id)
        other = self.complain("2026-01-06 10:00", subcategory_id=shared.id)
        unit = self.complain(
            "2026-01-06 10:00", subcategory_id=waste.id, unit=self.units[1]
        )
        again = self.complain("2026-01-07 10:00", subcategory_id=waste.id)
        self.assertFalse(other.repeat_of_id or unit.repeat_of_id)
        self.assertTrue(again.repeat_of_id)

    def test_sorting_a_complaint_later_finds_the_repeat(self):
        first = self.complain("2026-01-05 10:00")
        later = self.complain("2026-01-06 10:00", category="noise")
        self.assertFalse(later.repeat_of_id)
        later.category_id = self.category("cleaning")
        self.assertEqual((later.repeat_of_id, later.level), (first, "2"))

    def test_repeats_are_found_beyond_ones_own_community_rights(self):
        """Who takes in the second need not see the first."""
        first = self.complain("2026-01-05 10:00")
        self.assertEqual(
            self.complain("2026-01-06 10:00", user=self.cashier).repeat_of_id, first
        )

    # ---------------------------------------------------------------- clusters
    def test_the_third_unit_makes_one_matter_and_all_are_told(self):
        days = ("2026-01-05 10:00", "2026-01-12 10:00", "2026-01-19 10:00")
        first, second = (
            self.complain(day, unit=unit)
            for day, unit in zip(days[:2], self.units[:2], strict=True)
        )
        self.assertFalse(first.cluster_id or second.cluster_id)
        third = self.complain(days[2], unit=self.units[2])
        cluster = third.cluster_id
        self.assertEqual(cluster.complaint_ids, first + second + third)
        self.assertEqual((cluster.unit_count, cluster.open_count), (3, 3))
        self.assertEqual(cluster.user_id, self.site_manager)
        for complaint in first + second + third:
            told = self.mails(complaint).filtered(
                lambda mail: "others are affected" in mail.subject
            )
            self.assertEqual(told.recipient_ids, complaint.partner_id)
            self.assertIn(cluster.name, told.body_html)

    def test_a_fourth_joins_and_only_it_is_told(self):
        complaints = [
            self.complain("2026-01-05 10:00", unit=unit) for unit in self.units
        ]
        mails = len(self.mails(complaints[0]))
        unit = self.env["property.unit"].create(
            {"code": "3-1204", "building_id": self.building.id}
        )
        fourth = self.complain("2026-01-18 10:00", unit=unit)
        self.assertEqual(fourth.cluster_id, complaints[0].cluster_id)
        self.assertEqual(len(self.mails(complaints[0])), mails)

    def test_two_units_or_too_many_days_are_no_cluster(self):
        for _twice in range(3):
            self.complain("2026-01-05 10:00", unit=self.units[0])
        second = self.complain("2026-01-05 10:00", unit=self.units[1])
        late = self.complain("2026-01-19 10:01", unit=self.units[2])
        self.assertFalse(second.cluster_id or late.cluster_id)

    def test_many_in_one_go_are_one_cluster(self):
        complaints = self.env["property.complaint"].create(
            [
                {
                    "subject": "Lift",
                    "unit_id": unit.id,
                    "category_id": self.category("engineering").id,
                }
                for unit in self.units
            ]
        )
        self.assertEqual(len(complaints.cluster_id), 1)
        self.assertEqual(complaints.cluster_id.complaint_ids, complaints)

    def test_categories_say_how_many_and_how_long(self):
        cleaning = self.category("cleaning")
        cleaning.write({"cluster_units": 2, "cluster_days": 30, "repeat_days": 0})
        first = self.complain("2026-01-05 10:00")
        second = self.complain("2026-02-03 10:00", unit=self.units[1])
        self.assertEqual(second.cluster_id.complaint_ids, first + second)
        self.assertFalse(self.complain("2026-02-04 10:00").repeat_of_id)
