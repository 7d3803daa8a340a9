from . import charging_plan
from . import collection
from . import arrears
from . import meters
from . import complaints
from . import concessions
from . import handover
