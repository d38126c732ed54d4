"""The translations of the add-ons: bringing the files up to the code, and checking them.

    python dev/translations.py update | check

`update` exports the templates from Odoo and merges them into ar.po and fr.po.
"""

import collections
import re
import sys

import polib

import databases
import queue_job
from project import ADDON, ADDONS, BRIDGE, Stop, environ, main, odoo, run

LANGUAGES = ("ar", "fr")
# What a translation must keep: %s, %(name)s, {{ expression }}, ${ expression }, {name}, and HTML tags.
KEPT = re.compile(r"%\(\w+\)[sdfr]|%[sdfr%]|\{\{.*?\}\}|\$\{.*?\}|\{\w*\}|</?\w[^>]*>", re.DOTALL)
# Attributes of a tag may be translated (title="...") or carry the direction: only their tag has to stay.
TAG = re.compile(r"<(/?\w+)[^>]*>", re.DOTALL)


def template(addon):
    """The file with the terms of an add-on."""
    return addon / "i18n" / f"{addon.name}.pot"


TEMPLATE = template(ADDON)


def problems():
    """Sentences about what is wrong with the translations, none when all is well."""
    return [problem for addon in ADDONS for problem in _problems_with(addon)]


def _problems_with(addon):
    if not template(addon).exists():
        return [f"there is no {_short(template(addon))}: run `make pot`"]
    wanted = {_key(entry) for entry in polib.pofile(str(template(addon)))}
    found = []
    for language in LANGUAGES:
        path = addon / "i18n" / f"{language}.po"
        if not path.exists():
            found.append(f"there is no {_short(path)}: run `make pot`, then translate it")
            continue
        file = polib.pofile(str(path))
        entries = {_key(entry): entry for entry in file if not entry.obsolete}
        found += [f"{_short(path)}: missing: {key[1]!r}" for key in wanted - entries.keys()]
        found += [f"{_short(path)}: no longer in the template: {key[1]!r}" for key in entries.keys() - wanted]
        for entry in entries.values():
            found += [f"{_short(path)}:{entry.linenum}: {problem}" for problem in _problems_of(entry)]
    return found


def _problems_of(entry):
    if entry.fuzzy:
        yield f"fuzzy: {entry.msgid!r}"
    if not entry.msgstr.strip():
        yield f"not translated: {entry.msgid!r}"
    else:
        lost, added = _kept(entry.msgid) - _kept(entry.msgstr), _kept(entry.msgstr) - _kept(entry.msgid)
        if lost or added:
            yield f"lost {sorted(lost)}, added {sorted(added)}: {entry.msgid!r}"


def _kept(text):
    """How often each thing to keep occurs."""
    return collections.Counter(TAG.sub(r"<\1>", piece) for piece in KEPT.findall(text))


def _key(entry):
    return entry.msgctxt, entry.msgid


def _short(path):
    return path.relative_to(ADDON.parent).as_posix()


def update():
    """Bring the translations of the add-ons up to the code; of the bridge to queue_job where that is there."""
    _update(ADDON, "addon")
    for kind, (addon, _installs) in databases.BESIDE.items():
        _update(addon, kind)
    if queue_job.addons():
        _update(BRIDGE, "queue")


def _update(addon, kind):
    """Export the terms of an add-on from a template database and merge them into the languages."""
    target = template(addon)
    target.parent.mkdir(exist_ok=True)
    command = odoo("i18n export", "-d", databases.template(kind), "-o", target, addon.name)
    run(command, "the terms could not be exported", log="pot", env=environ())
    if not target.exists():
        raise Stop("Odoo found no term to translate: see .dev/log/pot.log")
    terms = polib.pofile(str(target))
    # A date in it would change the file whenever nothing else does.
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        terms.metadata.pop(key, None)
    terms.save(str(target))
    for language in LANGUAGES:
        path = addon / "i18n" / f"{language}.po"
        file = polib.pofile(str(path)) if path.exists() else polib.POFile()
        file.metadata = {**terms.metadata, "Language": language, **file.metadata}
        file.merge(terms)
        for entry in list(file.obsolete_entries()):
            file.remove(entry)
        file.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        file.save(str(path))
        print(f"{_short(path)}: {file.percent_translated()} % of {len(file)} terms")


def command():
    """The command line."""
    match sys.argv[1:]:
        case ["update"]:
            return update()
        case ["check"]:
            found = problems()
            print("\n".join(found))
            return bool(found)
    raise Stop("usage: translations.py update | check")


if __name__ == "__main__":
    main(command)
