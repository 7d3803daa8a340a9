from odoo import models
from odoo.tools import get_lang

from ..tools.amount_words import LIMIT, get_chinese_capitals

#: Currencies counted in 元, 角 and 分, which the words alone name in Chinese.
YUAN_CURRENCIES = ("CNY", "TWD", "HKD", "MOP")


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def amount_to_text(self, amount):
        """Override of `base`, which writes English for want of Chinese: the capitals
        of cheques. Other currencies are named before the words: USD 壹佰元整."""
        self.ensure_one()
        lang = get_lang(self.env).code
        fits = self.decimal_places <= 2 and abs(amount) < LIMIT
        if not lang.startswith("zh_") or not fits:
            return super().amount_to_text(amount)
        words = get_chinese_capitals(self.round(amount), traditional=lang != "zh_CN")
        return words if self.name in YUAN_CURRENCIES else f"{self.name} {words}"
