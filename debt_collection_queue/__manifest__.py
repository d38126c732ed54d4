{
    "name": "Debt Collection: Job Queue",
    "summary": "Proposing and dispatching shared among any number of Odoo hosts, by the jobs of OCA's queue_job",
    "description": """
Where one machine is outgrown
=============================

The scheduled actions of Collections go on deciding what is to be done; the bulk of it is done by jobs, on any host
whose job runner serves the database:

* the cases of a large batch are proposed in parts, a job each (channel ``root.collections.propose``);
* what is approved is dispatched in parts of a batch, a job each; the letters of a batch are one job, because they are
  one PDF (channel ``root.collections.dispatch``).

A job may be repeated, interrupted or run twice: nothing is proposed or sent a second time. What a job leaves undone
the scheduled action does itself, and so it does everything when no job has begun for ten minutes although some wait:
without a job runner reminders leave as they do without this module, only later.

System parameters: ``debt_collection_queue.propose_part`` (cases in a job, 5000) and
``debt_collection_queue.dispatch_part`` (reminders in a job, 500). When more waits than the company's daily number of
reminders allows, the scheduled action dispatches it itself, since jobs beside each other would count past that number.
""",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "license": "LGPL-3",
    "author": "debt_collection contributors",
    "depends": ["debt_collection", "queue_job"],
    "data": ["data/queue_job.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
