"""A debtor says on the page how it wants to be contacted, and is."""

from odoo.tests import tagged

from .common_page import PageCommon


@tagged("post_install", "-at_install")
class TestPagePreference(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls._channels("sms", "call", "whatsapp", "social").active = True
        cls.debtor.phone = "+1 555 0123"
        cls.case = cls._owing()
        cls.mine = cls.case.debtor_id
        cls.address = "deco.addict@example.com"

    def _prefer(self, **values):
        answer = self._send(self.mine, "/preferences", **values)
        self.assertEqual(answer.status_code, 303, self._text(answer))
        return answer

    def _entries(self, *outcomes):
        return self.case.contact_ids.filtered(lambda one: one.direction == "in" and one.outcome in outcomes)

    def _forbidden(self):
        found = self.mine.preference_ids.filtered(lambda one: one.kind == "forbidden")
        return sorted((one.channel, one.address or "", one.origin) for one in found)

    def test_what_the_debtor_chooses_is_set_and_each_change_is_in_the_log(self):
        self._prefer(language="fr_FR", prefer="sms", contact_time="evening", payday="٢٥")
        self.assertEqual(
            (self.mine.lang, self.mine.contact_time, self.mine.payday, self.case.contact_time),
            ("fr_FR", "evening", 25, "evening"),
        )
        preference = self.mine.preference_ids
        self.assertEqual((preference.kind, preference.channel, preference.origin), ("preferred", "sms", "page"))
        self.assertEqual(len(self._entries("note")), 4)
        self.assertFalse(self._entries("note").user_id)
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.debtor.ids)])
        self.assertIn('lang="fr-FR"', mail.body_html)
        _path, form = self._form(self._get(self.mine, "/preferences"), "/preferences")
        chosen = {name: form[name] for name in ("language", "prefer", "contact_time", "payday")}
        self.assertEqual(chosen, {"language": "fr_FR", "prefer": "sms", "contact_time": "evening", "payday": "25"})
        self._prefer(language="", prefer="", contact_time="", payday="")
        self.assertEqual((self.mine.lang, self.mine.contact_time, self.mine.payday), (False, False, 0))
        self.assertFalse(self.mine.preference_ids)

    def test_nothing_changed_is_nothing_noted(self):
        answer = self._prefer()
        self.assertFalse(self._entries("note", "opt_out", "opt_in"))
        self.assertIn("Nothing has changed", self._text(self.url_open(answer.headers["Location"])))

    def test_the_chosen_language_goes_before_that_of_the_contact(self):
        self._prefer(language="fr_FR")
        run = self._run(self.today)
        self.assertEqual({action._language() for action in run.action_ids}, {"fr_FR"})
        statements, addresses = (
            self.env["collection.statement"],
            self.debtor._collections_addresses("email", self.company),
        )
        self.assertEqual(statements._languages(self.debtor, addresses, self.company), {self.debtor: "fr_FR"})
        self.assertEqual(self.case._call_language(), "fr_FR")
        self.assertIn('lang="fr-FR"', self._get(self.mine).text)

    def test_the_language_chosen_goes_before_the_one_looked_at_before(self):
        self._get(self.mine, lang="en_US")
        self._prefer(language="fr_FR")
        self.assertIn('lang="fr-FR"', self._get(self.mine).text)

    def test_who_represents_the_debtor_is_not_written_to_in_its_language(self):
        self._prefer(language="fr_FR")
        lawyer = self._partner("Lawyer")
        self.mine.sudo().write({"legal_status": "lawyer", "representative_id": lawyer.id})
        self.assertFalse(self.mine._chosen_language())

    def test_a_level_goes_by_the_way_that_is_preferred(self):
        self.friendly.channels = self._channels("email", "sms")
        self.friendly.sms_text = "Please pay"
        self._prefer(prefer="sms")
        run = self._run(self.today)
        self.assertEqual(run.action_ids.mapped("channel"), ["sms"])

    def test_no_e_mail_goes_to_an_address_that_is_refused_not_even_a_confirmation(self):
        run = self._run(self.today)
        self.assertEqual(run.action_ids.channel, "email")
        mails = self.env["mail.mail"].sudo().search_count([])
        answer = self._prefer(refuse=[f"email:{self.address}"])
        self.assertIn(f"No e-mail to {self.address} any more", self._text(self.url_open(answer.headers["Location"])))
        self.assertEqual(self._forbidden(), [("email", self.address, "page")])
        self.assertEqual(run.action_ids.filtered(lambda action: action.channel == "email").state, "skipped")
        found = self.env["mail.mail"].sudo().search([], limit=self.env["mail.mail"].sudo().search_count([]) - mails)
        self.assertFalse(found.filtered(lambda mail: self.debtor in mail.recipient_ids))
        [entry] = self._entries("opt_out")
        self.assertEqual(entry.channel, "email")
        self._prefer(refuse=[])
        self.assertEqual(self._forbidden(), [])
        self.assertEqual(len(self._entries("opt_in")), 1)

    def test_the_link_in_a_message_takes_back_what_was_said_on_the_page(self):
        self._prefer(refuse=[f"email:{self.address}"])
        self.assertTrue(self.mine.sudo()._opt_in(self.address))
        self.assertEqual(self._forbidden(), [])

    def test_channels_are_refused_and_welcome_again(self):
        self._prefer(refuse=["sms", "whatsapp"])
        self.assertEqual(self._forbidden(), [("sms", "", "page"), ("whatsapp", "", "page")])
        self._prefer(refuse=["whatsapp"])
        self.assertEqual(self._forbidden(), [("whatsapp", "", "page")])
        self.assertEqual(self._entries("opt_out").mapped("channel").count("sms"), 1)
        self.assertEqual(self._entries("opt_in").mapped("channel"), ["sms"])

    def test_a_call_that_is_scheduled_is_not_made_to_who_wants_none(self):
        self.friendly.channels = self._channels("call")
        self._run(self.today).action_ids.action_approve()
        self._dispatch(self.today)
        call = self.case.action_ids.filtered(lambda action: action.channel == "call")
        self.assertEqual(call.state, "queued")
        self._prefer(refuse=["call"])
        self.assertEqual(call.state, "failed")

    def test_what_the_company_has_forbidden_stays(self):
        preferences = self.env["collection.channel.preference"]
        preferences._note(self.mine, "forbidden", "The manager says so.", channel="sms")
        preferences._note(self.mine, "forbidden", "STOP", channel="whatsapp", address="+15550123", origin="reply")
        page = self._get(self.mine, "/preferences")
        self.assertEqual(page.text.count("disabled"), 1)
        self._prefer(refuse=[])
        self.assertEqual(self._forbidden(), [("sms", "", "person")])

    def test_letters_cannot_be_refused(self):
        self.assertIn("Letters cannot be refused", self._text(self._get(self.mine, "/preferences")))
        for code in ("letter", "registered", "visit"):
            answer = self._send(self.mine, "/preferences", refuse=[code])
            self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._forbidden(), [])

    def test_what_is_not_on_the_form_changes_nothing(self):
        for values in (
            {"language": "de_DE"},
            {"language": "<script>"},
            {"prefer": "visit"},
            {"prefer": "pigeon"},
            {"contact_time": "midnight"},
            {"payday": "32"},
            {"payday": "0"},
            {"payday": "-1"},
            {"payday": "²"},
            {"refuse": ["email:boss@example.com"]},
            {"prefer": "sms", "refuse": ["sms"]},
            {"prefer": "email", "refuse": [f"email:{self.address}"]},
        ):
            with self.subTest(values=values):
                answer = self._send(self.mine, "/preferences", **values)
                self.assertEqual(answer.status_code, 422)
                self.assertNotIn("<script>", answer.text)
        self.assertFalse(self.mine.preference_ids)
        self.assertEqual((self.mine.lang, self.mine.payday), (False, 0))

    def test_a_payday_replaces_the_day_of_the_week_a_colleague_noted(self):
        self.mine.write({"payday_kind": "week", "payday_weekday": "4"})
        self._prefer(payday="")
        self.assertEqual(self.mine.payday_kind, "week")
        self._prefer(payday="1")
        self.assertEqual((self.mine.payday_kind, self.mine.payday), ("month", 1))

    def test_whom_it_is_not_the_time_of_is_called_later(self):
        self.friendly.channels = self._channels("call")
        other = self._owing((500, 10), partner=self._partner("Second", phone="+1 555 0124"))
        self._run(self.today).action_ids.action_approve()
        self._dispatch(self.today)
        cases = self.env["collection.case"]
        first, second = cases._call_queue()
        self.assertEqual({first, second}, {self.case, other})
        hour = self.env.cr.now().hour
        zone = self.env["collection.debtor"].browse(first.debtor_id.id)
        zone.tz = "UTC"
        zone.contact_time = "morning" if hour >= 12 else "evening"
        self.assertEqual(list(cases._call_queue()), [second, first])
        zone.contact_time = "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
        self.assertEqual(list(cases._call_queue()), [first, second])

    def test_ten_changes_a_day_are_enough(self):
        for number in range(10):
            self._prefer(payday=str(number + 1))
        answer = self._send(self.mine, "/preferences", payday="20")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.mine.payday, 10)
