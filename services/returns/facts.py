"""Claims about an order line, and checks of who may state which fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from msgspec import Struct

from engine.errors import RequestFault
from engine.policy.faults import listed, nearest
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import Side, check_said
from engine.policy.vocabulary import Fact, FactType, Moment, Owner
from engine.returns.statements import Statement, Teller

_OWN_FIELDS: Final = ("reason", "condition", "packaging", "evidence", "lacking", "wanted")
_ON_RECORD: Final = (
    *("retailer", "programme", "sku", "unit_price", "item_price", "return_value", "order_total"),
    *("quantity", "quantity_ordered", "order_lines", "line_count"),
)
"""Facts of money, units and scope, which even a hypothetical claim cannot change."""


WORKED_OUT: Final = tuple(name for name, fact in SENT.items() if fact.told_by is Owner.DERIVED)
"""Facts that Takeback states itself: read off its clock, or derived from the record."""


class LineClaim(Struct, frozen=True, kw_only=True, gc=False):
    """What the requester states about a line that may come back.

    `sources` and `whys` are for facts that need one, by the name of the fact.
    """

    quantity: int = 1
    reason: str | None = None
    condition: str | None = None
    packaging: str | None = None
    evidence: tuple[str, ...] | None = None
    lacking: tuple[str, ...] | None = None
    wanted: str | None = None
    facts: tuple[tuple[str, object], ...] = ()
    sources: Mapping[str, str] = {}
    whys: Mapping[str, str] = {}
    requested_on: date | None = None
    requested_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who states facts of a return: side, the key's public part, time, and step of the return."""

    side: Side
    by: str
    at: str
    moment: Moment = Moment.REQUEST


def claimed(said: LineClaim, known: Mapping[str, object]) -> dict[str, object]:
    """Returns the facts a claim adds; raises `RequestFault` if one contradicts the record."""
    found: dict[str, object] = {"quantity": said.quantity}
    for name, value in _named(said):
        if name in _ON_RECORD or (name in known and known[name] != value):
            raise RequestFault(
                "fact_on_record", f"`{name}` is on record and cannot be said otherwise.", name
            )
        if name in found or (name == "requested" and said.requested_on):
            raise RequestFault("sent_twice", f"`{name}` is said twice.", name)
        found[name] = value
    if said.requested_on:
        found["requested"] = said.requested_on.isoformat()
    return {name: value for name, value in found.items() if name not in known}


def answered(said: LineClaim, known: Mapping[str, object]) -> dict[str, object]:
    """Returns the facts that answer a question, without the quantity."""
    found = claimed(said, known)
    return {name: value for name, value in found.items() if name != "quantity"}


def _named(said: LineClaim) -> Iterator[tuple[str, object]]:
    for name in _OWN_FIELDS:
        value = getattr(said, name)
        if value is not None:
            yield name, list(value) if isinstance(value, tuple) else value
    yield from said.facts


def check_claimed(
    claim: Mapping[str, object], said: LineClaim, speaker: Speaker, facts: Mapping[str, Fact]
) -> None:
    """Raises `RequestFault` for facts the speaker may not state, or without source or reason.

    `facts` are the known facts: the built-in ones, or those of the policy that governs.
    """
    for name, value in claim.items():
        fact = facts.get(name)
        if fact is None or (name == "requested" and said.requested_on):
            continue
        check_said(fact, value, speaker.side, speaker.moment)
        _check_noted(fact, said)


def _check_noted(fact: Fact, said: LineClaim) -> None:
    if fact.told_by is Owner.PERSON and not said.whys.get(fact.name, "").strip():
        text = f"`{fact.name}` is a person's judgement; say `why`."
        raise RequestFault("missing", text, fact.name)
    if fact.told_by is Owner.CARRIER and not said.sources.get(fact.name, "").strip():
        text = f"`{fact.name}` is an event; name its `source`, as the carrier and its number."
        raise RequestFault("missing", text, fact.name)


def check_may_date(said: LineClaim, speaker: Speaker) -> None:
    """Raises `RequestFault` unless a supplier sets another request day, with a reason."""
    if said.requested_on is None:
        return
    if speaker.side is not Side.SUPPLIER:
        text = "The day of a request is the day on which it comes; its supplier may say another."
        raise RequestFault("not_yours_to_say", text, "requestedOn")
    if not said.requested_why.strip():
        text = "Say in `requestedWhy` why the request is of another day, as of a letter."
        raise RequestFault("missing", text, "requestedWhy")


def check_not_to_come(said: LineClaim, today: date) -> None:
    """Raises `RequestFault` `wrong_date` for a request day in the future."""
    if said.requested_on is not None and said.requested_on > today:
        text = f"The request cannot be of {said.requested_on}: today is {today}."
        raise RequestFault("wrong_date", text, "requestedOn")


def statements_of_claim(
    claim: Mapping[str, object], said: LineClaim, speaker: Speaker | None
) -> list[Statement]:
    """Returns who stated what was claimed; without a speaker it is hypothetical."""
    if speaker is None:
        return [Statement(teller=Teller.SUPPOSED, facts=tuple(claim))] if claim else []
    whys = {**said.whys, "requested": said.requested_why}
    noted = [name for name in claim if said.sources.get(name) or whys.get(name)]
    plain = tuple(name for name in claim if name not in noted)
    made = Statement(teller=Teller(speaker.side), facts=plain, by=speaker.by, at=speaker.at)
    return [made] * bool(plain) + [
        Statement(
            teller=made.teller,
            facts=(name,),
            by=made.by,
            at=made.at,
            source=said.sources.get(name, ""),
            why=whys.get(name, ""),
        )
        for name in noted
    ]


def check_words(policy: Policy, facts: Mapping[str, object]) -> None:
    """Raises `RequestFault` `unknown_word`, naming the nearest word that the policy knows."""
    for name, value in facts.items():
        fact = policy.facts.get(name)
        if fact is None or fact.words is None or fact.open:
            continue
        if fact.type not in (FactType.WORD, FactType.SET):
            continue
        for word in value if isinstance(value, list | tuple) else [value]:
            if isinstance(word, str) and word not in fact.words:
                hint = nearest(word, fact.words) or f" Known here: {listed(fact.words)}."
                raise RequestFault(
                    "unknown_word", f"`{word[:60]}` is not a word of `{name}` here.{hint}", name
                )
