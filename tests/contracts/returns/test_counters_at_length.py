"""Whatever happens to returns in whatever order, each counts once and no limit is passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.drafts import LineDraft
from adapters.store.figures import Days
from adapters.store.records import Telling
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money, parse_money
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from services.returns.overriding import Verdict
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened
from tests.contracts.returns.recount import Counts, Piece, pieces, total

ZONE = ZoneInfo("America/New_York")
NUMBERS = count(1)
COMING = (State.APPROVED, State.IN_TRANSIT, State.PARTLY_RECEIVED)
ORDERS = st.sampled_from(["O-1", "O-2"])
PRICES = {"LAMP": 4_000, "SOFA": 2_500}
TOLD = ("quantity_exceeded", "step_not_allowed", "not_received", "paid_already", "still_open")
LIMITS = ("value_limit", "count_limit")
POLICY = """
time_zone: America/New_York
values: {category: [lighting, furniture]}
facts: {used: {type: TYPE, counter: {of: OF, per: PER, over: OVER}}}
limits: {most: {WHENused: used, adds: ADDS, at_most: MOST}}
deadlines:
  arrival:
    event: received_back
    within: 40 days
    counted_from: rma_issued
    if_late: authorization_expired
eligibility:
  rows:
    - {id: E-WORN, when: {condition: worn}, answer: refuse, code: excluded_condition}
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
remedies:
  retailer:
    rows:
      - {id: R-SWAP, when: {wanted: exchange}, give: exchange, timing: after_receipt}
      - {id: R-ELSE, otherwise: true, give: account_credit, timing: after_receipt}
goods:
  rows:
    - {id: G-KEEP, when: {category: furniture, packaging: none}, do: keep}
    - {id: G-ELSE, otherwise: true, do: ship_back}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2025-03-01, requested: 2025-03-10, reason: change_of_mind, condition: used,
          wanted: refund, category: lighting, packaging: substitute_box,
          item_price: USD 10.00, used: ZERO}
  cases:
    - {name: fine, expect: {answer: accept, decided_by: [R-ELSE, G-ELSE]}}
    - {name: kept, given: {category: furniture, packaging: none}, expect: {goods: keep}}
    - {name: swap, given: {wanted: exchange}, expect: {remedy: exchange}}
    - {name: worn, given: {condition: worn}, expect: {answer: refuse}}
    - {name: look, given: {reason: defective}, expect: {answer: review}}
    - name: late
      given: {rma_issued: 2025-03-10, received_back: 2025-06-01}
      expect: {answer: refuse}
"""
KINDS = {
    "a": ("returned_value", "retailer", "calendar year", "item_price", 15_000),
    "b": ("returned_value", "order", "12 months", "return_value", 15_000),
    "c": ("returned_units", "sku", "90 days", "quantity", 4),
    "d": ("returned_units", "line", "lifetime", "quantity", 2),
    "e": ("returns", "retailer", "30 days", "1", 2),
    "f": ("exchanges", "retailer", "calendar year", "1", 1),
}
BACK: dict[str, dict[str, Any]] = {
    "calendar year": {},
    "12 months": {"months": 12},
    "90 days": {"days": 90},
    "30 days": {"days": 30},
    "lifetime": {"ever": True},
}


def policy(kind: str) -> str:
    of, per, over, adds, most = KINDS[kind]
    value = of == "returned_value"
    said = {
        "TYPE": "money" if value else "count",
        "OF": of,
        "PER": per,
        "OVER": over,
        "ADDS": adds,
        "MOST": str(Money(most, "USD")) if value else str(most),
        "ZERO": "USD 0.00" if value else "0",
        "WHEN": "when: {wanted: exchange}, " if of == "exchanges" else "",
    }
    text = POLICY
    for word, put in said.items():
        text = text.replace(word, put) if word != "OF" else text.replace("of: OF", f"of: {put}")
    return text


class Counting(RuleBasedStateMachine):
    """One partnership under one policy, its orders, and all that can happen to its returns."""

    shop: ClassVar[Shop]

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self.waiting: set[str] = set()

    @initialize(kind=st.sampled_from(sorted(KINDS)))
    def begin(self, kind: str) -> None:
        shop, self.kind, number = self.shop, kind, next(NUMBERS)
        self.supplier = f"acme-{kind}"
        of, per, over, _, self.most = KINDS[kind]
        self.counts = Counts(of=of, per=per, **BACK[over])
        shop.clock.at = datetime(2025, 11, 1, 12, tzinfo=UTC)
        with shop.store.session():
            retailer = shop.store.partners.add(f"shop-{number}", "Shop", Kind.RETAILER)
            acme = shop.partners[self.supplier]
            joined = shop.store.partnerships.join(acme, retailer)
            shop.store.partnerships.let_tell(shop.store.partners.acting(acme), joined.id, Telling)
        shop.partners["northwind"] = retailer
        for order in ("O-1", "O-2"):
            shop.orders(self.supplier, order, lines=[draft("1", "LAMP"), draft("2", "SOFA")])

    # --- what can happen ----------------------------------------------------------------------

    @rule(
        lines=st.lists(
            st.fixed_dictionaries(
                {
                    "number": ORDERS,
                    "line": st.sampled_from(["1", "2"]),
                    "quantity": st.integers(1, 2),
                    "condition": st.sampled_from(["used", "used", "used", "worn"]),
                    "reason": st.sampled_from(["change_of_mind", "change_of_mind", "defective"]),
                    "wanted": st.sampled_from(["refund", "exchange"]),
                    "packaging": st.sampled_from(["none", "substitute_box"]),
                }
            ),
            min_size=1,
            max_size=3,
        )
    )
    def ask(self, lines: list[dict[str, Any]]) -> None:
        self.ask_for(lines)

    def ask_for(self, lines: list[dict[str, Any]]) -> None:
        there = self.pieces()
        try:
            parts = self.shop.request(*(wanted(**each) for each in lines))
        except RequestFault as fault:
            assert fault.code == "quantity_exceeded"  # noqa: PT017
            return
        for part in parts:
            self.made.append(part.id)
            there = self.check(part, there)

    @rule(number=ORDERS, line=st.sampled_from(["1", "2"]), quantity=st.integers(1, 2))
    def ask_for_one(self, number: str, line: str, quantity: int) -> None:
        said = {"reason": "change_of_mind", "condition": "used", "packaging": "substitute_box"}
        wish = {"wanted": "exchange" if self.counts.of == "exchanges" else "refund"}
        self.ask_for([{"number": number, "line": line, "quantity": quantity, **said, **wish}])

    @rule(number=ORDERS, wish=st.sampled_from(["refund", "exchange"]))
    def ask_for_what_is_held(self, number: str, wish: str) -> None:
        """One line is refused for now, and the other waits for a person."""
        said = {"number": number, "quantity": 1, "wanted": wish, "packaging": "none"}
        worn = {**said, "line": "1", "condition": "worn", "reason": "change_of_mind"}
        self.ask_for([worn, {**said, "line": "2", "condition": "used", "reason": "defective"}])

    def check(self, part: Return, there: list[Piece]) -> list[Piece]:
        """What each line saw is all that was there, and what the lines before it hold."""
        for line, piece in zip(part.lines, self.pieces([part.id]), strict=True):
            assert seen(line.facts) == self.recount(piece, there)
            there = [*there, piece] if self.counts.of != "returns" else there
        return [*there, *self.pieces([part.id])] if self.counts.of == "returns" else there

    def recount(self, piece: Piece, there: list[Piece]) -> int:
        held = [
            each
            for each in there
            if each.alike(self.counts.per, piece) and self.counts.holds(each.day, piece.day)
        ]
        return total(self.counts, held)

    @rule(days=st.sampled_from([0.3, 1, 20, 45, 100]))
    def pass_days(self, days: float) -> None:
        self.shop.clock.pass_days(days)
        while self.shop.wake():
            pass

    @rule(data=st.data(), surely=st.sampled_from([True, False, False]))
    def cancel(self, data: Any, *, surely: bool) -> None:
        made = self.one(data, State.IN_REVIEW, State.APPROVED)
        if made and surely:
            with suppress_told():
                self.shop.move(made, "cancel", "so")

    @rule(data=st.data(), complete=st.booleans())
    def receive(self, data: Any, *, complete: bool) -> None:
        made = self.one(data, *COMING)
        units = (
            [data.draw(st.integers(0, line.count.to_come)) for line in made.lines] if made else []
        )
        if made and any(units):
            self.shop.receive(made, *units, complete=complete)

    @rule(data=st.data(), worn=st.sampled_from([0, 1, 2]))
    def inspect(self, data: Any, worn: int) -> None:
        """All that is still to come arrives and is looked at; some units were worn."""
        made = self.one(data, *COMING, State.RECEIVED)
        if made is None:
            return
        coming = [line.count.to_come for line in made.lines]
        if any(coming) and made.state is not State.RECEIVED:
            made = self.shop.receive(made, *coming)
        looked = [
            (place, 1, Disposition.SCRAP, {"condition": "worn"} if at < worn else {})
            for place, line in enumerate(made.lines)
            for at in range(line.count.to_inspect)
        ]
        if looked:
            self.shop.inspect(made, *looked)

    @rule(data=st.data(), accept=st.booleans())
    def judge(self, data: Any, *, accept: bool) -> None:
        """A person's word on what the policy leaves open; nothing else is accepted against it."""
        made = self.one(data, State.IN_REVIEW)
        held = [line for line in made.lines if line.outcome.undecided] if made else []
        if made and held:
            with suppress_told():
                self.shop.judge(made, [Verdict(about=line.id, accept=accept) for line in held])
                self.waiting.discard(made.id)

    @rule(data=st.data())
    def answer(self, data: Any) -> None:
        """Refused lines of a return in review are decided anew, and so are counted anew.

        One that was reopened is its supplier's to give back to the policy.
        """
        made, there = self.one(data, State.IN_REVIEW), self.pieces()
        if made is None:
            return
        worn = [line for line in made.lines if line.outcome.code == "excluded_condition"]
        reopened = made.id in self.waiting
        with suppress_told():
            said = {} if reopened else {each.id: {"condition": "used"} for each in worn}
            now = self.shop.answer(made, said, who=SUPPLIER if reopened else RETAILER)
            self.waiting.discard(made.id)
            self.check_again(made, now, there)

    def check_again(self, made: Return, now: Return, there: list[Piece]) -> None:
        """The lines that held their units stand before those that did not, whatever their place."""
        held = {piece.line for piece in there if piece.units}
        before = {line.id: line.facts for line in made.lines}
        if self.counts.of == "returns":
            there = [piece for piece in there if piece.return_ != made.id]
        for line, piece in zip(now.lines, self.pieces([now.id]), strict=True):
            if line.id in held:
                assert seen(line.facts) == seen(before[line.id])
            elif not line.outcome.judged_by:
                assert seen(line.facts) == self.recount(piece, there)
            if self.counts.of != "returns" and line.id not in held:
                there = [*there, piece]

    @rule(data=st.data())
    def reopen(self, data: Any) -> None:
        if made := self.one(data, State.REFUSED, State.EXPIRED):
            self.shop.move(made, "reopen", "so")
            self.waiting.add(made.id)

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def no_limit_is_passed(self) -> None:
        """On no day of a request do those that count for it exceed the limit."""
        there = [piece for piece in self.pieces() if piece.units]
        for piece in there:
            so_far = [each for each in there if each.day <= piece.day]
            assert self.recount(piece, so_far) <= self.most

    @invariant()
    def what_was_accepted_is_not_refused_for_the_limit_later(self) -> None:
        for _, inspections in self.now(self.made):
            codes = [each.outcome.code for each in inspections if each.outcome]
            assert not set(codes) & set(LIMITS)

    def teardown(self) -> None:
        """What figures count, by columns of their own, is what the records of the lines say."""
        lines = [
            (made.requested_at, each) for made, _ in self.now(self.made) for each in made.lines
        ]
        store, retailer = self.shop.store, self.shop.partners["northwind"]
        days = Days(first=date(2025, 10, 1), last=date(2028, 10, 1))
        with store.session():
            found = store.figures.returned(store.partners.acting(retailer), days)
        reasons = [str(msgspec.json.decode(line.facts).get("reason", "")) for _, line in lines]
        answers = Counter((at.astimezone(UTC).date(), line.outcome.answer) for at, line in lines)
        assert {(each.begins, each.answer): each.lines for each in found.days} == answers
        assert {each.what: each.lines for each in found.reasons} == Counter(reasons)
        assert {each.what: each.lines for each in found.skus} == Counter(
            line.sku for _, line in lines
        )
        assert sum(each.units for each in found.partners) == sum(line.quantity for _, line in lines)

    # --- hands --------------------------------------------------------------------------------

    def now(self, keys: list[str]) -> list[tuple[Return, tuple[Inspection, ...]]]:
        store = self.shop.store
        with store.session():
            return [(store.returns.now(key), store.arrivals.inspections(key)) for key in keys]

    def pieces(self, keys: list[str] | None = None) -> list[Piece]:
        return pieces(self.now(self.made if keys is None else keys), PRICES, ZONE, self.waiting)

    def one(self, data: Any, *states: State) -> Return | None:
        """One of the returns in these states, if there is any."""
        fitting = [found for found, _ in self.now(self.made) if found.state in states]
        return fitting[data.draw(st.integers(0, len(fitting) - 1))] if fitting else None


def draft(number: str, sku: str) -> LineDraft:
    return LineDraft(
        number=number,
        sku=sku,
        quantity=5,
        unit_price=Money(PRICES[sku], "USD"),
        location="main",
    )


def wanted(number: str, line: str, **said: Any) -> tuple[str, str, dict[str, Any]]:
    return number, line, said


def seen(facts: str) -> int:
    """What a line saw: what was counted, and what the lines before it add."""
    used = msgspec.json.decode(facts)["used"]
    return sum(
        each if isinstance(each, int) else parse_money(each).minor
        for each in (used["counted"], used["ahead"])
    )


@contextmanager
def suppress_told() -> Iterator[None]:
    """Steps that a return does not allow as it stands; anything else is told."""
    try:
        yield
    except RequestFault as fault:
        if fault.code not in TOLD:
            raise


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    found.clock.at = datetime(2025, 1, 1, tzinfo=UTC)
    for kind in KINDS:
        found.sells(f"acme-{kind}", policy(kind))
    yield found
    found.library.close()
    found.store.close()


def test_each_unit_counts_once_and_no_limit_is_passed(shop: Shop) -> None:
    class Machine(Counting):
        pass

    Machine.shop = shop
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a failure is told as it came: shrinking takes minutes
        ),
    )
