"""What uninstalling does beyond what Odoo does by itself."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Take along the external ids that other modules keep of our models' inherited fields.

    `mail.thread` gives our models fields under its own module's name; Odoo deletes the fields and leaves those ids.
    """
    ours = [
        name.replace(".", "_") for name, model in env.registry.items() if model._original_module == "debt_collection"
    ]
    patterns = [
        f"{kind}{name}\\_\\_%" for name in ours for kind in ("field\\_", "selection\\_\\_", "model\\_inherit\\_\\_")
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
