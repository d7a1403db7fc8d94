"""Words of a consumer are found again by whoever has the key, and told apart by nobody else."""

from __future__ import annotations

from adapters.identity.words import hashed, new_search_key, words_in


def test_words_are_compared_without_case_order_or_commas() -> None:
    assert words_in("  Hopper, GRACE  grace ") == ("hopper", "grace")
    assert words_in("Straße") == words_in("STRASSE")
    assert words_in("Åsa") == words_in("A\N{COMBINING RING ABOVE}sa")
    assert words_in("Grace@Example.org") == ("grace@example.org",)
    assert words_in("") == ()


def test_a_hash_is_of_a_key_and_a_word() -> None:
    one, other = new_search_key(), new_search_key()

    assert hashed(one, "hopper") == hashed(one, "hopper")
    assert len({hashed(one, "hopper"), hashed(one, "grace"), hashed(other, "hopper")}) == 3
    assert "hopper" not in hashed(one, "hopper")
