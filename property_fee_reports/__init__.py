from . import controllers
from . import engine
from . import models
from . import tools
from . import wizards
from . import workbooks
from .hooks import uninstall_hook
