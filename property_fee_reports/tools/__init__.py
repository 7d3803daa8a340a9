from .amount_words import get_chinese_capitals
from .pages import A4, A5, split_rows
from .workbook import make_workbook
