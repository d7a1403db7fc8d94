"""Whatever happens to the returns of an order, what is planned for them is what is owed.

Each policy is walked on each database, on PostgreSQL less often; a walk has one order, its returns
and 25 steps. The test of planted faults shows that a walk finds what it is there for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.store.connection.address import Address
from services.returns.settling import order, planning, settle, units
from tests.contracts.returns.building import Shop, opened
from tests.contracts.returns.walked_policies import POLICIES, Walked
from tests.contracts.returns.walks import Walk

WALKS = {"sqlite": 5, "postgresql": 3}
STEPS = 25


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    for each in POLICIES:
        found.sells(each.name, each.text)
    yield found
    found.library.close()
    found.store.close()


def walked_on(shop: Shop, walked: Walked, walks: int, first: int = 0) -> None:
    """Raises AssertionError with what happened, where a law does not hold."""
    for seed in range(first, first + walks):
        walk = Walk(shop, walked, Random(f"{walked.name} {seed}"))
        for _ in range(STEPS):
            if not walk.is_over:
                walk.step()
                walk.check()


@pytest.mark.parametrize("walked", POLICIES, ids=lambda each: each.name)
def test_after_each_step_what_is_planned_less_claims_is_what_is_owed(
    shop: Shop, walked: Walked, kind: str
) -> None:
    walked_on(shop, walked, WALKS[kind])


# --- planted --------------------------------------------------------------------------------------


def planned_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece pays all that is owed."""
    right = settle.plan_differences

    def wrong(service: Any, who: Any, found: Any, dues: Any) -> None:
        right(service, who, found, [replace(n, line=replace(n.line, planned=0)) for n in dues])

    monkeypatch.setattr(settle, "plan_differences", wrong)


def nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_claim", lambda *said: None)


def claims_are_not_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim is paid, and the credit is not lessened by it."""
    right = planning.Asked

    def wrong(**said: Any) -> Any:
        amount = said["amount"]
        more = type(amount)(amount.minor + said["claimed"], amount.currency)
        return right(**{**said, "amount": more})

    monkeypatch.setattr(planning, "Asked", wrong)


def shipping_of_others_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    right = order._beside

    def wrong(service: Any, others: Any, own: Any) -> Any:
        found = right(service, others, own)
        return {line: replace(each, outbound=0) for line, each in found.items()}

    monkeypatch.setattr(order, "_beside", wrong)


def fees_per_order_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "summed", lambda others: {})


def expected_units_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are asked with the size of what arrived while more is expected."""
    monkeypatch.setattr(units, "_to_come", lambda found, line: ())


def each_pile_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quantity of a row is the size of a pile."""
    right = settle.facts_at_receipt
    monkeypatch.setattr(
        settle, "facts_at_receipt", lambda *said, quantity: right(*said, quantity=1)
    )


FAULTS: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("acme-fees", planned_is_forgotten),
    ("acme-early", nothing_is_claimed),
    ("acme-early", claims_are_not_taken_off),
    ("acme-fees", shipping_of_others_is_forgotten),
    ("acme-fees", fees_per_order_are_forgotten),
    ("acme-fees", expected_units_are_forgotten),
    ("acme-fees", each_pile_by_itself),
]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "plant"), FAULTS, ids=[plant.__name__ for _, plant in FAULTS])
def test_a_planted_fault_is_found(
    shop: Shop,
    name: str,
    plant: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)
    (walked,) = (each for each in POLICIES if each.name == name)

    with pytest.raises(AssertionError):
        walked_on(shop, walked, 12)
