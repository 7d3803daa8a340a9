import random
import re
from decimal import Decimal

from odoo.tests import BaseCase, TransactionCase, tagged

from ..tools import get_chinese_capitals

#: By the People's Bank's rules for filling in vouchers, checked by hand.
CAPITALS = {
    "0": "零元整",
    "0.01": "壹分",
    "0.05": "伍分",
    "0.50": "伍角整",
    "0.56": "伍角陆分",
    "1.00": "壹元整",
    "1.05": "壹元零伍分",
    "10.00": "壹拾元整",
    "11.10": "壹拾壹元壹角整",
    "100.05": "壹佰元零伍分",
    "325.04": "叁佰贰拾伍元零肆分",
    "827.90": "捌佰贰拾柒元玖角整",
    "1000.50": "壹仟元伍角整",
    "1005.00": "壹仟零伍元整",
    "1010.00": "壹仟零壹拾元整",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "10010.01": "壹万零壹拾元零壹分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "100005.00": "壹拾万零伍元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1000000.00": "壹佰万元整",
    "10000001.00": "壹仟万零壹元整",
    "100000000.00": "壹亿元整",
    "100010000.05": "壹亿零壹万元零伍分",
    "1000000000000.00": "壹万亿元整",
    "1000000000001.01": "壹万亿零壹元零壹分",
    "1234567890123.45": "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分",
    "-827.90": "负捌佰贰拾柒元玖角整",
}
DIGITS = {char: number for number, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_integer(words):
    """The number that capitals of whole yuan say; for the tests alone."""
    for char, unit in (("亿", 10**8), ("万", 10**4)):
        left, found, right = words.rpartition(char)
        if found:
            return read_integer(left) * unit + read_integer(right)
    total = digit = 0
    for char in words:
        if char in UNITS:
            total, digit = total + digit * UNITS[char], 0
        else:
            digit = DIGITS[char]
    return total + digit


def read_capitals(words):
    """The amount that capitals say."""
    whole, fen = re.fullmatch(
        r"(?:([^元角分]+)元)?((?:零|.角)?(?:.分)?)整?", words
    ).groups()
    cents = sum(
        DIGITS[digit] * (10 if unit == "角" else 1)
        for digit, unit in re.findall("(.)([角分])", fen)
    )
    return read_integer(whole or "") + Decimal(cents) / 100


@tagged("post_install", "-at_install")
class TestChineseCapitals(BaseCase):
    """Amounts as a Chinese receipt says them."""

    def test_tricky_amounts(self):
        for amount, words in CAPITALS.items():
            with self.subTest(amount):
                self.assertEqual(get_chinese_capitals(Decimal(amount)), words)
                self.assertEqual(get_chinese_capitals(float(amount)), words)

    def test_traditional(self):
        for amount, words in (
            (827.90, "捌佰貳拾柒元玖角整"),
            (13626.03, "壹萬參仟陸佰貳拾陸元零參分"),
            (200000000, "貳億元整"),
        ):
            self.assertEqual(get_chinese_capitals(amount, traditional=True), words)

    def test_what_is_read_back_is_what_was_said(self):
        """Any amount: the words say it, no zero is doubled, and they end closed."""
        chance = random.Random(827)
        for _round in range(1000):
            whole = chance.randrange(10 ** chance.randint(1, 13))
            # zeros are the hard part
            digits = "".join(chance.choice((d, d, "0")) for d in str(whole))
            cents = chance.choice((0, 5, 10, 50, chance.randrange(100)))
            amount = Decimal(f"{int(digits)}.{cents:02}")
            words = get_chinese_capitals(amount)
            self.assertEqual(read_capitals(words), amount, words)
            self.assertNotIn("零零", words)
            self.assertRegex(words, "[整分]$")

    def test_a_number_too_large_is_refused(self):
        with self.assertRaises(ValueError):
            get_chinese_capitals(10**16)


@tagged("post_install", "-at_install")
class TestAmountToText(TransactionCase):
    """Odoo's own amount in words, which had no Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(code)

    def say(self, currency, amount, lang):
        record = self.env.ref(f"base.{currency}").with_context(lang=lang)
        return record.amount_to_text(amount)

    def test_each_language(self):
        self.assertEqual(self.say("CNY", 827.9, "zh_CN"), "捌佰贰拾柒元玖角整")
        self.assertEqual(self.say("CNY", 827.9, "zh_TW"), "捌佰貳拾柒元玖角整")
        self.assertEqual(
            self.say("CNY", 827.9, "en_US"),
            "Eight Hundred And Twenty-Seven Yuan and Ninety Fen",
        )

    def test_a_currency_that_is_not_counted_in_yuan_is_named(self):
        self.assertEqual(self.say("USD", 100.5, "zh_CN"), "USD 壹佰元伍角整")
        self.assertEqual(self.say("JPY", 100, "zh_CN"), "JPY 壹佰元整")
        self.assertIn("Dinar", self.say("KWD", 100.5, "zh_CN"))
