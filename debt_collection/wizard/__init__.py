from . import collection_do_not_follow_up, collection_hold, collection_log_call
