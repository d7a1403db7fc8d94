"""Decides order lines: finds the edition that governs each, collects its facts, asks the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.connection.statements import listed
from adapters.store.database import Store
from adapters.store.decision_history.keeping import Applied
from adapters.store.governing import Governs
from adapters.store.ordering.ordered import Ordered
from adapters.store.ordering.records import HistoryEntry
from adapters.store.orders import Family
from adapters.store.records import Edition, OrderLine, Partnership
from adapters.store.returns.records import Return
from adapters.store.returns.returns import of_return
from engine.decision.record import Decision
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import owned
from engine.policy.selection import (
    Candidate,
    Days,
    NoPolicy,
    choose,
    day_by,
    days_of,
    known,
    words_of,
)
from engine.policy.vocabulary import CURRENCY, Fact
from engine.policy.words import REASONS
from engine.returns.statements import Statement
from services.returns import facts as f
from services.returns.counting import Asked, counted
from services.returns.facts import LineClaim, Speaker
from services.returns.library import Library
from services.returns.moment import AtMoment
from services.returns.record import (
    Facts,
    Record,
    check_quantity,
    facts_of_record,
    known_to,
    record_of,
)
from services.returns.settled import Settled


class Case(Struct, frozen=True, kw_only=True, gc=False):
    """One order line under one policy and the terms agreed with the partner, ready to decide."""

    line: OrderLine
    edition: Edition
    terms: Mapping[str, object]
    policy: Policy
    given: Mapping[str, object]
    told: tuple[Statement, ...]

    @property
    def applied(self) -> Applied:
        """The edition, digest and terms that are stored with the decision."""
        return Applied(edition=self.edition.id, digest=self.policy.digest, terms=self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ungoverned:
    """An order line that no edition governs: why, its facts, and the editions considered."""

    code: str
    facts: Mapping[str, object]
    considered: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Another time to decide at: the day `as_of`, with the editions published by `known_at`."""

    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def present(self) -> bool:
        """Whether the present was asked for."""
        return self == PRESENT


PRESENT: Final = View()


class _Asked(Struct, frozen=True, kw_only=True, gc=False):
    """An order line with its recorded facts and the claim about it."""

    family: Family
    line: OrderLine
    partnership: Partnership | None
    history: tuple[HistoryEntry, ...]
    read: Facts
    claim: Mapping[str, object]


def _freely(_decisions: int) -> None:
    """The default for `spend`: no limit."""


class DecisionService:
    """Serves one request at one moment; looks up once what its lines have in common.

    `spend` is told the number of decisions about to be made, and may refuse them. `settled` is what
    its last settlement of each return found, by the key of the return.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        *,
        view: View = PRESENT,
        spend: Callable[[int], None] = _freely,
    ) -> None:
        self.store = store
        self.library = library
        self.at = store.now()
        self._view = view
        self._moment = AtMoment(self.at, view.as_of)
        self.spend = spend
        self.settled: dict[str, Settled] = {}
        self._governs: dict[tuple[str, str], Governs] = {}
        self._candidates: dict[tuple[str, str], tuple[Candidate, ...]] = {}
        self._files: dict[tuple[str, str, str], PolicyFile] = {}
        self._histories: dict[str, tuple[HistoryEntry, ...]] = {}
        self._stamps: dict[str, str] = {}
        self._lines: dict[str, tuple[Family, OrderLine]] = {}

    def case(self, said: LineClaim, family: Family, line: OrderLine) -> Case | Ungoverned:
        """Returns the case of a line with the counters of now, unless the claim supposes others."""
        found = self.governed(said, family, line)
        return self.counted(found, but=dict(said.facts)) if isinstance(found, Case) else found

    def counted(self, case: Case, *, but: Collection[str] = ()) -> Case:
        """Returns the case with Takeback's own counts; lock the partnership to rely on them."""
        if not case.policy.counters:
            return case
        day = self.today(case.policy.time_zone)
        asked = Asked(line=case.line, day=day, closed=self._view.as_of is not None)
        found = counted(self.store, case.policy, asked)
        more = {name: value for name, value in found.items() if name not in but}
        told = (*case.told, self.clocked(*more))
        return replace(case, given={**case.given, **more}, told=told)

    def governed(
        self, said: LineClaim, family: Family, line: OrderLine, speaker: Speaker | None = None
    ) -> Case | Ungoverned:
        """Returns the case of a line: the edition that governs it, and its facts.

        A claim without a `speaker` is hypothetical, and may state anything that no record
        contradicts. Raises `RequestFault` for facts that cannot be right.
        """
        check_quantity(said.quantity, line)
        governs, history = self._governed_by(line), self._history(line.order.id)
        read = facts_of_record(line, family, governs.partnership, (history, {}))
        asked = f.claimed(said, read[0])
        if speaker is not None:
            f.check_claimed(asked, said, speaker, SENT)
            f.check_may_date(said, speaker)
        facts = {**read[0], **asked}
        if not isinstance(facts.get("requested"), str):
            facts["requested"] = self._moment.as_sent
        words, days = words_of(facts) | {CURRENCY: line.order.currency}, days_of(facts)
        candidates = self.candidates(line)
        chosen = choose(candidates, words, days)
        if isinstance(chosen, NoPolicy):
            if speaker is not None:
                f.check_not_to_come(said, self.today("UTC"))
            used = {**words, **{name: facts[name] for name in days}, "quantity": said.quantity}
            return Ungoverned(code=chosen.code, facts=used, considered=candidates)
        edition = self.library.edition(self.store, chosen.key)
        about = _Asked(
            family=family,
            line=line,
            partnership=governs.partnership,
            history=history,
            read=read,
            claim=asked,
        )
        return self._governed((said, speaker), about, (edition, days))

    def _governed(
        self,
        told_by: tuple[LineClaim, Speaker | None],
        about: _Asked,
        by: tuple[Edition, Days],
    ) -> Case:
        """Returns the case under an edition, by the edition's own facts and their owners."""
        (said, speaker), (edition, days) = told_by, by
        line, partnership, asked = about.line, about.partnership, about.claim
        terms = partnership.terms.get(edition.policy, {}) if partnership else {}
        policy = self._policy(line, edition, terms, days)
        facts = owned(policy.facts, edition.language)
        record = record_of(line, about.family, partnership, (about.history, facts), about.read)
        if record.facts is not about.read[0]:
            asked = f.claimed(said, record.facts)
        known = known_to(policy, record.facts)
        f.check_words(policy, asked)
        today = self.today(policy.time_zone)
        if speaker is not None:
            f.check_claimed(asked, said, speaker, facts)
            f.check_not_to_come(said, today)
        given = {"requested": today.isoformat(), **known, **asked}
        told = (
            self._moment.worked_out,
            *record.told,
            *f.statements_of_claim(asked, said, speaker),
        )
        return Case(line=line, edition=edition, terms=terms, policy=policy, given=given, told=told)

    def clocked(self, *names: str) -> Statement:
        """Returns a statement of these facts by Takeback itself, now."""
        return self._moment.said(*names)

    def candidates(self, line: OrderLine) -> tuple[Candidate, ...]:
        """Returns the editions from which the one that governs a line is chosen."""
        pair = (line.order.supplier.id, line.order.retailer.id)
        if pair not in self._candidates:
            found = self._governed_by(line).candidates
            self._candidates[pair] = known(found, self._view.known_at)
        return self._candidates[pair]

    def decide(self, case: Case) -> Decision:
        """Returns the decision of both evaluators."""
        self.spend(1)
        with self.library.lent(case.policy, native=True) as decider:
            return decider.decide(case.given)

    def by_reason(self, case: Case) -> list[tuple[str, Decision]]:
        """Returns the decision for each reason the policy knows, by the plain evaluator only."""
        reasons = case.policy.facts["reason"].words or REASONS
        self.spend(len(reasons))
        with self.library.lent(case.policy, native=False) as decider:
            return [
                (reason, decider.decide({**case.given, "reason": reason})) for reason in reasons
            ]

    def hold(self, key: str, *, tells: bool = False) -> Return | None:
        """Locks and returns a return, with its order, payments and settlements.

        With `tells`, the journals of both sides are locked after these; no partnership may be
        locked afterwards, since journals are locked last.
        """
        store, order = self.store, of_return(key)
        of_order = (*store.orders.locks(order), *store.payments.locks(order))
        self._lines.clear()
        locks = (*store.returns.locks(key), *of_order, *store.resolving.locks(key))
        return store.returns.read(key, locks, tells=tells)

    def hold_orders(self, keys: Collection[str]) -> None:
        """Locks the units, payments and charges of orders, before any journal entry is written."""
        store, orders = self.store, listed(sorted(keys))
        self._lines.clear()
        locks = (*store.orders.locks(orders), *store.payments.locks(orders))
        store.returns.foresee(sorted(keys), locks)

    def hold_partnerships(self, pairs: Collection[tuple[str, str]]) -> None:
        """Locks the returns of each supplier with each retailer, before they are counted."""
        for supplier, retailer in sorted(pairs):
            self.store.partnerships.hold_between(supplier, retailer)

    def record(self, order_line: str, facts: Mapping[str, Fact]) -> Record:
        """Returns the record of an order line as it is now; `facts` are those of its policy."""
        family, line = self.ordered(order_line)
        return self.record_of(line, family, facts)

    def ordered(self, order_line: str) -> tuple[Family, OrderLine]:
        """Returns an order line with its order, read once until something else is locked.

        While the order is locked, only the number of requested units changes; `Returns.reserve`
        reads that itself. Raises LookupError.
        """
        if order_line not in self._lines:
            found = self.store.orders.ordered(order_line)
            self.know([found])
            self._lines |= {line.id: (found.family, line) for line in found.family.lines}
        return self._lines[order_line]

    def record_of(self, line: OrderLine, family: Family, facts: Mapping[str, Fact]) -> Record:
        """Returns the record of a line that was read already, or that is hypothetical."""
        known = (self._history(line.order.id), facts)
        return record_of(line, family, self._partnership(line), known)

    def know(self, found: Iterable[Ordered]) -> None:
        """Remembers what was read with orders, so that it is not read again for their decisions."""
        for each in found:
            order = each.family.order
            self._histories[order.id] = each.history
            self._stamps[order.supplier.id] = each.stamp

    def _history(self, order: str) -> tuple[HistoryEntry, ...]:
        if order not in self._histories:
            self._histories[order] = self.store.order_history.of(order) if order else ()
        return self._histories[order]

    def today(self, zone: str) -> date:
        """The day to decide at, in the policy's time zone."""
        return self._moment.today(zone)

    def _partnership(self, line: OrderLine) -> Partnership | None:
        return self._governed_by(line).partnership

    def _governed_by(self, line: OrderLine) -> Governs:
        supplier, retailer = line.order.supplier.id, line.order.retailer
        pair = (supplier, retailer.id)
        if pair not in self._governs:
            stamp = self._stamps.get(supplier)
            self._governs[pair] = self.store.governing.between(supplier, retailer, stamp)
        return self._governs[pair]

    def _policy(
        self, line: OrderLine, edition: Edition, terms: Mapping[str, object], days: Days
    ) -> Policy:
        key = (edition.id, line.order.supplier.id, line.order.retailer.id)
        try:
            if key not in self._files:
                self._files[key] = self.library.file(self.store, edition, terms)
        except PolicyFaults as error:
            raise RequestFault(
                "terms_broken",
                "The terms agreed with this partner do not fit the policy any more: "
                f"{error.faults[0].sentence}",
            ) from None
        file = self._files[key]
        return file.on(day_by(file.policy.applies_by, days, file.policy.time_zone))
