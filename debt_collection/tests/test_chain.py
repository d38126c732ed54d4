"""The hash chain by itself: pure values, no database."""

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import chain

values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.dates(),
    st.datetimes(),
)  # fmt: skip
entries = st.lists(st.dictionaries(st.text(min_size=1).filter(lambda k: k not in ("seq", "hash", "prev_hash")), values),
                   max_size=6)  # fmt: skip
quick = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def chained(entries):
    """Return the entries numbered and linked."""
    result, previous = [], chain.GENESIS
    for number, entry in enumerate(entries, start=1):
        entry = dict(entry, seq=number)
        previous_hash, previous = previous, chain.link(previous, chain.digest(entry))
        result.append(dict(entry, prev_hash=previous_hash, hash=previous))
    return result


@tagged("post_install", "-at_install")
class TestChain(BaseCase):
    def test_the_digest_is_that_of_any_sha256_of_the_sorted_json(self):
        # printf '{"a":"é","n":1,"on":"2025-03-10"}' | sha256sum
        self.assertEqual(
            chain.digest({"n": 1, "on": date(2025, 3, 10), "a": "é"}),
            "fdf33c7cf54d5fabe18c2b34386219a81d1585d460ef5d4e1091b274759af206",
        )

    def test_the_link_is_the_sha256_of_both_hashes(self):
        # printf '%064d%s' 0 abc | sha256sum
        self.assertEqual(
            chain.link(chain.GENESIS, "abc"), "b64374d04ef9c4f39fddb1e0d6be38a0130f6c057fc0f4ee467ea0e18bc758f1"
        )

    def test_hashes_are_not_part_of_what_is_hashed(self):
        self.assertEqual(chain.digest({"a": 1}), chain.digest({"a": 1, "hash": "x", "prev_hash": "y"}))

    def test_a_day_and_its_midnight_differ(self):
        self.assertNotEqual(
            chain.digest({"at": date(2025, 3, 10)}), chain.digest({"at": datetime.fromisoformat("2025-03-10")})
        )

    def test_a_value_without_a_fixed_form_is_refused(self):
        with self.assertRaises(TypeError):
            chain.digest({"what": object()})

    def test_whatever_is_chained_verifies(self):
        @quick
        @given(entries)
        def check(entries):
            self.assertEqual(chain.verify(chained(entries)), [])

        check()

    def test_whatever_is_changed_is_found(self):
        @quick
        @given(entries.filter(len), st.data())
        def check(entries, data):
            linked = chained(entries)
            position = data.draw(st.integers(0, len(linked) - 1))
            linked[position]["added later"] = "x"
            self.assertEqual(chain.verify(linked), [position])

        check()

    def test_any_one_value_changed_is_found(self):
        @quick
        @given(entries.filter(any), values, st.data())
        def check(entries, value, data):
            linked = chained(entries)
            position = data.draw(st.sampled_from([i for i, entry in enumerate(entries) if entry]))
            key = data.draw(st.sampled_from(sorted(entries[position])))
            was = chain.digest(linked[position])
            linked[position][key] = value
            # 1 and 1.0 are told apart; a date and its ISO form are written alike, and so is what they say
            self.assertEqual(chain.verify(linked), [position] if chain.digest(linked[position]) != was else [])
            if chain.digest(linked[position]) == was:
                self.assertEqual(str(value).replace(" ", "T"), str(entries[position][key]).replace(" ", "T"))

        check()

    def test_any_two_entries_swapped_are_found(self):
        @quick
        @given(entries.filter(lambda entries: len(entries) > 1), st.data())
        def check(entries, data):
            linked = chained(entries)
            first = data.draw(st.integers(0, len(linked) - 2))
            second = data.draw(st.integers(first + 1, len(linked) - 1))
            linked[first], linked[second] = linked[second], linked[first]
            self.assertLessEqual({first, second}, set(chain.verify(linked)))

        check()

    def test_any_entry_put_in_is_found(self):
        @quick
        @given(entries, entries.filter(len), st.data())
        def check(entries, others, data):
            linked = chained([{"case": 1, **entry} for entry in entries])
            stranger = data.draw(st.sampled_from(chained([{"case": 2, **entry} for entry in others])))
            position = data.draw(st.integers(0, max(0, len(linked) - 1)))
            linked.insert(position, stranger)
            if len(linked) > 1:
                self.assertTrue(chain.verify(linked))

        check()

    def test_what_is_wrong_is_named(self):
        linked = chained([{"a": 1}, {"a": 2}, {"a": 3}])

        def faults(entries):
            walk = chain.Chain()
            return [walk.faults(entry) for entry in entries]

        self.assertEqual(faults(linked), [[], [], []])
        self.assertEqual(faults([linked[0], linked[2]]), [[], [chain.MISSING]])
        self.assertEqual(faults([linked[0], {**linked[1], "a": 9}, linked[2]]), [[], [chain.CHANGED], []])
        self.assertEqual(faults([linked[0], linked[2], linked[1]]), [[], [chain.MISSING], [chain.STRAY]])
        stray = {**linked[1], "prev_hash": chain.GENESIS}
        stray["hash"] = chain.link(chain.GENESIS, chain.digest(stray))
        self.assertEqual(faults([linked[0], stray, linked[2]]), [[], [chain.STRAY], [chain.STRAY]])

    # ---- words and documents ----------------------------------------------------------------------------------------

    def test_the_digest_of_words_is_that_of_salt_and_words(self):
        # printf 'ab%s' 'Please pay' | sha256sum
        self.assertEqual(
            chain.words_digest("ab", "Please pay"), "7bde0e6026478ed3d0e1ed8430b884193880a1bc7ed97e25f29ba18b212afcbc"
        )

    def test_the_digests_of_documents(self):
        # printf 'ab%s%s' cd '8 application/pdf letter.pdf' | sha256sum
        digest = chain.document_digest("ab", "cd", 8, "application/pdf", "letter.pdf")
        self.assertEqual(digest, "7f7b925e573d19e3a9d0b91d4d0f885aaeef59c73ebe247f0127dff447c15354")
        # printf '%s%s' cd ef | sha256sum
        self.assertEqual(
            chain.documents_digest(["cd", "ef"]), "9727bc3a31f5a09994a8408791a22db4b12502452e6e5d00a59a0ef8342b41cf"
        )
        self.assertEqual(chain.documents_digest([]), "")

    def test_words_are_right_changed_missing_or_erased(self):
        for noted, found, faults in (
            ("d", "d", []),
            ("d", "e", [chain.WORDS_CHANGED]),
            ("d", None, [chain.WORDS_MISSING]),
            ("d", chain.ERASED, []),
            ("", None, []),
            ("", "e", [chain.WORDS_CHANGED]),
        ):
            self.assertEqual(chain.words_faults({"text_digest": noted}, found), faults, (noted, found))

    def test_documents_are_right_changed_missing_or_erased(self):
        entry = {"documents_digest": chain.documents_digest(["d", "e"])}
        for documents, faults in (
            ([("d", "d"), ("e", "e")], []),
            ([("d", chain.ERASED), ("e", "e")], []),
            ([("d", "x"), ("e", "e")], [chain.DOCUMENT_CHANGED]),
            ([("d", "d")], [chain.DOCUMENT_MISSING]),
            ([("e", "e"), ("d", "d")], [chain.DOCUMENT_MISSING]),
            ([], [chain.DOCUMENT_MISSING]),
        ):
            self.assertEqual(chain.document_faults(entry, documents), faults, documents)
        self.assertEqual(chain.document_faults({"documents_digest": ""}, [("d", "d")]), [chain.DOCUMENT_MISSING])

    def test_whatever_is_taken_out_but_the_last_is_found(self):
        @quick
        @given(entries.filter(lambda entries: len(entries) > 1), st.data())
        def check(entries, data):
            linked = chained(entries)
            position = data.draw(st.integers(0, len(linked) - 2))
            del linked[position]
            self.assertEqual(chain.verify(linked), [position])

        check()

    def test_an_entry_put_in_between_is_found(self):
        linked = chained([{"a": 1}, {"a": 2}])
        stranger = dict(linked[1], a=3)
        self.assertEqual(chain.verify([linked[0], stranger, linked[1]]), [1, 2], "its hash is not its own")
        stranger["hash"] = chain.link(linked[0]["hash"], chain.digest(stranger))
        self.assertEqual(chain.verify([linked[0], stranger, linked[1]]), [2], "the one after it follows another")
