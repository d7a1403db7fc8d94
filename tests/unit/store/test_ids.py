"""Ids are random, and can be typed after a command without being taken for an option."""

from adapters.store.partners import new_id


def test_ids_differ_and_have_letters_and_digits_only() -> None:
    ids = {new_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(each.isascii() and each.isalnum() and len(each) == 32 for each in ids)
