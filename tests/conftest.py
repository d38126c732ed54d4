"""Fixtures for the tests of the whole system, in which Odoo runs as processes of its own.

    database       name of a fresh database with the add-on installed
    new_database   new_database("base") makes another: without the add-on ("base") or with it ("addon")
    odoo_shell     odoo_shell(code, **variables) runs Python in Odoo and returns what it put into `result`
    odoo_server    odoo_server(...) starts a server with the database (see odoo_process.Server)
    smtp           a mail server that keeps what it is given and misbehaves on request (see mailbox.Mailbox)
    browser        a page of a headless Chromium (see chromium.Page)

Everything is ended and dropped after the test.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

import mailbox

import chromium
import databases
import odoo_process


@pytest.fixture
def new_database():
    """A function that makes a fresh database of a kind ("addon" or "base") and returns its name."""
    made = []

    def make(kind="addon"):
        made.append(odoo_process.fresh_database(kind))
        return made[-1]

    yield make
    for name in made:
        databases.drop(name)


@pytest.fixture
def database(new_database):
    """The name of a fresh database with the add-on installed."""
    return new_database()


@pytest.fixture
def odoo_shell(database):
    """odoo_shell(code, **variables): see odoo_process.Shell."""
    shell = odoo_process.Shell(database)
    yield shell
    shell.close()


@pytest.fixture
def odoo_server(database, tmp_path):
    """odoo_server(*options, workers=0, cron=False, database=...): see odoo_process.Server."""
    servers = []

    def start(*options, database=database, **keywords):
        servers.append(odoo_process.Server(database, tmp_path, *options, **keywords))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def smtp(tmp_path):
    """A mailbox.Mailbox that is listening."""
    box = mailbox.Mailbox(tmp_path / "mail")
    yield box
    box.close()


@pytest.fixture
def browser(tmp_path):
    """A chromium.Page; the test is skipped when there is no Chromium."""
    program = chromium.find()
    if not program:
        pytest.skip("Chromium is not installed")
    page = chromium.Page(program, tmp_path / "chromium")
    yield page
    page.close()


# The plugin pytest-odoo loads Odoo into the test process; here Odoo has processes of its own.
@pytest.fixture(scope="session", autouse=True)
def load_registry():
    """Nothing, in place of the plugin's fixture."""


@pytest.fixture(scope="session", autouse=True)
def load_http():
    """Nothing, in place of the plugin's fixture."""


@pytest.fixture(scope="module", autouse=True)
def enable_odoo_test_flag():
    """Nothing, in place of the plugin's fixture."""
