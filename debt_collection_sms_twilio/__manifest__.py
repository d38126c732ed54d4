{
    "name": "Debt Collection: Twilio",
    "summary": "Reminders by SMS through Twilio: sent at most once, and who answered STOP is left alone",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "license": "LGPL-3",
    "author": "debt_collection contributors",
    "depends": ["debt_collection", "sms_twilio"],
    "auto_install": True,
}
