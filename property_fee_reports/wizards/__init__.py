from . import property_day_sheet_wizard
