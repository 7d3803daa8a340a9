from . import property_complaint_category
from . import property_complaint_stage
from . import property_complaint_team
from . import property_complaint
from . import property_complaint_intake
