"""Databases for tests, demo and benchmarks, copied from templates that are built once.

    python dev/databases.py template base|addon|demo|queue|sale    build it if it is not there; print its name
    python dev/databases.py create NAME [base|addon|demo|queue|sale]
    python dev/databases.py drop NAME
    python dev/databases.py list

`base` is Odoo with the modules the add-on depends on, a chart of accounts and three languages, without demo data;
`addon` is the same with the add-on installed, `demo` that with the demo company of the day, `queue` the same as `addon`
with queue_job and so with the bridge, `sale` with Odoo's sales and so with the bridge to them. A template's name ends
in a hash of what it was built from, so a change builds a new one, and the old one goes.
"""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import queue_job
from project import (
    ADDON,
    BRIDGE,
    DATA,
    LOG,
    REQUIREMENTS,
    SALE,
    SNAILMAIL,
    TWILIO,
    Stop,
    digest,
    environ,
    lock,
    main,
    odoo,
    run,
    settings,
)

MODULES = "account,account_payment,mail,portal,sms,phone_validation,digest,payment_demo"
LANGUAGES = "en_US,ar_001,fr_FR"
# Odoo loads no chart of accounts for a company without a country.
CHART = """
env['account.chart.template'].try_loading('generic_coa', company=env.ref('base.main_company'), install_demo=False)
env.cr.commit()
"""
DEMO = """
env['collection.demo']._load()
env.cr.commit()
"""
# Add-ons beside the add-on, and what is installed to have them: two come by themselves with what they bridge to.
BESIDE = {"sale": (SALE, "sale"), "twilio": (TWILIO, "sms_twilio"), "snailmail": (SNAILMAIL, SNAILMAIL.name)}
# What of the add-on is not part of an installed database.
NOT_INSTALLED = ("tests/", "static/description/", "static/tests/", "README")


def key(kind):
    """The hash of what a template depends on."""
    base = digest(settings()["odoo"], REQUIREMENTS, MODULES, LANGUAGES, CHART)
    if kind == "base":
        return base
    addon = digest(base, *_addon_files(ADDON))
    if kind == "queue":
        return digest(addon, *queue_job.PACKAGES, *_addon_files(BRIDGE))
    if kind in BESIDE:
        return digest(addon, *_addon_files(BESIDE[kind][0]))
    # The demo company's invoices are as old as they are today.
    return addon if kind == "addon" else digest(addon, DEMO, datetime.now(UTC).date())


def _addon_files(addon):
    """Names and contents of the files that decide what an installation makes."""
    for path in sorted(addon.rglob("*")):
        name = path.relative_to(addon).as_posix()
        if path.is_file() and path.parent.name != "__pycache__" and not name.startswith(NOT_INSTALLED):
            yield name
            yield path


def template(kind):
    """Return the name of the template, after building it if need be. Safe when two processes ask at once."""
    with lock("databases"):
        return _template(kind)


def _template(kind):
    kinds = ("base", "addon", "demo", "queue", *BESIDE)
    if kind not in kinds:
        raise Stop(f"there is no template {kind!r}: say one of {', '.join(kinds)}")
    name = f"template_{kind}_{key(kind)}"
    existing = databases()
    if name in existing:
        return name
    building = f"building_{kind}"
    # An earlier attempt may have been killed.
    _drop(building)
    if kind == "base":
        _install(building, MODULES, "--load-language", LANGUAGES)
        run_in(building, CHART)
    elif kind == "demo":
        _copy(_template("addon"), building)
        run_in(building, DEMO)
    elif kind == "queue":
        if not queue_job.addons():
            raise Stop("queue_job is not here: `make setup` fetches it")
        _copy(_template("addon"), building)
        # the bridge comes with it
        _install(building, queue_job.MODULE)
    elif kind in BESIDE:
        _copy(_template("addon"), building)
        _install(building, BESIDE[kind][1])
    else:
        if not (ADDON / "__manifest__.py").exists():
            raise Stop(f"there is no add-on to install: {ADDON.name}/__manifest__.py is missing")
        _copy(_template("base"), building)
        _install(building, ADDON.name)
    # Only a finished template gets the name that others look for.
    _sql("postgres", f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    filestore(building).rename(filestore(name))
    for other in existing:
        if other.startswith(f"template_{kind}_"):
            _drop(other)
    return name


def create(name, kind="addon"):
    """Make a database, a copy of the template of that kind. Returns its name."""
    with lock("databases"):
        _copy(_template(kind), name)
    return name


def copy(source, name):
    """Make a database anew, a copy of another to which nobody is connected. Returns its name."""
    with lock("databases"):
        _drop(name)
        _copy(source, name)
    return name


def drop(name):
    """Delete a database, its connections and its files; nothing happens if there is none."""
    with lock("databases"):
        _drop(name)


def databases():
    """The names of all databases."""
    return _sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1").split()


def filestore(name):
    """The folder of a database's attachments."""
    return DATA / "filestore" / name


def _copy(source, name):
    sentence = f"the database {name} could not be made from {source}"
    # As files: a large database is copied three times as quickly as through the log of transactions.
    run(["createdb", "-S", "file_copy", "-T", source, name], sentence, env=environ())
    # Odoo names an attachment's file after its contents and never writes into it again, so a link is as good as a copy.
    shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


def _drop(name):
    run(["dropdb", "--if-exists", "--force", name], f"the database {name} could not be dropped", env=environ())
    shutil.rmtree(filestore(name), ignore_errors=True)


def _sql(database, query):
    command = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query]
    return run(command, "the database server refused a query", env=environ())


def run_in(database, code):
    """Run Python in `odoo shell` on the database. Raises Stop when it fails."""
    command = odoo("shell", "-d", database, "--no-http", "--log-level=warn", "--shell-interface=python")
    done = subprocess.run(command, input=code, capture_output=True, text=True, env=environ())
    if done.returncode or "Traceback" in done.stderr:
        raise Stop(f"a script failed in {database}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


def _install(database, modules, *options):
    """Install modules; the whole log goes to .dev/log."""
    log = LOG / f"{database}.log"
    LOG.mkdir(parents=True, exist_ok=True)
    command = odoo("server", "-d", database, "-i", modules, "--stop-after-init", "--no-http", *options)
    with log.open("w") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environ())
    wanted = "', '".join(modules.split(","))
    missing = ""
    if not done.returncode:
        # Odoo ignores a module that it does not know, and says so only in its log.
        query = f"SELECT name FROM ir_module_module WHERE name IN ('{wanted}') AND state = 'installed'"
        missing = " ".join(sorted(set(modules.split(",")) - set(_sql(database, query).split())))
    if done.returncode or missing:
        # A traceback ends with the exception, at the margin.
        said = [line for line in log.read_text().splitlines() if re.match(r"[\w.]*(Error|Exception)\b", line)]
        what = missing or modules
        raise Stop(f"installing {what} failed: see .dev/log/{log.name} ({said[-1] if said else 'no exception'})")


def command():
    """The command line."""
    match sys.argv[1:]:
        case ["template", kind]:
            print(template(kind))
        case ["create", name]:
            print(create(name))
        case ["create", name, kind]:
            print(create(name, kind))
        case ["drop", name]:
            drop(name)
        case ["list"]:
            print("\n".join(databases()))
        case _:
            raise Stop("usage: databases.py template KIND | create NAME [KIND] | drop NAME | list")


if __name__ == "__main__":
    main(command)
