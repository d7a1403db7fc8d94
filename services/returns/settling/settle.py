"""Settles a return as it stands: decides its units, and plans the difference to what was planned.

Every step that changes arrivals, findings or expected units ends here; no other module plans money
of a return.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.returns.records import Return, ReturnLine
from engine.decision.record import LineMoney
from engine.money import Money, Rounding, divided
from engine.returns.lifecycle import State, Step
from engine.returns.outcome import Before, LineOutcome, outcome_of
from engine.returns.statements import facts_at_receipt, findings
from engine.settlement.plan import shared_out
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import (
    LineCase,
    Together,
    decide_together,
    facts_of,
    line_case_of,
)
from services.returns.settled import Settled
from services.returns.settling.order import standing_of, summed, taken_before
from services.returns.settling.planning import LineDue, plan_differences
from services.returns.settling.shipping import beyond_price
from services.returns.settling.staying import SettledUnits, with_what_stays
from services.returns.settling.taxes import with_taxes
from services.returns.settling.units import Pile, piles_of
from services.returns.who import Who

_ASKED: Final = (State.REQUESTED, State.IN_REVIEW, State.REFUSED)
"""States in which nothing is owed yet."""


class _Decided(Struct, frozen=True, kw_only=True, gc=False):
    """A pile with its outcome; `share` is what is owed for it now (minor units)."""

    pile: Pile
    outcome: LineOutcome
    share: int


def settle(service: DecisionService, who: Who, key: str) -> tuple[LineOutcome, ...]:
    """Decides what is settled so far, and plans the difference; returns the outcomes of settled
    units.

    Lock the return and its order first.
    """
    found = service.store.returns.now(key)
    piles = piles_of(service, found)
    if found.state in _ASKED or not (any(each.settled for each in piles) or _was_settled(found)):
        return ()
    decided, groups = _decided(service, who, found, piles)
    outcomes = _keep(service, found, decided)
    dues = with_taxes(service, found, _dues(service, found, decided, groups))
    plan_differences(service, who, found, with_what_stays(service, dues, _settled(found, decided)))
    _note(service, found, dues, decided, groups)
    service.settled[found.id] = _found(decided, groups)
    return outcomes


# --- decided --------------------------------------------------------------------------------------


def _decided(
    service: DecisionService, who: Who, found: Return, piles: Sequence[Pile]
) -> tuple[list[_Decided], list[Together]]:
    """Decides each pile by a person's decision or by the policy; open piles are not settled yet.

    A pile that is open on its own leaves the total of all piles open. Such piles are set aside
    first, and only they wait if the others then have amounts.
    """
    judged = _judged(piles)
    by_word = {
        line.order_line: _still_given(line).outbound
        + _beyond_price(service, line, _of(line, judged.values()))
        for line in found.lines
    }
    waits: set[int] = set()
    while True:
        line_cases = [
            _deal(
                service, found, piles, pile, settled=pile.settled and place not in {*judged, *waits}
            )
            for place, pile in enumerate(piles)
        ]
        groups = _asked(service, who, found, line_cases, by_word)
        outcomes = _by_policy(piles, groups)
        open_ = {
            place
            for place, each in outcomes.items()
            if line_cases[place].settled and each.unsettled and place not in waits
        }
        if not open_:
            break
        waits |= (open_ & _open_by_themselves(groups)) or open_
    decided = [
        judged[place] if place in judged else _by_share(piles[place], outcomes[place])
        for place in range(len(piles))
    ]
    return decided, groups


def _asked(
    service: DecisionService,
    who: Who,
    found: Return,
    line_cases: Sequence[LineCase],
    shipping: Mapping[str, int],
) -> list[Together]:
    if not line_cases:
        return []
    family, _ = service.ordered(found.lines[0].order_line)
    standing = standing_of(service, family, but=found.id, shipping=shipping)
    return decide_together(service, who, (found.supplier, found.retailer), line_cases, standing)


def _deal(
    service: DecisionService, found: Return, piles: Sequence[Pile], pile: Pile, *, settled: bool
) -> LineCase:
    """Returns the deal of a pile: facts of its whole line, its findings, and its own dates.

    Goods that stay where they are were not sent with the others.
    """
    said = facts_of(pile.line)
    whole = sum(each.units for each in piles if each.line.id == pile.line.id)
    facts = facts_at_receipt(said, findings(said, pile.found), quantity=whole)
    line_case = line_case_of(service, pile.line, facts)
    if pile.inspection is not None:
        line_case = replace(line_case, told=(*line_case.told, pile.inspection.statement))
    of_others = {"received_back", "shipped_back"} if pile.line.outcome.stays else {"received_back"}
    events = {name: on for name, on in found.events.items() if name not in of_others}
    if pile.received_at is not None:
        events["received_back"] = pile.received_at.isoformat()
    return replace(
        line_case.at(service, events, _decided_at(found, pile)),
        line=pile.line.id,
        units=pile.units,
        arrived=pile.arrived,
        settled=settled,
    )


def _decided_at(found: Return, pile: Pile) -> datetime | None:
    """Returns the moment as of which units are decided, None for now.

    Goods that stay where they are were settled at their approval: no day that passes later is
    theirs.
    """
    if pile.looked_at is not None or not pile.line.outcome.stays:
        return pile.looked_at
    approved = (each.at for each in reversed(found.history) if each.step is Step.APPROVE)
    return next(approved, None)


def _by_policy(piles: Sequence[Pile], groups: Sequence[Together]) -> dict[int, LineOutcome]:
    return {
        place: outcome_of(each.decision, each.key, each.share, piles[place].line.outcome.most)
        for group in groups
        for place, each in zip(group.places, group.dealt, strict=True)
    }


def _open_by_themselves(groups: Sequence[Together]) -> set[int]:
    return {
        place
        for group in groups
        for place, each in zip(group.places, group.dealt, strict=True)
        if each.decision.answer != "accept" or each.decision.net_certainty == "open"
    }


def _by_share(pile: Pile, outcome: LineOutcome) -> _Decided:
    owed = outcome.owes_money and outcome.amount is not None and pile.settled
    minor = outcome.amount.minor if owed and outcome.amount else 0
    return _Decided(pile=pile, outcome=outcome, share=minor)


# --- a person's word ------------------------------------------------------------------------------


def _judged(piles: Sequence[Pile]) -> dict[int, _Decided]:
    """Returns, by index, the piles for which a person set the amount, whatever the policy says.

    A decision on a line covers units that arrived too, in proportion, unless an inspection found
    something else.
    """
    found: dict[int, _Decided] = {}
    lines: dict[str, list[int]] = {}
    for place, pile in enumerate(piles):
        if pile.done:
            found[place] = _Decided(pile=pile, outcome=pile.line.outcome, share=0)
        elif pile.judged is not None and pile.inspection and pile.inspection.outcome:
            found[place] = _Decided(pile=pile, outcome=pile.inspection.outcome, share=pile.judged)
        elif pile.line.outcome.judged_by and not pile.found:
            lines.setdefault(pile.line.id, []).append(place)
    for places in lines.values():
        found |= _by_word(piles, places)
    return found


def _by_word(piles: Sequence[Pile], places: Sequence[int]) -> dict[int, _Decided]:
    """Shares a person's amount for a line among its piles, in proportion to settled units."""
    line = piles[places[0]].line
    word = line.outcome
    of = line.quantity - word.done
    given = word.amount.minor if of and word.amount and word.owes_money else 0
    units = tuple(piles[place].units if piles[place].settled else 0 for place in places)
    shares = shared_out(divided(given * sum(units), of or 1, Rounding.HALF_UP), units)
    return {
        place: _Decided(
            pile=piles[place],
            outcome=dataclasses.replace(
                word, amount=_as_much(word.amount, share), of=piles[place].units
            ),
            share=share,
        )
        for place, share in zip(places, shares if any(units) else [0] * len(units), strict=True)
    }


def _was_settled(found: Return) -> bool:
    """Whether a return planned money, or stored values that other returns of its order use."""
    lines = any(n.planned or n.value or n.outbound or _on_top(n) for n in found.lines)
    return lines or bool(found.taken) or bool(found.waits)


def _on_top(line: ReturnLine) -> int:
    """Returns a person's amount for a line whose units were all settled before."""
    word = line.outcome
    whole = word.judged_by and word.done >= line.quantity and word.owes_money and word.amount
    return word.amount.minor if whole and word.amount else 0


def _as_much(amount: Money | None, minor: int) -> Money | None:
    return Money(minor, amount.currency) if amount else None


# --- kept -----------------------------------------------------------------------------------------


def _keep(
    service: DecisionService, found: Return, decided: Sequence[_Decided]
) -> tuple[LineOutcome, ...]:
    """Stores the outcomes of inspected and settled units; returns those of all settled units."""
    kept = []
    for each in decided:
        pile = each.pile
        if pile.done:
            continue
        if pile.inspection is not None:
            service.store.arrivals.settle(found.id, pile.inspection.id, each.outcome)
        elif pile.looked_at is not None:
            service.store.returns.settle_line(pile.line.id, _for_the_line(each))
        if pile.settled:
            kept.append(each.outcome)
    return tuple(kept)


def _for_the_line(each: _Decided) -> LineOutcome:
    """A person's decision on a line is kept unchanged."""
    word = each.pile.line.outcome
    return word if word.judged_by else each.outcome


def _dues(
    service: DecisionService,
    found: Return,
    decided: Sequence[_Decided],
    groups: Sequence[Together],
) -> list[LineDue]:
    """Returns what is owed for each line in all, and by which remedies its settled
    units are paid.
    """
    values = _by_line(decided, groups, "value")
    dues = []
    for line in found.lines:
        mine = _of(line, decided)
        before = _still_given(line)
        settled = [each for each in mine if each.pile.settled and each.outcome.remedy]
        ways = {line.outcome.way: more} if (more := _on_top(line)) else {}
        for each in [each for each in settled if each.pile.is_new] or settled:
            way = each.outcome.way
            ways[way] = ways.get(way, 0) + max(0, each.share)
        dues.append(
            LineDue(
                line=line,
                owed=before.planned + more + sum(each.share for each in mine),
                value=before.value + values.get(line.id, 0) + _judged_value(service, mine),
                on_top=more,
                ways=ways,
                most=max((each.outcome.most for each in mine), default=line.outcome.most),
            )
        )
    return dues


def _of(line: ReturnLine, decided: Iterable[_Decided]) -> list[_Decided]:
    return [each for each in decided if each.pile.line.id == line.id]


def _still_given(line: ReturnLine) -> Before:
    """Returns what a line gave before the return was reopened, in proportion to units
    still here.
    """
    before, done = line.outcome.before, line.outcome.done
    here = line.received + before.stayed
    if here >= done:
        return before
    planned, value, outbound = (
        divided(amount * here, done, Rounding.HALF_UP)
        for amount in (before.planned, before.value, before.outbound)
    )
    return dataclasses.replace(before, planned=planned, value=value, outbound=outbound)


def _settled(found: Return, decided: Sequence[_Decided]) -> dict[str, list[SettledUnits]]:
    """Returns by line the units settled by now, including those before it was reopened."""
    settled: dict[str, list[SettledUnits]] = {line.id: [] for line in found.lines}
    for each in decided:
        pile, before = each.pile, each.pile.line.outcome
        if pile.done:
            share = divided(before.before.planned * pile.units, before.done, Rounding.HALF_UP)
        elif pile.settled and not each.outcome.unsettled:
            share = each.share
        else:
            continue
        units = SettledUnits(units=pile.units, share=share, came=pile.received_at)
        settled[pile.line.id].append(units)
    return settled


def _judged_value(service: DecisionService, decided: Iterable[_Decided]) -> int:
    """Returns the total of persons' amounts up to the price of the goods, as which they count."""
    return sum(
        each.share - beyond_price(service, each.pile.line, each.share, each.pile.units)
        for each in decided
        if each.outcome.judged_by
    )


def _beyond_price(service: DecisionService, line: ReturnLine, decided: Iterable[_Decided]) -> int:
    """Returns what persons give for a line beyond its price: of the outbound shipping."""
    before, done = _still_given(line), line.outcome.done
    on_top = beyond_price(service, line, before.planned + _on_top(line), done) - before.outbound
    return (max(0, on_top) if _on_top(line) else 0) + sum(
        beyond_price(service, line, each.share, each.pile.units)
        for each in decided
        if each.outcome.judged_by and not each.pile.done
    )


def _by_line(decided: Sequence[_Decided], groups: Sequence[Together], name: str) -> dict[str, int]:
    """Returns an amount of each line by the policy (minor units)."""
    found: dict[str, int] = {}
    for line, money in _money(decided, groups).items():
        amount: Money | None = getattr(money, name)
        found[line] = amount.minor if amount else 0
    return found


def _money(decided: Sequence[_Decided], groups: Sequence[Together]) -> dict[str, LineMoney]:
    """Returns the amounts of each line by the policy."""
    found: dict[str, LineMoney] = {}
    for group in groups:
        lines = list(dict.fromkeys(decided[place].pile.line.id for place in group.places))
        found |= {lines[each.line]: each for each in (group.whole.money if group.whole else ())}
    return found


def _found(decided: Sequence[_Decided], groups: Sequence[Together]) -> Settled:
    """Returns what was found, for those who show it."""
    return Settled(
        fees={line: each.fees for line, each in _money(decided, groups).items()},
        once=tuple(fee for group in groups if group.whole for fee in group.whole.fees),
        decisions={
            inspection.id: each.decision
            for group in groups
            for place, each in zip(group.places, group.dealt, strict=True)
            if (inspection := decided[place].pile.inspection)
            and not decided[place].outcome.judged_by
            and not decided[place].pile.done
        },
    )


def _note(
    service: DecisionService,
    found: Return,
    dues: Sequence[LineDue],
    decided: Sequence[_Decided],
    groups: Sequence[Together],
) -> None:
    """Stores what other returns of the order need to know, and what this one waits for."""
    wholes = [group.whole for group in groups if group.whole is not None]
    taken = summed([taken_before(found), *(each.taken for each in wholes)])
    waits = dict.fromkeys(name for each in wholes for name in each.waits)
    outbound = _by_line(decided, groups, "outbound")
    given = {
        due.line.id: (
            due.value,
            _still_given(due.line).outbound
            + outbound.get(due.line.id, 0)
            + _beyond_price(service, due.line, _of(due.line, decided)),
        )
        for due in dues
    }
    service.store.returns.settled(found.id, taken, given, ", ".join(waits))
