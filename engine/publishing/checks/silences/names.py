"""Silences of names and of the header: declared but not used, or named but not declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.dates import Length, Unit
from engine.policy.conditions import conditions_of, leaves
from engine.policy.faults import listed, nearest
from engine.policy.header.agreed import BOUNDED
from engine.policy.model import Clock, Demand, Leaf, Policy, Row, held_in
from engine.policy.text import Map
from engine.policy.vocabulary import Fact, FactType
from engine.publishing.checks.silences.written import Silence

_WORDY: Final = (FactType.WORD, FactType.SET)


def header_silences(policy: Policy) -> Iterator[Silence]:
    """Reports the silences of `facts`, `agreed` and `business_days`."""
    yield from _facts(policy)
    yield from _agreed(policy)
    if "business_days" in policy.tree.entries and not _counts_business_days(policy):
        says = "No clock uses business days: `days` are calendar days, and no clock has `roll`."
        advice = (
            "Write a length in business days, as in `within: 5 business days`, or leave "
            "`business_days` out."
        )
        yield Silence(key="business_days", place=policy.tree, says=says, advice=advice)


def _facts(policy: Policy) -> Iterator[Silence]:
    for name, entry in _entries(policy.tree, "facts"):
        fact = policy.facts.get(name)
        written = entry.entries
        if {"of", "best_first"} <= set(written):
            says = f"The words of `{name}` are those of `best_first`; `of` is ignored."
            yield Silence(key="of", place=entry, says=says, drop=("of",))
        if fact is not None and entry.text_of("open") == "true":
            yield from _opened(fact, entry)
        for key in ("per", "over") if "counter" not in written else ():
            if key in written:
                says = f"`{key}` belongs to a `counter`, and `{name}` has none."
                yield Silence(key=key, place=entry, says=says, drop=(key,))


def _opened(fact: Fact, entry: Map) -> Iterator[Silence]:
    if fact.best_first:
        says = (
            f"A word of `{fact.name}` that `best_first` does not list would count as better than "
            "the best."
        )
    elif fact.type not in _WORDY or fact.words is None:
        says = f"`{fact.name}` has no list of words, so `open` has no effect."
    else:
        return
    yield Silence(key="open", place=entry, says=says, drop=("open",))


def _agreed(policy: Policy) -> Iterator[Silence]:
    for name, entry in _entries(policy.tree, "agreed"):
        kind = entry.text_of("type")
        if "of" in entry.entries and kind not in _WORDY:
            says = f"`of` lists words, but `{name}` is a {kind}, so any value may be agreed."
            bounds = "Write `at_least` and `at_most`" if kind in BOUNDED else "Leave it out"
            advice = f"{bounds}, or take the type `word` with quoted words in `of`."
            yield Silence(key="of", place=entry, says=says, advice=advice, drop=("of",))


def _entries(tree: Map, key: str) -> Iterator[tuple[str, Map]]:
    node = tree.get(key)
    for name, entry in node.entries.items() if isinstance(node, Map) else ():
        if isinstance(entry, Map):
            yield name, entry


def _counts_business_days(policy: Policy) -> bool:
    if any(agreed.type in (FactType.LENGTH, FactType.ROWS) for agreed in policy.agreed):
        return True
    if _is_of_business_days(policy.overpaid.within):
        return True
    return any(_is_of_business_days(each) for row in policy.rows for each in held_in(row.body))


def _is_of_business_days(value: object) -> bool:
    if isinstance(value, Clock):
        return value.roll
    return isinstance(value, Length) and value.unit is Unit.BUSINESS_DAYS


# --- names in conditions --------------------------------------------------------------------------


def name_silences(policy: Policy) -> Iterator[Silence]:
    """Reports demands, rows and codes that a condition names but that do not exist."""
    told: set[object] = set()
    for row, leaf in _tests(policy):
        known = _names_of(leaf.fact, policy)
        wrong = [word for word in leaf.words if known is not None and word not in known]
        if wrong and leaf.source not in told:
            told.add(leaf.source)
            yield _no_name(row, leaf, wrong[0], known or [])


def _tests(policy: Policy) -> Iterator[tuple[Row | None, Leaf]]:
    for row in policy.own_rows:
        for condition in conditions_of(row):
            yield from ((row, leaf) for leaf in leaves(condition))
    for promise in policy.must:
        yield from ((None, leaf) for leaf in leaves(promise.when))


def _names_of(fact: str, policy: Policy) -> list[str] | None:
    """Returns the names that a fact can have; None if it can have any."""
    if fact == "failed":
        return [row.id for row in policy.demands.rows]
    if fact == "missing":
        bodies = [row.body for row in policy.demands.rows]
        return [word for body in bodies if isinstance(body, Demand) for word in body.need]
    if fact == "code":
        return list(policy.codes)
    part, _, field = fact.partition(".")
    if field != "row":
        return None
    return [row.id for table in policy.deadlines if table.part == part for row in table.rows]


def _no_name(row: Row | None, leaf: Leaf, word: str, known: list[str]) -> Silence:
    what = {
        "failed": "no demand of this policy",
        "missing": "needed by no demand",
        "code": "no code of this policy",
    }.get(leaf.fact, "no row of this deadline")
    where = f"`{row.id}`: " if row else ""
    hint = nearest(word, known).strip() or f"Known: {listed(known)}."
    return Silence(
        key=leaf.fact,
        place=Map(source=leaf.source, entries={}, keys={}),
        row=row,
        at=leaf.source,
        says=f"{where}`{word}` is {what}, so `{leaf.fact} {leaf.written}` tests nothing.",
        advice=hint,
    )
