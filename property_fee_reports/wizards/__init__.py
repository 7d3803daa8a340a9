from . import property_download_mixin
from . import property_day_sheet_wizard
from . import property_tariff_sheet
from . import property_statement
from . import property_workbook_wizard
