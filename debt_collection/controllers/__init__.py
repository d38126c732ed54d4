from . import log_export, opt_out, page, page_route, pay, pay_short
