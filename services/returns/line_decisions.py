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

from adapters.store.decision_history.keeping import About, Applied, keep_return, keep_ungoverned
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
from services.returns.counting import as_decided, is_open, with_more, worth_given
from services.returns.decision_service import Case, DecisionService, Ungoverned
from services.returns.facts import WORKED_OUT
from services.returns.record import Record, known_to
from services.returns.who import Who

Facts = Mapping[str, object]
_SHIPPING: Final = ("outbound_paid", "outbound_standard")
StandingOf = Callable[[Policy, Sequence[tuple[str, Units]]], Standing]
"""Returns how units under one policy stand in their order; each has its order line's key."""


class LineCase(Struct, frozen=True, kw_only=True, gc=False):
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

    def owned(self, service: DecisionService) -> Mapping[str, Fact]:
        """Returns the facts of its policy with their owners; the built-in ones without a policy."""
        if self.policy is None or self.applied is None:
            return SENT
        language = service.library.edition(service.store, self.applied.edition).language
        return owned(self.policy.facts, language)

    def facts_after(self, decision: Decision) -> str:
        """Returns the facts stored with the line: counted facts stay as the decision saw them."""
        return facts_json({**self.given, **as_decided(self.policy, decision.facts)})

    def at(self, service: DecisionService, events: Facts, on: datetime | None = None) -> LineCase:
        """Returns the deal with later events, on today's date or on that of a moment."""
        if self.policy is None:
            return self
        zone = self.policy.time_zone
        today = (on.astimezone(zone_of(zone)).date() if on else service.today(zone)).isoformat()
        more = known_to(self.policy, {**events, "now": today})
        record = service.record(self.order_line, self.owned(service))
        amended = _plainly(known_to(self.policy, self._amended(record)))
        own = [about(each, amended) for each in record.told]
        told = (service.clocked(*WORKED_OUT), *self.told, *own, service.clocked(*more))
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


class LineDecision(Struct, frozen=True, kw_only=True, gc=False):
    """The decision of a line, the key it is stored under, and the line's share of the net."""

    decision: Decision
    key: str
    share: Money | None


def deal_of_case(case: Case | Ungoverned, order_line: str) -> LineCase:
    """Returns the deal of a line at its request."""
    if isinstance(case, Ungoverned):
        return LineCase(
            order_line=order_line,
            policy=None,
            applied=None,
            given=_plainly(case.facts),
            code=case.code,
            considered=case.considered,
        )
    given = authorized(_plainly(case.given))
    return LineCase(
        order_line=order_line,
        policy=case.policy,
        applied=case.applied,
        given=given,
        told=case.told,
    )


def line_case_of(
    service: DecisionService, line: ReturnLine, given: Facts | None = None
) -> LineCase:
    """Returns the deal of a stored line, under the policy of its request.

    Raises `RequestFault` `policy_gone`.
    """
    facts = given if given is not None else facts_of(line)
    if not line.edition:
        return LineCase(order_line=line.order_line, policy=None, applied=None, given=facts)
    terms = msgspec.json.decode(line.terms, type=dict[str, Any])
    edition = service.library.edition(service.store, line.edition)
    policy = edition_of(service.library.file(service.store, edition, terms), line.digest)
    if policy is None:
        raise RequestFault("policy_gone", "The policy of the request is not read alike any more.")
    applied = Applied(edition=line.edition, digest=line.digest, terms=terms)
    told = read(line.told)
    return LineCase(
        order_line=line.order_line, policy=policy, applied=applied, given=facts, told=told
    )


def facts_of(line: ReturnLine) -> dict[str, object]:
    """Returns the facts of a line's request."""
    return msgspec.json.decode(line.facts, type=dict[str, object])


def of_units(line: ReturnLine, units: int) -> str:
    """Returns the facts of a line's request for fewer units, as they are stored."""
    return facts_json({**facts_of(line), "quantity": units})


class Together(Struct, frozen=True, kw_only=True, gc=False):
    """Lines under one policy, decided as one return: their indexes and decisions."""

    places: tuple[int, ...]
    dealt: tuple[LineDecision, ...]
    whole: ReturnDecision | None = None


def decide_deals(
    service: DecisionService,
    who: Who,
    between: tuple[str, str],
    line_cases: Sequence[LineCase],
    standing: StandingOf | None = None,
) -> list[LineDecision]:
    """Decides all lines by both evaluators, and stores every decision; returns them in line order.

    `between` are the ids of supplier and retailer; `standing` returns how each group stands in its
    order.
    """
    found = {
        place: dealt
        for each in decide_together(service, who, between, line_cases, standing)
        for place, dealt in zip(each.places, each.dealt, strict=True)
    }
    return [found[place] for place in range(len(line_cases))]


def decide_together(
    service: DecisionService,
    who: Who,
    between: tuple[str, str],
    line_cases: Sequence[LineCase],
    standing: StandingOf | None = None,
) -> list[Together]:
    """As `decide_deals`, grouped by policy, with the decision of each group as a whole."""
    supplier, retailer = between
    about = About(retailer=retailer, supplier=supplier, decided_at=service.at, asked_by=who.by)
    found: list[Together] = []
    for places in _together(line_cases):
        done = [
            (line_cases[place], each.decision)
            for group in found
            for place, each in zip(group.places, group.dealt, strict=True)
        ]
        group = [_after(done, line_cases[place]) for place in places]
        found.append(_decided(service, about, places, group, standing))
    return found


def _after(done: Sequence[tuple[LineCase, Decision]], line_case: LineCase) -> LineCase:
    """Returns the line with its counts raised by lines of the same return under other policies."""
    if line_case.policy is None or not done:
        return line_case
    given = dict(line_case.given)
    for name, counter in line_case.policy.counters.items():
        value = given.get(name)
        if is_open(value):
            more = sum(_adds(counter, line_case, each) for each in done)
            given[name] = with_more(value, more, line_case.policy.currency)
    return replace(line_case, given=given)


def _adds(counter: Counter, line_case: LineCase, done: tuple[LineCase, Decision]) -> int:
    """Returns what a line that was just decided adds to a counter of another line."""
    other, decision = done
    policy = other.policy
    if other.held or decision.answer == "refuse" or policy is None or line_case.policy is None:
        return 0
    apart = counter.per is Per.SKU and other.given.get("sku") != line_case.given.get("sku")
    if apart or (counter.per is Per.LINE and other.order_line != line_case.order_line):
        return 0
    if counter.of is Counted.RETURNED_VALUE:
        return worth_given(other.given).minor if policy.currency == line_case.policy.currency else 0
    if counter.of is Counted.RETURNED_UNITS:
        return int(str(other.given["quantity"]))
    return int(counter.of is Counted.EXCHANGES and decision.remedy == EXCHANGE)


def sketch_line_cases(
    service: DecisionService, line_cases: Sequence[LineCase]
) -> list[tuple[Decision, Policy]]:
    """Returns what the policies say now, by the plain evaluator, without storing it: to find dates.

    Leaves out lines that no policy governs; lines of one policy are decided together.
    """
    found: list[tuple[Decision, Policy]] = []
    for places in _together(line_cases):
        group = [line_cases[place] for place in places]
        if (policy := group[0].policy) is not None:
            lines = _asked(service, policy, group, native=False)[1].lines
            found += [(line, policy) for line in lines]
    return found


def _together(line_cases: Sequence[LineCase]) -> list[list[int]]:
    """Returns the indexes of the lines of each policy, in order; ungoverned lines stand alone."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, line_case in enumerate(line_cases):
        by = line_case.applied
        key = (by.edition, by.digest, canonical(by.terms)) if by else ("", str(place))
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _decided(
    service: DecisionService,
    about: About,
    places: Sequence[int],
    group: Sequence[LineCase],
    standing: StandingOf | None,
) -> Together:
    first = group[0]
    if first.applied is None or first.policy is None:
        return Together(places=tuple(places), dealt=(_refused(service, about, first),))
    facts, whole = _asked(service, first.policy, group, standing, native=True)
    lines = [(line_case.order_line, line_case.told) for line_case in group]
    kept = keep_return(about, first.applied, lines, facts, whole)
    service.store.decisions.add(kept)
    dealt = [
        LineDecision(decision=line, key=each.id, share=share)
        for line, each, share in zip(whole.lines, kept[1:], whole.shares, strict=True)
    ]
    return Together(places=tuple(places), dealt=tuple(dealt), whole=whole)


def _refused(service: DecisionService, about: About, line_case: LineCase) -> LineDecision:
    decision = ungoverned(line_case.code, line_case.given)
    kept = keep_ungoverned(about, line_case.considered, line_case.order_line, decision)
    service.store.decisions.add([kept])
    return LineDecision(decision=decision, key=kept.id, share=None)


def _asked(
    service: DecisionService,
    policy: Policy,
    group: Sequence[LineCase],
    standing: StandingOf | None = None,
    *,
    native: bool,
) -> tuple[ReturnFacts, ReturnDecision]:
    first, apart = group[0].given, _said_by_line(service, group)
    shared = {
        name: value
        for name, value in first.items()
        if all(name in line_case.given and line_case.given[name] == value for line_case in group)
        and name not in apart
    }
    lines = tuple(
        {name: value for name, value in line_case.given.items() if name not in shared}
        for line_case in group
    )
    stands = standing(policy, _units_of(group)) if standing else None
    service.spend(len(group))
    with service.library.lent(policy, native=native) as decider:
        whole = decider.decide_return(shared, lines, stands)
    return ReturnFacts(shared=shared, lines=lines, standing=stands), whole


def _said_by_line(service: DecisionService, group: Sequence[LineCase]) -> Collection[str]:
    """Returns the shipping facts that lines state themselves; others are shared by the order."""
    lines = [service.ordered(line_case.order_line)[1] for line_case in group]
    return {name for line in lines for name in _SHIPPING if name in line.facts}


def _units_of(group: Sequence[LineCase]) -> list[tuple[str, Units]]:
    """Returns the units of each deal with its order line's key; a line keeps one index."""
    places: dict[str, int] = {}
    return [
        (
            line_case.order_line,
            Units(
                line=places.setdefault(line_case.line or line_case.order_line, len(places)),
                units=line_case.units or int(str(line_case.given["quantity"])),
                arrived=line_case.arrived,
                settled=line_case.settled,
            ),
        )
        for line_case in group
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
