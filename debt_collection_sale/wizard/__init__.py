from . import collection_credit_override
