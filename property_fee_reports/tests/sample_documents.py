"""One of each document, as half a year in a community brings them about.

The test of languages reads them; `./setup/documents` draws them as pages.
"""

from dataclasses import dataclass

from odoo import Command, fields
from odoo.tests import freeze_time

from ..tools import evidence
from .sample_place import CLERK_LANG, SamplePlace

OWN = "property_fee_reports"
LETTER = "property_fee_billing.property_notice_report_action"
LEVELS = {
    "notice-before-due": ("pre_due", "2026-03-24 02:00"),
    "reminder-friendly": ("friendly", "2026-05-06 02:00"),
    "reminder-itemised": ("itemised", "2026-05-20 02:00"),
    "demand": ("demand", "2026-06-08 02:00"),
    "lawyers-letter": ("lawyer", "2026-07-06 02:00"),
}


@dataclass(frozen=True)
class Sample:
    """A document to be printed now, on the day on which it is made."""

    #: what its file is called
    name: str
    #: external id of the report
    report: str
    #: as whoever prints it sees it
    records: object


class SampleDocuments(SamplePlace):
    """Makes the documents in one language.

    What an owner gets is printed by staff whose screens are English, and is in the
    owner's language; what staff print for themselves is in their own.
    """

    def make(self):
        """Generator of `Sample`; time stands still at its day until the next one."""
        with freeze_time("2026-03-02 02:00"):
            self.name_everything()
            self.hire_staff()
            yield from self.make_price_list()
            yield self.give("bill-notice", "bill_notice", self.bills[-1:])
        with freeze_time("2026-03-20 02:00"):
            yield from self.make_receipts()
        yield from self.make_letters()
        with freeze_time("2026-07-13 02:00"):
            yield from self.make_evidence()
        yield from self.make_complaint()
        with freeze_time("2026-07-20 02:00"):
            yield self.make_statement()
            yield self.make_settlement()

    def give(self, name, report, records, lang=CLERK_LANG, documents=None):
        """A sample as the manager prints it."""
        if "." not in report:
            report = f"{OWN}.action_report_{report}"
        records = self.as_user(records, lang=lang)
        if documents:
            records = records.with_context(fee_evidence_documents=documents)
        return Sample(name, report, records)

    def make_price_list(self):
        """What hangs on the notice board."""
        sheet = self.as_user(self.env["property.tariff.sheet"]).create(
            {"community_id": self.community.id, "lang": self.lang}
        )
        yield self.give("price-list", "tariff_sheet", sheet)

    def make_receipts(self):
        """A morning at the counter, and the sheets of it."""
        session = self.as_user(
            self.env["property.cashier.session"], self.cashier
        ).create({"community_id": self.community.id, "opening_amount": 200})
        due = self.bills[0].amount_residual
        receipt = self.take(self.unit, {self.cash: 20, self.bank: due - 20 + 30})
        sold = sum(self.get_bills(self.sold).mapped("amount_residual"))
        self.take(self.sold, {self.bank: sold})
        wrong = self.take(self.sold, {self.cash: 50})
        wrong.with_user(self.cashier)._void(self.words["wrong_unit"])
        yield self.give("receipt", "property_receipt", receipt)
        yield self.give("receipt-80mm", "slip", receipt)
        session.counted_amount = session.expected_amount
        session.action_close()
        yield self.give("cashier-session", "cashier_session", session, self.lang)
        day = self.as_user(self.env["property.day.sheet.wizard"], lang=self.lang)
        sheet = day.create({"community_id": self.community.id})
        yield self.give("day-sheet", "day_sheet", sheet, self.lang)

    def take(self, unit, amounts):
        """Take money for a unit at the counter."""
        counter = self.as_user(self.env["property.counter"], self.cashier)
        result = counter.register(
            {
                "community_id": self.community.id,
                "unit_id": unit.id,
                "partner_id": unit.payer_id.id,
                "methods": [
                    {
                        "id": journal.inbound_payment_method_line_ids[:1].id,
                        "amount": sum_,
                    }
                    for journal, sum_ in amounts.items()
                ],
                "bills": [],
            }
        )
        return self.env["property.receipt"].browse(result["id"])

    def make_letters(self):
        """A letter of each level, from the notice before due to the lawyer's."""
        for name, (level, moment) in LEVELS.items():
            with freeze_time(moment):
                bills = self.get_bills(self.unit)[1:]
                if level == "pre_due":
                    bills = bills[-1:]
                notice = self.write_letter(f"dunning_level_{level}", bills)
                yield self.give(name, LETTER, notice)
                if level == "demand":
                    notice._register_delivery(
                        fields.Date.today(), "registered_receipt", "debtor", "EMS 1188"
                    )

    def write_letter(self, level, bills):
        """A letter that has left."""
        day = fields.Date.context_today(self.unit)
        lines = self.env["property.notice.line"]._prepare_lines(bills, day)
        notice = self.as_user(self.env["property.notice"]).create(
            {
                "unit_id": self.unit.id,
                "partner_id": self.owner.id,
                "level_id": self.env.ref(f"property_fee_billing.{level}").id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        notice.action_approve()
        notice.action_send()
        return notice

    def make_evidence(self):
        """The first page of an evidence pack, and then its parts."""
        case = self.as_user(
            self.env["property.arrears.case"]._sync(units=self.unit), lang=self.lang
        )
        case.with_context(
            contact_kind="call", contact_result="promised"
        ).action_log_contact()
        printer = self.as_user(self.env["property.evidence.printer"], lang=self.lang)
        pieces = printer._make_pieces(case)
        evidence.place(pieces, first_page=2)
        index = printer._prepare_index(case, f"{case.name}-E1", pieces)
        cover = printer.browse(self.manager.id)
        yield self.give(
            "evidence-pack", "evidence", cover, self.lang, documents=[index]
        )

    def make_complaint(self):
        """A complaint about a bill: its file, and the letter of apology."""
        words = self.words
        with freeze_time("2026-07-14 01:00"):
            complaint = self.as_user(
                self.env["property.complaint"], self.agent, self.lang
            ).create(self.prepare_complaint())
        with freeze_time("2026-07-14 02:10"):
            complaint.action_acknowledge()
            complaint.action_investigate()
            complaint.line_ids.action_recalculate()
            self.env["property.complaint.escalation"].create(
                {"complaint_id": complaint.id, "reason": "media"}
            )
        with freeze_time("2026-07-15 03:00"):
            self.as_user(self.env["property.complaint.pause"], self.agent).create(
                {
                    "complaint_id": complaint.id,
                    "reason": "complainant",
                    "note": words["pause"],
                }
            )
        with freeze_time("2026-07-16 07:00"):
            complaint.action_resume()
            self.decide(complaint)
            yield self.give("complaint-file", "complaint_file", complaint, self.lang)
            apology = complaint.remedy_ids.filtered(lambda each: each.kind == "apology")
            yield self.give("apology", "apology", apology)

    def prepare_complaint(self):
        """Values of a complaint about the area on the last bill."""
        line = self.bills[-1].invoice_line_ids.filtered(
            lambda line: line.fee_line_ids.standard_id == self.standard
        )
        return {
            "subject": self.words["complaint"],
            "description": f"<p>{self.words['complaint_text']}</p>",
            "unit_id": self.unit.id,
            "partner_id": self.owner.id,
            "user_id": self.agent.id,
            "category_id": self.env.ref("property_fee_complaints.category_fee").id,
            "line_ids": [Command.create({"move_line_id": line[:1].id})],
        }

    def decide(self, complaint):
        """What was found, what is given, and what is changed."""
        words = self.words
        complaint.write(
            {
                "findings": f"<p>{words['findings']}</p>",
                "cause_id": self.env.ref("property_fee_complaints.cause_area").id,
                "outcome": "valid",
                "decision": f"<p>{words['decision']}</p>",
                "remedy_ids": [
                    Command.create(
                        {
                            "kind": "waiver",
                            "name": words["remedy"],
                            "move_line_id": complaint.line_ids.move_line_id.id,
                            "amount": 6.41,
                        }
                    ),
                    Command.create(
                        {
                            "kind": "apology",
                            "name": words["apology"],
                            "letter": f"<p>{words['letter']}</p>",
                        }
                    ),
                ],
            }
        )
        self.env["property.complaint.action"].create(
            {
                "name": words["action"],
                "complaint_id": complaint.id,
                "user_id": self.agent.id,
                "date_deadline": "2026-08-15",
            }
        )

    def make_statement(self):
        """The account of an owner."""
        statement = self.as_user(self.env["property.statement"]).create(
            {
                "partner_id": self.owner.id,
                "community_id": self.community.id,
                "date_from": "2026-01-01",
                "date_to": "2026-07-20",
            }
        )
        return self.give("statement", "statement", statement)

    def make_settlement(self):
        """What the seller and the buyer of a unit sign."""
        transfer = self.as_user(self.env["property.ownership.transfer"]).create(
            {
                "unit_id": self.sold.id,
                "date": "2026-03-16",
                "booking_date": "2026-07-20",
                "new_partner_id": self.buyer.id,
                "credit_choice": "move",
                "handover_reference": self.words["agreement"],
                "note": self.words["handed_over"],
            }
        )
        transfer.action_preview()
        transfer.action_confirm()
        return self.give("settlement", "settlement", transfer)
