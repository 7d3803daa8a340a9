from . import property_survey_score
