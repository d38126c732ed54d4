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
