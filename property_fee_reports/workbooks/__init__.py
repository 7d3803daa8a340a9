from . import collection
from . import arrears
from . import meters
from . import concessions
from . import handover
