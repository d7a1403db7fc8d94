"""Who may state a fact, where, and until when: the one place where every input is checked.

Facts that are only supposed, in a preview or a question before a return, may be stated by anybody
and are not checked. Facts that are on record, or follow from the record, are never stated at a
return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from engine.errors import RequestFault
from engine.policy.vocabulary import Fact, Moment, Owner


class Side(StrEnum):
    """The side that somebody acts for; a support agent acts for the side it works for."""

    SUPPLIER = "supplier"
    RETAILER = "retailer"


AT_A_RETURN: Final[Mapping[Owner, frozenset[Side]]] = {
    Owner.ORDER: frozenset({Side.SUPPLIER}),
    Owner.SUPPLIER: frozenset({Side.SUPPLIER}),
    Owner.RETAILER: frozenset(Side),
    Owner.CARRIER: frozenset({Side.SUPPLIER}),
    Owner.INSPECTION: frozenset(),
    Owner.PERSON: frozenset({Side.SUPPLIER}),
    Owner.DERIVED: frozenset(),
}
"""Who may state a fact that is not on record, when a return is requested or its facts are answered.

The supplier may state the retailer's facts if it opens the return itself and nobody has stated them
yet; `services.returns.moving` refuses its answers to returns that the retailer opened.
"""

ON_RECORD: Final[Mapping[Owner, frozenset[Side]]] = {
    Owner.ORDER: frozenset(Side),
    Owner.SUPPLIER: frozenset({Side.SUPPLIER}),
    Owner.RETAILER: frozenset(),
    Owner.CARRIER: frozenset(Side),
    Owner.INSPECTION: frozenset(),
    Owner.PERSON: frozenset(),
    Owner.DERIVED: frozenset(),
}
"""Who may write which facts into an order's record; a retailer's may await confirmation."""

_OF_GOODS: Final = frozenset({Owner.ORDER, Owner.SUPPLIER})
"""Owners of facts that a supplier may declare of its goods; events happen to orders instead."""

PAPERS: Final = "evidence"
"""The fact whose words are papers; whatever is missing and is not a fact is one of them."""
LANGUAGE: Final = 2
"""The version of the language that editions are published in; version 1 had no owners of facts."""

_WHO: Final[Mapping[Owner, str]] = {
    Owner.ORDER: "the record of the order, which its supplier keeps",
    Owner.SUPPLIER: "the supplier",
    Owner.RETAILER: "the retailer",
    Owner.CARRIER: "the carrier, through the supplier",
    Owner.INSPECTION: "an inspection of the goods",
    Owner.PERSON: "a person at the supplier, with a reason",
    Owner.DERIVED: "nobody: it is worked out",
}
_STEPS: Final[Mapping[Moment, str]] = {
    Moment.PURCHASE: "with the product, before anybody buys it",
    Moment.REQUEST: "before a return is approved",
    Moment.RECEIPT: "until the return is settled",
}
_ORDER: Final = tuple(Moment)


def owned(facts: Mapping[str, Fact], language: int) -> Mapping[str, Fact]:
    """Returns the facts of a policy with their owners, by the language version of its edition.

    Before there were owners, a policy's own facts were the claimant's to state.
    """
    if language >= LANGUAGE:
        return facts
    return {
        name: fact
        if fact.owner_named or fact.counter
        else replace(fact, told_by=Owner.RETAILER, until=Moment.RECEIPT, found=True)
        for name, fact in facts.items()
    }


def may_say(fact: Fact, side: Side, at: Moment) -> bool:
    """Returns whether a side may state a fact at a step of a return, if it is not on record."""
    if side is Side.SUPPLIER and fact.told_by is Owner.RETAILER and at is Moment.RECEIPT:
        return False
    return side in AT_A_RETURN[fact.told_by] and not _too_late(fact, at)


def check_said(fact: Fact, value: object, side: Side, at: Moment) -> None:
    """Raises `RequestFault` `not_yours_to_say`, naming who may state the fact and until when."""
    if not may_say(fact, side, at):
        raise RequestFault("not_yours_to_say", _refusal(fact, side, at), fact.name)
    for word in _words(value):
        owner = fact.others_words.get(word)
        if owner is not None and side not in AT_A_RETURN[owner]:
            said = f"`{word}` in `{fact.name}` is not yours to say; who tells it is {_WHO[owner]}."
            raise RequestFault("not_yours_to_say", said, fact.name)


def check_recorded(fact: Fact, side: Side) -> None:
    """Raises `RequestFault` for a fact that a side may not write into an order; names its owner."""
    if not ON_RECORD[fact.told_by]:
        said = f"`{fact.name}` is in no record of an order; who tells it is {who_tells(fact)}."
        raise RequestFault("not_yours_to_say", said, fact.name)
    if side not in ON_RECORD[fact.told_by]:
        raise RequestFault("not_yours_to_say", _not_yours(fact), fact.name)
    if not fact.recorded:
        said = f"`{fact.name}` follows from the order or is said of a return; leave it out here."
        raise RequestFault("not_of_orders", said, fact.name)


def check_described(fact: Fact) -> None:
    """Raises `RequestFault` for a fact that a supplier may not declare of its goods."""
    if fact.told_by not in _OF_GOODS:
        raise RequestFault("not_yours_to_say", _not_yours(fact), fact.name)
    if not fact.recorded:
        said = f"`{fact.name}` follows from an order or is said of a return, and not of goods."
        raise RequestFault("not_of_goods", said, fact.name)


def is_recorded(fact: Fact) -> bool:
    """Returns whether an order's record may have the fact; another fact found there is void."""
    return fact.recorded and bool(ON_RECORD[fact.told_by])


def who_tells(fact: Fact) -> str:
    """Returns who may state a fact, in words that end a sentence."""
    if fact.own_counter:
        return "nobody: it is counted in the returns themselves"
    said = _WHO[fact.told_by]
    return f"{said}, who counts: {fact.counter}" if fact.counter else said


def missing_from(name: str, facts: Mapping[str, Fact]) -> tuple[str, Owner]:
    """Returns the fact that says what is missing, and its owner; a paper belongs to `evidence`."""
    fact = facts.get(name)
    if fact is not None:
        return name, fact.told_by
    papers = facts[PAPERS]
    return PAPERS, papers.others_words.get(name, papers.told_by)


def _refusal(fact: Fact, side: Side, at: Moment) -> str:
    if side in AT_A_RETURN[fact.told_by] and _too_late(fact, at):
        return f"`{fact.name}` is told {_STEPS[fact.until]}, and not any more now."
    return _not_yours(fact)


def _not_yours(fact: Fact) -> str:
    return f"`{fact.name}` is not yours to say here; who tells it is {who_tells(fact)}."


def _too_late(fact: Fact, at: Moment) -> bool:
    return _ORDER.index(at) > _ORDER.index(fact.until)


def _words(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (str(each) for each in value) if isinstance(value, list | tuple) else ()
