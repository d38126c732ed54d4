"""Gets Odoo 19: Debian's package, unpacked privately, or a checkout named by ODOO_SOURCE."""

import os
import shutil
import subprocess
from pathlib import Path

import debian
from project import DEV, Stop

UNPACKED = DEV / "odoo"
PACKAGE = "odoo-19"
ODOO_SUITE = "unstable"
# Files of the package are links into these. Those named with the stable release have since moved their files.
LINKED_PACKAGES = {
    "libjs-jquery": ODOO_SUITE,
    "libjs-jquery-form": ODOO_SUITE,
    "libjs-underscore": ODOO_SUITE,
    "fonts-roboto-unhinted": ODOO_SUITE,
    "fonts-montserrat": ODOO_SUITE,
    "fonts-ocr-b": ODOO_SUITE,
    "fonts-font-awesome": "bookworm",
    "fonts-inconsolata": "bookworm",
}
# Debian leaves these out; without them the web client logs an error, which fails every tour. (Blurs the background of
# video calls.)
LEFT_OUT = ["mail/static/lib/selfie_segmentation/selfie_segmentation.js"]


def wanted():
    """What the step depends on."""
    checkout = os.environ.get("ODOO_SOURCE")
    if checkout:
        return f"checkout {Path(checkout).expanduser().resolve()}"
    return f"package {PACKAGE} {sorted(LINKED_PACKAGES.items())} {LEFT_OUT}"


def layout():
    """Where the parts are: (folder for the Python path, server script, [add-ons folders])."""
    checkout = os.environ.get("ODOO_SOURCE")
    if checkout:
        root = Path(checkout).expanduser().resolve()
        return root, root / "odoo-bin", [root / "addons"]
    root = UNPACKED / "usr/lib/python3/dist-packages"
    return root, UNPACKED / "usr/bin/odoo", [root / "odoo/addons"]


def fetch():
    """Fetch Odoo, or check the checkout. Returns its version."""
    if not os.environ.get("ODOO_SOURCE"):
        shutil.rmtree(UNPACKED, ignore_errors=True)
        UNPACKED.mkdir(parents=True)
        versions = debian.unpack({PACKAGE: ODOO_SUITE, **LINKED_PACKAGES}, UNPACKED)
        _check_links()
        for name in LEFT_OUT:
            file = layout()[2][0] / name
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("// left out of the package\n")
        (DEV / "odoo.version").write_text(versions[PACKAGE])
    return version()


def version():
    """A string that changes when Odoo does. Raises Stop when it is not Odoo 19.0."""
    root, script, _addons = layout()
    release = root / "odoo" / "release.py"
    if not (release.exists() and script.exists()):
        raise Stop(f"ODOO_SOURCE={root} is not a checkout of Odoo: name the folder that holds odoo-bin")
    values = {}
    exec(release.read_text(), values)
    if values["version_info"][:2] != (19, 0):
        raise Stop(f"Odoo in {root} is version {values['version']}, 19.0 is needed: check out its branch 19.0")
    if not os.environ.get("ODOO_SOURCE"):
        return (DEV / "odoo.version").read_text()
    commit = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True)
    return f"{values['version']} {commit.stdout.strip()}"


def _check_links():
    """A link that leads nowhere makes the web client answer 500."""
    files = (Path(folder, name) for folder, _folders, names in os.walk(UNPACKED) for name in names)
    dangling = [file for file in files if not file.exists()]
    if dangling:
        raise Stop(
            f"{len(dangling)} files of Odoo's package are links that lead nowhere ({dangling[0].name} is one): "
            "add the Debian package that holds it to LINKED_PACKAGES in dev/odoo_source.py"
        )
