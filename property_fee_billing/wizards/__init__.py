from . import (
    property_community_import,
    property_community_import_count,
    property_community_import_problem,
)
from . import property_receipt_void
