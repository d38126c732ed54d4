from . import res_company, sms_tracker
