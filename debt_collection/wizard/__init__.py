from . import collection_promise_terms  # isort: skip  (others inherit from it)
from . import (
    account_payment_register,
    collection_credit_override,
    collection_dispute_raise,
    collection_dispute_raise_line,
    collection_dispute_resolve,
    collection_do_not_follow_up,
    collection_hold,
    collection_interest_invoice,
    collection_log_call,
    collection_promise_end,
    collection_promise_make,
from . import (
    account_payment_register,
    collection_do_not_follow_up,
    collection_hold,
    collection_log_call,
    collection_small_balance,
    collection_write_off_make,
    collection_write_off_make_line,
    collection_write_off_undo,
)
