"""Says which changes would have made a policy accept a return; each one is decided to be sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.comparing.returns import Given, plain, value_text
from engine.dates import day_in, day_text, is_instant, parse_day
from engine.decision.decide import Decider
from engine.decision.facts import Facts
from engine.errors import RequestFault
from engine.meaning.lowering.words import OTHER
from engine.meaning.nearest import Flips, Move
from engine.meaning.values import ABSENT, UNKNOWN
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

MOST_SHOWN: Final = 6
MOST_NAMED: Final = 4
"""The most words of a fact that are listed if any other word would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A fact that would have to be different: the value sent now, and the one needed.

    If any word would do that the policy does not name, `then` is one of them: `other`.
    """

    fact: str
    now: object
    then: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change after which the return is accepted: in words, and as facts that were decided."""

    change: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldAccept:
    """The changes of the fewest facts after which a return is accepted, nearest first.

    Empty if more than `MOST_FACTS` facts would have to be different. If it is not `complete`, there
    may be others: not all were tried, or there are more than are shown.
    """

    changes: tuple[Change, ...]
    complete: bool


def would_accept(decider: Decider, given: Mapping[str, object]) -> WouldAccept:
    """Finds the changes that would have made `decider` accept a return.

    Stops early once the time is over (`stopping`). Raises `RequestFault` for a value that cannot be
    right.
    """
    policy = decider.policy
    facts = decider.intake(given)
    if facts.unknown_words:
        return WouldAccept(changes=(), complete=False)

    def decides(moves: tuple[Move, ...]) -> bool:
        return _accepts(decider, {**given, **_then(policy, given, moves, flips)})

    flips = Flips(policy, decides)
    found = flips.nearest(_numbers(policy, facts, flips), facts.sent)
    return WouldAccept(
        changes=tuple(_change(policy, given, each, flips) for each in found.changes[:MOST_SHOWN]),
        complete=found.complete and len(found.changes) <= MOST_SHOWN,
    )


def _change(
    policy: Policy, given: Mapping[str, object], moves: tuple[Move, ...], flips: Flips
) -> Change:
    then = _then(policy, given, moves, flips)
    moved = [Moved(fact=name, now=given[name], then=value) for name, value in then.items()]
    said = [_said(policy, move, given[move.fact.partition("#")[0]], flips) for move in moves]
    return Change(change=" and ".join(said), moved=tuple(moved))


def _accepts(decider: Decider, given: Given) -> bool:
    try:
        return decider.decide(given).answer == "accept"
    except RequestFault:
        return False  # no request can send that, such as a return before its order


def _numbers(policy: Policy, facts: Facts, flips: Flips) -> dict[str, int]:
    """Returns the facts that were sent, or their defaults, as the numbers of a graph."""
    defaults = {n for n, fact in policy.facts.items() if fact.if_not_sent is not None}
    found: dict[str, int] = {}
    for name in facts.slots.numbers:
        own = name.rstrip("@").partition("#")[0]
        if own not in policy.facts or (own not in facts.sent and own not in defaults):
            continue
        number = facts.value(name)
        if number > ABSENT and policy.facts[own].type is FactType.WORD:
            number = flips.book.number(facts.slots.word(own, number)) if number else 0
        if number != UNKNOWN:
            found[name] = number
    return found


def _then(
    policy: Policy, given: Mapping[str, object], moves: tuple[Move, ...], flips: Flips
) -> Given:
    """Returns the changed facts as they would be sent."""
    found: Given = {}
    for move in moves:
        own, _, member = move.fact.partition("#")
        now = found.get(own, given[own])
        if member:
            there = now if isinstance(now, list | tuple | set) else ()
            words = [word for word in there if word != member]
            found[own] = [*words, member] if move.then else words
        else:
            found[own] = _sent(policy, move, now, flips)
    return found


def _sent(policy: Policy, move: Move, now: object, flips: Flips) -> object:
    """Returns the new value; a moment keeps its time and offset if it is then on the new day."""
    fact = policy.facts[move.fact]
    value = plain(fact, move.then, policy.currency, flips.book)
    if fact.type is FactType.DATE and isinstance(now, str) and is_instant(now):
        days = move.then - move.now  # the day that is written may be another than that of the zone
        moment = f"{day_text(parse_day(now[:10]) + days)}{now[10:]}"
        return moment if day_in(moment, policy.time_zone) == move.then else value
    return value


def _said(policy: Policy, move: Move, now: object, flips: Flips) -> str:
    """Returns `requested 1 day earlier`, `packaging sealed_original (now substitute_box)`."""
    own, _, member = move.fact.partition("#")
    fact, days = policy.facts[own], move.then - move.now
    if member:
        return f"{own} with {member}" if move.then else f"{own} without {member}"
    if fact.type is FactType.DATE:
        count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
        return f"{own} {count} {'later' if days > 0 else 'earlier'} ({day_text(move.then)})"
    words = list(flips.book.of.get(own, ()))
    many, few = f"the {len(words)} words that the policy names", " or ".join(words)
    then = value_text(plain(fact, move.then, policy.currency, flips.book))
    if fact.type is FactType.WORD and move.then == OTHER:
        then = f"other than {many if len(words) > MOST_NAMED else few}"
    return f"{own} {then} (now {value_text(now)})"
