"""A community as the sample documents need it: names, money, staff."""

import base64

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import date_utils
from odoo.tools.misc import file_open

from .sample_words import WORDS

#: What the screens of staff are in.
CLERK_LANG = "en_US"


class SamplePlace:
    """A community whose names and words are those of one language.

    :param env: any environment with all rights
    :param units: two units of it, billed for January to March 2026; the first owes all
        of it, the second is sold
    :param str lang: language of the owners and of what staff print for themselves
    """

    def __init__(self, env, units, lang):
        self.env = env(
            context={**env.context, "lang": CLERK_LANG, "tracking_disable": True}
        )
        self.lang = lang
        self.words = WORDS[lang]
        self.unit, self.sold = (unit.with_env(self.env) for unit in units[:2])
        self.community = self.unit.community_id
        self.bills = self.get_bills(self.unit)

    def as_user(self, records, user=None, lang=CLERK_LANG):
        """Records as a member of staff sees them."""
        return records.with_user(user or self.manager).with_context(lang=lang)

    def get_bills(self, unit):
        """The bills of a unit, the oldest first."""
        return self.env["account.move"].search(
            [("fee_unit_id", "=", unit.id), ("move_type", "=", "out_invoice")],
            order="invoice_date, id",
        )

    def name_everything(self):
        """Names as they are written in this language; owners who read it."""
        words, community = self.words, self.community
        with file_open(
            "property_fee_reports/static/description/icon.png", "rb"
        ) as file:
            logo = base64.b64encode(file.read())
        company = community.company_id
        company.write({"name": words["company"], "phone": "0571 8888 0000"})
        company.write({"logo": logo, "uses_default_logo": False})
        company.partner_id.write(
            {"street": words["company_street"], "city": words["company_city"]}
        )
        community.write(
            {
                "name": words["community"],
                "address": words["community_address"],
                "complaint_phone": "0571 8888 0001",
            }
        )
        for building in community.building_ids:
            building.name = words["buildings"] % building.code
        for bill in self.bills:
            bill.invoice_date_due = date_utils.end_of(bill.invoice_date, "month")
        self.name_tariff()
        self.name_owners()
        self.set_up_money()

    def name_tariff(self):
        """Fee items and standards, and what is provided for them."""
        words = self.words
        for model, names in (
            ("property.fee.item", words["items"]),
            ("property.fee.standard", words["standards"]),
        ):
            for record in self.env[model].search([("code", "in", list(names))]):
                for lang in (CLERK_LANG, self.lang):
                    record.with_context(lang=lang).name = names[record.code]
                if record.code in words["grades"]:
                    record.grade = words["grades"][record.code]
        self.standard = self.bills.invoice_line_ids.fee_line_ids.standard_id.filtered(
            lambda standard: standard.method == "area"
        )[:1]
        self.standard.write(
            {
                "service_content": f"<p>{words['service']}</p>",
                "document_reference": words["clause"],
            }
        )

    def name_owners(self):
        """Who owes, who sells and who buys; all read this language."""
        words = self.words
        self.owner, self.seller = self.unit.payer_id, self.sold.payer_id
        self.buyer = self.env["res.partner"].create({"name": words["buyer"]})
        for partner, name in (
            (self.owner, words["owner"]),
            (self.seller, words["seller"]),
            (self.buyer, words["buyer"]),
        ):
            partner.write({"name": name, "lang": self.lang})
        self.owner.write(
            {
                "email": "owner@example.com",
                "fapiao_title": words["invoice_title"],
                "fapiao_tax_number": "91330100MA2B1K7T5X",
            }
        )

    def set_up_money(self):
        """Where money is taken, and what paying late costs."""
        words, community = self.words, self.community
        self.cash, self.bank = self.env["account.journal"].create(
            [
                {"name": words["cash_journal"], "code": "SDC", "type": "cash"},
                {"name": words["bank_journal"], "code": "SDB", "type": "bank"},
            ]
        )
        self.bank.bank_account_id = self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0000 1234 5678",
                "partner_id": community.company_id.partner_id.id,
                "bank_id": self.env["res.bank"].create({"name": words["bank"]}).id,
            }
        )
        item = self.env["property.fee.item"].create(
            {
                "code": "SD-LATE",
                "name": "-",
                "fee_class": "late_fee",
                "tax_ids": False,
            }
        )
        community.write(
            {
                "payment_journal_ids": [Command.set((self.cash + self.bank).ids)],
                "dunning_policy_id": self.env.ref(
                    "property_fee_billing.dunning_policy_mainland"
                ).id,
                "late_fee_policy_id": self.env["property.late.fee.policy"]
                .create(
                    {
                        "name": "-",
                        "daily_percent": 0.05,
                        "grace_days": 15,
                        "fee_item_id": item.id,
                    }
                )
                .id,
            }
        )

    def hire_staff(self):
        """A manager who writes to owners, a cashier, and an agent for complaints."""
        self.manager, self.cashier, self.agent = (
            new_test_user(
                self.env,
                f"sample-{role}",
                groups,
                name=self.words[role],
                tz="Asia/Shanghai",
                email=f"{role}@example.com",
            )
            for role, groups in (
                (
                    "manager",
                    "property_fee_billing.group_fee_manager,"
                    "property_fee_billing.group_collector",
                ),
                ("cashier", "property_fee_billing.group_cashier"),
                ("agent", "property_fee_complaints.group_complaint_agent"),
            )
        )
        staff = self.manager + self.cashier + self.agent
        self.community.member_ids += staff
        self.community.collector_id = self.manager
