from . import res_currency
from . import property_document_mixin
from . import property_day_sheet
from . import property_receipt
from . import property_cashier_session
from . import property_ownership_transfer
from . import ir_actions_report
