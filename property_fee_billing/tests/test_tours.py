from odoo.fields import Date
from odoo.tests import tagged

from .common import PropertyFeeCommon
from .tour_case import TourCase


@tagged("post_install", "-at_install")
class TestTours(PropertyFeeCommon, TourCase):
    """What people click, in a real browser."""

    def test_a_fee_manager_bills_a_month(self):
        self.charge(self.unit, date_from=Date.today().replace(day=1))
        self.start_tour("/odoo", "property_fee_billing_run", login="fee-manager")
        run = self.env["property.billing.run"].search(
            [("community_ids", "in", self.community.ids)]
        )
        self.assertEqual(run.state, "done")
        self.assertEqual(run.move_ids.amount_total, 250.24)
        self.assertEqual(run.create_uid, self.manager)


@tagged("post_install", "-at_install")
class TestToursInChinese(TestTours):
    """The same in mainland China."""

    tour_lang = "zh_CN"
