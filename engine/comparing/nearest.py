"""What would have made a policy accept a return, in words, each change decided once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.comparing.returns import Given, plain
from engine.dates import day_text
from engine.decision.decide import Decider
from engine.decision.facts import Facts
from engine.errors import RequestFault
from engine.meaning.nearest import Flips, Move
from engine.meaning.values import ABSENT, UNKNOWN
from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

MOST_SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldAccept:
    """A change after which the return is accepted: in words, and as facts that were decided."""

    change: str
    given: Given


def would_accept(decider: Decider, given: Mapping[str, object]) -> tuple[WouldAccept, ...]:
    """The changes of the fewest facts after which `decider` accepts, nearest first.

    Raises `RequestFault` for facts that cannot be right.
    """
    policy = decider.policy
    facts = decider.intake(given)
    if facts.unknown_words:
        return ()

    def decides(moves: tuple[Move, ...]) -> bool:
        return _accepts(decider, _with(policy, given, moves, flips))

    flips, found = Flips(policy, decides), []
    for moves in flips.nearest(_numbers(policy, facts, flips)).changes:
        changed = _with(policy, given, moves, flips)
        if _accepts(decider, changed):
            said = " and ".join(_said(policy, move, flips) for move in moves)
            found.append(WouldAccept(change=said, given=changed))
        if len(found) == MOST_SHOWN:
            break
    return tuple(found)


def _accepts(decider: Decider, given: Given) -> bool:
    try:
        return decider.decide(given).answer == "accept"
    except RequestFault:
        return False  # no request can say that: a return before its order


def _numbers(policy: Policy, facts: Facts, flips: Flips) -> dict[str, int]:
    """The facts that were sent, or that the policy takes for them, as a graph takes them."""
    defaults = {n for n, fact in policy.facts.items() if fact.if_not_sent is not None}
    found: dict[str, int] = {}
    for name in facts.slots.numbers:
        own = name.rstrip("@").partition("#")[0]
        if own not in policy.facts or (own not in facts.sent and own not in defaults):
            continue
        number = facts.value(name)
        if number > ABSENT and policy.facts[own].type is FactType.WORD:
            code = flips.book.number(facts.slots.word(own, number)) if number else 0
            number = code
        if number != UNKNOWN:
            found[name] = number
    return found


def _with(
    policy: Policy, given: Mapping[str, object], moves: tuple[Move, ...], flips: Flips
) -> Given:
    found = dict(given)
    for move in moves:
        own, _, member = move.fact.partition("#")
        if member:
            there = found.get(own)
            words = (
                [w for w in there if w != member] if isinstance(there, list | tuple | set) else []
            )
            found[own] = [*words, member] if move.then else words
        else:
            found[own] = _sent(policy, own, move.then, found.get(own), flips)
    return found


def _sent(policy: Policy, name: str, number: int, now: object, flips: Flips) -> object:
    value = plain(policy.facts[name], number, policy.currency, flips.book)
    if policy.facts[name].type is FactType.DATE and isinstance(now, str) and len(now) > 10:
        return f"{value}{now[10:]}"
    return value


def _said(policy: Policy, move: Move, flips: Flips) -> str:
    """`requested 1 day earlier`, `packaging sealed_original (now substitute_box)`."""
    own, _, member = move.fact.partition("#")
    fact = policy.facts[own]
    if member:
        return f"{own} with {member}" if move.then else f"{own} without {member}"
    if fact.type is FactType.DATE:
        days = move.then - move.now
        way = "later" if days > 0 else "earlier"
        count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
        return f"{own} {count} {way} ({day_text(move.then)})"
    now, then = (plain(fact, each, policy.currency, flips.book) for each in (move.now, move.then))
    return f"{own} {_text(then)} (now {_text(now)})"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
