"""Which column of a bank file is what, by the words in its header."""

import re

from ..file_text import clean_text, is_empty, normalize

#: Column roles and the headers banks use for them, the most telling first.
WORDS = {
    "date": (
        "交易日期|交易时间|交易日期时间|记账日期|入账日期|记账日|交易日|入账时间|日期|"
        "交易日期時間|帳務日期|交易時間|記帳日期|入帳日期|記帳日|transaction date|"
        "booking date|posting date|post date|date|value date|起息日"
    ),
    "amount": (
        "交易金额|发生额|金额|交易金額|發生額|金額|amount|transaction amount|"
        "signed amount"
    ),
    "credit": (
        "贷方发生额|贷方金额|贷方|收入金额|收入|存入金额|存入|转入金额|贷方发生金额|"
        "貸方發生額|貸方金額|貸方|收入金額|存入金額|轉入金額|credit|credit amount|"
        "deposit|deposits|deposit amount|paid in|money in|received"
    ),
    "debit": (
        "借方发生额|借方金额|借方|支出金额|支出|支取金额|支取|转出金额|借方发生金额|"
        "借方發生額|借方金額|支出金額|提出金額|支取金額|轉出金額|debit|debit amount|"
        "withdrawal|withdrawals|withdrawal amount|paid out|money out|paid"
    ),
    "direction": (
        "借贷标志|借贷方向|借贷|收支|收/支|借/贷|收付标志|借貸標誌|借貸別|借貸|"
        "dr/cr|cr/dr|debit/credit|credit/debit|d/c|direction"
    ),
    "payer_name": (
        "对方户名|对方账户名称|对方名称|对方单位名称|付款人名称|付款人户名|付款方名称|"
        "付款人|付款方|交易对方|对手户名|對方戶名|對方名稱|付款人名稱|匯款人|交易對方|"
        "counterparty name|counterparty|payer name|payer|remitter|ordering party|"
        "payee/payer|name"
    ),
    "payer_account": (
        "对方账号|对方账户|对方帐号|付款人账号|付款方账号|付款账号|对手账号|對方帳號|"
        "對方帳戶|付款人帳號|匯款帳號|counterparty account|payer account|"
        "counterparty iban|from account|account number"
    ),
    "memo": (
        "摘要|附言|用途|备注|交易摘要|摘要说明|交易附言|附加信息|交易备注|備註|交易備註|"
        "附註|description|memo|reference|payment reference|details|narrative|"
        "particulars|remarks|message|purpose"
    ),
    "transaction_id": (
        "交易流水号|流水号|交易流水|核心流水号|交易序号|交易编号|交易序號|交易編號|"
        "流水號|transaction id|transaction number|transaction no|transaction no.|"
        "bank reference|bank transaction id|entry reference|trace no"
    ),
    "balance": (
        "余额|账户余额|本次余额|交易后余额|账面余额|餘額|帳戶餘額|帳面餘額|結餘|"
        "balance|running balance|account balance|closing balance"
    ),
    "currency": "币种|交易币种|货币|幣別|幣種|currency|ccy",
}
ROLES = tuple(WORDS)
#: All columns with one of these words make up the text; of other roles, the first.
JOINED_ROLES = ("memo",)
_MARK = "|"
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_POSITION = re.compile(r"#(\d{1,3})\Z")


def get_word(text) -> str:
    """The form in which headers are compared, units in brackets left out.

    >>> get_word("贷方发生额(元)") == get_word(" 贷方发生额 ")
    True
    """
    word = normalize(clean_text(text))
    return _BRACKETS.sub("", word) or word


def split_words(text: str) -> list[str]:
    """The alternatives of a mapping, as compared: ``Credit|Paid in``."""
    return [get_word(part) for part in (text or "").split(_MARK) if part.strip()]


def find_columns(cells, mapping: dict[str, str]) -> dict[str, list[int]]:
    """Positions by role.

    :param cells: the cells of the header row, None for a file without one
    :param mapping: role to header words, or ``#3`` for the third column
    """
    words = {}
    for position, cell in enumerate(cells or ()):
        if not is_empty(cell):
            words.setdefault(get_word(cell), position)
    found = {}
    for role, text in mapping.items():
        positions = []
        for word in split_words(text):
            match = _POSITION.match(word)
            if match:
                positions.append(int(match[1]) - 1)
            elif word in words:
                positions.append(words[word])
        positions = list(dict.fromkeys(positions))
        if positions:
            found[role] = positions if role in JOINED_ROLES else positions[:1]
    return found


def is_header(found: dict[str, list[int]]) -> bool:
    """Whether columns found are enough to read lines of money."""
    return "date" in found and bool({"amount", "credit"} & found.keys())


def suggest_mapping(cells) -> dict[str, str]:
    """The mapping of a header row by the words known: role to header as written.

    A column has one role: ``credit`` is looked for before ``amount``, for example.
    """
    found = find_columns(cells, WORDS)
    taken, mapping = set(), {}
    for role in sorted(found, key=lambda role: (role == "amount", ROLES.index(role))):
        headers = []
        for position in found[role]:
            if position not in taken:
                taken.add(position)
                headers.append(clean_text(cells[position]))
        if headers:
            mapping[role] = _MARK.join(headers)
    return mapping
