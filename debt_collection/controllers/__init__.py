from . import log_export, opt_out, page, page_documents, page_route, pay, pay_short
from . import log_export, opt_out, page, page_pay, page_route, pay, pay_short
from . import log_export, opt_out, page, page_plan, page_plan_sign, page_route, pay, pay_short
from . import log_export, opt_out, page, page_dispute, page_route, pay, pay_short
