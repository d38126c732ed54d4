"""`make setup`: everything a development Odoo needs, under .dev.

Each step is skipped when the stamp it left says that what it depends on is as it was.
"""

import json
import shlex
import shutil
import time

import debian
import odoo_source
import postgres
import python_env
import queue_job
from project import BIN, CONF, DATA, DEV, LOG, PYTHON, ROOT, SETTINGS, VENV, Stop, digest, lock, main, run

NODE = DEV / "node"
RTLCSS = "rtlcss@4.3.0"
AXE = "axe-core@4.14.1"
AXE_SCRIPT = NODE / "node_modules/axe-core/axe.min.js"
NEEDED_SPACE = 4 * 2**30

CONFIGURATION = """\
; Written by `make setup`.
[options]
addons_path = {addons_path}
data_dir = {data_dir}
screenshots = {screenshots}
db_host = {host}
db_port = {port}
db_user = {user}
bin_path = {bin_path}
http_interface = 127.0.0.1
http_port = 8069
admin_passwd = admin
workers = 0
limit_time_cpu = 3600
limit_time_real = 3600
limit_memory_soft = 0
limit_memory_hard = 0
publisher_warranty_url =
"""

ENV = """\
# Written by `make setup`. Source it (". .dev/env"): it starts the database server and tells where things are.
{exports}
for _folder in {folders}; do
    case ":$PATH:" in *":$_folder:"*) ;; *) PATH="$_folder:$PATH" ;; esac
done
unset _folder
export PATH
"$ODOO_PYTHON" {postgres} start || return 1
"""


def step(name, function, wanted=None, made=()):
    """Do one step and say how long it took.

    :param function: does it and returns words for the line, or nothing
    :param wanted: a string of what the step depends on; None: the step is done every time
    :param made: paths that must be there for the step to count as done
    """
    stamp = DEV / "stamps" / name.replace(" ", "-")
    started = time.monotonic()
    if wanted is not None and stamp.exists() and stamp.read_text() == wanted and all(path.exists() for path in made):
        words = "as it was"
    else:
        stamp.unlink(missing_ok=True)
        words = function() or ""
        if wanted is not None:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(wanted)
    print(f"{name:<22}{time.monotonic() - started:7.2f} s  {words}", flush=True)


def check_space():
    """Raise Stop when a first set-up would fill the disk."""
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_SPACE and not SETTINGS.exists():
        raise Stop(f"{free / 2**30:.1f} GB are free here, the set-up needs {NEEDED_SPACE // 2**30}: make room")


def npm_install(package):
    """Install a package, "name@version", under .dev/node; raises Stop when it cannot be had."""
    NODE.mkdir(parents=True, exist_ok=True)
    # npm waits for minutes by default, and what it brings is not worth that
    patience = ["--fetch-timeout=30000", "--fetch-retries=2", "--fetch-retry-maxtimeout=10000"]
    command = ["npm", "install", "--no-fund", "--no-audit", *patience, "--prefix", NODE, package]
    run(command, f"npm could not install {package}", log="npm", cwd=NODE)


def install_rtlcss():
    """The program that mirrors style sheets for the right-to-left web client."""
    BIN.mkdir(parents=True, exist_ok=True)
    link = BIN / "rtlcss"
    link.unlink(missing_ok=True)
    if not shutil.which("npm"):
        return "the machine's own" if shutil.which("rtlcss") else "missing, for want of npm"
    try:
        npm_install(RTLCSS)
    except Stop as stop:
        return f"missing ({stop}): right-to-left pages look plain; `make setup` tries again"
    link.symlink_to(NODE / "node_modules/.bin/rtlcss")
    return RTLCSS


def install_axe():
    """The script with which tests look for faults of accessibility."""
    if not shutil.which("npm"):
        return "missing, for want of npm: tests of accessibility are skipped"
    try:
        npm_install(AXE)
    except Stop as stop:
        return f"missing ({stop}): tests of accessibility are skipped; `make setup` tries again"
    return AXE


def write_configuration():
    """Odoo's configuration, .dev/env for shells, and the same for our own scripts."""
    root, script, addons = odoo_source.layout()
    connection = postgres.exports()
    CONF.write_text(
        CONFIGURATION.format(
            addons_path=",".join(map(str, [*addons, *queue_job.addons(), ROOT])),
            data_dir=DATA,
            screenshots=LOG / "browser",
            host=connection.get("PGHOST", False),
            port=connection["PGPORT"],
            user=connection["PGUSER"],
            bin_path=BIN,
        )
    )
    exports = {"ODOO_PYTHON": str(PYTHON), "ODOO_BIN": str(script), "ODOO_CONF": str(CONF), **connection}
    folders = [str(BIN), str(VENV / "bin"), str(postgres.programs())]
    known = {
        "exports": exports,
        "path": folders,
        "grammar": str(root / "odoo" / "import_xml.rng"),
        "odoo": odoo_source.version(),
    }
    SETTINGS.write_text(json.dumps(known, indent=4) + "\n")
    (DEV / "env").write_text(
        ENV.format(
            exports="\n".join(f"export {name}={shlex.quote(value)}" for name, value in exports.items()),
            folders=" ".join(map(shlex.quote, reversed(folders))),
            postgres=shlex.quote(str(ROOT / "dev/postgres.py")),
        )
    )


def setup():
    """All steps, in order."""
    python_env.check_interpreter()
    check_space()
    with lock("setup"):
        step("system packages", debian.install_system_packages)
        step("Odoo", odoo_source.fetch, odoo_source.wanted(), [odoo_source.layout()[1]])
        step("Python environment", python_env.build, python_env.wanted(), [PYTHON])
        python_env.put_odoo_on_path()
        step("queue_job", queue_job.fetch, queue_job.wanted(), queue_job.made())
        step("wkhtmltopdf", python_env.link_wkhtmltopdf, python_env.wanted(), [BIN / "wkhtmltopdf"])
        step("rtlcss", install_rtlcss, digest(RTLCSS, shutil.which("npm")), [BIN / "rtlcss"])
        step("axe-core", install_axe, digest(AXE, shutil.which("npm")), [AXE_SCRIPT])
        step("database server", postgres.start)
        step("configuration", write_configuration)


if __name__ == "__main__":
    main(setup)
