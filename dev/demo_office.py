"""The demo company at work: a database with Odoo in this process, a server beside it, and a mail server that keeps.

The two servers are those of the tests of the whole system (tests/odoo_process.py, tests/mailbox.py).
"""

import logging
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server as odoo_service
from odoo.sql_db import close_db
from odoo.tools import config

from demo_mails import Mailbox
from odoo_process import Server
from project import CONF, LOG, Stop, environ

# where `make serve` listens: the links in the mails lead there
BROWSER = "http://localhost:8069"


def load_odoo(database):
    """Make this process an Odoo; what it has to say goes to .dev/log/demo.log."""
    # wkhtmltopdf is looked for on the PATH
    os.environ.update(environ())
    LOG.mkdir(parents=True, exist_ok=True)
    log = LOG / "demo.log"
    log.unlink(missing_ok=True)
    config.parse_config(
        ["-c", str(CONF), "-d", database, "--no-http", "--log-level=warn", f"--logfile={log}"], setup_logging=True
    )
    # the mail server's own log has a line for every word it hears
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    odoo_service.load_server_wide_modules()


class Office:
    """A database with Odoo at work in this process: `env`, as the administrator; `company`; `mailbox`.

    A server for the style sheets of the PDFs and a mail server run beside it until `close()`.
    """

    def __init__(self, database, mail_folder):
        self.database = database
        mail_folder.mkdir(parents=True)
        self.mailbox = Mailbox(mail_folder)
        self.server = self.cr = None
        try:
            with ThreadPoolExecutor(1) as pool:
                # both load the same modules, one on each core
                starting = pool.submit(Server, database, LOG)
                threading.current_thread().dbname = database
                registry = Registry(database)
                self.server = starting.result()
            self.mailbox.use_in(database)
            self.cr = registry.cursor()
            env = api.Environment(self.cr, SUPERUSER_ID, {"lang": "en_US"})
            self.env = env(user=env.ref("base.user_admin"))
            self.company = self.env.ref("base.main_company")
            self.env["ir.config_parameter"].sudo().set_param("web.base.url", BROWSER)
            self.cr.commit()
        except AssertionError as error:
            self.close()
            raise Stop(f"Odoo's server does not start: see .dev/log ({str(error).splitlines()[0]})") from None
        except BaseException:
            self.close()
            raise

    def close_servers(self):
        """End the servers beside us; Odoo in this process goes on."""
        self.mailbox.close()
        if self.server:
            self.server.stop()
            self.server = None
        if self.cr:
            # nobody listens there any more; PDFs take their style sheets from where the browser goes
            self.env["ir.config_parameter"].sudo().set_param("report.url", False)
            self.cr.commit()

    def close(self):
        """End everything that runs and leave the database."""
        self.close_servers()
        if self.cr:
            self.cr.close()
            self.cr = None
        self.disconnect()

    def disconnect(self):
        """Close the connections to the database (new ones are made when needed), so that it can be copied."""
        close_db(self.database)

    @contextmanager
    def away(self):
        """Leave the database for the time of the block."""
        self.cr.commit()
        self.cr.close()
        self.disconnect()
        yield
        self.cr = self.env.registry.cursor()
        self.env = self.env(cr=self.cr)
        self.company = self.company.with_env(self.env)

    def today(self, days):
        """Return the date so many days from now."""
        return self.env["collection.case"]._today() + timedelta(days=days)

    def on(self, days):
        """Return the environment of a day so many days from now."""
        return self.env(context=dict(self.env.context, collection_today=self.today(days).isoformat()))


def fresh_folder(folder):
    """Make a folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
