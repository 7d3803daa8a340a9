"""Amounts in the capitals of Chinese cheques and receipts."""

from decimal import ROUND_HALF_UP, Decimal

import cn2an

CENT = Decimal("0.01")
#: What `cn2an` can write: sixteen digits before the point.
LIMIT = Decimal(10) ** 16
#: Its characters that are others in traditional script.
_TRADITIONAL = str.maketrans("叁贰陆万亿负", "參貳陸萬億負")


def get_chinese_capitals(amount, traditional=False):
    """An amount in yuan, jiao and fen, in capitals.

    By the People's Bank's rules for filling in bills and settlement vouchers
    (正确填写票据和结算凭证的基本规定, annex of 支付结算办法, 1997): 整 closes an amount
    that ends with yuan, and may close one that ends with jiao; 零 stands between yuan
    and fen where there is no jiao. 整 after jiao is written here, so that nothing can
    be added. The library leaves it out; everything else is the library's.

    >>> get_chinese_capitals(827.90)
    '捌佰贰拾柒元玖角整'
    >>> get_chinese_capitals(827.90, traditional=True)
    '捌佰貳拾柒元玖角整'

    :param amount: number; a float is taken as it prints
    :raise ValueError: from 10,000,000,000,000,000 on
    """
    exact = Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP)
    words = cn2an.an2cn(f"{exact:f}", "rmb")
    if words.endswith("角"):
        words += "整"
    return words.translate(_TRADITIONAL) if traditional else words
