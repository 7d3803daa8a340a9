from . import test_amount_words
from . import test_bill_notice
from . import test_day_sheet
from . import test_letter
from . import test_pages
from . import test_receipt
from . import test_tariff_sheet
from . import test_settlement
