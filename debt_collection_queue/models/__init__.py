from . import collection_action, collection_case, collection_run, queue_job
