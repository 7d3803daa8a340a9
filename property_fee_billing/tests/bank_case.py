import base64
import csv
import io

import openpyxl

from odoo import Command

from .money_case import MoneyCase

CHINESE = ("交易日期", "贷方发生额", "借方发生额", "对方户名", "摘要", "余额")
ENGLISH = ("Date", "Amount", "Payer", "Description", "Transaction ID")


def make_csv(rows, encoding="utf-8", delimiter=",", before=()):
    """A bank file as bytes. ``before``: lines above the header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([*before, *rows])
    return text.getvalue().encode(encoding)


def make_xlsx(rows):
    """A bank file as a workbook, as bytes."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class BankDay:
    """A bank file of 40 lines for a community: 30 are sure, 10 wait.

    It bills 38 units of a building of its own, each to an owner of its own, and gives
    the lines their payers would send. Usable wherever there is an environment:
    ``day = BankDay(env, community, item)``; then import ``day.content`` into a bank
    journal of the community.

    :ivar rows: list of (date, amount, payer, memo, transaction id)
    :ivar sure: transaction ids of the lines that match by themselves
    :ivar waiting: {transaction id: words that the reason of the best suggestion has, or
        None for a line without suggestion}
    """

    UNITS = 38

    def __init__(self, env, community, item, day="2026-03-10", building="5"):
        self.env = env
        self.community = community
        self.day = day
        self.units = self._make_units(building)
        self.bills = self._make_bills(item)
        self.rows = []
        self.sure = []
        self.waiting = {}
        self._write_sure()
        self._write_waiting()

    @property
    def content(self):
        """The file as a program would send it: base64 of a CSV file."""
        return base64.b64encode(make_csv([ENGLISH, *self.rows]))

    @property
    def total(self):
        """All the money of the file."""
        return round(sum(row[1] for row in self.rows), 2)

    def _make_units(self, code):
        building = self.env["property.building"].create(
            {"code": code, "name": code, "community_id": self.community.id}
        )
        units = self.env["property.unit"].create(
            [
                {"code": f"{code}-{101 + number}", "building_id": building.id}
                for number in range(self.UNITS)
            ]
        )
        owners = self.env["res.partner"].create(
            [{"name": f"Owner {unit.code}"} for unit in units]
        )
        self.env["property.ownership"].create(
            [
                {"unit_id": unit.id, "partner_id": owner.id}
                for unit, owner in zip(units, owners, strict=True)
            ]
        )
        return units

    def _make_bills(self, item):
        """Two months: every unit owes for February, those at 20 to 22 for January
        too; the first five owe the same.

        :return: {position of the unit: its bills, oldest first}
        """
        self._bill(item, "2026-01-01", range(20, 23))
        self._bill(item, "2026-02-01", range(self.UNITS))
        found = self.env["account.move"].search(
            [("fee_unit_id", "in", self.units.ids), ("move_type", "=", "out_invoice")],
            order="invoice_date, id",
        )
        return {
            number: found.filtered(lambda bill, u=unit: bill.fee_unit_id == u)
            for number, unit in enumerate(self.units)
        }

    def _bill(self, item, day, numbers):
        self.env["property.oneoff.charge"].create(
            [
                {
                    "unit_id": self.units[number].id,
                    "item_id": item.id,
                    "name": "Service",
                    "date": day,
                    "quantity": 1,
                    "price_unit": self.get_fee(number),
                }
                for number in numbers
            ]
        )
        run = self.env["property.billing.run"].create(
            {
                "community_ids": [Command.set(self.community.ids)],
                "date_from": day,
                "date_to": day,
                "invoice_date": day,
            }
        )
        run.action_compute()
        run.action_post()

    @staticmethod
    def get_fee(number):
        """The fee of the unit at a position, of one month, before taxes if any."""
        return 500.0 if number < 5 else 300 + number + 0.37

    def get_debt(self, number):
        """What the unit at a position owes in all."""
        return round(sum(self.bills[number].mapped("amount_total")), 2)

    def _add(self, number, amount, payer, memo):
        """Add a line; ``number``: the unit whose owner pays, for the payer's name."""
        owner = self.units[number].ownership_ids.partner_id
        name = owner.name if payer is None else payer
        key = f"TX{len(self.rows) + 1:04}"
        self.rows.append((self.day, round(amount, 2), name, memo, key))
        return key

    def _write_sure(self):
        ref = [unit.payment_reference for unit in self.units]
        debt = self.get_debt
        sure = self.sure
        for number in range(12):  # reference and amount
            sure.append(self._add(number, debt(number), "", f"fee {ref[number]}"))
        for number in range(12, 16):  # written in another way
            memo = ref[number].replace("-", "").lower()
            sure.append(self._add(number, debt(number), "", memo))
        for number in range(16, 20):  # as people write in Chinese
            code = self.units[number].code.split("-")
            memo = f"{self.community.code}{code[0]}栋{code[1]}室物业费"
            sure.append(self._add(number, debt(number), "张三", memo))
        for number in range(20, 23):  # both months in one sum
            sure.append(self._add(number, debt(number), "", ref[number]))
        for number in range(23, 26):  # number of the bill
            bill = self.bills[number]
            sure.append(self._add(number, debt(number), "", f"Bill {bill.name}"))
        for number in range(26, 28):  # code of the unit, and the owner's own name
            sure.append(self._add(number, debt(number), None, self.units[number].code))
        for number in range(28, 30):  # part of it, by the owner, with the reference
            sure.append(self._add(number, 100, None, ref[number]))

    def _write_waiting(self):
        ref = [unit.payment_reference for unit in self.units]
        debt = self.get_debt

        def wait(number, amount, payer, memo, words):
            self.waiting[self._add(number, amount, payer, memo)] = words

        for number in (30, 31):  # more than is open, by somebody
            wait(number, debt(number) + 55, "A tenant", ref[number], "more than")
        for number in (32, 33):  # no reference at all
            wait(number, debt(number), None, "property fee", "name of the payer")
        wait(34, debt(34), "Somebody", "thank you", "the amount of bill")
        wait(0, 12.34, "Somebody else", "donation", None)
        wait(0, 777.77, "A stranger", "February", None)
        # two units, and an amount that is neither's nor both's
        memo = f"{ref[35]} and {ref[36]}"
        wait(35, 650, "", memo, "reference")
        # the owner of the first pays again
        wait(0, debt(0), "", f"fee {ref[0]}", "no bill is open")
        number = self.units[37].code.replace("-", "")
        wait(37, debt(37), "", f"for {number}", "as of the unit")


class BankCase(MoneyCase):
    """The small community, and bank files for it."""

    @classmethod
    def import_file(cls, content, name="bank.csv", user=None, journal=None, **values):
        """Import a bank file as the fee manager.

        :param content: bytes, or a list of rows for a CSV file
        :return: the wizard, done
        """
        if isinstance(content, list):
            content = make_csv(content)
        wizard = (
            cls.env["property.bank.import"]
            .with_user(user or cls.manager)
            .create(
                {
                    "journal_id": (journal or cls.bank).id,
                    "file": base64.b64encode(content),
                    "filename": name,
                    **values,
                }
            )
        )
        wizard.action_import()
        return wizard

    @classmethod
    def import_line(cls, amount, memo="", payer="", day="2026-03-10", **values):
        """One bank line, imported and matched as far as it is sure.

        :return: account.bank.statement.line
        """
        account = values.get("account", "")
        header = ("Date", "Amount", "Payer", "Description", "Counterparty Account")
        wizard = cls.import_file([header, (day, amount, payer, memo, account)])
        return wizard.statement_id.line_ids.sudo()
