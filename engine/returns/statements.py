"""Who said the facts of a decision, by which key, when and why.

Statements are kept beside the facts and never among them: a decision hangs on the values alone,
and can be derived again without knowing who said them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

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
    """Facts that were said at once; `by` is the public part of a key, `at` an ISO moment.

    `source` is where an event was heard of, `why` the reason of a person's word.
    """

    teller: Teller
    facts: tuple[str, ...]
    by: str = ""
    at: str = ""
    source: str = ""
    why: str = ""


def told(statements: Iterable[Statement]) -> dict[str, Statement]:
    """The statement that each fact rests on, by its name: the last one that names it."""
    return {name: each for each in statements for name in each.facts}


def about(statement: Statement, facts: Container[str]) -> Statement:
    """The part of a statement that is about some facts."""
    return replace(statement, facts=tuple(name for name in statement.facts if name in facts))


def standing(last: Mapping[str, Statement], facts: Iterable[str]) -> tuple[Statement, ...]:
    """Of what was `told`, what the facts still rest on; each fact in one statement."""
    groups: dict[tuple[object, ...], list[str]] = {}
    group_of: dict[int, list[str]] = {}
    for name in sorted(facts):
        each = last.get(name)
        if each is None:
            continue
        group = group_of.get(id(each))
        if group is None:
            key = (each.teller, each.by, each.at, each.source, each.why)
            group = group_of[id(each)] = groups.setdefault(key, [])
        group.append(name)
    return tuple(replace(last[names[0]], facts=tuple(names)) for names in groups.values())


def written(statements: Iterable[Statement]) -> str:
    """Statements as they are kept."""
    return _JSON.encode(tuple(statements)).decode()


def read(text: str) -> tuple[Statement, ...]:
    """Statements that were kept; none for what was kept before there were any."""
    return msgspec.json.decode(text or "[]", type=tuple[Statement, ...])
