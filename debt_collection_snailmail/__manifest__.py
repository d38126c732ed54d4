{
    "name": "Debt Collection: Snailmail",
    "summary": "Letters of reminders are printed and posted by Odoo's Snailmail",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "license": "LGPL-3",
    "author": "debt_collection contributors",
    "depends": ["debt_collection", "snailmail"],
    "data": [
        "security/snailmail_letter_rules.xml",
        "views/res_config_settings_views.xml",
    ],
}
