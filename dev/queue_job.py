"""OCA's queue_job, for the tests of the bridge to it; everything else works without."""

import shutil

import python_env
from project import DEV, PYTHON, VENV, Stop, digest, run

MODULE = "queue_job"
# openupgradelib: what its migrations use; Odoo does not install it without
PACKAGES = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib==3.13.7")
FOLDER = DEV / "queue_job"
ADDONS = FOLDER / "odoo" / "addons"


def wanted():
    """What the step depends on."""
    return digest(*PACKAGES, python_env.wanted())


def made():
    """What is there when the step is done."""
    return [ADDONS / MODULE / "__manifest__.py", *(site / "queue-job.pth" for site in VENV.glob("lib/*/site-packages"))]


def addons():
    """Where Odoo finds it: a list of one folder, or of none when it could not be had."""
    return [ADDONS] if all(path.exists() for path in made()) else []


def fetch():
    """Fetch it, and put the library it wants on Python's path."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    # Its dependency on Odoo is met by the Odoo that is here, which pip does not know.
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
    try:
        run([*command, "--target", FOLDER, *PACKAGES], "pip could not install it", log="queue_job")
    except Stop as stop:
        return f"missing ({stop}): the bridge to it is not tested; `make setup` tries again"
    [site] = VENV.glob("lib/python*/site-packages")
    (site / "queue-job.pth").write_text(f"{FOLDER}\n")
    return PACKAGES[0].partition("==")[2]
