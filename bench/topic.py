"""Runs one topic in a process of its own, so that its memory is its own, on a database of its own.

    python bench/topic.py TOPIC SIZE DATABASE RESULT_FILE

The environment it gives to `measure` is the superuser's, in all companies; `env.context["bench_size"]` is the size.
"""

import importlib
import json
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from project import CONF


@contextmanager
def environment(database, options=(), **context):
    """Yield an environment of a database, as `odoo shell` would."""
    config.parse_config(
        ["-c", str(CONF), "-d", database, "--no-http", "--log-level=error", *options], setup_logging=True
    )
    server.load_server_wide_modules()
    threading.current_thread().dbname = database
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        companies = env["res.company"].search([]).ids
        yield env(context={**env["res.users"].context_get(), "allowed_company_ids": companies, **context})


def main(name, size, database, result_file, *options):
    """Measure, and leave the rows in a file, one a line, each as soon as it is there."""
    topic = importlib.import_module(name)
    with environment(database, options, bench_size=size) as env, Path(result_file).open("a") as result:
        for row in topic.measure(env):
            print(json.dumps({**row, "size": size}, default=float), file=result, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
