from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools.misc import hash_sign

from ..models.property_document_seal import mask_name
from .collection_case import CollectionCase


@tagged("post_install", "-at_install")
class TestDocumentSeal(CollectionCase):
    """Whoever holds a paper can ask whether it agrees with the books."""

    def take_receipt(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        return self.take(self.unit, cash=250.24, bills=[(bill, 250.24)])

    def verify(self, document, user=None):
        seal = self.env["property.document.seal"]
        seal = seal.with_user(user or self.env.ref("base.public_user"))
        return seal._verify(document._get_verification_code())

    def test_a_receipt_matches_the_ledger(self):
        receipt = self.take_receipt()
        result = self.verify(receipt)
        self.assertEqual(result["state"], "valid")
        self.assertIn("matches the ledger", result["message"])
        self.assertIn("250.24", result["message"])
        self.assertEqual(result["number"], receipt.name)

    def test_a_name_is_masked_until_one_may_see_it(self):
        receipt = self.take_receipt()
        self.assertEqual(self.verify(receipt)["partner"], "A**")
        self.assertEqual(self.verify(receipt, self.cashier)["partner"], "Ann")
        self.assertEqual((mask_name("王小明"), mask_name("")), ("王**", ""))

    def test_a_voided_receipt_says_so(self):
        receipt = self.take_receipt()
        code = receipt._get_verification_code()
        receipt.with_user(self.cashier)._void("Wrong unit")
        result = self.env["property.document.seal"]._verify(code)
        self.assertEqual(result["state"], "void")
        self.assertIn("was voided", result["message"])

    def test_money_that_left_the_books_is_noticed(self):
        receipt = self.take_receipt()
        code = receipt._get_verification_code()
        # what no button does: the entry is taken out of the ledger
        receipt.move_ids.line_ids.remove_move_reconcile()
        receipt.move_ids.state = "draft"
        result = self.env["property.document.seal"]._verify(code)
        self.assertEqual(result["state"], "changed")
        self.assertIn("the ledger now says $\xa00.00", result["message"])

    def test_a_bill_says_what_is_open_of_it_and_what_superseded_it(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        self.take(self.unit, cash=100, bills=[(bill, 100)])
        code = bill._get_verification_code()
        result = self.verify(bill)
        self.assertEqual((result["state"], result["number"]), ("valid", bill.name))
        self.assertIn("150.24", result["remark"])
        bill.line_ids.remove_move_reconcile()
        credit_note = bill._reverse_moves(cancel=True)
        result = self.env["property.document.seal"]._verify(code)
        self.assertEqual(result["state"], "void")
        self.assertIn(credit_note.name, result["message"])

    def test_an_altered_code_is_refused(self):
        code = self.take_receipt()._get_verification_code()
        seal = self.env["property.document.seal"]
        self.assertEqual(seal._verify(code)["state"], "valid")
        for position in range(0, len(code), 7):
            letter = "A" if code[position] != "A" else "B"
            altered = code[:position] + letter + code[position + 1 :]
            self.assertEqual(seal._verify(altered)["state"], "unknown", position)
        for altered in (code + "A", code[:-1], code + "=", "", "x", "é" * 9):
            self.assertEqual(seal._verify(altered)["state"], "unknown", altered)

    def test_the_signature_of_another_purpose_is_worth_nothing(self):
        receipt = self.take_receipt()
        values = ["property.receipt", receipt.id, str(receipt.date), "250.24"]
        code = hash_sign(self.env, "other", values)
        seal = self.env["property.document.seal"]
        self.assertEqual(seal._verify(code)["state"], "unknown")

    def test_a_notice_says_what_is_open_and_what_took_its_place(self):
        bill = self.make_bill(self.unit, [(self.item, 250.24)])
        first = self.send_notice(bill, "2026-03-01")
        result = self.verify(first)
        self.assertEqual(result["state"], "valid")
        self.assertIn("$\xa0250.24 is open today", result["remark"])
        second = self.send_notice(bill, "2026-04-01")
        result = self.verify(first)
        self.assertEqual(result["state"], "void")
        self.assertIn(f"superseded by {second.name}", result["message"])
        self.assertEqual(self.verify(second)["state"], "valid")


@tagged("post_install", "-at_install")
class TestVerificationPage(HttpCase, CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # HttpCase means the session of a browser by this name
        cls.session = None

    def test_the_public_page_shows_no_name(self):
        with freeze_time("2026-03-01"):
            self.owner.name = "Annabel Lee"
            bill = self.make_bill(self.unit, [(self.item, 250.24)])
            receipt = self.take(self.unit, cash=250.24, bills=[(bill, 250.24)])
        url = receipt._get_verification_url()
        path = url[len(receipt.get_base_url()) :]
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertIn("Genuine and up to date", answer.text)
        self.assertIn("A**", answer.text)
        self.assertNotIn("Annabel", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.authenticate("cashier", "cashier")
        self.assertIn("Annabel Lee", self.url_open(path).text)
        self.assertEqual(self.url_open(path[:-1] + "!").status_code, 404)
