from . import property_service_evaluation
from . import property_survey_score
