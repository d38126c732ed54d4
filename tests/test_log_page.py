"""docs/log.md says how to recompute an entry's hash with sha256sum: a reader who does gets what the page says."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/log.md").read_text(encoding="utf-8")
spec = importlib.util.spec_from_file_location("chain", ROOT / "debt_collection/tools/chain.py")
chain = importlib.util.module_from_spec(spec)
spec.loader.exec_module(chain)


def test_each_command_of_the_example_prints_what_the_page_says():
    examples = re.findall(r"```sh\n(.*?)\n# ([0-9a-f]{64})\n```", PAGE, re.DOTALL)
    assert len(examples) == 6
    for command, said in examples:
        printed = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout
        assert printed.split() == [said, "-"], command


def test_the_program_agrees_with_the_page():
    words, content, document, documents, digest, link = re.findall(r"^# ([0-9a-f]{64})$", PAGE, re.MULTILINE)
    [text] = re.findall(r"'(\{.*\})'", PAGE)
    entry = json.loads(text)
    assert chain.words_digest("5f1d0a7c9be24d7f8c3a6b1e2d4f5a60", "Please pay.") == words == entry["text_digest"]
    salt = "0b9c6d2e4f8a4e7db1a35c7f9e2d8b41"
    assert chain.document_digest(salt, content, 18, "text/html", "message.html") == document
    assert chain.documents_digest([document]) == documents == entry["documents_digest"]
    assert chain.digest(entry) == digest
    assert chain.link(chain.GENESIS, digest) == link
    assert chain.verify([{**entry, "prev_hash": chain.GENESIS, "hash": link}]) == []


def test_the_page_names_every_key_that_is_covered():
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    [text] = re.findall(r"'(\{.*\})'", PAGE)
    assert set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()))) == set(
        json.loads(text)
    )
