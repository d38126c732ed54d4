from . import log_export, opt_out, page, page_dispute, page_documents, page_message, page_pay, page_plan, page_plan_sign, page_preference, page_promise, page_route, pay, pay_short
from . import log_export, opt_out, page, page_portal, page_renew, page_route, page_short, pay, pay_short
