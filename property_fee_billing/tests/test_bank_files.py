from datetime import date, datetime
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..bank_file import columns, reader, table, values
from ..engine.references import References
from ..file_text import CellError, UnreadableFile
from .bank_case import CHINESE, ENGLISH, BankCase, make_csv, make_xlsx


@tagged("post_install", "-at_install")
class TestBankValues(BaseCase):
    """Money and days are read exactly, or refused."""

    def test_money(self):
        for text, separator, amount in (
            ("1,234.50", "comma", "1234.50"),
            ("１，２３４．５０", "comma", "1234.50"),
            ("(80.00)", "comma", "-80.00"),
            ("（80.00）", "comma", "-80.00"),
            ("80.00-", "comma", "-80.00"),
            ("−80", "comma", "-80"),
            ("¥ 827.90", "comma", "827.90"),
            ("￥827.90元", "comma", "827.90"),
            ("USD 5.00", "comma", "5.00"),
            ("15.20 DR", "comma", "-15.20"),
            ("15.20CR", "comma", "15.20"),
            ("1.234,56", "dot", "1234.56"),
            ("1 234,56".replace(",", "."), "space", "1234.56"),
            ("+3", "none", "3"),
            (".50", "comma", "0.50"),
            (827.9, "comma", "827.9"),
            (1234567.89, "comma", "1234567.89"),
        ):
            with self.subTest(text=text):
                self.assertEqual(values.read_money(text, separator), Decimal(amount))
        for text in ("", None, "-", "--", " "):
            self.assertIsNone(values.read_money(text))

    def test_money_that_is_not_clear_is_refused(self):
        for text, separator in (
            ("1,23", "comma"),
            ("12,34.5", "comma"),
            ("1.234,56", "comma"),
            ("1,234.56", "dot"),
            ("abc", "comma"),
            ("1.005", "comma"),
            ("9999999999999", "comma"),
            (True, "comma"),
            (float("nan"), "comma"),
            ("12..5", "comma"),
        ):
            with self.subTest(text=text), self.assertRaises(CellError):
                values.read_money(text, separator)

    def test_days(self):
        clear = values.find_date_format([])
        for text in (
            "2026-03-09",
            "2026/3/9",
            "20260309",
            "2026年3月9日",
            "2026-03-09 10:20:30",
            "20260309102030",
            20260309,
            datetime(2026, 3, 9, 10, 20),
        ):
            with self.subTest(text=text):
                self.assertEqual(values.read_date(text, clear), date(2026, 3, 9))
        for text in ("", "09/03/2026", "2026-13-01", "soon", "1926-01-01"):
            with self.subTest(text=text), self.assertRaises(CellError):
                values.read_date(text, clear)

    def test_the_order_of_day_and_month_is_found_from_the_file(self):
        formats = values.find_date_format(["01/02/2026", "28/02/2026"])
        self.assertEqual(values.read_date("01/02/2026", formats), date(2026, 2, 1))
        with self.assertRaises(CellError):
            values.find_date_format(["01/02/2026", "03/04/2026"])
        self.assertEqual(
            values.find_date_format(["01/02/2026"], ("%m/%d/%Y",)), ["%m/%d/%Y"]
        )


@tagged("post_install", "-at_install")
class TestReferences(BaseCase):
    """References are found however they are written, and only them."""

    def test_writings(self):
        index = References([(1, "JADE-3-1201"), (2, "JADE-3-1202")])
        for text in (
            "JADE-3-1201",
            "pay jade31201 now",
            "ＪＡＤＥ－３－１２０１",
            "物业费JADE3栋1201室张三",
            "JADE 3 1201/2026",
        ):
            with self.subTest(text=text):
                self.assertEqual(set(index.find(text)), {1})
        for text in ("JADE-3-12011", "XJADE-3-1201", "JADE-31-201", "", "JADE"):
            with self.subTest(text=text):
                self.assertFalse(index.find(text))

    def test_the_longer_reference_wins(self):
        index = References([(1, "3-120"), (2, "3-1201"), (3, "13-120")])
        self.assertEqual(set(index.find("3-1201")), {2})
        self.assertEqual(set(index.find("13-120")), {3})

    def test_digits_alone_are_loose(self):
        index = References([(1, "3-1201")])
        self.assertTrue(index.find("no 31201")[1].is_loose)
        self.assertFalse(index.find("no 3-1201")[1].is_loose)


@tagged("post_install", "-at_install")
class TestBankReader(BaseCase):
    """Files of typical shapes, as bytes."""

    def read_shape(self, content, **shape):
        rows = table.read_table(content)
        mapping = shape.pop("mapping", None)
        if not mapping:
            _name, found = reader.find_shape(rows, [])
            mapping = found.mapping
        return reader.read_lines(rows, reader.Shape(mapping, **shape), "CNY")

    def amounts(self, result):
        self.assertEqual([p.message for p in result.problems], [])
        return [(str(line.date), str(line.amount)) for line in result.lines]

    def chinese(self, *rows):
        return [CHINESE, *rows]

    ROWS = (
        ("2026-03-09", "827.90", "", "张三", "物业费 JADE-3-1201", "1,827.90"),
        ("2026-03-10", "", "15.00", "", "手续费", "1,812.90"),
    )

    def test_encodings_and_rows_above_the_header(self):
        above = [["账户明细"], ["账号", "6222"], []]
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            content = make_csv(self.chinese(*self.ROWS), encoding, before=above)
            result = self.read_shape(content)
            with self.subTest(encoding=encoding):
                self.assertEqual(
                    self.amounts(result),
                    [("2026-03-09", "827.90"), ("2026-03-10", "-15.00")],
                )
                self.assertEqual(result.lines[0].payer_name, "张三")
                self.assertEqual(result.lines[0].row, 5)

    def test_big5(self):
        header = ("交易日期", "支出金額", "存入金額", "餘額", "備註")
        rows = [header, ("2026/03/09", "", "827", "1,827", "管理費 李小姐")]
        result = self.read_shape(make_csv(rows, "big5"))
        self.assertEqual(self.amounts(result), [("2026-03-09", "827")])
        self.assertEqual(result.lines[0].memo, "管理費 李小姐")

    def test_delimiters(self):
        for mark in ";\t|":
            content = make_csv(self.chinese(*self.ROWS), delimiter=mark)
            with self.subTest(mark=mark):
                self.assertEqual(len(self.amounts(self.read_shape(content))), 2)

    def test_amount_and_direction(self):
        rows = [
            ("交易日期", "交易金额(元)", "借贷标志", "对方户名", "摘要", "附言"),
            ("20260309", "827.90", "贷", "张三", "转账", "JADE-3-1201"),
            ("20260310", "15", "借", "", "手续费", ""),
        ]
        result = self.read_shape(make_xlsx(rows))
        self.assertEqual(
            self.amounts(result), [("2026-03-09", "827.90"), ("2026-03-10", "-15")]
        )
        self.assertEqual(result.lines[0].memo, "转账 JADE-3-1201")

    def test_workbook_with_numbers_days_and_a_total(self):
        rows = [
            CHINESE,
            (datetime(2026, 3, 9), 827.9, None, "张三", "x", 1827.9),
            ("2026-03-10", None, 15, None, "手续费", 1812.9),
            ("合计", 827.9, 15, None, None, None),
        ]
        result = self.read_shape(make_xlsx(rows))
        self.assertEqual(
            self.amounts(result), [("2026-03-09", "827.9"), ("2026-03-10", "-15")]
        )
        self.assertTrue(result.has_balances)

    def test_newest_first_is_turned(self):
        result = self.read_shape(make_csv(self.chinese(*reversed(self.ROWS))))
        self.assertEqual(
            [line.amount for line in result.lines], [Decimal("827.90"), -15]
        )
        self.assertTrue(result.has_balances)

    def test_a_missing_line_shows_in_the_balance(self):
        rows = [*self.ROWS, ("2026-03-11", "10", "", "", "", "1,900.00")]
        result = self.read_shape(make_csv(self.chinese(*rows)))
        problem = result.problems[0]
        self.assertEqual((problem.row, problem.column), (4, "余额"))
        result = self.read_shape(
            make_csv(self.chinese(*rows)), is_balance_checked=False
        )
        self.assertFalse(result.problems)

    def test_no_header_and_reversed_sign(self):
        content = make_csv([("09.03.2026", "-1.234,50", "fee")])
        mapping = {"date": "#1", "amount": "#2", "memo": "#3"}
        result = self.read_shape(
            content, mapping=mapping, header_row=-1, separator="dot", is_reversed=True
        )
        self.assertEqual(self.amounts(result), [("2026-03-09", "1234.50")])

    def test_every_bad_cell_is_named(self):
        rows = self.chinese(
            ("2026-02-30", "1,23", "", "", "", ""),
            ("2026-03-01", "5", "6", "", "", ""),
            ("2026-03-02", "", "", "", "", ""),
        )
        result = self.read_shape(make_csv(rows))
        self.assertEqual(
            [(problem.row, problem.column) for problem in result.problems],
            [(2, "交易日期"), (2, "贷方发生额"), (3, "贷方发生额"), (4, "贷方发生额")],
        )

    def test_unreadable_files(self):
        for content in (b"", b"\xd0\xcf\x11\xe0old", b"PKbroken", b"\x00\x01\x02" * 9):
            with self.subTest(content=content), self.assertRaises(UnreadableFile):
                table.read_table(content)

    def test_keys_number_equal_lines(self):
        rows = [ENGLISH[:4], *[("2026-03-09", "5", "Ann", "x")] * 2]
        lines = self.read_shape(make_csv(rows)).lines
        self.assertEqual(len({line.key for line in lines}), 2)
        rows.append(("2026-03-10", "5.00", "Ann", "x"))
        again = self.read_shape(make_csv(rows)).lines
        self.assertEqual([line.key for line in again[:2]], [line.key for line in lines])

    def test_suggested_mapping(self):
        self.assertEqual(
            columns.suggest_mapping(["Posting Date", "Paid In", "Paid Out", "Details"]),
            {
                "date": "Posting Date",
                "credit": "Paid In",
                "debit": "Paid Out",
                "memo": "Details",
            },
        )


@tagged("post_install", "-at_install")
class TestBankImport(BankCase):
    """A file becomes one statement, once."""

    ROWS = (
        ENGLISH,
        ("2026-03-09", "100.00", "Ann", "fee", "A1"),
        ("2026-03-09", "-3.00", "", "charge", "A2"),
        ("2026-03-10", "50.00", "Bob", "fee", "A3"),
    )

    def wizard(self, content, **vals):
        import base64

        return (
            self.env["property.bank.import"]
            .with_user(self.manager)
            .create(
                {
                    "journal_id": self.bank.id,
                    "file": base64.b64encode(content),
                    "filename": "march.csv",
                    **vals,
                }
            )
        )

    def test_the_same_file_twice_adds_nothing(self):
        first = self.import_file(list(self.ROWS))
        self.assertEqual((first.new_count, first.known_count), (3, 0))
        self.assertEqual(first.statement_id.line_ids.mapped("journal_id"), self.bank)
        again = self.import_file(list(self.ROWS))
        self.assertEqual((again.new_count, again.known_count), (0, 3))
        self.assertFalse(again.statement_id)
        count = self.env["account.bank.statement.line"].search_count(
            [("journal_id", "=", self.bank.id)]
        )
        self.assertEqual(count, 3)

    def test_an_overlapping_file_adds_what_is_new(self):
        self.import_file(list(self.ROWS))
        more = [*self.ROWS, ("2026-03-11", "7.00", "Cid", "fee", "A4")]
        wizard = self.import_file(more)
        self.assertEqual((wizard.new_count, wizard.known_count), (1, 3))
        self.assertEqual(wizard.statement_id.line_ids.amount, 7)

    def test_overlap_without_transaction_numbers(self):
        header = ENGLISH[:4]
        row = ("2026-03-09", "100.00", "Ann", "fee")
        self.assertEqual(self.import_file([header, row]).new_count, 1)
        wizard = self.import_file([header, row, row])
        self.assertEqual((wizard.new_count, wizard.known_count), (1, 1))

    def test_gb18030_file_with_balances(self):
        rows = [CHINESE, *TestBankReader.ROWS]
        wizard = self.wizard(make_csv(rows, "gb18030"))
        wizard.action_check()
        self.assertEqual(wizard.state, "ready")
        self.assertEqual((wizard.balance_start, wizard.balance_end), (1000, 1812.90))
        self.assertEqual((wizard.total_in, wizard.total_out), (827.90, 15))
        wizard.action_import()
        statement = wizard.statement_id
        self.assertEqual(
            (statement.balance_start, statement.balance_end_real), (1000, 1812.90)
        )
        self.assertTrue(statement.is_complete)
        self.assertEqual(statement.attachment_ids.name, "march.csv")
        incoming = statement.line_ids.filtered(lambda line: line.amount > 0)
        self.assertEqual(incoming.fee_queue, "open")
        self.assertFalse((statement.line_ids - incoming).fee_queue)

    def test_found_columns_are_saved_for_the_journal(self):
        rows = [("Posting Date", "Paid In", "Weird"), ("2026-03-09", "5", "x")]
        wizard = self.wizard(make_csv(rows))
        wizard.action_check()
        self.assertTrue(wizard.is_suggested)
        self.assertIn("Money In: Paid In", wizard.mapping_text)
        wizard.action_save_format()
        self.assertEqual(wizard.format_id.journal_ids, self.bank)
        self.assertFalse(wizard.is_suggested)
        again = self.wizard(make_csv(rows))
        again.action_check()
        self.assertFalse(again.is_suggested)

    def test_bad_rows_refuse_the_whole_file(self):
        rows = [*self.ROWS, ("soon", "1,2", "", "", "A9")]
        wizard = self.wizard(make_csv(rows))
        wizard.action_check()
        self.assertEqual(wizard.state, "errors")
        self.assertEqual(
            wizard.problem_ids.mapped(lambda one: (one.row, one.column)),
            [(5, "Date"), (5, "Amount")],
        )
        with self.assertRaisesRegex(UserError, "row 5, Amount: 1,2 is not one clear"):
            wizard.action_import()
        self.assertFalse(
            self.env["account.bank.statement.line"].search(
                [("journal_id", "=", self.bank.id)]
            )
        )

    def test_another_currency_is_refused(self):
        rows = [
            ("Date", "Amount", "Currency"),
            ("2026-03-09", "5", self.company.currency_id.name),
            ("2026-03-09", "6", "XTS"),
        ]
        with self.assertRaisesRegex(UserError, "row 3, Currency: the line is in XTS"):
            self.wizard(make_csv(rows)).action_import()

    def test_a_file_without_a_header_is_refused(self):
        with self.assertRaisesRegex(UserError, "No row of the file names"):
            self.wizard(b"a,b\n1,2\n").action_check()

    def test_shipped_formats_fit_their_files(self):
        formats = self.env["property.bank.format"]._get_for_journal(self.bank)
        self.assertGreaterEqual(len(formats), 5)
        for form in formats:
            header = [text.split("|")[0] for text in form._get_shape().mapping.values()]
            with self.subTest(format=form.name):
                found = columns.find_columns(header, form._get_shape().mapping)
                self.assertTrue(columns.is_header(found))
