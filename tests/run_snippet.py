"""Runs a snippet of Python in Odoo, as `odoo shell` would, and writes what it left in `result` as JSON.

    run_snippet.py CONFIGURATION DATABASE RESULT_FILE [ODOO OPTION...] < {"code": ..., "variables": {...}}

The transaction is committed when the snippet ends well.
"""

import json
import sys
import threading
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(configuration, database, result_file, *options):
    """Run the snippet that standard input holds."""
    task = json.load(sys.stdin)
    config.parse_config(
        ["-c", configuration, "-d", database, "--no-http", "--log-level=warn", *options], setup_logging=True
    )
    server.load_server_wide_modules()
    threading.current_thread().dbname = database
    registry = Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        names = {"env": env, "self": env.user, "result": None, **task["variables"]}
        exec(compile(task["code"], "<snippet>", "exec"), names)  # running code is what a shell is for
        Path(result_file).write_text(json.dumps(names["result"], default=str))
    # Tells the servers that run meanwhile what to forget, as at the end of a request.
    registry.signal_changes()


main(*sys.argv[1:])
