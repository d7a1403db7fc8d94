"""Silences that only decided returns reveal: a part that is the whole, a value that is bypassed.

Each is looked for where the policy could have it, and reported with the return.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Final

from engine.policy.model import Fee, Fixed, FromFact, Value
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, as_map
from engine.publishing.checks.context import AnyRow, AnyTable, CheckContext
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.silences.money import OF_A_FEE
from engine.publishing.checks.silences.written import Kind, Rows, Silence, Written, table_of

_PART: Final = "partial_refund"
_PLAIN: Final = Value()
_ITEM_PRICE: Final = FromFact("item_price")


def paid_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports every silence of an edition that a return shows."""
    yield from _whole_part(survey, rows)
    yield from _passed_over(survey, rows)
    yield from _not_there(survey)


def _accepted(tried: Tried) -> int:
    return int(tried.builder.verdict.answer != "accept") + len(tried.evaluation.undecided)


# --- part of the money ----------------------------------------------------------------------------


def _whole_part(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports a remedy that should give part of the money but gives all of it."""
    for row in (row for row in survey.rows_of("remedies") if row.row.id in rows):
        body, written = row.body, rows[row.row.id]
        if body.of is not None or _PART not in (body.give, body.then, *body.choice, *body.first):
            continue
        tried = survey.look(partial(_gives_all, row))
        key = "give" if body.give else "choice" if body.choice else "first"
        if tried is not None:
            yield from written.silence(
                key,
                f"`{_PART}` gives a part of the money, but not how much: all of it is given.",
                put={"of": "to_be_assessed"},
                advice="Write a share, such as `of: 50% of item_price`, or `of: to_be_assessed` if "
                "no share is fixed.",
                at=written.at(key),
                place=written.own,
                kind=Kind.NOT_AS_WRITTEN,
                example=tried,
            )


def _gives_all(row: AnyRow, tried: Tried) -> int:
    builder, facts = tried.builder, tried.evaluation.facts
    whole = builder.worth == facts.value("item_price") and builder.fee_total == 0
    return 3 * (not tried.took(row)) + (not whole) + _accepted(tried)


# --- a value that a remedy passes over ------------------------------------------------------------


def _passed_over(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports a row of `value` beside a remedy with `of`, which takes precedence."""
    values, claimant = survey.compiled.value, survey.policy.claimant
    ours = [table for table in survey.compiled.remedies if table.part == claimant]
    legs = [row for table in ours for row in table.rows]
    every = all(leg.body.of is not None for leg in legs)
    for leg in (leg for leg in legs if leg.row.id in rows and leg.body.of is not None):
        body = leg.body
        if not every and (body.of != _ITEM_PRICE or body.percent is not None):
            continue
        if not any(_would_give_other(value, leg) for value in values.rows):
            continue
        tried = survey.look(partial(_unheeded, leg=leg, values=values, survey=survey))
        value = survey.winner(values, tried) if tried else None
        if value is not None:
            yield from rows[leg.row.id].silence(
                "of",
                f"`of` of a remedy replaces `value`, so `{value.row.id}` has no effect.",
                drop=("of", "percent") if body.percent is not None else ("of",),
                kind=Kind.NOT_AS_WRITTEN,
                example=tried,
            )
            return


def _unheeded(tried: Tried, leg: AnyRow, values: AnyTable, survey: CheckContext) -> int:
    value = survey.winner(values, tried)
    other = value is not None and _would_give_other(value, leg)
    return 2 * (not tried.took(leg)) + (not other) + _accepted(tried)


def _would_give_other(value: AnyRow, leg: AnyRow) -> bool:
    """Returns whether a row of `value` would give another amount than a remedy with `of`."""
    share = 1_000_000 if leg.body.percent is None else leg.body.percent
    return value.body != _PLAIN and (value.body.of, value.body.percent) != (leg.body.of, share)


# --- a topic that is not there --------------------------------------------------------------------

_DEFAULT: Final[Mapping[str, tuple[dict[str, object], str]]] = {
    "remedies": ({"give": "refund"}, "no remedy is given"),
    "goods": ({"do": "ship_back"}, "nothing says what happens to the goods"),
    "return_shipping": ({"paid_by": "claimant"}, "nobody pays the way back"),
}
"""What a topic may give at last, and what holds where it gives nothing."""


def _not_there(survey: CheckContext) -> Iterator[Silence]:
    """Reports a topic under a `when`: where that does not hold, nothing replaces the topic."""
    others = {table.part for table in survey.compiled.remedies} - {survey.policy.claimant}
    for table in survey.tables_of("remedies", "goods", "return_shipping"):
        node = table_of(table.table, survey.policy) if table.part not in others else None
        if node is None or "when" not in node.entries:
            continue
        tried = survey.look(partial(_nobody, table=table))
        if tried is not None:
            yield _else_nothing(table, node, tried)


def _nobody(tried: Tried, table: AnyTable) -> int:
    said = any(chosen is table for chosen, _ in tried.builder.chosen)
    return 2 * said + _accepted(tried)


def _else_nothing(table: AnyTable, node: Map, tried: Tried) -> Silence:
    name = table.part if table.part != "None" else table.table.topic
    closing, what = _DEFAULT[table.table.topic]
    own = name.upper().replace("_", "-")
    last = as_map({"id": f"{own}-ELSE", "otherwise": True, **closing}, node.source)
    in_rows = "rows" in node.entries
    return Silence(
        key="when",
        place=node,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"Where `when` of `{table.name}` does not hold, {what}.",
        advice=f"Close it with `rows`, each under its `when`, and last `{flow(last)}`.",
        put={} if in_rows else {"rows": [{"id": own, **node.entries}, last]},
        drop=() if in_rows else tuple(node.entries),
        example=tried,
    )


# --- fees that are weighed ------------------------------------------------------------------------

_WEIGHED: Final = ("highest", "lowest")
_KINDS: Final = ("per", "taken", "certainty")


def weighed_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports rows of one fee that are not of one kind: `highest` or `lowest` takes the wrong one.

    Only the amounts are compared, before `per`, `taken` and `certainty` apply.
    """
    for table in survey.tables_of("fees"):
        if table.table.decide in _WEIGHED and len(table.rows) > 1:
            yield from _unlike(table, survey, rows)


def _unlike(table: AnyTable, survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports each row whose `per` or the like differs from that of a row that can hold with it."""
    asked, told = survey.asked, set[str]()
    for one, other in combinations(table.rows, 2):
        key = _differs(one.body, other.body)
        odd = one if key and getattr(one.body, key) != OF_A_FEE[key] else other
        if key is None or odd.row.id not in rows or odd.row.id in told:
            continue
        if not asked.never(asked.where(table.table.topic, [one.row, other.row])):
            told.add(odd.row.id)
            yield _odd(rows[odd.row.id], odd.body, key)


def _differs(one: Fee, other: Fee) -> str | None:
    """Returns the key that two fees set differently and that changes how much they take."""
    unlike = (key for key in _KINDS if getattr(one, key) != getattr(other, key))
    return None if None in (one.fee, other.fee) else next(unlike, None)


def _odd(written: Written, fee: Fee, key: str) -> Silence:
    put: dict[str, object] = {key: OF_A_FEE[key]}
    if key == "per" and fee.per == "unit" and isinstance(fee.fee, Fixed):
        put = {"fee": {"each": str(fee.fee.money), "per": "unit"}, "per": "line"}
    return Silence(
        key=key,
        place=written.own,
        row=written.row,
        at=written.at(key),
        says=f"`{written.row.id}`: `decide: {written.table.decide}` chooses among the rows by "
        f"their amounts alone, and `{key}` is not the same in all of them.",
        put=put,
        kind=Kind.NOT_AS_WRITTEN,
    )
