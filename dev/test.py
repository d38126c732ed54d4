"""`make test`: the add-on's own tests and the tests of the whole system, side by side in databases of their own.

    python dev/test.py [PATH... or pytest option...]

Paths under debt_collection/ go to the first, paths under tests/ to the second, options to both. The output of the first
is shown as it comes, that of the second when the first is done; the closing lines of both come last.
"""

import os
import subprocess
import sys

import databases
from project import CONF, LOG, PYTHON, ROOT, Stop, environ, main

ADDON_TESTS = "debt_collection/tests"
SYSTEM_TESTS = "tests"
NOTHING_COLLECTED = 5  # pytest's exit status


def select(arguments):
    """Which folders to run with which arguments: {folder: [argument]}; nothing named is everything there is."""
    paths = [word for word in arguments if not word.startswith("-") and (ROOT / word.split("::")[0]).exists()]
    options = [word for word in arguments if word not in paths]
    chosen = {}
    for folder in (ADDON_TESTS, SYSTEM_TESTS):
        own = [path for path in paths if f"{path}/".startswith(folder.split("/")[0] + "/")]
        if own or (not paths and (ROOT / folder).is_dir()):
            chosen[folder] = [*(own or [folder]), *options]
    if not chosen:
        raise Stop("there is nothing to test: name a path under debt_collection/tests or tests")
    return chosen


def start(folder, arguments, database, output):
    """Start pytest on a folder."""
    command = [PYTHON, "-m", "pytest", *arguments]
    if folder == ADDON_TESTS:
        # Inside Odoo: the plugin loads the database, and serves it for the tests with a browser.
        command += ["--odoo-database", database, "--odoo-config", CONF, "--odoo-http", "--odoo-log-level=warn"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def show(lines):
    """Print all lines but the last that is not empty, which is returned."""
    last = ""
    for line in lines:
        if line.strip():
            print(last, end="", flush=True)
            last = ""
        last += line
    return last.strip()


def test():
    """Run what the command line asks for."""
    chosen = select(sys.argv[1:])
    database = None
    if ADDON_TESTS in chosen:
        database = databases.create(f"test_unit_{os.getpid()}")
    running, closing, statuses = {}, [], []
    try:
        for folder, arguments in chosen.items():
            # A pipe that nobody reads would stop the second; a file never does.
            log = LOG / f"{folder.replace('/', '_')}.log"
            output = subprocess.PIPE if not running else log.open("w")
            running[folder] = (start(folder, arguments, database, output), log)
        for folder, (process, log) in running.items():
            print(f"--- {folder}", flush=True)
            if process.stdout:
                closing.append(show(process.stdout))
                statuses.append(process.wait())
            else:
                statuses.append(process.wait())
                with log.open(errors="replace") as lines:
                    closing.append(show(lines))
    finally:
        for process, _log in running.values():
            if process.poll() is None:
                process.terminate()
                process.wait()
        if database:
            databases.drop(database)
    print("\n".join(closing))
    # With `-k word` one of the two may well have nothing to run; without, an empty folder is a failure.
    if sys.argv[1:] and 0 in statuses:
        statuses = [status for status in statuses if status != NOTHING_COLLECTED]
    return max(map(abs, statuses))


if __name__ == "__main__":
    main(test)
