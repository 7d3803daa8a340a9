from . import property_community_import
from . import property_community_import_count
from . import property_community_import_problem
