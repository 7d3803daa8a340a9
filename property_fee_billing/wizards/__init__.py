from . import (
    property_community_import,
    property_community_import_count,
    property_community_import_problem,
)
from . import property_receipt_void
from . import property_fee_correction_wizard
from . import property_fee_correction_wizard_line
from . import property_late_fee_waive
from . import property_bank_import, property_bank_import_line
from . import property_bank_import_problem
from . import property_bank_choice
from . import property_prepayment
from . import property_prepayment_plan
from . import property_prepayment_line
from . import property_revenue_defer
from . import property_notice_delivery
from . import account_move_reversal
from . import property_statement
from . import property_statement_seal
