"""The virtual environment: exactly the packages of requirements.txt, and Odoo on its path."""

import importlib.util
import os
import subprocess
import sys

import debian
import odoo_source
import postgres
from project import BIN, PYTHON, REQUIREMENTS, VENV, Stop, digest, run


def check_interpreter():
    """Raise Stop unless this Python can make the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 (what this is for)
        found = ".".join(map(str, sys.version_info[:2]))
        raise Stop(f"Python 3.11 or later is needed, this is {found}: run `make setup PYTHON=/path/to/python3.11`")
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = ".".join(map(str, sys.version_info[:2]))
        sentence = f"Python's venv module is missing: run `sudo apt-get install python{version}-venv`"
        if not debian.may_install():
            raise Stop(sentence)
        debian.install([f"python{version}-venv"], sentence)


def wanted():
    """What the step depends on."""
    return digest(REQUIREMENTS, sys.version, os.path.realpath(sys.executable))


def build():
    """Make the environment anew. pip follows the machine's own configuration for where packages come from."""
    postgres.stop()  # its programs lie in the environment
    run([sys.executable, "-m", "venv", "--clear", VENV], "the virtual environment could not be made: is the disk full?")
    run(
        [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", REQUIREMENTS],
        "the Python packages could not be installed: check the network, then run `make setup` again",
        log="pip",
    )
    packages = REQUIREMENTS.read_text().count("==")
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}, {packages} packages"


def put_odoo_on_path():
    """A .pth file, so that `import odoo` works without installing it."""
    [site] = VENV.glob("lib/python*/site-packages")
    (site / "odoo-19.pth").write_text(f"{odoo_source.layout()[0]}\n")


def link_wkhtmltopdf():
    """Put the patched wkhtmltopdf where Odoo finds it first: the unpatched one ruins right-to-left text."""
    BIN.mkdir(parents=True, exist_ok=True)
    link = BIN / "wkhtmltopdf"
    link.unlink(missing_ok=True)
    link.symlink_to(VENV / "bin" / "wkhtmltopdf-pack")
    done = subprocess.run([link, "--version"], capture_output=True, text=True)
    if "with patched qt" not in done.stdout:
        print("missing: the patched wkhtmltopdf does not run here; until it does PDF won't work")
        return "does not run here"
    return done.stdout.split()[1]
