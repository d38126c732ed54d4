"""Odoo as other processes: a server to talk to and a shell to run snippets in."""

import itertools
import json
import os
import socket
import subprocess
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from pathlib import Path

import databases
import project

SNIPPET = Path(__file__).with_name("run_snippet.py")


def free_port():
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, timeout=120):
    """Wait until condition() is true; AssertionError when it is not within so many seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)


def sql(database, query):
    """Run SQL; returns the rows as lists of strings (NULL is the empty string)."""
    command = ["psql", "-X", "-A", "-t", "-q", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1", "-d", database]
    done = subprocess.run([*command, "-c", query], capture_output=True, text=True, env=project.environ())
    if done.returncode:
        raise AssertionError(done.stderr)
    text = done.stdout.removesuffix("\n").removesuffix("\x1e")
    return [row.split("\x1f") for row in text.split("\x1e")] if text else []


class Shell:
    """Runs Python in Odoo, in a process of its own.

    `shell(code, **variables)` gives the snippet `env` and the variables, waits for it, commits, and returns what it put
    into `result` (through JSON: records and dates come back as strings). Raises AssertionError when the snippet fails.
    """

    def __init__(self, database):
        self.database = database
        self.started = []

    def __call__(self, code, **variables):
        return self.start(code, **variables).result()

    def start(self, code, *, options=(), **variables):
        """Start a snippet and go on; its `result()` waits for it, its `process` can be killed."""
        snippet = Snippet(self.database, textwrap.dedent(code), variables, options)
        self.started.append(snippet)
        return snippet

    def close(self):
        """End what still runs."""
        for snippet in self.started:
            if snippet.process.poll() is None:
                snippet.process.kill()
                snippet.process.wait()


class Snippet:
    """A snippet that is running."""

    def __init__(self, database, code, variables, options):
        exports = project.settings()["exports"]
        self.folder = tempfile.TemporaryDirectory(prefix="snippet-")
        self.result_file = Path(self.folder.name, "result.json")
        self.output = Path(self.folder.name, "output")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [exports["ODOO_PYTHON"], SNIPPET, exports["ODOO_CONF"], database, self.result_file, *options],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=project.environ(),
            )
        self.process.stdin.write(json.dumps({"code": code, "variables": variables}).encode())
        self.process.stdin.close()

    def result(self, timeout=300):
        """Wait for the end and return what the snippet put into `result`."""
        status = self.process.wait(timeout)
        text = self.output.read_text()
        if status:
            raise AssertionError(f"the snippet ended with status {status}:\n{text}")
        if text:
            print(text)
        return json.loads(self.result_file.read_text())


class Server:
    """An Odoo server with one database, at `url`. Its log is the file `log`.

    :param workers: 0 is one process with threads; more is a process each
    :param cron: whether scheduled actions run by themselves
    :param options: further options of Odoo's command line
    """

    numbers = itertools.count(1)

    def __init__(self, database, folder, *options, workers=0, cron=False):
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"odoo-{next(self.numbers)}.log"
        # A PDF takes its style sheets from the server that makes it.
        for key in ("web.base.url", "report.url"):
            sql(
                database,
                f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{self.url}') "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
        command = project.odoo("server", "-d", database, f"--db-filter=^{database}$", f"--http-port={self.port}")
        command += [f"--gevent-port={free_port()}", f"--workers={workers}", f"--max-cron-threads={int(cron)}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=project.environ(),
                start_new_session=True,
            )
        self.pid = self.process.pid
        self._wait_until_ready()

    def _wait_until_ready(self, timeout=120):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                # Unlike /web/health this needs the registry, so that the first test does not pay for loading it.
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                reason = error.code
            except OSError:
                reason = "no answer"
            time.sleep(0.2)
        self.stop()
        raise AssertionError(f"the server did not start ({reason}):\n{self.log.read_text()[-3000:]}")

    def stop(self):
        """End it in good order; by force when it does not obey."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """End it and its workers at once, as a crash would. (They share a process group of their own.)"""
        if self.process.poll() is None:
            os.killpg(self.pid, 9)
            self.process.wait()


def fresh_database(kind="addon"):
    """A new database of that kind under a name of its own."""
    return databases.create(f"test_{kind}_{os.getpid()}_{time.monotonic_ns() % 10**9}", kind)
