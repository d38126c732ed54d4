"""The contact log: everything is in it, nothing of it changes, and tampering shows."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import chain
from .common import day
from .common_log import LogCommon


@tagged("post_install", "-at_install")
class TestContact(LogCommon):
    def test_every_notice_has_its_entry(self):
        first, second, call = self._entries()
        self.assertEqual((first.seq, second.seq, call.seq), (1, 2, 3))
        self.assertRecordValues(
            first | second,
            [
                {
                    "channel": "email",
                    "outcome": "sent",
                    "address": self.debtor.email,
                    "amount": 100,
                    "partner_ref": self.debtor.id,
                    "partner_name": self.debtor.name,
                    "user_name": self.env.user.name,
                    "action_id": action.id,
                }
                for action in self.case.action_ids.sorted("id")
            ],
        )
        self.assertIn("Friendly words", first.text)
        self.assertIn("Reminder words", second.text)

    def test_every_end_of_an_action_has_its_entry(self):
        customers = [self._partner(f"Customer {number}") for number in range(4)]
        invoices = [self._invoice(100, day(-10), customer) for customer in customers]
        run = self._run(day(0))
        run.action_approve()
        actions = run.action_ids.sorted(lambda action: action.partner_id.name)
        self._pay(invoices[0], day(0))
        self._dispatch(day(0))
        self._leave(actions[1], day(0))
        actions[2].sudo()._mark_failed("Mailbox full")
        actions[3].sudo()._mark_unknown("The line went dead")
        self.assertEqual(actions.mapped("state"), ["skipped", "sent", "failed", "unknown"])
        for action in actions:
            self.assertEqual(action.case_id.contact_ids.mapped("outcome"), [action.state])
            self.assertTrue(action.case_id.contact_ids.summary)

    # ---- nothing changes ------------------------------------------------------------------------------------------

    def test_not_even_the_superuser_changes_or_deletes_an_entry(self):
        entry = self._entries()[0].sudo()
        with self.assertRaises(UserError):
            entry.summary = "It never happened"
        with self.assertRaises(UserError):
            entry.write({"outcome": "failed"})
        with self.assertRaises(UserError):
            entry.unlink()

    def test_nobody_adds_an_entry_by_hand(self):
        with self.assertRaises(UserError):
            self.env["collection.contact"].create(
                {
                    "case_id": self.case.id,
                    "seq": 9,
                    "channel": "note",
                    "outcome": "note",
                    "date": day(0),
                    "summary": "X",
                }
            )

    def test_a_correction_is_a_new_entry(self):
        wrong = self._entries()[-1]
        wizard = self.env["collection.log.call"].with_context(**wrong.action_correct()["context"])
        wizard.create({"outcome": "promise", "direction": "in", "notes": "Says next week, in fact"}).action_confirm()
        entries = self._entries()
        self.assertEqual(len(entries), 4)
        self.assertRecordValues(entries[-1], [{"corrects_id": wrong.id, "corrects_seq": 3, "outcome": "promise"}])
        self.assertEqual(wrong.outcome, "refuses")
        self.assertFalse(entries._verify_chain())

    def test_the_text_stays_what_it_was_when_the_template_changes(self):
        before = self._entries()[0].text
        self.friendly.mail_template_id.sudo().body_html = "<p>Other words</p>"
        self.debtor.name = "Deco Renamed"
        entry = self._entries()[0]
        self.assertEqual(entry.text, before)
        self.assertEqual(entry.partner_name, "Deco Addict")
        self.assertFalse(entry._verify_chain())

    def test_an_entry_stays_when_its_user_goes(self):
        user = self._user("temp", "debt_collection.group_collection_manager", name="Temp")
        entry = self._on(self.case.with_user(user), day(8))._log_contact(
            channel="note", direction="internal", outcome="note", summary="Was here"
        )
        user.sudo().unlink()
        self.env.invalidate_all()
        self.assertEqual(entry.user_name, "Temp")
        self.assertFalse(entry._verify_chain())

    def test_words_may_be_erased_with_the_chain_intact(self):
        entries = self._entries()
        entries[:2]._erase("Asked for by the debtor")
        entries = self._entries()
        self.assertFalse(entries[0].text)
        self.assertFalse(entries.text_ids.sudo().filtered("salt"))
        self.assertEqual(
            entries[-1].summary, "Words and documents of the entries no. 1, 2 erased: Asked for by the debtor"
        )
        self.assertFalse(entries._verify_chain())

    def test_words_cannot_be_changed_or_deleted(self):
        texts = self._entries().text_ids.sudo()
        with self.assertRaises(UserError):
            texts.unlink()
        with self.assertRaises(UserError):
            texts.write({"body": "Other words"})
        with self.assertRaises(UserError):
            texts.write({"body": "Other words", "salt": "0"})
        with self.assertRaises(UserError):
            texts.sudo(False).write({"body": False, "salt": False})

    # ---- documents ------------------------------------------------------------------------------------------------

    def test_what_was_sent_is_kept_as_it_was(self):
        letter = self._attachment("letter.pdf", b"%PDF-1.4 as printed")
        entry = self._log(documents=[letter, ("message.html", "text/html", b"<p>As sent</p>")])
        letter.raw = b"%PDF-1.4 another"
        letter.unlink()
        self.assertRecordValues(
            entry.document_ids,
            [
                {
                    "name": "letter.pdf",
                    "mimetype": "application/pdf",
                    "size": 19,
                    # printf '%PDF-1.4 as printed' | sha256sum
                    "checksum": "c3b9d8688f58c0d0b295d33ab9697c841e2e1adaca71f82ae42407d1c1bb8490",
                },
                {
                    "name": "message.html",
                    "mimetype": "text/html",
                    "size": 14,
                    "checksum": entry.document_ids[1].checksum,
                },
            ],
        )
        self.assertEqual(entry.document_ids.attachment_id.mapped("raw"), [b"%PDF-1.4 as printed", b"<p>As sent</p>"])
        self.assertFalse(entry._verify_chain())

    def test_a_kept_document_is_neither_changed_nor_deleted(self):
        document = self._log(documents=[self._attachment("a.txt", b"kept")]).document_ids
        for attempt in (
            lambda: document.attachment_id.sudo().unlink(),
            lambda: document.attachment_id.sudo().write({"raw": b"other"}),
            lambda: document.attachment_id.sudo().write({"res_model": False}),
            lambda: document.sudo().unlink(),
            lambda: document.sudo().write({"name": "b.txt"}),
        ):
            with self.assertRaises(UserError):
                attempt()
        document.attachment_id.sudo().write({"raw": b"kept"})  # as a change of storage does
        self.assertEqual(document.attachment_id.raw, b"kept")

    def test_a_document_may_be_erased_with_the_chain_intact(self):
        entry = self._log(documents=[self._attachment("a.txt", b"kept"), self._attachment("b.txt", b"kept too")])
        attachments = entry.document_ids.attachment_id
        entry._erase("Retention")
        self.assertFalse(attachments.exists())
        self.assertRecordValues(entry.document_ids, [{"name": False, "checksum": False, "attachment_id": False}] * 2)
        self.assertFalse(entry._verify_chain())
        with self.assertRaisesRegex(UserError, "erased"):
            entry.document_ids[0].action_open()

    def test_an_image_that_came_is_kept_as_it_came(self):
        # larger than what Odoo would keep of an uploaded image
        picture = self._picture(2500, 10)
        entry = self._log(documents=[("cheque.png", "image/png", picture)])
        self.assertEqual(entry.document_ids.attachment_id.raw, picture)
        self.assertFalse(entry._verify_chain())

    def test_a_collector_reads_the_documents_of_the_own_cases_alone(self):
        mine, other = (
            self._user(login, "debt_collection.group_collection_collector", name=login) for login in ("mine", "other")
        )
        self.case.user_id = mine
        entry = self._log(documents=[self._attachment("a.txt", b"kept")])
        attachment = entry.document_ids.attachment_id
        self.env.invalidate_all()
        self.assertEqual(attachment.with_user(mine).raw, b"kept")
        self.assertIn(f"/web/content/{attachment.id}", entry.document_ids.with_user(mine).action_open()["url"])
        with self.assertRaises(AccessError):
            entry.document_ids.with_user(other).action_open()
        with self.assertRaises(AccessError):
            attachment.with_user(other).read(["raw"])

    def test_the_preview_of_a_sent_notice_is_what_was_kept(self):
        action = self.case.action_ids.sorted("id")[-1]
        entry = action._log("sent", "Sent", documents={action.id: [("message.html", "text/html", b"<p>As sent</p>")]})
        self.assertEqual(action.preview_html, "<p>As sent</p>")
        (entry | self._entries().filtered(lambda e: e.action_id == action))._erase("Retention")
        self.env.invalidate_all()
        self.assertIn("have been erased", action.preview_html)

    # ---- tampering ------------------------------------------------------------------------------------------------

    def test_an_untouched_log_verifies(self):
        self.assertFalse(self._entries()._verify_chain())

    def test_a_changed_entry_is_found(self):
        entries = self._entries()
        for column, value in {
            "summary": "Nothing", "outcome": "failed", "amount": 1, "address": "x@example.com", "user_name": "Nobody",
            "date": "2020-01-01", "partner_name": "Nobody", "partner_ref": 1, "channel": "letter", "direction": "in",
            "text_digest": "0",
        }.items():  # fmt: skip
            with self.env.cr.savepoint() as savepoint:
                self._tamper(entries[1], **{column: value})
                self.assertEqual(self._entries()._verify_chain(), entries[1], column)
                savepoint.close(rollback=True)

    def test_changed_words_are_found(self):
        _first, second, _third = self._entries()
        self._tamper(second.text_ids, body="No words")
        self.assertEqual(self._entries()._verify_chain(), second)

    def test_words_that_are_gone_but_were_not_erased_are_found(self):
        _first, second, _third = self._entries()
        self._behind_odoo("DELETE FROM collection_contact_text WHERE contact_id = %s", second.id)
        self.assertEqual(self._faults(), {second: [chain.WORDS_MISSING]})

    def test_words_put_beside_an_entry_that_had_none_are_found(self):
        third = self._entries()[2]
        self._behind_odoo(
            "INSERT INTO collection_contact_text (contact_id, body, salt) VALUES (%s, 'He promised', '0')", third.id
        )
        self.assertEqual(self._faults(), {third: [chain.WORDS_CHANGED]})

    def test_a_changed_document_is_found(self):
        entry = self._log(documents=[self._attachment("a.txt", b"kept"), self._attachment("b.txt", b"kept too")])
        document = entry.document_ids[0]
        for column, value in {
            "name": "c.txt", "mimetype": "text/html", "size": 5, "checksum": "0", "salt": "0", "digest": "0",
            "attachment_id": self._attachment("d.txt", b"other").id,
        }.items():  # fmt: skip
            with self.env.cr.savepoint() as savepoint:
                self._tamper(document, **{column: value})
                self.assertIn(chain.DOCUMENT_CHANGED, self._faults()[entry], column)
                savepoint.close(rollback=True)
        self.assertFalse(self._faults())

    def test_a_document_taken_away_is_found(self):
        entry = self._log(documents=[self._attachment("a.txt", b"kept"), self._attachment("b.txt", b"kept too")])
        with self.env.cr.savepoint() as savepoint:
            self._behind_odoo("DELETE FROM collection_contact_document WHERE id = %s", entry.document_ids[0].id)
            self.assertEqual(self._faults(), {entry: [chain.DOCUMENT_MISSING]})
            savepoint.close(rollback=True)
        self._tamper(entry.document_ids[0], attachment_id=None)
        self.assertEqual(self._faults(), {entry: [chain.DOCUMENT_MISSING]})

    def test_a_document_whose_file_was_overwritten_is_found(self):
        entry = self._log(documents=[self._attachment("a.txt", b"kept by nobody else in this database")])
        fname = entry.document_ids.attachment_id.store_fname
        self.patch(type(self.env["ir.attachment"]), "_file_read", lambda _self, name, size=None: b"overwritten")
        self.assertTrue(fname, "the content is a file of Odoo's filestore")
        self.assertEqual(self._faults(), {entry: [chain.DOCUMENT_CHANGED]})
        self.patch(type(self.env["ir.attachment"]), "_file_read", lambda _self, name, size=None: b"")
        self.assertEqual(self._faults(), {entry: [chain.DOCUMENT_MISSING]})

    # ---- versions and figures -------------------------------------------------------------------------------------

    def test_entries_of_the_first_version_still_verify(self):
        entries = self._entries()
        previous = chain.GENESIS
        for entry in entries:
            values = entry._evidence() | {"hash_version": 1, "currency": entry.currency_id.id}
            values.update(amount=f"{entry.amount:.4f}", cost=f"{entry.cost:.4f}")
            del values["documents_digest"]
            new_hash = chain.link(previous, chain.digest(values))
            self._tamper(
                entry, hash_version=1, prev_hash=previous, hash=new_hash, currency_name=None, documents_digest=None
            )
            previous = new_hash
        self._log(summary="Of the version of today")
        self.assertEqual(self._entries().mapped("hash_version"), [1, 1, 1, 2])
        self.assertFalse(self._faults())

    def test_any_amount_verifies(self):
        for amount in (0.1 + 0.2, 1e13 + 0.35, -0.0, -12.345, 1500):
            entry = self._log(amount=amount, cost=0.00005)
            self.assertFalse(self._faults(), (amount, entry._evidence()))
        self.assertEqual([e._evidence()["amount"] for e in self._entries()[-2:]], ["-12.35", "1500"])
        self.assertFalse(self._faults())

    def test_the_log_outlives_its_currency_and_its_user(self):
        self._log()
        self.env.flush_all()
        self.env.cr.execute("UPDATE collection_contact SET currency_id = NULL, user_id = NULL, action_id = NULL")
        self.assertFalse(self._faults())

    def test_an_entry_taken_out_is_found_at_the_next(self):
        _first, second, third = self._entries()
        self._behind_odoo("DELETE FROM collection_contact_text WHERE contact_id = %s", second.id)
        self._behind_odoo("DELETE FROM collection_contact WHERE id = %s", second.id)
        self.assertEqual(self._faults(), {third: [chain.MISSING]})

    def test_an_entry_changed_with_a_hash_made_to_fit_is_found_at_the_next(self):
        first, second, _third = self._entries()
        self._tamper(first, summary="Nothing")
        self._tamper(first, hash=chain.link(first.prev_hash, chain.digest(first._evidence())))
        self.assertEqual(self._entries()._verify_chain(), second)

    def test_two_entries_swapped_are_found(self):
        first, second, _third = self._entries()
        for number, entry in ((9, first), (1, second), (2, first)):
            self._tamper(entry, seq=number)
        self.assertTrue(first | second <= self._entries()._verify_chain())

    def test_each_case_has_a_chain_of_its_own(self):
        azure = self._partner("Azure")
        self._invoice(100, day(-10), azure)
        self._assess(day(8))
        entry = self._case(azure)._log_contact(channel="note", direction="internal", outcome="note", summary="First")
        self.assertEqual(entry.seq, 1)
        self._tamper(self._entries()[0], summary="Nothing")
        self.assertFalse(entry._verify_chain())
