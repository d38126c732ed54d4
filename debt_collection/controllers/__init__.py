from . import log_export, pay
