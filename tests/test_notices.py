"""What a debtor can read: a mail and a letter in each language, header and footer too, through their text."""

import base64
import subprocess
import unicodedata
from pathlib import Path

import project
import stories

SCENE = (
    stories.DEBTORS
    + """
company.write({"name": "Northwind Paper", "email": "ar@northwind.example", "phone": "+1 555 0100"})
env["res.partner.bank"].create({"acc_number": "DE89370400440532013000", "partner_id": company.partner_id.id})
people = {
    "en_US": ("Harbour Hotels", "1 Quay Street", "Bristol"),
    "fr_FR": ("Papeterie Lumière", "2 rue Haute", "Lyon"),
    "ar_001": ("مكتبة النور", "شارع التحرير 5", "القاهرة"),
}
for lang, (name, street, city) in people.items():
    both = debtor(name, email=f"{lang}@example.com", lang=lang, street=street, city=city)
    invoice(both, 1234.5, 8)
env["collection.level"].search([("delay_days", "=", 3)]).channels = env["collection.channel"].search(
    [("code", "in", ("email", "letter"))])
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
run.state = "sending"
"""
)
LETTERS = """
import base64
run = env["collection.run"].search([])
result = {"letters": base64.b64encode(run.letter_ids.raw).decode(), "states": {
    f"{a.partner_id.lang}/{a.channel}": [a.state, a.outcome] for a in run.action_ids}}
"""


def words(text):
    """Text with Arabic in its plain letters: a PDF holds the joined forms."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def bare(text):
    """Text without spaces and marks of direction."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Zs"))


def pages(pdf, folder):
    """The text of a PDF, a string a page."""
    path = folder / "letters.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    return [words(page) for page in text.split("\f") if page.strip()]


def test_mail_and_letter_are_in_the_debtors_language_from_header_to_footer(
    odoo_shell, odoo_server, smtp, database, tmp_path
):
    smtp.use_in(database)
    odoo_server()
    odoo_shell(SCENE)
    odoo_shell(stories.DISPATCH)
    outcome = odoo_shell(LETTERS)
    assert {state for state, _reason in outcome["states"].values()} == {"sent"}, outcome["states"]

    mails = {message["X-Rcpt-To"].split("@")[0]: message for message in smtp.messages()}
    html = {lang: mails[lang.lower()].get_body(("html",)).get_content() for lang in ("en_US", "fr_FR", "ar_001")}
    assert "Due date" in html["en_US"]
    assert "Amount to pay" in html["en_US"]
    assert "Due date" not in html["fr_FR"]
    assert "échéance" in html["fr_FR"].lower()
    assert "relance" in (mails["fr_fr"]["Subject"] + html["fr_FR"]).lower() or "rappel" in html["fr_FR"].lower()
    assert 'dir="rtl"' in html["ar_001"]
    assert "Due date" not in html["ar_001"]
    assert "الاستحقاق" in html["ar_001"]
    assert "مكتبة النور" in html["ar_001"]
    assert "Harbour Hotels" in html["en_US"]
    for lang, text in html.items():
        assert "DE89 3704 0044 0532 0130 00" in text or "DE89370400440532013000" in text, lang
        assert "/collections/page/" in text, lang
        assert "1" in text and "234" in text, lang

    [listed, *letters] = pages(base64.b64decode(outcome["letters"]), tmp_path)
    assert len(letters) == 3
    assert "Letters to post" in listed
    [english] = [page for page in letters if "Harbour Hotels" in page]
    [french] = [page for page in letters if "Papeterie Lumière" in page]
    [arabic] = [page for page in letters if page not in (english, french)]
    assert "Page" in english and "1 Quay Street" in english
    assert "échéance" in french.lower() and "2 rue Haute" in french
    assert "Due date" not in french and "Amount to pay" not in french
    # letters in order: whole words can be found (what reads a PDF sets spaces between bold letters)
    for word in ("مكتبة", "استحقاق", "القاهرة", "الصفحة"):
        assert word in bare(arabic), word
    assert "Due date" not in arabic and "Amount to pay" not in arabic


def test_an_unpatched_wkhtmltopdf_fails_the_arabic_letter_with_what_to_install(odoo_shell, odoo_server, tmp_path):
    real = subprocess.run(["which", "wkhtmltopdf"], capture_output=True, text=True).stdout.strip()
    real = real or str(Path(project.BIN, "wkhtmltopdf"))
    folder = tmp_path / "bin"
    folder.mkdir()
    stand_in = folder / "wkhtmltopdf"
    # answers as Debian's build does, and sets pages with the real one
    stand_in.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "wkhtmltopdf 0.12.6" && exit\nexec {real} "$@"\n')
    stand_in.chmod(0o755)
    odoo_server()
    odoo_shell(SCENE + "\nrun.action_ids.filtered(lambda a: a.channel == 'email').action_exclude()\n")
    outcome = odoo_shell(
        """
import os
os.environ["PATH"] = folder + os.pathsep + os.environ["PATH"]
env["collection.action"]._dispatch(env.ref("base.main_company"))
warning = env["res.config.settings"].create({}).collection_rtl_warning
"""
        + LETTERS
        + "\nresult['warning'] = warning\n",
        folder=str(folder),
    )
    assert outcome["states"]["en_US/letter"][0] == "sent"
    assert outcome["states"]["fr_FR/letter"][0] == "sent"
    state, reason = outcome["states"]["ar_001/letter"]
    assert state == "failed"
    assert "patched" in reason
    assert "patched" in outcome["warning"]
