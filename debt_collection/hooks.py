"""What uninstalling does beyond what Odoo does by itself."""

from odoo.tools import SQL

from .triggers import release


def uninstall_hook(env):
    """Uninstall quickly at any size, and leave nothing behind."""
    ours = [model for model in env.registry.values() if model._original_module == "debt_collection"]
    _take_out_of_the_queues(env)
    release(env.cr, [model._table for model in ours if not model._abstract])
    _drop_documents(env)
    _let_go(env, [model._table for model in ours])
    _take_along_external_ids(env, [model._name.replace(".", "_") for model in ours])


def _take_out_of_the_queues(env):
    """Cancel the notices that wait to leave: without the second look they would go out as they are."""
    env["mail.mail"].search([("collection_action_id", "!=", False), ("state", "=", "outgoing")]).cancel()
    env["sms.sms"].search([("collection_action_id", "!=", False), ("state", "=", "outgoing")]).state = "canceled"


def _drop_documents(env):
    """Delete the attachments that are documents of the log, which nobody may delete while the log stands."""
    env.cr.execute("UPDATE collection_contact_document SET attachment_id = NULL WHERE attachment_id IS NOT NULL")
    env.invalidate_all()
    domain = [("res_model", "=", "collection.contact")]
    env["ir.attachment"].search(domain).unlink()


def _let_go(env, tables):
    """Drop the foreign keys between our own tables.

    Odoo deletes the levels and strategies before it drops the tables, and each one would be written out of every case,
    item and action: minutes, where there are 100,000 debtors.
    """
    constraints = env.execute_query(
        SQL(
            """
            SELECT referring.relname, c.conname
              FROM pg_constraint c
              JOIN pg_class referring ON referring.oid = c.conrelid
              JOIN pg_class referred ON referred.oid = c.confrelid
             WHERE c.contype = 'f' AND referring.relname = ANY(%(tables)s) AND referred.relname = ANY(%(tables)s)
               AND referring.relnamespace = current_schema::regnamespace
            """,
            tables=tables,
        )
    )
    for table, constraint in constraints:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(constraint)))


def _take_along_external_ids(env, names):
    """Delete the external ids that other modules keep of our models' inherited fields.

    `mail.thread` gives our models fields under its own module's name; Odoo deletes the fields and leaves those ids.
    """
    patterns = [
        f"{kind}{name}\\_\\_%" for name in names for kind in ("field\\_", "selection\\_\\_", "model\\_inherit\\_\\_")
    ]
    env.cr.execute(
        SQL(
            """
            DELETE FROM ir_model_data
             WHERE module != 'debt_collection' AND model LIKE 'ir.model%%' AND name LIKE ANY(%s)
            """,
            patterns,
        )
    )
