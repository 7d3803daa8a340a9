from . import property_billing_invoicer
from . import property_billing_run
from . import queue_job
