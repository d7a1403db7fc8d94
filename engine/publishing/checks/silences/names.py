"""Silences of names and of the header: declared but not used, or named but not declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.dates import Length, Unit
from engine.policy.conditions import conditions_of, leaves
from engine.policy.faults import Source, listed, nearest
from engine.policy.header.agreed import BOUNDED
from engine.policy.model import Clock, Condition, Demand, Leaf, Policy, Row, held_in
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
        no_counter = f"belongs to a `counter`, and `{name}` has none."
        counts, fact = "counter" in entry.entries, policy.facts.get(name)
        idle = {
            "of": f"The words of `{name}` are those of `best_first`; `of` is ignored."
            if "best_first" in entry.entries
            else "",
            "open": _opened(fact) if fact and entry.text_of("open") == "true" else "",
            "per": "" if counts else f"`per` {no_counter}",
            "over": "" if counts else f"`over` {no_counter}",
        }
        for key in (key for key, says in idle.items() if says and key in entry.entries):
            yield Silence(key=key, place=entry, says=idle[key], drop=(key,))


def _opened(fact: Fact) -> str:
    """Says why a fact cannot be `open`; empty if it can."""
    if fact.best_first:
        return (
            f"A word of `{fact.name}` that `best_first` does not list would count as better than "
            "the best."
        )
    listed_ = fact.type in _WORDY and fact.words is not None
    return "" if listed_ else f"`{fact.name}` has no list of words, so `open` has no effect."


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
    agreed = any(each.type in (FactType.LENGTH, FactType.ROWS) for each in policy.agreed)
    bodies = (each for row in policy.rows for each in held_in(row.body))
    return agreed or any(map(_is_of_business_days, (policy.overpaid.within, *bodies)))


def _is_of_business_days(value: object) -> bool:
    if isinstance(value, Clock):
        return value.roll
    return isinstance(value, Length) and value.unit is Unit.BUSINESS_DAYS


# --- names in conditions --------------------------------------------------------------------------


def name_silences(policy: Policy) -> Iterable[Silence]:
    """Reports demands, rows and codes that a condition names but that do not exist."""
    asked: list[tuple[Row | None, Condition]] = [(None, each.when) for each in policy.must]
    asked = [(row, each) for row in policy.own_rows for each in conditions_of(row)] + asked
    found: dict[Source, Silence] = {}
    for row, leaf in ((row, leaf) for row, condition in asked for leaf in leaves(condition)):
        known = _names_of(leaf.fact, policy)
        wrong = [word for word in leaf.words if known is not None and word not in known]
        if wrong:
            found.setdefault(leaf.source, _no_name(row, leaf, wrong[0], known or []))
    return found.values()


def _names_of(fact: str, policy: Policy) -> list[str] | None:
    """Returns the names that a fact can have; None if it can have any."""
    demands, (part, _, field) = policy.demands.rows, fact.partition(".")
    needs = (row.body.need for row in demands if isinstance(row.body, Demand))
    known = {
        "failed": [row.id for row in demands],
        "missing": [word for need in needs for word in need],
        "code": list(policy.codes),
    }
    of_part = (table for table in policy.deadlines if table.part == part and field == "row")
    rows = [row.id for table in of_part for row in table.rows]
    return rows if field == "row" else known.get(fact)


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
