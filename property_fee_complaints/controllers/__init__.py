from . import portal_complaint
from . import portal_complaint_new
from . import service_standard
from . import wechat
