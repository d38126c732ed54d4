"""What uninstalling does beyond what Odoo does by itself."""


def uninstall_hook(env):
    """Cancel the jobs that wait: nobody would know how to do them; the scheduled action does that work again."""
    env["queue.job"]._collection_unfinished("").filtered(lambda job: job.state != "started").button_cancelled()
