"""Whatever happens in whatever order, the ledger sums to zero and says what is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.store.connection.address import Address
from engine.settlement.instruments import Instrument
from engine.settlement.ledger import Account, ClaimState, EntryKind, Posting, totals
from tests.accounts import accounts
from tests.contracts.credit.histories import MONTHS, OURS, History, begun, claims_of, entries


@pytest.fixture
def played(address: Address, request: pytest.FixtureRequest) -> Iterator[History]:
    history = begun(address, request.param, 60)
    yield history
    history.store.close()


@pytest.mark.parametrize("played", range(6), indirect=True)
def test_the_laws_of_a_history(played: History) -> None:
    store = played.store
    with store.session():
        found = entries(store)
        stands = store.tenant_credit.balance(OURS).totals
        months = [store.tenant_credit.statement(OURS, month) for month in MONTHS]
        claims = claims_of(store)
        settlements = store.settlements.every()
    posted = [Posting(kind=each.kind, amount=each.amount.minor) for each in found]

    assert sum(accounts(posted).values()) == 0
    assert stands == totals((each.kind, each.amount) for each in posted)
    assert stands.balance == played.credited - played.spent == accounts(posted)[Account.CREDITED]
    assert min(each.balance.minor for each in found) >= 0
    assert stands.balance == found[-1].balance.minor

    assert [each.number for each in found] == list(range(1, len(found) + 1))
    opened = [each.opening for each in months]
    assert opened == [0, *(each.closing for each in months)][:-1]
    assert months[-1].closing == stands.balance

    kept = {each.id for each in settlements if each.instrument is Instrument.OWN_CREDIT}
    alone = [e for e in found if e.kind is EntryKind.CREDIT and not e.of.claim]
    assert sorted(each.of.settlement for each in alone) == sorted(kept)
    left = sum(each.left.minor for each in claims if each.state is ClaimState.OPEN)
    assert stands.claimed == left


def test_histories_reach_every_kind(address: Address) -> None:
    """Else a law would hold for want of cases."""
    history = begun(address, 2, 250)
    with history.store.session():
        seen = {each.kind for each in entries(history.store)}
    history.store.close()

    assert seen == set(EntryKind)
    assert set(history.refused) == {"over_balance", "wrong_amount"}
