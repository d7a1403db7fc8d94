"""A desk for trying who may say what: fresh orders, returns at each moment, and short questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from adapters.identity.keys import id_in
from adapters.store.drafts import LineDraft
from adapters.store.publishing import Draft
from engine.money import Money
from engine.policy.editions import load
from engine.policy.header.own_words import TELLERS
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact
from services.orders.adding import add_orders
from takeback.bases import Bases
from takeback.publishing import published
from takeback.settings import policies_folder
from tests.api.conftest import Caller, Served, order
from tests.faults.fuzzing.rows import Rows

POLICY: Final = (
    """
policy: acme/owners
version: 1
title: Whose word it is
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
for: {channel: [kiosk]}
facts:
"""
    + "".join(f"  own_{who}: {{type: word, told_by: {who}}}\n" for who in TELLERS)
    + """
window: {days: 300, counted_from: delivered}
eligibility:
  rows:
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2020-03-01, delivered: 2020-03-05, requested: 2020-03-10, item_price: USD 100.00}
  cases:
    - {name: looked at, given: {reason: defective}, expect: {answer: review, decided_by: E-LOOK}}
"""
)
OWN: Final = {
    name: fact
    for name, fact in load(POLICY, "owners.yaml").policy.facts.items()
    if name.startswith("own_")
}
FACTS: Final[dict[str, Fact]] = {**SENT, **OWN}
"""Every fact that may be sent to this policy."""

RECORDED: Final = {
    "channel": "kiosk",
    "country": "US",
    "ordered": "2025-05-01",
    "shipped": "2025-05-03",
    "delivered": "2025-05-10",
}
"""What the record of an order has that could be said otherwise."""

CALLERS: Final = ("acme", "acme support", "northwind", "northwind support")

REQUEST = """mutation ($input: RequestReturnInput!) { requestReturn(input: $input) { __typename
  ... on ReturnRequested { returns { id number state lines { id } } }
  ... on InputProblem { code message path } } }"""
STEP = """mutation ($input: %s!) { %s(input: $input) { __typename
  ... on ReturnStepped { return { id number state lines { id } } }
  ... on InputProblem { code message path } } }"""
DECIDED = """query ($number: String!) { returnByNumber(number: $number) {
  lines { outcome { decision { facts { name value told { by key at source why } } } } }
  inspections { outcome { decision { facts { name value told { by key at source why } } } } } } }"""
ELIGIBLE = """query ($lines: [EligibilityLineInput!]!) { eligibility(lines: $lines) {
  problem { code message path } facts { name value told { by key } } } }"""
INPUTS: Final = {
    "answerReturn": "AnswerReturnInput",
    "inspectReturn": "InspectReturnInput",
    "receiveReturn": "ReceiveReturnInput",
    "decideReturn": "DecideReturnInput",
    "overrideReturn": "OverrideReturnInput",
    "closeReturn": "ReturnReasonInput",
    "reopenReturn": "ReturnReasonInput",
}
_NUMBERS = count(1)


@dataclass(slots=True, kw_only=True)
class Desk:
    """Asks and does on one server, as whoever is named."""

    served: Served
    rows: Rows

    def caller(self, handle: str) -> Caller:
        return self.served.callers[handle]

    def key_of(self, handle: str) -> str:
        """How what somebody says is kept: by the public part of the key."""
        return f"key {id_in(self.caller(handle).key)}"

    def bought(self, **said: Any) -> str:
        """The number of a fresh order, which its supplier recorded: forty lamps in a kiosk."""
        number = f"OWN-{next(_NUMBERS)}"
        line = LineDraft(number="1", sku="LAMP-1", quantity=40, unit_price=Money(1000, "USD"))
        more = {"channel": "kiosk", "lines": [line], **said}
        store = self.served.parts.store
        with store.session():
            acme = store.partners.by_handle("acme")
            assert acme is not None
            draft = order(number, "acme", "northwind", **more)
            add_orders(store, store.partners.acting(acme), [draft])
        return number

    def request(self, handle: str, number: str, **line: Any) -> dict[str, Any]:
        """The result of asking for a return of one unit."""
        wanted = {"lines": [{"order": number, "line": "1", **line}], "idempotencyKey": key()}
        found = self.caller(handle).ask(REQUEST, input=wanted)["requestReturn"]
        assert isinstance(found, dict)
        return found

    def opened(self, handle: str, number: str, **line: Any) -> dict[str, Any]:
        """A return that was opened."""
        result = self.request(handle, number, **line)
        assert result["__typename"] == "ReturnRequested", result
        found: dict[str, Any] = result["returns"][0]
        return found

    def step(
        self, handle: str, operation: str, made: dict[str, Any], **said: Any
    ) -> dict[str, Any]:
        """The result of a step of a return."""
        document = STEP % (INPUTS[operation], operation)
        wanted = {"return": made["id"], "idempotencyKey": key(), **said}
        found = self.caller(handle).ask(document, input=wanted)[operation]
        assert isinstance(found, dict)
        return found

    def stepped(self, operation: str, made: dict[str, Any], **said: Any) -> dict[str, Any]:
        """A step that the supplier took."""
        result = self.step("acme", operation, made, **said)
        assert result["__typename"] == "ReturnStepped", result
        found: dict[str, Any] = result["return"]
        return found

    def answer(
        self, handle: str, made: dict[str, Any], facts: Iterable[dict[str, Any]]
    ) -> dict[str, Any]:
        """The result of answering with facts of the line."""
        lines = [{"line": made["lines"][0]["id"], "facts": list(facts)}]
        return self.step(handle, "answerReturn", made, lines=lines)

    def received(self, handle: str, number: str, **line: Any) -> dict[str, Any]:
        """A return of one unit that arrived."""
        made = self.opened(handle, number, **line)
        lines = [{"line": made["lines"][0]["id"], "units": 1}]
        return self.stepped("receiveReturn", made, lines=lines, location="main")

    def reopened(self, handle: str, number: str) -> dict[str, Any]:
        """A return in review whose goods arrived."""
        made = self.received(handle, number, reason="change_of_mind")
        looked = {"line": made["lines"][0]["id"], "units": 1, "disposition": "RESTOCK"}
        self.stepped("inspectReturn", made, lines=[looked])
        self.stepped("closeReturn", made, why="It was squared otherwise.")
        found = self.stepped("reopenReturn", made, why="The consumer wrote again.")
        assert found["state"] == "IN_REVIEW"
        return found

    def decided(self, made: dict[str, Any], of: str = "lines") -> dict[str, dict[str, Any]]:
        """The facts of the decision on the line, or on what was inspected, by name."""
        asked = self.caller("acme").ask(DECIDED, number=made["number"])["returnByNumber"]
        facts = asked[of][-1]["outcome"]["decision"]["facts"]
        return {each["name"]: each for each in facts}

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing at all is stored meanwhile."""
        before = self.rows.state()
        yield
        assert self.rows.state() == before


def key() -> str:
    return f"own {next(_NUMBERS)}"


@contextmanager
def desk_of(served: Served) -> Iterator[Desk]:
    """With the policy of this trial published once."""
    store = served.parts.store
    with store.session():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        published(store, acme, Draft(text=POLICY, by="tests"), Bases((policies_folder(),)))
    rows = Rows(served.database)
    yield Desk(served=served, rows=rows)
    rows.close()
