from . import (
    test_access,
    test_billing_run,
    test_engine_differences,
    test_engine_formula,
    test_engine_metered,
    test_engine_money,
    test_engine_properties,
    test_engine_recurring,
    test_engine_shared,
    test_meter_billing,
    test_places,
    test_tariff,
)
from . import test_query_count
