"""`make lock`: resolves requirements.in anew into requirements.txt, every package at an exact version.

Run it with Python 3.11. What only later Pythons need is kept as it is pinned, to be checked by hand with such a Python.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from project import REQUIREMENTS, Stop, main, run

HEADER = "# Every package at an exact version. Written by `make lock` from requirements.in; do not edit.\n"
OLD = 'python_version < "3.12"'
NEW = 'python_version >= "3.12"'


def resolve():
    """Install into an environment of its own and write down what came."""
    if sys.version_info[:2] != (3, 11):
        raise Stop("run `make lock` with Python 3.11: the pins for later versions are kept from the present file")
    only_new = [line for line in REQUIREMENTS.read_text().splitlines() if line.endswith(NEW)]
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin", "python")
        run([sys.executable, "-m", "venv", folder], "the environment could not be made: is the disk full?")
        command = [python, "-m", "pip", "install", "-r", REQUIREMENTS.with_suffix(".in")]
        run(command, "the packages could not be resolved", log="lock")
        pins = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True)
    replaced = {line.split("==")[0] for line in only_new}
    lines = [f"{pin}; {OLD}" if pin.split("==")[0] in replaced else pin for pin in pins.stdout.split()]
    REQUIREMENTS.write_text(HEADER + "\n".join(sorted(lines + only_new, key=str.lower)) + "\n")


if __name__ == "__main__":
    main(resolve)
