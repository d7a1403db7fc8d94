"""A key proves itself by its secret and is found by its id."""

from adapters.identity.keys import fits, hash_of, id_in, new_key


def test_a_new_key_fits_its_own_hash_and_no_other() -> None:
    one, other = new_key(), new_key()

    assert fits(one.text, one.hash)
    assert not fits(one.text, other.hash)


def test_a_key_that_was_never_kept_fits_nothing() -> None:
    assert not fits(new_key().text, None)
    assert not fits("nobody", None)


def test_the_hash_does_not_hold_the_key() -> None:
    key = new_key()

    assert key.text.split("_", 2)[2] not in hash_of(key.text)


def test_the_id_is_read_from_whole_keys_only() -> None:
    key = new_key()

    assert id_in(key.text) == key.id
    for wrong in ("", "tb_", key.text + "x", key.text[:-1], f" {key.text}", "x" * 1_000_000):
        assert id_in(wrong) is None
