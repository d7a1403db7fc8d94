"""Finds the return-to address of a line, also later, once its supplier has declared one."""

from __future__ import annotations

from typing import Final

from adapters.store.database import Store
from adapters.store.records import Location, OrderLine
from adapters.store.returns.records import Return, ReturnLine, ReturnTo
from engine.errors import RequestFault
from engine.returns.instructions import SHIPPED_FROM, country_of
from engine.returns.lifecycle import State
from services.returns.decision_service import DecisionService

MOST_NAMED: Final = 10
PLACE: Final = "place"
"""What a return is held for if its goods have nowhere to go: its supplier has to say."""


def place_of(store: Store, line: OrderLine, goods_to: str | None) -> Location | None:
    """Returns the location that the policy names; else where the goods were shipped from.

    For a country it is the first location declared there. If the order names no location, it is the
    supplier's only one; with several, None.
    """
    supplier = line.order.supplier.id
    if country := country_of(goods_to or ""):
        return store.goods.first_location(supplier, country)
    named = store.goods.location(supplier, goods_to) if goods_to else None
    if named or goods_to not in SHIPPED_FROM:
        return named
    return line.location or store.goods.only_location(supplier)


def address_of(place: Location) -> ReturnTo:
    """Returns a location of a supplier as a return-to address."""
    return ReturnTo(handle=place.handle, name=place.name, lines=place.lines, country=place.country)


def unknown_place(store: Store, supplier: str, said: str) -> RequestFault:
    """Returns the error for a location that the supplier does not have, listing those it has."""
    handles = store.goods.handles(supplier)
    known = ", ".join(f"`{each}`" for each in handles[:MOST_NAMED])
    text = f"You have no place `{said[:60]}`" if said else "Nothing says where it arrived"
    text += f": name one of {known}." if handles else ", and have declared none."
    more = "`putProducts` (Stock, Places) or `takeback products place` declares one."
    return RequestFault("unknown_location", f"{text} {more}", "location")


def nowhere(found: Return) -> list[ReturnLine]:
    """Returns the lines of an approved return that have to be sent and have nowhere to go."""
    return [line for line in found.lines if line.nowhere] if found.state is State.APPROVED else []


def give_places(service: DecisionService, by: str, found: Return) -> int:
    """Sets the addresses of the lines of a locked return that lack one; returns how many."""
    given = []
    for line in (each for each in found.lines if each.nowhere):
        _, ordered = service.ordered(line.order_line)
        place = place_of(service.store, ordered, line.location or None)
        if place is not None:
            service.store.returns.direct(line.id, place.handle, address_of(place))
            given.append({"line": line.id, "location": place.handle})
    if given:
        service.store.returns.tell(found.id, by, "return_place", lines=given)
    return len(given)
