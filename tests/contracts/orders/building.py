"""Orders of northwind with acme, said by either side, in short form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.identity.principal import Principal
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.ordering.records import Amendment, Change, LineChange
from adapters.store.orders import Family
from adapters.store.records import Telling
from engine.errors import RequestFault
from engine.money import Money
from services.orders.adding import add_orders
from services.orders.confirming import Waiting, confirm, decline
from services.orders.permitting import let_tell
from services.orders.updating import update_order
from tests.contracts.conftest import World

LINE = LineDraft(number="1", sku="LAMP-1", quantity=3, unit_price=Money(4_000, "USD"))


def order(*lines: LineDraft, **said: Any) -> OrderDraft:
    usual: dict[str, Any] = {
        "number": "R-1",
        "supplier": "acme",
        "retailer": "northwind",
        "currency": "USD",
        "dates": {"ordered": "2025-05-01"},
    }
    return OrderDraft(lines=lines or (LINE,), **{**usual, **said})


def add(world: World, by: str, draft: OrderDraft) -> Family:
    with world.store.session():
        (family,) = add_orders(world.store, world.principals[by], [draft])
    return family


def tell(world: World, *may: Telling) -> None:
    with world.store.session():
        acme, northwind = world.partners["acme"], world.partners["northwind"]
        joined = world.store.partnerships.between(acme.id, northwind.id)
        assert joined is not None
        let_tell(world.store, world.principals["acme"], joined.id, may)


def amend(world: World, by: str, why: str = "so", **change: Any) -> Amendment | None:
    with world.store.session(), world.store.atomic():
        key = found(world).order.id
        return update_order(world.store, world.principals[by], key, Change(**change), why)


def cancel(world: World, by: str, units: int) -> Amendment | None:
    return amend(world, by, lines=(LineChange(line="1", cancel=units),))


def answer(
    world: World,
    *amendments: Amendment | None,
    order: bool = False,
    declined: str = "",
    by: str = "acme",
) -> None:
    with world.store.session(), world.store.atomic():
        waiting = Waiting(
            orders=[found(world).order.id] if order else [],
            amendments=[each.id for each in amendments if each],
        )
        if declined:
            decline(world.store, principal(world, by), waiting, declined)
        else:
            confirm(world.store, principal(world, by), waiting)


def principal(world: World, by: str) -> Principal:
    return world.principals[by]


def found(world: World, number: str = "R-1") -> Family:
    """How an order stands; inside a session."""
    (family,) = world.store.orders.numbered(world.principals["acme"], [number])
    return family


def now(world: World, number: str = "R-1") -> Family:
    with world.store.session():
        return found(world, number)


def refused(work: Callable[[], object]) -> str:
    """The code with which something is refused."""
    try:
        work()
    except RequestFault as fault:
        return fault.code
    return ""


def facts(world: World, of: str, subject: str) -> list[str]:
    """What a partner's journal says of one thing."""
    with world.store.session():
        entries = world.store.journal.about(world.partners[of].id, subject)
    return [each.fact for each in entries]
