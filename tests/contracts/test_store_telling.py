"""Each side's journal gets what is for that side, whoever else changes something at the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
import pytest

from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.journal.kinds import Sides
from adapters.store.lifetime.withdrawing import WithdrawalRequest
from adapters.store.publishing import Draft, publish
from adapters.store.records import Edition, Location, Product, Status
from adapters.store.stock.channels import Wanted
from adapters.store.stock.sharing import ChannelKind
from engine.errors import RequestFault
from engine.journal import canonical
from engine.money import Money
from engine.stock.moves import Counted
from services.orders import adding
from tests.contracts.conftest import NOW, World

POLICY = """
policy: acme/{name}
version: {version}
title: A policy
effective: {{from: {first}}}
applies_by: ordered
currency: USD
for: {scope}
window: {{days: 30, counted_from: delivered}}
"""
ROUNDS = 12
_NUMBERS = count(1)


def heard(world: World, handle: str) -> list[tuple[str, dict[str, Any]]]:
    """What the journal of a partner holds, entry after entry."""
    with world.store.session():
        entries = world.store.journal.after(world.partners[handle].id, 0, 1_000)
    return [(each.fact, msgspec.json.decode(each.body)) for each in entries]


def kinds(world: World, handle: str, *of: str) -> list[str]:
    return [fact for fact, _ in heard(world, handle) if fact in of]


def published(world: World, scope: str, version: int = 1, first: str = "2024-01-01") -> Edition:
    text = POLICY.format(name="some", scope=scope, version=version, first=first)
    with world.store.session(), world.store.atomic():
        made = publish(world.store, world.partners["acme"], Draft(text=text, by="key 1"))
    assert isinstance(made, Edition), made
    return made


def end(world: World, supplier: str, retailer: str) -> None:
    pair = {"supplier": world.partners[supplier].id, "retailer": world.partners[retailer].id}
    with world.store.writing():
        world.store.partners._tables.Partnership.get(**pair).status = Status.ENDED


# --- what an entry may be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "others", "body"),
    [
        ("nothing_known", (), {}),
        ("lane_stopped", (), {"secret": "x"}),
        ("lane_stopped", ("northwind",), {"reason": "x"}),
    ],
)
def test_an_entry_that_nobody_thought_of_is_not_written(
    world: World, fact: str, others: tuple[str, ...], body: dict[str, Any]
) -> None:
    journal, before = world.store.journal, heard(world, "acme")
    to = Sides(own=world.partners["acme"].id, others=others)

    with pytest.raises(ValueError, match=f"`{fact}`"), world.store.writing():
        journal.tell(to, "worker", "x", fact, **body)

    assert heard(world, "acme") == before


def test_what_a_side_may_not_see_is_not_written_into_its_journal(world: World) -> None:
    to = Sides.between(world.partners["acme"].id, world.partners["northwind"].id)
    said = {"amount": "USD 1.00", "instrument": "refund", "state": "planned", "trouble": "over"}
    with world.store.writing():
        world.store.journal.tell(to, "policy", "st_1", "settlement_planned", **said)

    assert heard(world, "acme")[-1] == ("settlement_planned", said)
    del said["trouble"]
    assert heard(world, "northwind")[-1] == ("settlement_planned", said)


def test_money_of_one_side_alone_is_told_once_and_whole(world: World) -> None:
    own = world.partners["northwind"].id
    with world.store.writing():
        world.store.journal.tell(
            Sides.between(own, own), "worker", "st_1", "settlement_failed", reason="expired"
        )

    assert heard(world, "northwind")[-1] == ("settlement_failed", {"reason": "expired"})
    assert kinds(world, "northwind", "settlement_failed") == ["settlement_failed"]


@pytest.mark.parametrize(
    ("handle", "read"),
    [("acme", {"kind": "webhook", "buffer": 3}), ("northwind", {"kind": "webhook"})],
)
def test_fields_of_an_earlier_release_that_a_side_may_not_see_are_left_out(
    world: World, handle: str, read: dict[str, Any]
) -> None:
    journal, caller = world.store.journal, world.principals[handle]
    said = {"kind": "webhook", "buffer": 3, "address": "https://shop.example/hooks/Zm9v"}
    with world.store.writing():
        told = ("2025-01-01T00:00:00", "worker", "channel:1", "channel_put")
        journal._held((caller.tenant,)).add(caller.tenant, told, canonical(said))

    with world.store.session():
        (found,) = journal.seen(caller, 0, 500, ["channel_put"])
        assert journal.verify() == ()
    assert msgspec.json.decode(found.body) == read


# --- who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("{channel: [online]}", ["northwind", "southgate"]),
        ("{retailer: [southgate]}", ["southgate"]),
        ("{retailer: [northwind, globex-shop]}", ["northwind"]),
        ("{programme: [club]}", []),
    ],
)
def test_a_publication_is_told_to_retailers_whose_orders_it_may_govern(
    world: World, scope: str, told: list[str]
) -> None:
    published(world, scope)

    names = ("northwind", "southgate", "globex")
    assert [each for each in names if kinds(world, each, "policy_published")] == told
    assert "northwind" not in str(heard(world, "southgate"))


def test_a_partnership_that_has_ended_is_told_nothing(world: World) -> None:
    end(world, "acme", "southgate")

    published(world, "{channel: [online]}")

    assert kinds(world, "southgate", "policy_published", "policy_affected") == []


def test_who_loses_an_edition_and_gets_it_back_hears_no_more_than_that(world: World) -> None:
    published(world, "{retailer: [southgate]}")
    other = published(world, "{retailer: [northwind]}", version=2, first="2025-01-01")
    with world.store.session(), world.store.atomic():
        world.store.withdrawing.withdraw(
            WithdrawalRequest(edition=other, first=None, why="so", by="key 1")
        )

    told = [each for each in heard(world, "southgate") if each[0] == "policy_affected"]
    assert told == [
        ("policy_affected", {"policy": "acme/some", "from": "2025-01-01"}),
        ("policy_affected", {"policy": "acme/some", "from": None}),
    ]


def test_a_retailer_hears_of_products_that_it_knows_and_that_changed(world: World) -> None:
    ordered(world, "northwind", "acme", "SHOE-9")
    lamp = Product(sku="LAMP-1", title="Lamp", facts={"category": "lighting", "tags": ["new"]})
    shoe = Product(sku="SHOE-9", title="Boot", facts={"tags": ["final_sale"]})
    unknown = Product(sku="TENT-2", title="Tent", facts={})
    with world.store.session(), world.store.atomic():
        world.store.goods.put(world.partners["acme"], [lamp, shoe, unknown], "key 1")

    fact, body = heard(world, "northwind")[-1]
    assert (fact, [each["sku"] for each in body["products"]]) == ("products_put", ["SHOE-9"])
    assert body["products"][0]["changed"] == ["title"]
    mine = {each["sku"]: each["changed"] for each in heard(world, "acme")[-1][1]["products"]}
    assert mine == {"LAMP-1": ["tags"], "SHOE-9": ["title"], "TENT-2": ["title"]}
    assert kinds(world, "southgate", "products_put") == []


def test_a_retailer_that_is_told_stock_hears_of_its_product(world: World) -> None:
    told: dict[str, Any] = {"kind": ChannelKind.CSV, "snapshot_due": NOW}
    with world.store.writing():
        supplier = world.partners["acme"].id
        counted = Counted(sku="LAMP-1", location="main", quantity=5, cause="count")
        world.store.stock.count(supplier, [counted], "key 1")
        world.store.channels.put(world.principals["acme"], Wanted(retailer="southgate", **told))
    with world.store.session(), world.store.atomic():
        products = [Product(sku="LAMP-1", title="Lantern", facts={"category": "lighting"})]
        world.store.goods.put(world.partners["acme"], products, "key 1")

    assert kinds(world, "southgate", "products_put") == ["products_put"]
    assert kinds(world, "northwind", "products_put") == []


def test_the_same_again_is_the_suppliers_alone_to_hear(world: World) -> None:
    ordered(world, "northwind", "acme", "LAMP-1")
    place = Location(handle="main", name="Dock 1", lines=("1 Dock Road",), country="US")
    lamp = Product(sku="LAMP-1", title="Lamp", facts={"category": "lighting"})
    before = heard(world, "northwind")
    with world.store.session(), world.store.atomic():
        world.store.goods.put(world.partners["acme"], [lamp], "key 1")
        world.store.goods.put_location(world.partners["acme"], place, "key 1")

    assert heard(world, "northwind") == before
    assert [fact for fact, _ in heard(world, "acme")[-2:]] == ["products_put", "location_put"]


# --- all at once ----------------------------------------------------------------------------------


def ordered(world: World, retailer: str, supplier: str, sku: str = "LAMP-1") -> None:
    add_orders(world, retailer, [(supplier, sku)])


def add_orders(world: World, retailer: str, lines: list[tuple[str, str]]) -> None:
    drafts = [
        OrderDraft(
            number=f"N-{next(_NUMBERS)}",
            supplier=supplier,
            retailer=retailer,
            currency="USD",
            dates={"ordered": "2025-05-01"},
            lines=[LineDraft(number="1", sku=sku, quantity=1, unit_price=Money(100, "USD"))],
        )
        for supplier, sku in lines
    ]
    with world.store.session(), world.store.atomic():
        adding.add_orders(world.store, world.principals[retailer], drafts)


def test_those_who_tell_many_wait_for_each_other_and_never_in_a_circle(world: World) -> None:
    both = [("globex", "LAMP-1"), ("acme", "LAMP-1"), ("globex", "LAMP-1")]
    versions = count(1)

    def edition() -> None:
        version = next(versions)
        published(world, "{channel: [online]}", version, f"2024-01-{version:02}")

    def terms() -> None:
        acme = world.principals["acme"]
        with world.store.session(), world.store.atomic():
            for each in world.store.partnerships.all_of(acme):
                world.store.partnerships.set_terms(acme, each.id, "acme/some", {})
                world.store.partnerships.allow_refunds(acme, each.id, allow=True)

    def places() -> None:
        place = Location(handle="main", name=f"{next(_NUMBERS)}", lines=("x",), country="US")
        with world.store.session(), world.store.atomic():
            world.store.goods.put_location(world.partners["globex"], place, "key 1")
            world.store.goods.put_location(world.partners["globex"], place, "key 1")

    work: list[Callable[[], None]] = [
        edition,
        terms,
        places,
        lambda: add_orders(world, "southgate", both),
        lambda: add_orders(world, "southgate", both[::-1]),
        lambda: add_orders(world, "northwind", both[1:2] * 3),
    ]
    assert faults(world, work) == []
    with world.store.session():
        assert world.store.journal.verify() == ()
    assert len(kinds(world, "southgate", "order_added")) == ROUNDS * 6


def faults(world: World, work: list[Callable[[], None]]) -> list[str]:
    """What came of doing each again and again, all at the same time."""
    found: list[str] = []

    def repeat(do: Callable[[], None]) -> None:
        try:
            for _ in range(ROUNDS):
                do()
        except RequestFault as fault:
            found.append(f"{fault.code}: {fault.message}")
        finally:
            world.store.close()

    threads = [threading.Thread(target=repeat, args=(each,)) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found
