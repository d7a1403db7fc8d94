"""A secret opens for its own place and key, and for no other."""

import pytest

from adapters.identity.vault import Vault, fingerprint, new_master_key
from engine.errors import RequestFault

SECRET = "rk_live_0123456789abcdef"
ACME = "supplier:acme:stripe"


def test_a_secret_comes_back_as_it_went_and_is_not_seen_in_between() -> None:
    vault = Vault.of(new_master_key())

    sealed = vault.seal(SECRET, ACME)

    assert vault.open(sealed, ACME) == SECRET
    assert SECRET not in sealed
    assert vault.seal(SECRET, ACME) != sealed


def test_a_sealed_secret_in_another_row_does_not_open() -> None:
    vault = Vault.of(new_master_key())

    with pytest.raises(RequestFault, match="another owner"):
        vault.open(vault.seal(SECRET, ACME), "supplier:globex:stripe")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, new = new_master_key(), new_master_key()
    sealed = Vault.of(old).seal(SECRET, ACME)

    both = Vault.of(new, old)

    assert both.open(sealed, ACME) == SECRET
    with pytest.raises(RequestFault):
        Vault.of(new).open(sealed, ACME)
    assert Vault.of(new).open(both.seal(SECRET, ACME), ACME) == SECRET


def test_what_an_old_key_sealed_is_sealed_by_the_newest_and_only_once() -> None:
    old, new = new_master_key(), new_master_key()
    both = Vault.of(new, old)

    again = both.again(Vault.of(old).seal(SECRET, ACME), ACME)

    assert Vault.of(new).open(again, ACME) == SECRET
    assert both.again(again, ACME) == again


@pytest.mark.parametrize("sealed", ["", "v1", "v1.x.y", "v2.00000000.AAAA", "v1.00000000.****"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(RequestFault) as caught:
        Vault.of(new_master_key()).open(sealed, ACME)

    assert caught.value.code == "sealed_otherwise"


@pytest.mark.parametrize("key", ["", "short", "A" * 44, "é"])
def test_a_master_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(RequestFault, match="32 random bytes"):
        Vault.of(key)


def test_little_is_shown_of_a_secret() -> None:
    assert fingerprint(SECRET).startswith("…cdef (")
    assert SECRET[:12] not in fingerprint(SECRET)


def test_a_vault_without_a_key_says_what_to_set() -> None:
    empty = Vault.of()

    for use in (lambda: empty.seal(SECRET, ACME), lambda: empty.open("v1.x.y", ACME)):
        with pytest.raises(RequestFault, match="TAKEBACK_MASTER_KEY"):
            use()
    assert not empty.has_key
