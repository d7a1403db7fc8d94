"""Decides the lines of a return, each under the policy that governs it, and stores the decisions.

Lines under the same policy are decided as one return, so fees taken once are taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from adapters.store.past.keeping import About, Applied, keep_return, keep_ungoverned
from adapters.store.returns.records import ReturnLine
from adapters.store.terms import canonical
from engine.dates import zone_of
from engine.decision.figures.counts import EXCHANGE
from engine.decision.record import Decision, ReturnDecision
from engine.decision.standing import Standing, Units
from engine.decision.ungoverned import ungoverned
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import owned
from engine.policy.selection import Candidate
from engine.policy.vocabulary import Counted, Counter, Fact, Per
from engine.replay.derive import ReturnFacts, edition_of, facts_json
from engine.returns.statements import Statement, Teller, about, read
from engine.returns.statements import told as statements_by_fact
from services.returns.cases import Case, Desk, Ungoverned
from services.returns.counting import as_decided, is_open, with_more, worth_given
from services.returns.facts import WORKED_OUT
from services.returns.record import Record, known_to
from services.returns.who import Who

Facts = Mapping[str, object]
_SHIPPING: Final = ("outbound_paid", "outbound_standard")
StandingOf = Callable[[Policy, Sequence[tuple[str, Units]]], Standing]
"""Returns how units under one policy stand in their order; each has its order line's key."""


class Deal(Struct, frozen=True, kw_only=True, gc=False):
    """One line of a return with its facts; without a `policy` no edition governs it.

    `held`: it has reserved its units, so that counts of returns include them. `units` is the
    number of units of return line `line` in the same situation (0: all of them).
    """

    order_line: str
    policy: Policy | None
    applied: Applied | None
    given: Facts
    told: tuple[Statement, ...] = ()
    held: bool = False
    line: str = ""
    units: int = 0
    arrived: bool = False
    settled: bool = True
    code: str = ""
    considered: tuple[Candidate, ...] = ()

    @property
    def facts(self) -> str:
        """The facts as JSON, as they are stored."""
        return facts_json(self.given)

    def owned(self, desk: Desk) -> Mapping[str, Fact]:
        """Returns the facts of its policy with their owners; the built-in ones without a policy."""
        if self.policy is None or self.applied is None:
            return SENT
        language = desk.library.edition(desk.store, self.applied.edition).language
        return owned(self.policy.facts, language)

    def facts_after(self, decision: Decision) -> str:
        """Returns the facts stored with the line: counted facts stay as the decision saw them."""
        return facts_json({**self.given, **as_decided(self.policy, decision.facts)})

    def at(self, desk: Desk, events: Facts, on: datetime | None = None) -> Deal:
        """Returns the deal with later events, on today's date or on that of a moment."""
        if self.policy is None:
            return self
        zone = self.policy.time_zone
        today = (on.astimezone(zone_of(zone)).date() if on else desk.today(zone)).isoformat()
        more = known_to(self.policy, {**events, "now": today})
        record = desk.record(self.order_line, self.owned(desk))
        amended = _plainly(known_to(self.policy, self._amended(record)))
        own = [about(each, amended) for each in record.told]
        told = (desk.clocked(*WORKED_OUT), *self.told, *own, desk.clocked(*more))
        return replace(self, given={**self.given, **amended, **more}, told=told)

    def _amended(self, record: Record) -> Facts:
        """Returns facts recorded since the request, except those that an inspection found.

        Facts of the product stay as stated at the request; only missing ones are added.
        """
        said = statements_by_fact(self.told)
        return {
            name: value
            for name, value in record.facts.items()
            if (name not in record.goods or name not in self.given)
            and (name not in said or said[name].teller is not Teller.INSPECTION)
        }


class Dealt(Struct, frozen=True, kw_only=True, gc=False):
    """The decision of a line, the key it is stored under, and the line's share of the net."""

    decision: Decision
    key: str
    share: Money | None


def deal_of_case(case: Case | Ungoverned, order_line: str) -> Deal:
    """Returns the deal of a line at its request."""
    if isinstance(case, Ungoverned):
        return Deal(
            order_line=order_line,
            policy=None,
            applied=None,
            given=_plainly(case.facts),
            code=case.code,
            considered=case.considered,
        )
    given = authorized(_plainly(case.given))
    return Deal(
        order_line=order_line,
        policy=case.policy,
        applied=case.applied,
        given=given,
        told=case.told,
    )


def deal_of_line(desk: Desk, line: ReturnLine, given: Facts | None = None) -> Deal:
    """Returns the deal of a stored line, under the policy of its request.

    Raises `RequestFault` `policy_gone`.
    """
    facts = given if given is not None else facts_of(line)
    if not line.edition:
        return Deal(order_line=line.order_line, policy=None, applied=None, given=facts)
    terms = msgspec.json.decode(line.terms, type=dict[str, Any])
    edition = desk.library.edition(desk.store, line.edition)
    policy = edition_of(desk.library.file(desk.store, edition, terms), line.digest)
    if policy is None:
        raise RequestFault("policy_gone", "The policy of the request is not read alike any more.")
    applied = Applied(edition=line.edition, digest=line.digest, terms=terms)
    told = read(line.told)
    return Deal(order_line=line.order_line, policy=policy, applied=applied, given=facts, told=told)


def facts_of(line: ReturnLine) -> dict[str, object]:
    """Returns the facts of a line's request."""
    return msgspec.json.decode(line.facts, type=dict[str, object])


class Together(Struct, frozen=True, kw_only=True, gc=False):
    """Lines under one policy, decided as one return: their indexes and decisions."""

    places: tuple[int, ...]
    dealt: tuple[Dealt, ...]
    whole: ReturnDecision | None = None


def decide_deals(
    desk: Desk,
    who: Who,
    between: tuple[str, str],
    deals: Sequence[Deal],
    standing: StandingOf | None = None,
) -> list[Dealt]:
    """Decides all lines by both evaluators, and stores every decision; returns them in line order.

    `between` are the ids of supplier and retailer; `standing` returns how each group stands in its
    order.
    """
    found = {
        place: dealt
        for each in decide_together(desk, who, between, deals, standing)
        for place, dealt in zip(each.places, each.dealt, strict=True)
    }
    return [found[place] for place in range(len(deals))]


def decide_together(
    desk: Desk,
    who: Who,
    between: tuple[str, str],
    deals: Sequence[Deal],
    standing: StandingOf | None = None,
) -> list[Together]:
    """As `decide_deals`, grouped by policy, with the decision of each group as a whole."""
    supplier, retailer = between
    about = About(retailer=retailer, supplier=supplier, decided_at=desk.at, asked_by=who.by)
    found: list[Together] = []
    for places in _together(deals):
        done = [
            (deals[place], each.decision)
            for group in found
            for place, each in zip(group.places, group.dealt, strict=True)
        ]
        group = [_after(done, deals[place]) for place in places]
        found.append(_decided(desk, about, places, group, standing))
    return found


def _after(done: Sequence[tuple[Deal, Decision]], deal: Deal) -> Deal:
    """Returns the line with its counts raised by lines of the same return under other policies."""
    if deal.policy is None or not done:
        return deal
    given = dict(deal.given)
    for name, counter in deal.policy.counters.items():
        value = given.get(name)
        if is_open(value):
            more = sum(_adds(counter, deal, each) for each in done)
            given[name] = with_more(value, more, deal.policy.currency)
    return replace(deal, given=given)


def _adds(counter: Counter, deal: Deal, done: tuple[Deal, Decision]) -> int:
    """Returns what a line that was just decided adds to a counter of another line."""
    other, decision = done
    policy = other.policy
    if other.held or decision.answer == "refuse" or policy is None or deal.policy is None:
        return 0
    apart = counter.per is Per.SKU and other.given.get("sku") != deal.given.get("sku")
    if apart or (counter.per is Per.LINE and other.order_line != deal.order_line):
        return 0
    if counter.of is Counted.RETURNED_VALUE:
        return worth_given(other.given).minor if policy.currency == deal.policy.currency else 0
    if counter.of is Counted.RETURNED_UNITS:
        return int(str(other.given["quantity"]))
    return int(counter.of is Counted.EXCHANGES and decision.remedy == EXCHANGE)


def sketch_deals(desk: Desk, deals: Sequence[Deal]) -> list[tuple[Decision, Policy]]:
    """Returns what the policies say now, by the plain evaluator, without storing it: to find dates.

    Leaves out lines that no policy governs; lines of one policy are decided together.
    """
    found: list[tuple[Decision, Policy]] = []
    for places in _together(deals):
        group = [deals[place] for place in places]
        if (policy := group[0].policy) is not None:
            lines = _asked(desk, policy, group, native=False)[1].lines
            found += [(line, policy) for line in lines]
    return found


def _together(deals: Sequence[Deal]) -> list[list[int]]:
    """Returns the indexes of the lines of each policy, in order; ungoverned lines stand alone."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, deal in enumerate(deals):
        by = deal.applied
        key = (by.edition, by.digest, canonical(by.terms)) if by else ("", str(place))
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _decided(
    desk: Desk,
    about: About,
    places: Sequence[int],
    group: Sequence[Deal],
    standing: StandingOf | None,
) -> Together:
    first = group[0]
    if first.applied is None or first.policy is None:
        return Together(places=tuple(places), dealt=(_refused(desk, about, first),))
    facts, whole = _asked(desk, first.policy, group, standing, native=True)
    lines = [(deal.order_line, deal.told) for deal in group]
    kept = keep_return(about, first.applied, lines, facts, whole)
    desk.store.decisions.add(kept)
    dealt = [
        Dealt(decision=line, key=each.id, share=share)
        for line, each, share in zip(whole.lines, kept[1:], whole.shares, strict=True)
    ]
    return Together(places=tuple(places), dealt=tuple(dealt), whole=whole)


def _refused(desk: Desk, about: About, deal: Deal) -> Dealt:
    decision = ungoverned(deal.code, deal.given)
    kept = keep_ungoverned(about, deal.considered, deal.order_line, decision)
    desk.store.decisions.add([kept])
    return Dealt(decision=decision, key=kept.id, share=None)


def _asked(
    desk: Desk,
    policy: Policy,
    group: Sequence[Deal],
    standing: StandingOf | None = None,
    *,
    native: bool,
) -> tuple[ReturnFacts, ReturnDecision]:
    first, apart = group[0].given, _said_by_line(desk, group)
    shared = {
        name: value
        for name, value in first.items()
        if all(name in deal.given and deal.given[name] == value for deal in group)
        and name not in apart
    }
    lines = tuple(
        {name: value for name, value in deal.given.items() if name not in shared} for deal in group
    )
    stands = standing(policy, _units_of(group)) if standing else None
    desk.spend(len(group))
    with desk.library.lent(policy, native=native) as decider:
        whole = decider.decide_return(shared, lines, stands)
    return ReturnFacts(shared=shared, lines=lines, standing=stands), whole


def _said_by_line(desk: Desk, group: Sequence[Deal]) -> Collection[str]:
    """Returns the shipping facts that lines state themselves; others are shared by the order."""
    lines = [desk.ordered(deal.order_line)[1] for deal in group]
    return {name for line in lines for name in _SHIPPING if name in line.facts}


def _units_of(group: Sequence[Deal]) -> list[tuple[str, Units]]:
    """Returns the units of each deal with its order line's key; a line keeps one index."""
    places: dict[str, int] = {}
    return [
        (
            deal.order_line,
            Units(
                line=places.setdefault(deal.line or deal.order_line, len(places)),
                units=deal.units or int(str(deal.given["quantity"])),
                arrived=deal.arrived,
                settled=deal.settled,
            ),
        )
        for deal in group
    ]


def authorized(facts: Facts) -> dict[str, object]:
    """Returns the facts with `rma` added to the `evidence` sent, since it is issued here."""
    evidence = facts.get("evidence")
    if not isinstance(evidence, list) or "rma" in evidence:
        return dict(facts)
    return {**facts, "evidence": [*evidence, "rma"]}


def _plainly(facts: Facts) -> dict[str, object]:
    """Returns the facts with money as text, so that they are equal before and after storing."""
    return {
        name: str(value) if isinstance(value, Money) else value for name, value in facts.items()
    }
