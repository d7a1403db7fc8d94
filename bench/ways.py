"""The ways to decide that are compared: ours, Zen's and CEL's, each made for one policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench import ours
from bench.expressions import cel_programs, read, zen_expression
from bench.items import Item, make_items
from bench.tables import FirstHit, Outcome, first_hits
from bench.zen_tables import ZenCollect, ZenTables, read_fields, read_outcome
from engine.decision.decide import Decider
from engine.policy.model import Policy

ZEN_TABLES: Final = ("Zen: a table per topic", "Zen: one collect table")
"""The ways of Zen's decision tables; ratios are to the quicker one."""

BATCH: Final = 100


@dataclass(slots=True)
class Way:
    """One way to decide: `decide` takes each of what `prepare` made of the items.

    `read` gives the outcomes in one answer; None where there are rows and no outcomes. `rates`
    gets items per CPU second, one for each round.
    """

    name: str
    decide: Callable[[Any], Any]
    prepare: Callable[[list[Item]], Sequence[Any]]
    read: Callable[[Any], Iterable[Outcome]] | None
    rates: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contest:
    """A policy, the ways to decide by it, and the items that it is asked about."""

    policy: Policy
    ways: list[Way]
    items: Callable[[int, int], list[Item]]


def contest(name: str) -> Contest:
    """Everything about one policy; `items` takes how many, and a seed."""
    policy = ours.read_policy(name)
    tables = {table.name: table for table in first_hits(policy)}
    tested = {fact for table in tables.values() for fact in table.facts}
    categories = policy.facts["category"].words or ("general",)
    return Contest(
        policy,
        [*_ours(policy), *_zen(tables), *_cel(tables)],
        lambda count, seed: make_items(categories, tested, count, seed),
    )


def _ours(policy: Policy) -> list[Way]:
    native, python = Decider(policy, native=True), Decider(policy, native=False)
    many, name = ours.decide_many(native)
    record = ours.Recorder(policy)
    one, batch = _each(ours.read_decision), _all(ours.read_decision)
    return [
        Way("ours: whole decision", native.decide, _facts, one),
        Way(f"ours: whole, 100 by {name}", many, lambda items: _batches(_facts(items)), batch),
        Way("ours: outcome without record", native.outcome, _facts, None),
        Way("ours: whole, without network", python.decide, _facts, one),
        Way("ours: rows, network alone", ours.ask, lambda items: record(_facts(items))[0], None),
        Way(
            "ours: reference evaluator alone",
            ours.ask,
            lambda items: record(_facts(items))[1],
            None,
        ),
    ]


def _zen(tables: dict[str, FirstHit]) -> list[Way]:
    topics, collect = ZenTables(tables), ZenCollect(tables)
    one, batch = _each(read_fields), _all(read_fields)
    return [
        Way(ZEN_TABLES[0], topics.decide, _plain, one),
        Way("Zen: a table per topic, traced", topics.decide_traced, _plain, one),
        Way(
            "Zen: a table per topic, batch of 100",
            topics.decide_many,
            lambda x: _batches(_plain(x)),
            batch,
        ),
        Way(ZEN_TABLES[1], collect.decide, _plain, _each(read_outcome)),
        Way("Zen: one expression", zen_expression(tables), _plain, _each(read)),
    ]


def _cel(tables: dict[str, FirstHit]) -> list[Way]:
    programs, name = cel_programs(tables)
    return [Way(f"CEL: {name}", programs, _plain, _each(read))]


def _facts(items: list[Item]) -> list[dict[str, object]]:
    return [item.facts for item in items]


def _plain(items: list[Item]) -> list[Any]:
    return [item.plain for item in items]


def _batches(items: list[Any]) -> list[list[Any]]:
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]


def _each(read_one: Callable[[Any], Outcome]) -> Callable[[Any], Iterable[Outcome]]:
    return lambda raw: (read_one(raw),)


def _all(read_one: Callable[[Any], Outcome]) -> Callable[[Any], Iterable[Outcome]]:
    return lambda raws: [read_one(raw) for raw in raws]


def differences(ways: Sequence[Way], items: list[Item]) -> list[str]:
    """A sentence for each item and way that does not answer as the first way does."""
    first, *others = [way for way in ways if way.read is not None]
    expected = _answers(first, items)
    return [
        f"{other.name}: {theirs}, but {first.name}: {own}, for {item.facts}"
        for other in others
        for item, own, theirs in zip(items, expected, _answers(other, items), strict=True)
        if own != theirs
    ]


def _answers(way: Way, items: list[Item]) -> list[Outcome]:
    assert way.read is not None
    return [outcome for each in way.prepare(items) for outcome in way.read(way.decide(each))]
