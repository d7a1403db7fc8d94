"""Who stated the facts of a decision, when and why, and where an inspection found otherwise.

Statements are kept beside the facts and never among them: a decision depends on the values alone,
and can be derived again without knowing who stated them. The decision at receipt differs from the
first one by the named findings and by nothing else.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.errors import RequestFault
from engine.policy.faults import nearest
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import who_tells
from engine.policy.vocabulary import Fact

FOUND: Final = tuple(name for name, fact in SENT.items() if fact.found)
"""Built-in facts that an inspection may find, in the order of the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact: the value that was stated (None if none was) and the value that was found."""

    fact: str
    said: object
    found: object


def findings(said: Mapping[str, object], found: Mapping[str, object]) -> tuple[Finding, ...]:
    """Returns the differences, in the order of `FOUND`, then a policy's own facts by name."""
    order = {name: place for place, name in enumerate(FOUND)}
    names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
    return tuple(
        Finding(fact=name, said=said.get(name), found=found[name])
        for name in names
        if said.get(name) != found[name]
    )


def check_findings(
    facts: Mapping[str, Fact], said: Mapping[str, object], found: Mapping[str, object]
) -> None:
    """Raises `RequestFault` for facts that the policy does not know or no inspection can find."""
    for name, value in found.items():
        fact = facts.get(name)
        if fact is None:
            hint = nearest(name, facts)
            raise RequestFault("unknown_fact", f"There is no fact `{name[:60]}`.{hint}", name)
        if not fact.found and said.get(name) != value:
            text = f"`{name}` is not found by an inspection; who tells it is {who_tells(fact)}."
            raise RequestFault("not_to_be_found", text, name)


def facts_at_receipt(
    said: Mapping[str, object], found: tuple[Finding, ...], *, quantity: int
) -> dict[str, object]:
    """Returns the facts of the request with the findings in place, for the units inspected."""
    return {**said, **{finding.fact: finding.found for finding in found}, "quantity": quantity}


_JSON: Final = msgspec.json.Encoder(order="deterministic")


class Teller(StrEnum):
    """Whose word a fact is; `TAKEBACK` is its own clock, records and counts."""

    ORDER = "order"
    """The record of the order."""
    PRODUCT = "product"
    """The record of the product."""
    SUPPLIER = "supplier"
    """Who ships the goods."""
    RETAILER = "retailer"
    """Who sold them to the consumer."""
    INSPECTION = "inspection"
    """Whoever looked at the goods that came."""
    TAKEBACK = "takeback"
    """Its own clock, records and counts."""
    SUPPOSED = "supposed"
    """Nobody: it is taken for granted in a preview."""


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Facts that were stated together; `by` is the public part of a key, `at` an ISO moment.

    `source` is who reported an event, `why` the reason that a person gave for an override.
    """

    teller: Teller
    facts: tuple[str, ...]
    by: str = ""
    at: str = ""
    source: str = ""
    why: str = ""


def told(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Returns the statement that each fact rests on, by its name: the last one that names it."""
    return {name: each for each in statements for name in each.facts}


def about(statement: Statement, facts: Container[str]) -> Statement:
    """Returns the part of a statement that is about the given facts."""
    return replace(statement, facts=tuple(name for name in statement.facts if name in facts))


def standing(statements: Sequence[Statement], facts: Iterable[str]) -> tuple[Statement, ...]:
    """Groups the facts by the last statement that names them, those of one speaker together."""
    speakers = [(each.teller, each.by, each.at, each.source, each.why) for each in statements]
    said = tuple(
        [(speakers.index(by), each.facts) for by, each in zip(speakers, statements, strict=True)]
    )
    return tuple([replace(statements[at], facts=names) for at, names in _grouped(said, (*facts,))])


@lru_cache(maxsize=1_024)
def _grouped(
    said: tuple[tuple[int, tuple[str, ...]], ...], facts: tuple[str, ...]
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Returns each speaker's facts, sorted, from what speakers said one after the other.

    Cached, since the orders of a retailer have their facts from the same sources.
    """
    by = {name: speaker for speaker, names in said for name in names}
    groups: dict[int, list[str]] = {}
    for name in sorted(by.keys() & facts):
        groups.setdefault(by[name], []).append(name)
    return tuple([(speaker, tuple(names)) for speaker, names in groups.items()])


def written(statements: Iterable[Statement]) -> str:
    """Encodes statements for storage."""
    return _JSON.encode(tuple(statements)).decode()


def read(text: str) -> tuple[Statement, ...]:
    """Decodes stored statements; none for decisions stored before there were statements."""
    return msgspec.json.decode(text or "[]", type=tuple[Statement, ...])
