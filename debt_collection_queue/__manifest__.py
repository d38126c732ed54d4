{
    "name": "Debt Collection: Job Queue",
    "summary": "Proposing and dispatching shared among any number of Odoo hosts, by the jobs of OCA's queue_job",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "license": "LGPL-3",
    "author": "debt_collection contributors",
    "depends": ["debt_collection", "queue_job"],
    "data": ["data/queue_job.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
