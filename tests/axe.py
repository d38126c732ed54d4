"""Faults of accessibility that axe-core finds on a page of a browser."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dev"))

from project import DEV

SCRIPT = DEV / "node/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page, impacts=("serious", "critical")):
    """Return the faults of the page that is shown, a line each; the test is skipped where axe-core is missing.

    :param page: chromium.Page
    :param impacts: of "minor", "moderate", "serious", "critical"
    """
    if not SCRIPT.exists():
        pytest.skip("axe-core is not there: `make setup` fetches it with npm")
    # evaluated by the browser itself, so that the page's own policy on scripts stays as it is
    page.eval(f"{SCRIPT.read_text()}; undefined")
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = page.eval(f"axe.run(document, {options}).then(result => result.violations)")
    return [
        f"{fault['impact']}: {fault['id']}: {fault['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for fault in found
        if fault["impact"] in impacts
        for node in fault["nodes"]
    ]
