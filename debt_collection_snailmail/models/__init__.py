from . import collection_action, res_company, res_config_settings, snailmail_letter
