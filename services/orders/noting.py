"""Records who did what to an order, in its history and in both partners' journals."""

from __future__ import annotations

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from adapters.store.journal.kinds import Sides
from adapters.store.ordering.records import Event, Speaker, Told
from adapters.store.records import Order, Standing
from engine.errors import RequestFault

MOST_CHARACTERS = 500


def speaker_of(principal: Principal) -> Speaker:
    """Returns the speaker of a principal; a support agent speaks for its own partner."""
    return Speaker(side=principal.kind, by=principal.by)


def note(store: Store, order: Order, speaker: Speaker, told: Told, **more: object) -> None:
    """Adds an entry to an order's history and to both journals, the supplier's first.

    An added payment is recorded in the journals by the payment itself, so only the history gets an
    entry here.
    """
    store.order_history.add(order.id, speaker, told)
    if told.event is Event.PAYMENT_ADDED:
        return
    body = {"number": order.number, **({"what": told.what} if told.what else {}), **more}
    sides = Sides.between(order.supplier.id, order.retailer.id)
    fact = f"order_{told.event}"
    store.journal.tell(sides, speaker.by, order.id, fact, **body)


def check_confirmed(order: Order, path: str = "order") -> None:
    """Raises `RequestFault` `order_not_confirmed` or `order_declined` for an unconfirmed order."""
    said = waiting(order)
    if said is not None:
        declined = order.standing is Standing.DECLINED
        raise RequestFault("order_declined" if declined else "order_not_confirmed", said, path)


def waiting(order: Order) -> str | None:
    """Returns sentences on what an order waits for, or None if its supplier confirmed it."""
    supplier = order.supplier.handle
    if order.standing is Standing.CONFIRMED:
        return None
    if order.standing is Standing.DECLINED:
        return f"`{supplier}` declined the order `{order.number}`; add it again with what is right."
    return (
        f"The order `{order.number}` waits for `{supplier}`, who confirms it by `confirmOrders`; "
        f"until then nothing of it can come back. {' '.join(order.waits_for)}"
    )


def check_why(why: str, path: str, *, needed: bool) -> str:
    """Returns the stripped reason; raises `RequestFault` if it is too long or lacking."""
    why = why.strip()
    if len(why) > MOST_CHARACTERS or "\0" in why or (needed and not why):
        raise RequestFault("wrong_reason", f"Say why, in 1 to {MOST_CHARACTERS} characters.", path)
    return why


def check_supplier(principal: Principal) -> None:
    """Raises `RequestFault` `not_allowed` for anyone but suppliers and their agents."""
    if principal.kind is not Kind.SUPPLIER:
        raise RequestFault("not_allowed", "An order is confirmed by its supplier.")
