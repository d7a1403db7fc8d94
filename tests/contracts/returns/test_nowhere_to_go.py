"""A return whose goods have nowhere to go waits for its supplier's place, and says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from adapters.store.drafts import LineDraft
from adapters.store.place.address import Address
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.lifecycle import State
from services.returns.placing import PLACE
from tests.contracts.returns.building import PLAIN, RETAILER, Shop, opened

TO = PLAIN + "goods: {do: ship_back, to: %s}\nvalues: {place: [garage]}\n"
LINES = [
    LineDraft(number=str(at), sku=sku, quantity=3, unit_price=Money(4_000, "USD"))
    for at, sku in enumerate(("LAMP", "SOFA"), 1)
]


@pytest.fixture
def bare(address: Address) -> Iterator[Shop]:
    found = opened(address)
    yield found
    found.library.close()
    found.store.close()


def asked(shop: Shop, policy: str = PLAIN) -> Return:
    shop.sells("acme", policy, places=())
    shop.orders("acme", lines=LINES)
    return shop.one()


def handles(found: Return) -> list[str | None]:
    return [line.return_to.handle if line.return_to else None for line in found.lines]


def told(shop: Shop, kind: str) -> list[list[object]]:
    """What each side heard of places."""
    with shop.store.session():
        return [
            [
                json.loads(each.body)["lines"]
                for each in shop.store.journal.after(shop.partners[name].id, 0, 500)
                if each.fact == kind
            ]
            for name in ("acme", "northwind")
        ]


def test_a_return_without_a_place_waits_for_one_and_gets_the_first_that_is_declared(
    bare: Shop,
) -> None:
    made = asked(bare)

    assert (made.state, made.held_for, handles(made)) == (State.APPROVED, PLACE, [None])
    assert bare.place() == 0
    bare.declares("acme", "dock")
    bare.declares("acme", "yard")
    assert (bare.place(), bare.place()) == (1, 0)
    now = bare.look(made)
    assert (now.held_for, handles(now)) == ("", ["dock"])
    place = [[{"line": now.lines[0].id, "location": "dock"}]]
    assert told(bare, "return_place") == [place, place]


def test_a_place_that_the_policy_names_is_waited_for_by_its_name(bare: Shop) -> None:
    made = asked(bare, TO % "garage")

    bare.declares("acme", "dock")
    assert (bare.place(), bare.look(made).held_for) == (0, PLACE)
    bare.declares("acme", "garage")
    assert (bare.place(), handles(bare.look(made))) == (1, ["garage"])


def test_a_country_that_the_policy_names_is_any_place_there(bare: Shop) -> None:
    made = asked(bare, TO % "country US")

    bare.declares("acme", "dock")
    assert (bare.place(), handles(bare.look(made))) == (1, ["dock"])


def test_goods_that_go_to_no_place_of_the_supplier_wait_for_none(bare: Shop) -> None:
    made = asked(bare, TO % "store_of_purchase")

    assert (made.held_for, bare.place()) == ("", 0)


def test_a_place_of_a_supplier_that_is_called_as_one_of_others_holds_up_nobody(bare: Shop) -> None:
    bare.sells("globex", TO % "store_of_purchase", places=())
    bare.orders("globex", "N-2", lines=LINES)
    bare.one(number="N-2")
    bare.declares("globex", "store_of_purchase")
    made = asked(bare)
    bare.declares("acme", "dock")

    assert (bare.place(), handles(bare.look(made))) == (1, ["dock"])


def test_a_return_that_waits_for_a_person_too_goes_on_waiting_once_it_has_its_place(
    bare: Shop,
) -> None:
    made = asked(bare)
    with bare.store.writing():
        bare.desk().hold(made.id)
        bare.store.returns.hold_for(made.id, "discretionary")
    bare.declares("acme", "dock")

    assert (bare.place(), bare.look(made).held_for) == (1, "discretionary")


def test_an_order_that_names_no_place_goes_to_the_first_that_its_supplier_declared(
    bare: Shop,
) -> None:
    bare.sells("acme", places=("dock", "yard"))
    bare.orders("acme", lines=LINES)

    assert handles(bare.one()) == ["dock"]


def test_what_was_sent_already_is_not_directed_any_more(bare: Shop) -> None:
    made = asked(bare)
    bare.move(made, "ship", "UPS", "1Z999", who=RETAILER)
    bare.declares("acme", "dock")

    assert bare.place() == 0
    now = bare.look(made)
    assert (now.state, now.held_for, handles(now)) == (State.IN_TRANSIT, "", [None])


@pytest.mark.parametrize("seed", range(12))
def test_a_return_waits_for_a_place_exactly_while_it_is_approved_and_has_none(
    bare: Shop, seed: int
) -> None:
    random = Random(seed)
    made = asked(bare, PLAIN if seed % 2 else TO % "garage")
    acts = {
        "declare": lambda: bare.declares("acme", random.choice(("dock", "garage"))),
        "place": bare.place,
        "ship": lambda: bare.move(made, "ship", "UPS", "1Z999", who=RETAILER),
        "cancel": lambda: bare.move(made, "cancel", "so"),
        "close": lambda: bare.move(made, "close", "so"),
        "reopen": lambda: bare.move(made, "reopen", "so"),
        "pass": lambda: bare.clock.pass_days(40),
        "wake": bare.wake,
    }
    for name in random.choices(list(acts), k=10):
        with suppress(RequestFault):  # a step that it is not the time for
            acts[name]()
        now = bare.look(made)
        nowhere = now.state is State.APPROVED and handles(now) == [None]
        assert (now.held_for == PLACE) == nowhere, name
