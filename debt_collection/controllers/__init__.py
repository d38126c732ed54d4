from . import log_export, opt_out, pay
from . import pay, pay_short
