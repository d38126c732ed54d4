"""`make bench`: measures, prints a table and writes .dev/bench.jsonl, one JSON object a line.

    python bench/bench.py [--size small|medium|large] [--keep] [--output FILE] [TOPIC...]

To add a topic, write bench/<topic>.py with `DATABASE` (a kind of sources.py) and `measure(env)`, which returns or
yields rows (measure.row), and put its name into TOPICS. (`options`, LARGEST and GROWS are optional: see below.)
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

import compare
import report
import sources
from project import DEV, LOG, PYTHON, Stop, environ, lock, main, settings

TOPICS = [
    "engine",
    "commitments",
    "evidence",
    "kpi",
    "snapshot",
    "peer",
    "concurrency",
    "notices",
    "screens",
    "page",
    "accounting",
    "installing",
]
TOPIC = Path(__file__).with_name("topic.py")


def arguments():
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench.py")
    parser.add_argument("--size", choices=sources.SIZES, default="small")
    parser.add_argument("--keep", action="store_true", help="leave the databases for the next time")
    parser.add_argument("--output", type=Path, default=DEV / "bench.jsonl")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"some of {', '.join(TOPICS)}; default all")
    asked = parser.parse_args()
    if unknown := set(asked.topics) - set(TOPICS):
        raise Stop(f"there is no topic {' '.join(unknown)}: say some of {', '.join(TOPICS)}")
    return asked


def plan(names, size):
    """Yield (topic, size) to measure.

    A topic with LARGEST is never measured on a larger ledger than that; one with GROWS is measured, on the large
    ledger, on the medium one too.
    """
    order = list(sources.SIZES)
    for name in names:
        topic = importlib.import_module(name)
        largest = getattr(topic, "LARGEST", order[-1])
        if size == "large" and getattr(topic, "GROWS", False):
            yield topic, "medium"
        yield topic, min(size, largest, key=order.index)


def measure(topic, size):
    """Return the rows of a topic, measured in a process of its own on a copy of its database, and whether it failed.

    What fails or cannot be had is a row too, one that says so; the others are measured all the same.
    """
    name = topic.__name__
    try:
        options = topic.options() if hasattr(topic, "options") else []
    except Stop as stop:
        return [report.unmeasured(name, size, str(stop))], False
    LOG.mkdir(parents=True, exist_ok=True)
    log = LOG / f"bench_{name}.log"
    with sources.copy(topic.DATABASE, size) as database, tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "rows.jsonl")
        result.touch()
        with log.open("w") as output:
            done = subprocess.run(
                [PYTHON, TOPIC, name, size, database, result, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environ(),
            )
        rows = [json.loads(line) for line in result.read_text().splitlines()]
    if done.returncode:
        lines = [line for line in log.read_text().splitlines() if line.strip()]
        said = lines[-1][:200] if lines else f"status {done.returncode}"
        rows.append(report.unmeasured(name, size, f"failed: {said} (see .dev/log/{log.name})"))
    return rows, bool(done.returncode)


def bench():
    """Measure what the command line asks for."""
    asked = arguments()
    settings()
    steps = list(plan(asked.topics or TOPICS, asked.size))
    rows, failed = [], []
    # A second benchmark at the same time would measure the first.
    with lock("bench"):
        try:
            for topic, size in steps:
                started = time.monotonic()
                measured, broken = measure(topic, size)
                rows += measured
                failed += [topic] * broken
                print(f"{topic.__name__} ({size}): {time.monotonic() - started:.0f} s", flush=True)
        finally:
            for size in {size for _topic, size in steps if not asked.keep}:
                sources.drop(size)
    rows += compare.rows(rows)
    report.write(rows, asked.output)
    print(report.table(rows), flush=True)
    return bool(failed)


if __name__ == "__main__":
    main(bench)
