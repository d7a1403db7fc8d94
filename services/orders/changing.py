"""Checks a change of an order against the stored order, and applies it value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.store.database import Store
from adapters.store.money.records import Settlement, unmoved_of
from adapters.store.ordering.days import date_faults, future_faults
from adapters.store.ordering.faults import OrderFault
from adapters.store.ordering.records import Change, Event, LineChange, Speaker, Told
from adapters.store.orders import Family
from adapters.store.records import Order, OrderLine
from adapters.store.tracking import check_parcel
from engine.countries import wrong_country
from engine.errors import RequestFault, inside
from engine.money import Money
from engine.policy.faults import nearest
from engine.policy.register.built_in import SENT
from services.orders.adding import zones_between
from services.orders.noting import note
from services.orders.paying import pay
from services.orders.telling import AMENDABLE

MOST_PARCELS: Final = 50


def check(store: Store, family: Family, change: Change) -> None:
    """Raises `RequestFault` for an invalid change; lock the order first if it is applied next."""
    order = family.order
    if change == Change():
        raise RequestFault("nothing_to_change", "Say what changes of the order.")
    if change.country and (wrong := wrong_country(change.country)):
        raise RequestFault("wrong_country", wrong, "country")
    if len(change.tracking) + len(order.tracking) > MOST_PARCELS:
        raise RequestFault("too_large", f"An order has at most {MOST_PARCELS} parcels.", "tracking")
    for index, parcel in enumerate(change.tracking):
        with inside(f"tracking[{index}]"):
            check_parcel(parcel)
    for index, each in enumerate(change.lines):
        _check_line(store, _line(family, each, f"lines[{index}]"), each, f"lines[{index}]")
    for at, dates in _dates_of(change):
        _raise_first([*future_faults(dates, at, store.now())])
    _check_days(family, change, zones_between(store, order.supplier.id, order.retailer.handle))


def _dates_of(change: Change) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The dates of an order and of its lines, each with its path."""
    yield "", change.dates
    for index, each in enumerate(change.lines):
        yield f"lines[{index}]", each.dates


def _raise_first(faults: Sequence[OrderFault]) -> None:
    for fault in faults:
        raise RequestFault(fault.code, fault.message, fault.path)


def _line(family: Family, each: LineChange, path: str) -> OrderLine:
    for line in family.lines:
        if line.number == each.line:
            return line
    said = f"The order `{family.order.number}` has no line `{each.line[:60]}`."
    raise RequestFault("not_found", said, f"{path}.line")


def _check_line(store: Store, line: OrderLine, each: LineChange, path: str) -> None:
    if each.location and store.goods.location(line.order.supplier.id, each.location) is None:
        said = f"There is no location `{each.location[:60]}`."
        raise RequestFault("unknown_location", said, f"{path}.location")
    if not 0 <= each.cancel <= line.returnable:
        raise RequestFault(
            "too_many_cancelled",
            f"{each.cancel} units of line `{line.number}` are to be cancelled; {line.quantity} "
            f"were ordered, {line.cancelled} are cancelled and {line.returned} came back or are "
            f"asked for, so {line.returnable} can be.",
            f"{path}.cancel",
        )
    gone = store.refunds.taken_of_line(line.id) - _shipping_given(store, line) if each.cancel else 0
    still = line.kept - each.cancel
    left = still * line.unit_price.minor + line.tax_of(still)
    if gone > left:
        currency = line.order.currency
        raise RequestFault(
            "refunded_already",
            f"{Money(gone, currency)} goes back for line `{line.number}`, and "
            f"{Money(left, currency)} would be left of it; cancel fewer units.",
            f"{path}.cancel",
        )


def _shipping_given(store: Store, line: OrderLine) -> int:
    """Returns the outbound shipping that returns of a line gave: it is in no unit's price.

    Of what did not move of a return line, shipping is the first part.
    """
    returns = store.returns.of_order(line.order.id)
    lines = [each for found in returns for each in found.lines if each.order_line == line.id]
    made: dict[str, list[Settlement]] = {each.id: [] for each in lines}
    for each in store.settlements.of_return_lines(list(made)):
        made[each.return_line].append(each)
    return sum(max(0, each.outbound - unmoved_of(made[each.id])) for each in lines)


def _check_days(family: Family, change: Change, zones: tuple[str, ...]) -> None:
    numbers = [each.line for each in change.lines]
    if len(set(numbers)) < len(numbers):
        raise RequestFault("sent_twice", "A line stands twice.", "lines")
    for at, dates in _dates_of(change):
        for name in dates:
            _check_amendable(name, at)
    whole = {**family.order.dates, **change.dates}
    faults = [*date_faults(change.dates, whole, "", zones)]
    for line in family.lines:
        own = dates_after(line, change)
        changed = {
            name: on for name, on in {**change.dates, **own}.items() if line.dates.get(name) != on
        }
        at = f"lines[{numbers.index(line.number)}]" if line.number in numbers else ""
        faults += date_faults(changed, {**whole, **own}, at, zones)
    _raise_first(faults)


def _check_amendable(name: str, at: str) -> None:
    if name in AMENDABLE:
        return
    path = f"{at}.{name}".strip(".")
    if name in SENT and SENT[name].recorded:
        said = f"`{name}` stands as it was said when the order was placed."
        raise RequestFault("not_amendable", said, path)
    said = f"There is no day `{name[:60]}` of an order.{nearest(name, AMENDABLE)}"
    raise RequestFault("unknown_date", said, path)


def dates_after(line: OrderLine, change: Change) -> dict[str, str]:
    """Returns a line's own dates after a change; a changed order date replaces the line's own."""
    for_all = {name: on for name, on in change.dates.items() if name in line.dates}
    mine = next((each.dates for each in change.lines if each.line == line.number), {})
    return {**line.dates, **for_all, **mine}


def make(store: Store, family: Family, change: Change, speaker: Speaker, why: str) -> None:
    """Applies a checked change to a locked order."""
    order = family.order
    told = [*_amend_order(store, order, change)]
    for line in family.lines:
        told += _amend_line(store, line, change)
    if change.payment is not None:
        made = pay(store, family, change.payment, speaker)
        told.append(Told(event=Event.PAYMENT_ADDED, what="payment", new=made.id))
    for each in told:
        said = Told(event=each.event, what=each.what, old=each.old, new=each.new, why=why)
        note(store, order, speaker, said)


def _amend_order(store: Store, order: Order, change: Change) -> Iterator[Told]:
    values: dict[str, object] = {}
    if change.dates:
        values["dates"] = {**order.dates, **change.dates}
        yield from _of_dates("", order.dates, change.dates)
    if change.country and change.country != order.country:
        values["country"] = change.country
        yield _told("country", order.country, change.country)
    if more := [dict(each) for each in change.tracking if each not in order.tracking]:
        values["tracking"] = [*order.tracking, *more]
        yield _told("tracking", list(order.tracking), values["tracking"])
    if values:
        store.standings.amend(order.id, values)


def _amend_line(store: Store, line: OrderLine, change: Change) -> Iterator[Told]:
    own = next((each for each in change.lines if each.line == line.number), None)
    path, dates = f"line {line.number}: ", dates_after(line, change)
    place = own.location if own else ""
    if dates != line.dates or place:
        store.standings.amend_line(line.id, dates, place)
        yield from _of_dates(path, line.dates, dates)
        before = line.location.handle if line.location else None
        if place and place != before:
            yield _told(f"{path}location", before, place)
    if own and own.cancel:
        store.standings.cancel(line.id, own.cancel)
        after = line.cancelled + own.cancel
        yield _told(f"{path}cancelled", line.cancelled, after)


def _of_dates(path: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Told]:
    for name, on in after.items():
        if before.get(name) != on:
            yield _told(f"{path}{name}", before.get(name), on)


def _told(what: str, old: object, new: object) -> Told:
    return Told(event=Event.AMENDED, what=what, old=old, new=new)
