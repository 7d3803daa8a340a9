from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import PropertyFeeCommon


class MeterCommon(PropertyFeeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.water = cls.env["property.fee.item"].create(
            {"code": "T-W", "name": "Water", "fee_class": "metered", "tax_ids": []}
        )
        cls.water_standard = cls.make_standard(
            "T-WATER",
            cls.water,
            0,
            method="metered",
            tier_basis="period",
            tiers=[(18, 2.5), (30, 3.8), (0, 6.2)],
        )
        cls.meter = cls.make_meter(cls.unit, "W1")

    @classmethod
    def make_meter(cls, unit, code, standard=None, value=1234, **values):
        return cls.env["property.meter"].create(
            {
                "code": code,
                "unit_id": unit.id,
                "standard_id": (standard or cls.water_standard).id,
                "initial_date": "2025-12-31",
                "initial_value": value,
                **values,
            }
        )

    def take_reading(self, date, value, meter=None, **values):
        return self.env["property.meter.reading"].create(
            {
                "meter_id": (meter or self.meter).id,
                "date": date,
                "value": value,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestMeterBilling(MeterCommon):
    """A line per reading; tiers, rollover, replacement and correction."""

    def test_tiers_slice_the_usage(self):
        self.take_reading("2026-01-31", 1271)
        line = self.bill_month(2026, 1).line_ids
        self.assertEqual(line.amount, 134.00)
        self.assertEqual(line.quantity, 37)
        self.assertEqual(
            line.explanation_text,
            "1234 → 1271, usage 37: 18 × 2.50 + 12 × 3.80 + 7 × 6.20, rate of "
            "01/01/2025, = 134.00",
        )

    def test_a_lower_reading_is_a_rollover(self):
        meter = self.make_meter(self.unit, "W2", value=99970)
        self.take_reading("2026-01-31", 12, meter)
        line = self.bill_month(2026, 1).line_ids
        self.assertEqual(line.quantity, 42)
        self.assertIn("past the end of the dial", line.explanation_text)

    def test_a_replacement_carries_its_usage_on(self):
        self.take_reading("2026-01-15", 1250, kind="replacement", new_value=0)
        self.take_reading("2026-01-31", 21)
        line = self.bill_month(2026, 1).line_ids
        self.assertEqual(line.amount, 134.00)
        self.assertIn("1234 → 1250, new meter 0 → 21", line.explanation_text)

    def test_a_correction_bills_the_difference(self):
        wrong = self.take_reading("2026-01-31", 1271)
        self.bill_month(2026, 1)
        self.take_reading("2026-02-10", 1252, kind="correction", corrects_id=wrong.id)
        self.take_reading("2026-02-28", 1262)
        run = self.bill_month(2026, 2)
        correction = run.line_ids.filtered(
            lambda line: line.reading_id.kind == "correction"
        )
        self.assertEqual(sum(correction.mapped("amount")), 45.00 - 134.00)
        self.assertIn("in place of", correction[0].explanation_text)
        regular = run.line_ids - correction
        self.assertEqual(regular.quantity, 10, "counted from the corrected value")
        self.assertEqual(sum(run.line_ids.mapped("amount")), -64.00)
        self.assertEqual(run.move_ids.move_type, "out_refund")
        self.assertEqual(run.move_ids.amount_total, 64.00)

    def test_a_value_known_to_be_wrong_is_never_billed(self):
        wrong = self.take_reading("2026-01-31", 1271)
        self.take_reading("2026-02-03", 1252, kind="correction", corrects_id=wrong.id)
        line = self.bill_month(2026, 1).line_ids
        self.assertEqual(line.quantity, 18)
        self.assertEqual(line.amount, 45.00)

    def test_yearly_tiers_count_the_year_so_far(self):
        power = self.make_standard(
            "T-POWER", self.water, 0, method="metered", tier_basis="year",
            tiers=[(2160, 0.5283), (0, 0.5783)],
        )  # fmt: skip
        meter = self.make_meter(self.unit, "E1", power, value=0)
        self.take_reading("2026-01-31", 2100, meter)
        self.bill_month(2026, 1)
        self.take_reading("2026-02-28", 2400, meter)
        line = self.bill_month(2026, 2).line_ids
        self.assertEqual(line.amount, 170.49)
        self.assertIn("2100 used earlier this year", line.explanation_text)

    def test_the_year_begins_anew(self):
        power = self.make_standard(
            "T-POWER", self.water, 0, method="metered", tier_basis="year",
            tiers=[(2160, 0.5283), (0, 0.5783)],
        )  # fmt: skip
        meter = self.make_meter(self.unit, "E1", power, value=0)
        self.take_reading("2026-12-31", 2100, meter)
        self.bill_month(2026, 12)
        self.take_reading("2027-01-31", 2400, meter)
        line = self.bill_month(2027, 1).line_ids
        self.assertEqual(line.amount, 158.49)
        self.assertEqual(str(line.date_from), "2027-01-01")

    def test_the_payer_of_the_readings_day_pays(self):
        self.unit.ownership_ids.date_to = "2026-01-30"
        self.own(self.unit, self.owners[1], "2026-01-31")
        self.take_reading("2026-01-31", 1271)
        self.assertEqual(self.bill_month(2026, 1).line_ids.partner_id, self.owners[1])

    def test_a_billed_reading_stays(self):
        reading = self.take_reading("2026-01-31", 1271)
        self.bill_month(2026, 1)
        with self.assertRaisesRegex(UserError, "Record a correction"):
            reading.value = 1270
        with self.assertRaisesRegex(UserError, "has billed readings"):
            self.meter.multiplier = 10

    def test_a_value_beyond_the_dial_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has 5 digits"):
            self.take_reading("2026-01-31", 123456)

    def test_a_reading_before_the_first_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "must be later"):
            self.take_reading("2025-12-31", 1240)


@tagged("post_install", "-at_install")
class TestSharedCost(MeterCommon):
    """A cost is split exactly; who has no payer keeps the share."""

    def share(self, **values):
        return self.env["property.shared.cost"].create(
            {
                "community_id": self.community.id,
                "item_id": self.parking.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "amount": 100,
                "basis": "unit",
                **values,
            }
        )

    def test_equal_shares_give_the_left_over_cent_to_the_first(self):
        self.share()
        lines = self.bill_month(2026, 1).line_ids.sorted(lambda line: line.unit_id.code)
        self.assertEqual(lines.mapped("amount"), [33.34, 33.33, 33.33])
        self.assertIn("with a cent that was left over", lines[0].explanation_text)

    def test_by_area(self):
        for unit, area in zip(self.units, (89.12, 104.55, 121.33), strict=True):
            unit.charge_area = area
        self.share(amount=1000, basis="area")
        lines = self.bill_month(2026, 1).line_ids.sorted(lambda line: line.unit_id.code)
        self.assertEqual(lines.mapped("amount"), [282.92, 331.91, 385.17])

    def test_by_usage_of_a_metered_item(self):
        other = self.make_meter(self.units[1], "W2")
        self.take_reading("2026-01-31", 1244)
        self.take_reading("2026-01-31", 1264, other)
        self.share(basis="usage", usage_item_id=self.water.id)
        lines = self.bill_month(2026, 1).line_ids.filtered("shared_cost_id")
        self.assertEqual(
            {line.unit_id: line.amount for line in lines},
            {self.units[0]: 25.00, self.units[1]: 75.00, self.units[2]: 0.00},
        )

    def test_a_unit_without_a_payer_keeps_its_share(self):
        self.units[2].ownership_ids.date_to = "2026-01-30"
        cost = self.share()
        run = self.bill_month(2026, 1)
        self.assertEqual(run.line_ids.mapped("amount"), [33.34, 33.33])
        self.assertEqual(run.refusal_ids.amount, 33.33)
        self.own(self.units[2], self.owners[0], "2026-01-31")
        later = self.bill_month(2026, 2)
        self.assertEqual(later.line_ids.amount, 33.33)
        self.assertEqual(cost.billed_amount, 100)

    def test_scope_by_building_and_type(self):
        self.units[1].unit_type = "shop"
        self.share(
            building_ids=self.building.ids,
            unit_type_ids=self.env.ref("property_fee_billing.unit_type_apartment").ids,
        )
        run = self.bill_month(2026, 1)
        self.assertEqual(run.line_ids.unit_id, self.units[0] + self.units[2])

    def test_a_billed_cost_stays(self):
        cost = self.share()
        self.bill_month(2026, 1)
        with self.assertRaisesRegex(UserError, "has been billed"):
            cost.amount = 200


@tagged("post_install", "-at_install")
class TestOneoffCharge(PropertyFeeCommon):
    def test_quantity_times_price_to_the_payer_of_the_day(self):
        charge = self.env["property.oneoff.charge"].create(
            {
                "unit_id": self.unit.id,
                "item_id": self.item.id,
                "name": "Lock repair",
                "date": "2026-01-15",
                "quantity": 3,
                "price_unit": 50.5,
            }
        )
        line = self.bill_month(2026, 1).line_ids
        self.assertEqual(line.amount, 151.50)
        self.assertEqual(line.explanation_text, "3 × 50.50, Lock repair, = 151.50")
        self.assertTrue(charge.is_billed)
        with self.assertRaisesRegex(UserError, "has been billed"):
            charge.quantity = 4
