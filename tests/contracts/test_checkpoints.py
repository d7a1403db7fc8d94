"""A checkpoint that somebody kept shows a journal that was cut or written anew from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.identity.signing import Signer, check_signed, public_key
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address
from adapters.store.database import Store, open_store
from adapters.store.journal.kinds import Sides
from engine.errors import RequestFault
from engine.journal import START, Checkpoint
from services.workers.witnessing import EVERY, Witness
from tests.contracts.test_store_journal import run

KEY = new_master_key()
CUT = (
    """DELETE FROM "journal" WHERE "tenant" = 'acme' AND "seq" > 2""",
    """UPDATE "chain" SET "seq" = 2, "hash" = (SELECT "hash" FROM "journal"
       WHERE "tenant" = 'acme' AND "seq" = 2) WHERE "tenant" = 'acme'""",
)


class Clock:
    """A clock that tests move."""

    at = datetime(2025, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def tell(store: Store, amount: int, tenant: str = "acme") -> None:
    with store.writing():
        to = Sides(own=tenant)
        store.journal.tell(to, "worker", "st_1", "settlement_planned", amount=amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(empty: Address, clock: Clock) -> Iterator[Store]:
    store = open_store(empty, clock)
    for amount in range(4):
        tell(store, amount)
    yield store
    store.close()


def signed(store: Store, signer: Signer) -> Checkpoint:
    with store.writing():
        made = store.checkpoints.add("acme", signer.sign)
    assert made is not None
    return made


def wrong(store: Store, said: Checkpoint) -> str:
    with store.session():
        found = store.checkpoints.broken(said)
    return found.sentence if found else ""


def rewritten(store: Store, address: Address) -> None:
    """The whole journal of a tenant, with other amounts and hashes that agree."""
    with store.session():
        entries = store.journal.after("acme", 0, 10)
    before, statements = START, []
    for each in entries:
        made = replace(each, body=each.body.replace(":", ":1"), before=before)
        before = made.sealed()
        statements.append(
            f"""UPDATE "journal" SET "body" = '{made.body}', "before" = '{made.before}',
                "hash" = '{before}' WHERE "tenant" = 'acme' AND "seq" = {made.seq}"""
        )
    chain = f"""UPDATE "chain" SET "hash" = '{before}' WHERE "tenant" = 'acme'"""
    run(store, address, *statements, chain)


def test_a_journal_that_grows_holds_what_a_checkpoint_says(store: Store) -> None:
    said = signed(store, Signer.of(Vault.of(KEY)))
    assert signed(store, Signer.of(Vault.of(KEY))) == said

    tell(store, 9)

    assert wrong(store, said) == ""
    assert signed(store, Signer.of(Vault.of(KEY))).seq == said.seq + 1


@pytest.mark.parametrize("how", ["was cut", "was rewritten"])
def test_what_agrees_with_itself_is_found_by_who_kept_a_checkpoint(
    store: Store, empty: Address, how: str
) -> None:
    signer = Signer.of(Vault.of(KEY))
    said = signed(store, signer)
    if how == "was cut":
        run(store, empty, *CUT)
    else:
        rewritten(store, empty)

    with store.session():
        assert store.journal.verify() == ()
    assert how in wrong(store, said)
    with pytest.raises(RequestFault) as caught, store.writing():
        store.checkpoints.add("acme", signer.sign)
    assert caught.value.code == "journal_rewritten"


def test_the_public_key_alone_shows_who_signed(store: Store) -> None:
    signer = Signer.of(Vault.of(KEY))
    said, known = signed(store, signer), public_key(signer.pem)

    check_signed(said, known)
    for forged in (
        replace(said, seq=said.seq - 1),
        replace(said, hash=START),
        replace(said, at=said.at.replace("2025", "2024")),
        replace(said, tenant="globex"),
        replace(said, signature="AAAA"),
    ):
        with pytest.raises(RequestFault) as caught:
            check_signed(forged, known)
        assert caught.value.code == "wrong_signature"


def test_checkpoints_of_a_former_key_hold_and_those_of_a_strange_one_are_named(
    store: Store,
) -> None:
    said = signed(store, Signer.of(Vault.of(KEY)))
    newer = Signer.of(Vault.of(new_master_key(), KEY))

    check_signed(said, newer.public_keys)
    assert signed(store, newer).key != said.key
    with pytest.raises(RequestFault) as caught:
        check_signed(said, Signer.of(Vault.of(new_master_key())).public_keys)
    assert caught.value.code == "unknown_key"


def test_a_worker_signs_once_an_hour_what_has_grown(store: Store, clock: Clock) -> None:
    witness = Witness(store, Signer.of(Vault.of(KEY)))
    tell(store, 1, "globex")

    assert [witness.work(), witness.work()] == [2, 0]
    tell(store, 5)
    clock.at += EVERY - timedelta(minutes=1)
    assert witness.work() == 0
    clock.at += timedelta(minutes=2)
    assert [witness.work(), witness.work()] == [1, 0]
    with store.session():
        assert [each.seq for each in store.checkpoints.of("acme", 9)] == [5, 4]
    assert Witness(store, Signer.of(Vault.of())).work() == 0
