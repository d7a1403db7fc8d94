"""Silences that only decided returns reveal: a part that is the whole, a value that is bypassed.

Each is looked for where the policy could have it, and reported with the return.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Final

from engine.decision.compiled import AnyRow, AnyTable
from engine.policy.model import Fee, Fixed, FromFact, Remedy, Value
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, as_map
from engine.publishing.checks.context import CheckContext
from engine.publishing.checks.search.sampler import Score, Tried, searched
from engine.publishing.checks.silences.money import OF_A_FEE
from engine.publishing.checks.silences.written import Kind, Rows, Silence, Written, table_of

_MOST_TRIES: Final = 400
_PART: Final = "partial_refund"
_PLAIN: Final = Value()
_ITEM_PRICE: Final = FromFact("item_price")


def paid_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports every silence of an edition that a return shows."""
    yield from _whole_part(survey, rows)
    yield from _passed_over(survey, rows)
    yield from _not_there(survey)


def _look(survey: CheckContext, score: Score) -> Tried | None:
    return searched(survey.bench, survey.seeds, score, most=_MOST_TRIES)


def _accepted(tried: Tried) -> int:
    return int(tried.builder.verdict.answer != "accept") + len(tried.evaluation.undecided)


# --- part of the money ----------------------------------------------------------------------------


def _whole_part(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports a remedy that should give part of the money but gives all of it."""
    for row in (row for table in survey.tables_of("remedies") for row in table.rows):
        body, written = row.body, rows.get(row.row.id)
        if written is None or not isinstance(body, Remedy) or body.of is not None:
            continue
        if _PART in (body.give, body.then, *body.choice, *body.first):
            tried = _look(survey, partial(_gives_all, row))
            if tried is not None:
                yield from _no_part(written, body, tried)


def _gives_all(row: AnyRow, tried: Tried) -> int:
    builder, facts = tried.builder, tried.evaluation.facts
    whole = builder.worth == facts.value("item_price") and builder.fee_total == 0
    return 3 * (not _chosen(row, tried)) + (not whole) + _accepted(tried)


def _chosen(row: AnyRow, tried: Tried) -> bool:
    return any(each is row for _, each in tried.builder.chosen)


def _no_part(written: Written, body: Remedy, tried: Tried) -> Iterator[Silence]:
    key = "give" if body.give else "choice" if body.choice else "first"
    yield from written.silence(
        key,
        f"`{_PART}` gives a part of the money, but not how much: all of it is given.",
        put={"of": "to_be_assessed"},
        advice="Write a share, such as `of: 50% of item_price`, or `of: to_be_assessed` if no "
        "share is fixed.",
        at=(written.place(key) or written.own).key_source(key),
        place=written.own,
        kind=Kind.NOT_AS_WRITTEN,
        example=tried,
    )


# --- a value that a remedy passes over ------------------------------------------------------------


def _passed_over(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports a row of `value` beside a remedy with `of`, which takes precedence."""
    (values,) = survey.tables_of("value")
    ours = [table for table in survey.tables_of("remedies") if table.part == survey.policy.claimant]
    legs = [(row, row.body) for table in ours for row in table.rows]
    every = all(isinstance(body, Remedy) and body.of is not None for _, body in legs)
    for leg, body in legs:
        written = rows.get(leg.row.id)
        if written is None or not isinstance(body, Remedy) or body.of is None:
            continue
        if not every and (body.of != _ITEM_PRICE or body.percent is not None):
            continue
        if not any(_would_give_other(value, leg) for value in values.rows):
            continue
        tried = _look(survey, partial(_unheeded, leg=leg, survey=survey))
        value = _value_of(tried, survey) if tried else None
        if tried is not None and value is not None:
            yield from written.silence(
                "of",
                f"`of` of a remedy replaces `value`, so `{value.row.id}` has no effect.",
                drop=("of", "percent") if body.percent is not None else ("of",),
                kind=Kind.NOT_AS_WRITTEN,
                example=tried,
            )
            return


def _unheeded(tried: Tried, leg: AnyRow, survey: CheckContext) -> int:
    value = _value_of(tried, survey)
    other = value is not None and _would_give_other(value, leg)
    return 2 * (not _chosen(leg, tried)) + (not other) + _accepted(tried)


def _would_give_other(value: AnyRow, leg: AnyRow) -> bool:
    """Returns whether a row of `value` would give another amount than a remedy with `of`."""
    body, given = value.body, leg.body
    if not isinstance(body, Value) or not isinstance(given, Remedy) or body == _PLAIN:
        return False
    return (body.of, body.percent) != (
        given.of,
        1_000_000 if given.percent is None else given.percent,
    )


def _value_of(tried: Tried, survey: CheckContext) -> AnyRow | None:
    (table,) = survey.tables_of("value")
    return survey.winner(table, tried)


# --- a topic that is not there --------------------------------------------------------------------

_DEFAULT: Final[Mapping[str, dict[str, object]]] = {
    "remedies": {"give": "refund"},
    "goods": {"do": "ship_back"},
    "return_shipping": {"paid_by": "claimant"},
}


def _not_there(survey: CheckContext) -> Iterator[Silence]:
    """Reports a topic under a `when`: where that does not hold, nothing replaces the topic."""
    others = {table.part for table in survey.compiled.remedies} - {survey.policy.claimant}
    for table in survey.tables_of("remedies", "goods", "return_shipping"):
        if table.part in others:
            continue
        node = table_of(table.table, survey.policy)
        if node is None or "when" not in node.entries:
            continue
        tried = _look(survey, partial(_nobody, table=table))
        if tried is not None:
            yield _else_nothing(table, node, tried)


def _nobody(tried: Tried, table: AnyTable) -> int:
    said = any(chosen is table for chosen, _ in tried.builder.chosen)
    return 2 * said + _accepted(tried)


def _else_nothing(table: AnyTable, node: Map, tried: Tried) -> Silence:
    topic, name = table.table.topic, (table.part if table.part != "None" else table.table.topic)
    usual = _DEFAULT[topic]
    says = f"Where `when` of `{table.name}` does not hold"
    what = {"remedies": "no remedy is given", "goods": "nothing says what happens to the goods"}
    closing = {"id": f"{name.upper()}-ELSE".replace("_", "-"), "otherwise": True, **usual}
    last = as_map(closing, node.source)
    return Silence(
        key="when",
        place=node,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"{says}, {what.get(topic, 'nobody pays the way back')}.",
        advice=f"Close it with `rows`, each under its `when`, and last `{flow(last)}`.",
        put=_in_rows(node, name, last),
        drop=() if "rows" in node.entries else tuple(node.entries),
        example=tried,
    )


def _in_rows(node: Map, name: str, last: Map) -> dict[str, object]:
    """Returns the line as the first of two rows."""
    if "rows" in node.entries:
        return {}
    return {"rows": [{"id": name.upper().replace("_", "-"), **node.entries}, last]}


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
        says=f"`{written.row.id}`: `decide: {written.table.decide}` chooses among the rows by "
        f"their amounts alone, and `{key}` is not the same in all of them.",
        put=put or {key: OF_A_FEE[key]},
        kind=Kind.NOT_AS_WRITTEN,
    )
