from . import log_export, opt_out, pay, pay_short
