from . import (
    test_access,
    test_audit_trail,
    test_billing_run,
    test_bulk_numbers,
    test_bulk_posting,
    test_engine_differences,
    test_engine_formula,
    test_engine_metered,
    test_engine_money,
    test_engine_properties,
    test_engine_recurring,
    test_engine_shared,
    test_exactly_once,
    test_meter_billing,
    test_places,
    test_tariff,
)
from . import test_query_count
from . import (
    test_import_again,
    test_import_cells,
    test_import_queries,
    test_import_refusals,
    test_import_sample,
    test_import_wizard,
    test_import_workbook,
)
from . import test_views
from . import (
    test_portal_units,
    test_portal_pay,
    test_pay_link,
    test_portal_figures,
    test_portal_speed,
)
from . import test_tours
from . import test_import_chinese, test_translations
