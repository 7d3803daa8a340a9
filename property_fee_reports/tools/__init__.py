from .amount_words import get_chinese_capitals
from .workbook import make_workbook
