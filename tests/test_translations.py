"""The translations are those of the code as it is."""

import subprocess

import polib

import project
import translations


def test_every_term_of_the_add_on_is_in_the_template_and_in_both_languages(database, tmp_path):
    exported = tmp_path / "exported.pot"
    command = project.odoo("i18n export", "-d", database, "-o", exported, project.ADDON.name)
    done = subprocess.run(command, capture_output=True, text=True, env=project.environ())
    assert done.returncode == 0, done.stderr[-2000:]
    terms = {entry.msgid for entry in polib.pofile(str(exported))}
    assert "Friendly reminder" in terms
    known = {entry.msgid for entry in polib.pofile(str(translations.TEMPLATE))}
    assert terms - known == set(), "run `make pot`, then translate what is new"
    assert known - terms == set(), "run `make pot`"
    assert translations.problems() == []
