"""`make lint`: ruff, pylint-odoo, the grammar of the XML, the translations. Every check runs; one failure fails all."""

import ast
import subprocess

from lxml import etree

import translations
from project import ADDONS, PYTHON, ROOT, VENV, environ, main, settings

# Checks of pylint-odoo that do not fit:
UNFIT = [
    "manifest-required-author",  # wants the OCA as author
    "missing-readme",  # wants the OCA's README.rst
    "no-wizard-in-models",  # takes the extension of another module's wizard for one of ours
    "consider-merging-classes-inherited",  # a long model is spread over files by subject
]


def run(*command):
    """Run a checker in the project's root; true when it found nothing."""
    return not subprocess.run([str(part) for part in command], cwd=ROOT, env=environ()).returncode


def check_python():
    """Style, likely bugs, formatting."""
    return all([run(VENV / "bin/ruff", "check", "-q", "."), run(VENV / "bin/ruff", "format", "-q", "--check", ".")])


def check_odoo():
    """Odoo's conventions."""
    return run(PYTHON, "-m", "pylint", "--rcfile", ROOT / ".pylintrc", "-d", ",".join(UNFIT), *ADDONS)


def check_xml():
    """Every file is well formed; data files follow Odoo's grammar and name no record twice."""
    problems = [problem for addon in ADDONS for problem in _problems_of_xml(addon)]
    print("\n".join(problems), end="\n" if problems else "")
    return not problems


def _problems_of_xml(addon):
    grammar = etree.RelaxNG(etree.parse(settings()["grammar"]))
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    data = {name for key in ("data", "demo") for name in manifest.get(key, ())}
    problems = []
    for path in sorted(addon.rglob("*.xml")):
        name = path.relative_to(addon).as_posix()
        try:
            tree = etree.parse(path)
        except etree.XMLSyntaxError as error:
            problems.append(f"{path.relative_to(ROOT)}:{error.lineno}: {error.msg}")
            continue
        if name not in data:
            continue
        if not grammar.validate(tree):
            errors = list(grammar.error_log)
            problems += [f"{path.relative_to(ROOT)}:{error.line}: {error.message}" for error in errors]
        seen = set()
        for node in tree.iterfind(".//record[@id]"):
            if node.get("id") in seen:
                problems.append(f"{path.relative_to(ROOT)}:{node.sourceline}: {node.get('id')} is there already")
            seen.add(node.get("id"))
    return problems


def check_translations():
    """See translations.py."""
    problems = translations.problems()
    print("\n".join(problems), end="\n" if problems else "")
    return not problems


def lint():
    """All checks, in order."""
    failed = []
    for check in (check_python, check_odoo, check_xml, check_translations):
        good = check()
        print(f"{check.__name__.removeprefix('check_')}: {'good' if good else 'FAILED'}", flush=True)
        if not good:
            failed.append(check)
    return len(failed)


if __name__ == "__main__":
    main(lint)
