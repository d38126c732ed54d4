"""What comes from Debian's (or Ubuntu's) archive: system packages, and single packages unpacked privately."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from project import DEV, Stop, run

# (package, a program, file or library that shows it is there, what does not work without it)
SYSTEM_PACKAGES = [
    ("chromium", "chromium", "browser tests and tours"),
    ("poppler-utils", "pdftotext", "the tests that read a PDF"),
    ("fonts-noto-core", "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf", "Arabic in a PDF"),
    ("fonts-dejavu-core", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "Latin text in a PDF"),
    ("npm", "npm", "the right-to-left web client, for which npm installs rtlcss"),
    ("libmagic1", "lib/libmagic.so.1", "attachments' types"),
    ("libxrender1", "lib/libXrender.so.1", "PDF"),
    ("libxext6", "lib/libXext.so.6", "PDF"),
    ("libfontconfig1", "lib/libfontconfig.so.1", "PDF"),
]
# reportlab 4 draws barcodes through Cairo, which is compiled on installation (see requirements.in).
CAIRO = [
    ("libcairo2-dev", "lib/pkgconfig/cairo.pc", "the Python packages, on Python 3.12 and later"),
    ("pkg-config", "pkg-config", "the Python packages, on Python 3.12 and later"),
    ("gcc", "gcc", "the Python packages, on Python 3.12 and later"),
    ("python3-dev", sysconfig.get_path("include") + "/Python.h", "the Python packages, on Python 3.12 and later"),
]
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def _present(sign):
    if sign.startswith("lib/"):
        # Libraries lie in a folder named after the machine's type.
        return any(Path("/usr/lib").glob(f"*/{sign[4:]}"))
    return Path(sign).exists() if sign.startswith("/") else bool(shutil.which(sign))


def missing():
    """The system packages that are not there: [(package, what does not work without it)]."""
    wanted = SYSTEM_PACKAGES + (CAIRO if sys.version_info >= (3, 12) else [])
    return [(package, use) for package, sign, use in wanted if not _present(sign)]


def may_install():
    """May we install packages on this machine?"""
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def install(names, sentence):
    """Install packages on the machine; `sentence` is what to stop with on a failure."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], sentence, log="apt-update", env=environment)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    run(command, sentence, log="apt-install", env=environment)


def install_system_packages():
    """Install what is missing when we may; otherwise say how and what for. Returns words for the step's line."""
    lacking = missing()
    if not lacking:
        return "already there"
    names = [package for package, _use in lacking]
    if may_install():
        install(names, f"could not install {' '.join(names)}: check the network, then run `make setup` again")
        return "installed " + " ".join(names)
    print(f"missing: run `sudo apt-get install {' '.join(names)}`; until then these won't work:")
    for package, use in lacking:
        print(f"  {use} ({package})")
    return "some are missing"


def _mirror():
    """Where this machine takes Debian's packages from. DEBIAN_MIRROR overrides it (Ubuntu's has no Odoo)."""
    override = os.environ.get("DEBIAN_MIRROR")
    if override:
        return override
    sentence = "apt does not say where it takes packages from: set ODOO_SOURCE to a checkout of Odoo 19.0"
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)"
    for line in run(["apt-get", "--no-release-info", "indextargets", "--format", form], sentence).splitlines():
        uri, release, component, kind = line.split()
        # The main archive, not its updates or security part, which hold only some packages.
        if component == "main" and kind == "Packages" and "-" not in release:
            return uri
    raise Stop(sentence)


def unpack(packages, root):
    """Fetch packages under an apt state of our own (apt checks the signatures) and unpack them into `root`.

    :param packages: {package: suite}
    :returns: {package: version}
    """
    if not shutil.which("apt-get") or not KEYRING.exists():
        raise Stop(
            "Odoo is fetched as a Debian package, which needs apt-get and the package debian-archive-keyring; "
            "without them set ODOO_SOURCE to a checkout of Odoo 19.0"
        )
    state = DEV / "apt"
    for folder in ("state", "lists/partial", "cache/archives/partial", "debs"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    mirror = _mirror()
    lines = [f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in sorted(set(packages.values()))]
    (state / "sources.list").write_text("".join(lines))
    private = {
        "Dir::State": state / "state",
        "Dir::State::Lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferences": "-",
        "Dir::Etc::preferencesparts": "-",
        "Acquire::Languages": "none",
        # As root apt would fetch as a user of its own, who may not write here.
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in private.items())]
    sentence = "Odoo could not be fetched: check the network, or set ODOO_SOURCE to a checkout of Odoo 19.0"
    run([*apt, "update"], sentence, log="odoo-apt")
    wanted = [f"{package}/{suite}" for package, suite in packages.items()]
    run([*apt, "download", *wanted], sentence, log="odoo-apt", cwd=state / "debs")
    versions = {}
    for package in sorted((state / "debs").glob("*.deb")):
        fields = run(["dpkg-deb", "-f", package, "Package", "Version"], sentence).split()
        versions[fields[1]] = fields[3]
        run(["dpkg-deb", "-x", package, root], "the package could not be unpacked: is the disk full?")
    shutil.rmtree(state)
    return versions
