"""Checks sets that must come back whole or not at all, by units over the whole order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from engine.decision.evaluation import Evaluation
from engine.decision.open_fields import as_sent
from engine.decision.prepared import StatedAnswer
from engine.decision.record import Decision
from engine.decision.rules.row_rules import CompiledCondition
from engine.decision.standing import Back, OrderUnits, Standing, back
from engine.decision.whole_return.groups import Group
from engine.policy.words import STRENGTH

Forced = Callable[[Evaluation, StatedAnswer], Decision]
"""Decides units again with the answer that the return as a whole gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order of a return; `others` are its order lines outside the return, with evaluations.

    `own_shipping`: outbound shipping was paid for each line by itself.
    """

    standing: Standing
    others: tuple[tuple[OrderUnits, Evaluation], ...] = ()
    own_shipping: bool = False


def with_sets(
    groups: Sequence[Group], order: Order, forced: Forced, *, surely: bool
) -> tuple[list[Group], tuple[str, ...]]:
    """Applies the sets; returns the groups, and the codes of sets that still wait for units.

    If a set cannot be complete, its units get the answer of the set. If that depends on unknown
    facts, these are asked for; so it does while one of its lines is asked for some. `surely`: units
    that have arrived are not settled while their set waits for others.
    """
    found, waits = list(groups), []
    compiled = groups[0].evaluated.compiled
    for rule, asked in zip(compiled.policy.sets, compiled.sets, strict=True):
        sent = [each.evaluated.evaluation.before or each.evaluated.evaluation for each in found]
        within = [
            place for place, evaluation in enumerate(sent) if evaluation.holds(asked) is not False
        ]
        sure = [place for place in within if sent[place].holds(asked)]
        state = _state([found[place] for place in within], order, asked)
        if sure != within and {state, _state([found[p] for p in sure], order, asked)} != {Back.YES}:
            names = [
                name
                for place in within
                for name in as_sent(tuple(sent[place].waits(asked)), sent[place])
            ]
            answer(found, within, asking(dict.fromkeys(names)), forced)
        elif state is Back.NO:
            answer(found, within, StatedAnswer(answer=rule.else_, code=rule.code), forced)
        elif names := [name for place in within for name in _missing(found[place])]:
            answer(found, within, asking(dict.fromkeys(names)), forced)
        elif state is Back.OPEN:
            waits.append(rule.code)
            for place in within if surely else ():
                found[place] = _held(found[place])
    return found, tuple(dict.fromkeys(waits))


def asking(names: Iterable[str]) -> StatedAnswer:
    """Returns the answer of units for which the return as a whole lacks facts."""
    return StatedAnswer(answer="ask", code="fact_missing", missing=tuple(names))


def answer(found: list[Group], places: Iterable[int], said: StatedAnswer, forced: Forced) -> None:
    """Gives the groups at `places` an answer, if it is stronger than their own."""
    for place in places:
        if STRENGTH[found[place].decision.answer] < STRENGTH[said.answer]:
            found[place] = replace(
                found[place], decision=forced(found[place].evaluated.evaluation, said)
            )


def _state(within: Sequence[Group], order: Order, asked: CompiledCondition) -> Back:
    if not within:
        return Back.YES
    if any(not each.accepted for each in within):
        return Back.NO
    here = {each.line for each in within}
    members = [each for each in order.standing.order if not here.isdisjoint(each.lines)]
    for each, evaluation in order.others:
        evaluation.evaluate()
        members += [each] if evaluation.holds(asked) else []
    return back(members, [each.units for each in within])


def _missing(group: Group) -> tuple[str, ...]:
    """The facts on which it hangs whether a group is refused, if it is asked for some."""
    return group.decision.missing if group.decision.answer == "ask" else ()


def _held(group: Group) -> Group:
    if not group.units.arrived:
        return group
    return replace(group, units=msgspec.structs.replace(group.units, settled=False))
