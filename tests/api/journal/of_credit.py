"""Account credit that is used up, paid out, and limited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.journal.of_money import ordered, refund
from tests.api.journal.world import World, chapter


def of_northwind(world: World, **said: Any) -> dict[str, Any]:
    return {"partnership": world.partnership("northwind"), "currency": "USD", **said}


@chapter("setCreditLimit", by="acme", acme="credit_limit_set")
def up_to_how_much_is_meant_to_stand(world: World) -> None:
    world.do("acme", "setCreditLimit", **of_northwind(world, limit=100))


@chapter("useCredit", by="acme", acme="credit_used", northwind="credit_used")
def credit_that_was_taken_off_an_invoice(world: World) -> Iterator[None]:
    """What no gateway can pay is credited instead."""
    order = ordered("northwind", "kept here", payment={"amount": 12_000})
    (added,) = world.do("acme", "addOrders", orders=[order])["orders"]
    by_hand = refund(world, "acme", "refundOrder", added["id"])
    world.do("acme", "resolveSettlement", settlement=by_hand, resolution="CREDIT_INSTEAD")
    yield
    world.do("acme", "useCredit", **of_northwind(world, amount=30, invoice="of Ada Quill"))


@chapter("payOutCredit", by="acme", acme="credit_paid_out", northwind="credit_paid_out")
def credit_that_was_paid_by_hand(world: World) -> None:
    said = {"amount": 20, "how": "cheque", "reference": "cheque 13"}
    world.do("acme", "payOutCredit", **of_northwind(world, **said))
