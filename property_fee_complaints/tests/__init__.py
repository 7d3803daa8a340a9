from . import test_owner_survey
from . import test_sampling
from . import test_service_inspection
from . import test_training
from . import test_deadlines
from . import test_escalation
from . import test_working_time
