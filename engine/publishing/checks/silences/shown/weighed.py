"""Fees under `highest` or `lowest`, where rows are weighed that cannot be: the wrong one is taken.

What is weighed is the amount alone: before `per`, `taken` and `certainty` are heeded, and as
nothing where it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from engine.decision.plan import AnyRow, AnyTable
from engine.decision.topics.money import fee_rows_of
from engine.policy.model import Fee, Fixed, FromFact
from engine.policy.printing.yaml import flow
from engine.publishing.checks.silences.money import OF_A_FEE, parts_of
from engine.publishing.checks.silences.written import Kind, Silence, Written
from engine.publishing.checks.survey import Survey
from engine.publishing.checks.trying.bench import Tried, changed
from engine.publishing.checks.trying.search import searched
from engine.publishing.checks.trying.values import GONE

_WEIGHED: Final = ("highest", "lowest")
_KINDS: Final = ("per", "taken", "certainty")
_MOST_TRIES: Final = 400

Rows = Mapping[str, Written]


def weighed_silences(survey: Survey, rows: Rows) -> Iterator[Silence]:
    """Rows of one fee that are not of one kind, and amounts that may not be known."""
    for table in survey.tables_of("fees"):
        if table.table.decide in _WEIGHED and len(table.rows) > 1:
            yield from _unlike(table, survey, rows)
            yield from _open(table, survey, rows)


# --- rows of several kinds ------------------------------------------------------------------------


def _unlike(table: AnyTable, survey: Survey, rows: Rows) -> Iterator[Silence]:
    """Each row that says `per` and the like otherwise than one that can hold beside it."""
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
    """What two fees say differently that changes what their amounts come to."""
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


# --- amounts that are not known -------------------------------------------------------------------


def _open(table: AnyTable, survey: Survey, rows: Rows) -> Iterator[Silence]:
    """`highest` over an amount that may be open, which then counts as nothing."""
    if table.table.decide != "highest":
        return
    tried = _without_money(table, survey)
    lost = _lost(table, tried) if tried else None
    written = rows.get(lost.row.id) if lost else None
    if tried is not None and written is not None:
        yield from written.silence(
            "fee",
            "under `decide: highest` an amount that is not known yet counts as nothing, and the "
            f"net is called {tried.draft.certainty}.",
            advice=f"Write the amounts into one row: `fee: {_greater(table, rows)}`, which stays "
            "open.",
            kind=Kind.NOT_AS_WRITTEN,
            example=tried,
        )


def _without_money(table: AnyTable, survey: Survey) -> Tried | None:
    """A return of which the amount of a row is not known, where another row is taken."""
    bodies = [row.body for row in table.rows]
    amounts = [part for body in bodies if isinstance(body, Fee) for part in parts_of(body.fee)]
    facts = {each.fact for each in amounts if isinstance(each, FromFact)}
    unsent = ({}, *({fact: GONE} for fact in sorted(facts)))
    starts = (changed(seed, gone) for seed in survey.seeds for gone in unsent)
    pairs = [survey.aims.holds(*pair) for pair in combinations(table.rows, 2)]

    def score(tried: Tried) -> int:
        return (
            0
            if _lost(table, tried)
            else 1 + min(far(tried) for far in pairs) + len(facts & tried.given.keys())
        )

    return searched(survey.bench, starts, score, most=_MOST_TRIES)


def _lost(table: AnyTable, tried: Tried) -> AnyRow | None:
    """The row of which the amount is open, where another row is taken and the net is known."""
    run, draft = tried.run, tried.draft
    if draft.verdict.answer != "accept" or run.undecided or draft.net is None:
        return None
    taken = fee_rows_of(table, run)  # type: ignore[arg-type]
    for row in run.applying(table):
        body = row.body
        worth = run.engines.worth(body.fee)(run.facts.values) if isinstance(body, Fee) else None
        if worth is not None and worth.minor is None and row not in taken:
            return row
    return None


def _greater(table: AnyTable, rows: Rows) -> str:
    said = [rows[row.row.id].node("fee") for row in table.rows if row.row.id in rows]
    return f"{{greater_of: [{', '.join(flow(each) for each in said if each is not None)}]}}"
