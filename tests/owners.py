"""Who may say a fact, in plain words and apart from the tables of the engine.

What holds of each record of the register follows from what it says of itself, so that a new
record is tried by being there.
"""

from __future__ import annotations

from typing import Any, Final

from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact, FactType, Moment, Owner

WHO: Final = {
    Owner.ORDER: "the record of the order",
    Owner.SUPPLIER: "the supplier",
    Owner.RETAILER: "the retailer",
    Owner.CARRIER: "the carrier",
    Owner.INSPECTION: "an inspection",
    Owner.PERSON: "a person at the supplier",
    Owner.DERIVED: "nobody",
}
"""How a refusal names the one who may."""

FIXED: Final = frozenset(
    {"retailer", "programme", "sku", "unit_price", "item_price", "return_value", "order_total"}
    | {"quantity", "quantity_ordered", "order_lines", "line_count"}
)
"""What the record alone says of money, units and scope; nobody even supposes it."""

OF_A_RETURN: Final = frozenset(
    {"request_sent", "request_received", "rma_issued", "label_received", "received_back"}
    | {"return_by", "seller_acted", "partner_replied", "repair_asked", "repair_done"}
    | {"shipped_back", "label_used"}
)
"""Steps of a return, which no order has."""


def supplies(handle: str) -> bool:
    """Whether a caller stands on the supplier's side; an agent stands where it works."""
    return handle.startswith("acme")


def may_say(fact: Fact, handle: str, at: Moment) -> bool:
    """Whether somebody may say what is not on record, when a return is asked for or answered."""
    if list(Moment).index(at) > list(Moment).index(fact.until):
        return False
    if fact.told_by in (Owner.DERIVED, Owner.INSPECTION):
        return False
    if not supplies(handle):
        return fact.told_by is Owner.RETAILER
    return not (fact.told_by is Owner.RETAILER and at is Moment.RECEIPT)


def may_record(fact: Fact, handle: str) -> bool:
    """Whether somebody may write it into the record of an order."""
    if fact.name in FIXED | OF_A_RETURN:
        return False
    if fact.told_by is Owner.SUPPLIER:
        return supplies(handle)
    return fact.told_by in (Owner.ORDER, Owner.CARRIER)


def may_describe(fact: Fact) -> bool:
    """Whether a supplier may declare it of a product."""
    return may_record(fact, "acme") and fact.told_by is not Owner.CARRIER


def value(fact: Fact, other: bool = False) -> Any:
    """A value of its type; the other one is told apart from it."""
    words = fact.words or ("thing", "something")
    last = -1 if other or fact.name == "lacking" else 0
    of_type: dict[FactType, Any] = {
        FactType.WORD: words[last],
        FactType.SET: [words[last]],
        FactType.YES_NO: not other,
        FactType.COUNT: 8 if other else 7,
        FactType.NUMBER: 3 if other else 2,
        FactType.PERCENT: "20%" if other else "10%",
        FactType.MONEY: "USD 2.00" if other else "USD 1.00",
        FactType.DATE: "2025-05-13" if other else "2025-05-12",
    }
    return of_type[fact.type]


def said(fact: Fact, other: bool = False) -> dict[str, Any]:
    """A fact as it is sent with all that it needs."""
    found = {"name": fact.name, "value": value(fact, other)}
    if fact.told_by is Owner.CARRIER:
        found["source"] = "UPS 1Z 999"
    if fact.told_by is Owner.PERSON:
        found["why"] = "A known fault."
    return found


def names_who(message: str, fact: Fact) -> bool:
    """Whether a refusal names the fact, and who may say it or until when."""
    return f"`{fact.name}`" in message and (
        WHO[fact.told_by] in message or "not any more" in message
    )


BUILT_IN: Final = tuple(SENT.values())
