"""A return whose goods have nowhere to go waits for its supplier's place, and says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import Store
from adapters.store.drafts import LineDraft
from adapters.store.ordering.records import Change, LineChange
from adapters.store.records import Edition
from adapters.store.returns.records import Return
from engine.errors import PolicyFaults, RequestFault, TakebackError
from engine.money import Money
from engine.policy.editions import PolicyFile
from engine.returns.lifecycle import State
from services.orders.updating import update_order
from services.returns.decision_service import DecisionService
from services.returns.due_deadlines import wake_due
from services.returns.placing import PLACE
from services.workers.returning import Returner
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.contracts.returns.building import PLAIN, RETAILER, Shop, opened
from tests.contracts.returns.test_in_parts import EARLY

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


def shipped_from(shop: Shop, place: str) -> None:
    """Its supplier says on the order from which place the first line was shipped."""
    with shop.store.session(), shop.store.atomic():
        acme = shop.store.partners.acting(shop.partners["acme"])
        (family,) = shop.store.orders.numbered(acme, ["N-1"])
        change = Change(lines=(LineChange(line="1", location=place),))
        update_order(shop.store, acme, family.order.id, change, "so")


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


def test_a_return_without_a_place_waits_for_one_and_gets_it_once_it_is_declared(
    bare: Shop,
) -> None:
    made = asked(bare)

    assert (made.state, made.held_for, handles(made)) == (State.APPROVED, PLACE, [None])
    assert bare.place() == 0
    bare.declares("acme", "dock")
    assert (bare.place(), bare.place()) == (1, 0)
    now = bare.look(made)
    assert (now.held_for, handles(now)) == ("", ["dock"])
    place = [[{"line": now.lines[0].id, "location": "dock"}]]
    assert told(bare, "return_place") == [place, place]


EXPIRES = (
    PLAIN.replace("window: {days: 30, counted_from: delivered}", "")
    + """
deadlines:
  request: {counted_from: delivered, within: 30 days}
  expiry: {counted_from: rma_issued, within: 14 days, event: shipped_back, if_late: go_on}
"""
)


def test_no_day_runs_out_while_there_is_nowhere_to_send_the_goods(bare: Shop) -> None:
    made = asked(bare, EXPIRES)
    for _ in range(4):
        bare.clock.pass_days(10)
        bare.wake()
    waits = bare.look(made)
    assert (waits.state, waits.held_for, waits.expires_on) == (State.APPROVED, PLACE, None)

    bare.declares("acme", "dock")
    placed, now = bare.place(), bare.look(made)
    day = (bare.clock() + timedelta(days=14)).date().isoformat()
    assert (placed, now.state, now.expires_on) == (1, State.APPROVED, day)
    bare.clock.pass_days(16)
    bare.wake()
    assert bare.look(made).state is State.EXPIRED


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
        bare.service().hold(made.id)
        bare.store.returns.hold_for(made.id, "discretionary")
    bare.declares("acme", "dock")

    assert (bare.place(), bare.look(made).held_for) == (1, "discretionary")


def test_an_order_that_names_no_place_goes_to_the_only_one_that_its_supplier_has(
    bare: Shop,
) -> None:
    bare.sells("acme", places=("dock",))
    bare.orders("acme", lines=LINES)

    assert handles(bare.one()) == ["dock"]


def test_of_several_places_nobody_knows_which_until_the_order_says(bare: Shop) -> None:
    bare.sells("acme", places=("dock", "yard"))
    bare.orders("acme", lines=LINES)
    made = bare.one()

    assert (made.held_for, handles(made), bare.place()) == (PLACE, [None], 0)
    shipped_from(bare, "yard")
    assert (bare.place(), handles(bare.look(made))) == (1, ["yard"])


def test_what_was_sent_already_is_not_directed_any_more(bare: Shop) -> None:
    made = asked(bare)
    bare.move(made, "ship", "UPS", "1Z999", who=RETAILER)
    bare.declares("acme", "dock")

    assert bare.place() == 0
    now = bare.look(made)
    assert (now.state, now.held_for, handles(now)) == (State.IN_TRANSIT, "", [None])


class Unreading(Library):
    """Of a Takeback that cannot read a policy any more."""

    fault: TakebackError
    named = "acme/odd"

    def file(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        if edition.policy == self.named:
            raise self.fault
        return super().file(store, edition, terms)


@pytest.mark.parametrize("fault", [RequestFault("policy_gone", "It is gone."), PolicyFaults(())])
def test_a_return_whose_policy_is_gone_is_put_off_and_holds_up_no_other(
    bare: Shop, fault: TakebackError
) -> None:
    bare.sells("acme", PLAIN, places=())
    bare.publishes("acme", "for: {category: lighting}\n" + PLAIN, "odd")
    for number in ("N-1", "N-2"):
        bare.orders("acme", number, lines=LINES)
    odd, sound = bare.one(), bare.one("2", "N-2")
    bare.declares("acme", "dock")
    unreading = Unreading(policies_folder())
    unreading.fault = fault

    done = [Returner(bare.store, unreading).work() for _ in range(3)]
    assert (sum(done) <= 2, done[-1]) == (True, 0)
    assert (handles(bare.look(odd)), handles(bare.look(sound))) == ([None], ["dock"])
    bare.clock.pass_days(1 / 24)
    assert Returner(bare.store, bare.library).work() > 0
    assert handles(bare.look(odd)) == ["dock"]
    unreading.close()


@pytest.mark.parametrize("days", [-5, 0, 5, 40])
def test_a_return_that_failed_under_a_wrong_clock_is_tried_again_within_two_days(
    bare: Shop, days: int
) -> None:
    bare.sells("acme", EARLY, places=("dock",))
    bare.orders("acme", "N-1", lines=LINES)
    made = bare.one(condition="used")
    unreading = Unreading(policies_folder())
    unreading.fault, unreading.named = RequestFault("policy_gone", "It is gone."), "acme/standard"
    bare.clock.pass_days(days + 20)
    with bare.store.writing():
        assert wake_due(DecisionService(bare.store, unreading))
    bare.clock.pass_days(-days)
    for _ in range(5):
        bare.clock.pass_days(0.5)
        while bare.wake():
            pass

    assert bare.look(made).state is State.EXPIRED
    unreading.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_return_waits_for_a_place_exactly_while_it_is_approved_and_has_none(
    bare: Shop, seed: int
) -> None:
    random, named, declared = Random(seed), seed % 2 == 0, set[str]()
    made = asked(bare, TO % "garage" if named else PLAIN)

    def declare() -> None:
        declared.add(place := random.choice(("dock", "garage")))
        bare.declares("acme", place)

    acts = {
        "declare": declare,
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
        if name == "place" and nowhere:
            assert "garage" not in declared if named else len(declared) != 1
