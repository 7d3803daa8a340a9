import json
from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import json_default

from odoo.addons.property_fee_billing.tests.collection_case import CollectionCase

from .document_case import DocumentCase

#: 00:30 of 1 March in Shanghai.
NIGHT = "2026-02-28 16:30:00"
NEW_YORK = "America/New_York"


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestMidnight(DocumentCase, CollectionCase):
    """Figures and papers are of the day that has begun where the community is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.fee_tz = "Asia/Shanghai"
        cls.community.payment_term_id = False
        cls.bill = cls.make_bill(cls.unit, [(cls.item, 100)], "2026-02-28")
        cls.manager.tz = NEW_YORK

    def test_the_dashboard(self):
        board = self.env["property.fee.dashboard"].with_user(self.manager)
        data = board.with_context(tz=NEW_YORK).get_data(self.community.id)
        data = json.loads(json.dumps(data, default=json_default))
        self.assertEqual(data["as_of"], "2026-03-01")
        tiles = {tile["key"]: tile["value"] for tile in data["tiles"]}
        self.assertEqual(tiles["past_due"], 100, "due yesterday")

    def test_papers_say_when_they_were_printed(self):
        receipt = self.take(self.unit, bills=[(self.bill, 100)], cash=100)
        for zone in (NEW_YORK, False):
            self.cashier.tz = zone
            text = "\n".join(
                self.read_pages(self.print_pdf("report_property_receipt", receipt))
            )
            self.assertIn("03/01/2026 00:30", text)

    def test_a_letter_and_what_came_of_it(self):
        notice = self.send_notice(self.bill, NIGHT, channel="email")
        self.assertEqual(notice._get_document_data()["date"], date(2026, 3, 1))
        self.assertEqual(notice._get_seal_values()[0], date(2026, 3, 1))
        self.env.flush_all()
        effect = self.env["property.notice.effect"].search(
            [("notice_id", "=", notice.id)]
        )
        self.assertEqual(effect.date, date(2026, 3, 1))

    def test_a_month_is_over_when_it_is_over_there(self):
        snapshot = self.env["property.report.snapshot"].with_context(tz=NEW_YORK)
        made = snapshot.create(
            {"community_id": self.community.id, "date": "2026-02-28"}
        )
        self.assertTrue(made)
