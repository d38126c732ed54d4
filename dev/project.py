"""What everything in this folder shares: where things lie, and how a failure is told to a person.

Only the standard library, because the set-up runs before the virtual environment exists.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / ".dev"
ADDON = ROOT / "debt_collection"
BRIDGE = ROOT / "debt_collection_queue"
SALE = ROOT / "debt_collection_sale"
TWILIO = ROOT / "debt_collection_sms_twilio"
SNAILMAIL = ROOT / "debt_collection_snailmail"
ADDONS = (ADDON, BRIDGE, SALE, TWILIO, SNAILMAIL)
VENV = DEV / "venv"
PYTHON = VENV / "bin" / "python"
BIN = DEV / "bin"
LOG = DEV / "log"
CONF = DEV / "odoo.conf"
DATA = DEV / "data"
REQUIREMENTS = ROOT / "dev" / "requirements.txt"
SETTINGS = DEV / "settings.json"


class Stop(Exception):
    """A failure told in one sentence that says what to do."""


def main(function):
    """Run a command's function; tell a failure in one sentence, without a traceback."""
    try:
        sys.exit(function())
    except Stop as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def run(command, failure, log=None, **options):
    """Run a command without showing its output, and return what it wrote.

    :param command: list of the program and its arguments
    :param failure: the sentence to stop with when it fails
    :param log: a name; the output is kept in .dev/log/<name>.log and the sentence points to it
    :raises Stop: when the command is missing or its exit status is not 0
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=options.pop("stdin", subprocess.DEVNULL) if "input" not in options else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
    except OSError as error:
        raise Stop(f"{failure} ({error.strerror}: {command[0]})") from None
    if log:
        LOG.mkdir(parents=True, exist_ok=True)
        (LOG / f"{log}.log").write_text(done.stdout)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        where = f"; see {(LOG / log).relative_to(ROOT)}.log" if log else ""
        raise Stop(f"{failure} ({lines[-1].strip() if lines else 'no output'}{where})")
    return done.stdout


def digest(*parts):
    """A short hash of strings, bytes and the contents of paths."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part if isinstance(part, bytes) else str(part).encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:12]


@contextmanager
def lock(name):
    """Hold the lock of that name; a second process waits for the first."""
    DEV.mkdir(exist_ok=True)
    with (DEV / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def settings():
    """What `make setup` decided: {"exports": {}, "path": [], "grammar": file, "odoo": version}."""
    try:
        return json.loads(SETTINGS.read_text())
    except FileNotFoundError:
        raise Stop("the development set-up is missing: run `make setup` first") from None


def environ():
    """The environment that .dev/env gives to a shell."""
    known = settings()
    path = os.pathsep.join([*known["path"], os.environ.get("PATH", os.defpath)])
    return {**os.environ, **known["exports"], "PATH": path}


def odoo(subcommand, *arguments):
    """The command line of Odoo's server script with the development configuration; a subcommand may be two words."""
    exports = settings()["exports"]
    words = subcommand.split()
    return [exports["ODOO_PYTHON"], exports["ODOO_BIN"], *words, "-c", exports["ODOO_CONF"], *map(str, arguments)]
