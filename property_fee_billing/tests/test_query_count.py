from odoo.tests import tagged

from .common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestQueryCount(PropertyFeeCommon):
    """Queries do not grow with the units: batches do the work."""

    def populate(self, code, count):
        """A community of ``count`` units, each with two charges, a meter with a
        reading, and a share in a common cost."""
        community = self.env["property.community"].create({"code": code, "name": code})
        building = self.env["property.building"].create(
            {"code": "1", "name": "1", "community_id": community.id}
        )
        units = self.env["property.unit"].create(
            [
                {
                    "code": f"1-{number:04}",
                    "building_id": building.id,
                    "charge_area": 60 + number % 50,
                }
                for number in range(count)
            ]
        )
        partners = self.env["res.partner"].create(
            [{"name": f"{code} {number}"} for number in range(count)]
        )
        self.env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": partner.id}
                for unit, partner in zip(units, partners, strict=True)
            ]
        )
        self.env["property.recurring.charge"].create(
            [
                {
                    "unit_id": unit.id,
                    "standard_id": standard.id,
                    "date_from": "2026-01-01",
                }
                for unit in units
                for standard in (self.standard, self.parking_standard)
            ]
        )
        meters = self.env["property.meter"].create(
            [
                {
                    "code": f"W{unit.code}",
                    "unit_id": unit.id,
                    "standard_id": self.water.id,
                    "initial_date": "2025-12-31",
                    "initial_value": 0,
                }
                for unit in units
            ]
        )
        self.env["property.meter.reading"].create(
            [
                {"meter_id": meter.id, "date": "2026-01-31", "value": 20}
                for meter in meters
            ]
        )
        self.env["property.shared.cost"].create(
            {
                "community_id": community.id,
                "item_id": self.item.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "amount": 1000,
                "basis": "area",
            }
        )
        return community

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.water = cls.make_standard("T-W", cls.item, 3, method="metered")

    def queries_of_compute(self, community, units):
        run = self.make_run("2026-01-01", "2026-01-31", community)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.action_compute()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(len(run.line_ids), 4 * units)
        return count

    def test_compute(self):
        small = self.queries_of_compute(self.populate("Q50", 50), 50)
        large = self.queries_of_compute(self.populate("Q500", 500), 500)
        self.assertEqual(large, small)
        self.assertLess(large, 60)

    def test_lists_of_units_and_runs(self):
        """The computed columns of the lists cost the same for 50 units and 500."""
        counts = []
        for code, size in (("Q50", 50), ("Q500", 500)):
            units = self.env["property.unit"].search(
                [("community_id", "=", self.populate(code, size).id)]
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            units.mapped("payer_id.name")
            units.mapped("charge_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
