from . import account_payment_register, collection_do_not_follow_up, collection_hold, collection_log_call
