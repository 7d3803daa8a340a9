from . import portal
from . import portal_unit
from . import verification
from . import tariff
