from . import collection_contact_check  # isort: skip  (others inherit from it)
from . import collection_promise_terms  # isort: skip  (others inherit from it)
from . import (
    account_payment_register,
    collection_call_number,
    collection_credit_override,
    collection_dispute_raise,
    collection_dispute_raise_line,
    collection_dispute_resolve,
    collection_do_not_follow_up,
    collection_hand_message,
    collection_hold,
    collection_interest_invoice,
    collection_interest_invoice_line,
    collection_log_call,
    collection_log_call_back,
    collection_log_call_dispute,
    collection_log_visit,
    collection_plan_accept,
    collection_plan_make,
    collection_plan_make_line,
    collection_promise_end,
    collection_promise_make,
    collection_registered_step,
    collection_small_balance,
    collection_verify,
    collection_verify_line,
    collection_write_off_make,
    collection_write_off_make_line,
    collection_write_off_undo,
)

from . import collection_call_queue  # isort: skip  (inherits from the log of a call as it is extended)
