from . import property_community_import
