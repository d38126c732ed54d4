from . import log_export, opt_out, page, page_documents, page_route, pay, pay_short
