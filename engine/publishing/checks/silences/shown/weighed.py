"""Finds fees under `highest` or `lowest` whose rows cannot be compared: the wrong one is taken.

Only the amounts are compared, before `per`, `taken` and `certainty` apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from engine.decision.compiled import AnyTable
from engine.policy.model import Fee, Fixed
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.silences.money import OF_A_FEE
from engine.publishing.checks.silences.written import Kind, Silence, Written

_WEIGHED: Final = ("highest", "lowest")
_KINDS: Final = ("per", "taken", "certainty")

Rows = Mapping[str, Written]


def weighed_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports rows of one fee that are not of one kind."""
    for table in survey.tables_of("fees"):
        if table.table.decide in _WEIGHED and len(table.rows) > 1:
            yield from _unlike(table, survey, rows)


def _unlike(table: AnyTable, survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports each row whose `per` or the like differs from that of a row that can hold with it."""
    asked, told = survey.asked, set[str]()
    for one, other in combinations(table.rows, 2):
        key = _differs(one.body, other.body)
        odd = one if key and getattr(one.body, key) != OF_A_FEE[key] else other
        written = rows.get(odd.row.id)
        if key is None or written is None or odd.row.id in told:
            continue
        if not asked.never(asked.where(table.table.topic, [one.row, other.row])):
            told.add(odd.row.id)
            yield _odd(written, key)


def _differs(one: object, other: object) -> str | None:
    """Returns the key that two fees set differently and that changes how much they take."""
    if not isinstance(one, Fee) or not isinstance(other, Fee) or None in (one.fee, other.fee):
        return None
    return next((key for key in _KINDS if getattr(one, key) != getattr(other, key)), None)


def _odd(written: Written, key: str) -> Silence:
    fee, place = written.row.body, written.place(key) or written.own
    put: dict[str, object] = {}
    if key == "per" and isinstance(fee, Fee) and fee.per == "unit" and isinstance(fee.fee, Fixed):
        put = {"fee": {"each": str(fee.fee.money), "per": "unit"}, "per": "line"}
    return Silence(
        key=key,
        place=written.own,
        row=written.row,
        at=place.key_source(key),
        says=f"`{written.row.id}`: `decide: {written.table.decide}` weighs the amounts of rows "
        f"before `{key}` is heeded, and not all rows have the same.",
        put=put or {key: OF_A_FEE[key]},
        kind=Kind.NOT_AS_WRITTEN,
    )
