"""A supplier and a retailer of their own on a served Takeback, and short ways to let them act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from adapters.identity.principal import Kind, Principal, Role
from adapters.store.publishing import Draft
from adapters.store.records import Location, Partner, Product
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return
from engine.settlement.machine import COUNTED
from returns_api.types.ids import NodeKind, key_of
from takeback.bases import Bases
from takeback.publishing import published
from takeback.settings import policies_folder
from tests.api.conftest import Caller, Served
from tests.parties.policies import POLICIES, text_of

_PROBLEM: Final = "... on Problem { code message path }"
_RETURN: Final = "id number state lines { id expected }"
DOCUMENTS: Final = {
    "addOrders": "AddOrdersInput ... on OrdersAdded { orders { id number confirmed } }",
    "confirmOrders": "ConfirmOrdersInput ... on OrdersConfirmed { orders { number } }",
    "updateOrder": "UpdateOrderInput ... on OrderUpdated { amendment { id } }",
    "addPayment": "AddPaymentInput ... on PaymentAdded { payment { id } }",
    "refundOrder": "RefundOrderInput ... on OrderRefunded { settlement { id } }",
    "refundConsumer": "RefundOrderInput ... on OrderRefunded { settlement { id } }",
    "requestReturn": f"RequestReturnInput ... on ReturnRequested {{ returns {{ {_RETURN} }} }}",
    **{
        step: f"{input_} ... on ReturnStepped {{ return {{ {_RETURN} }} }}"
        for step, input_ in {
            "answerReturn": "AnswerReturnInput",
            "shipReturn": "ShipReturnInput",
            "cancelReturn": "ReturnReasonInput",
            "decideReturn": "DecideReturnInput",
            "receiveReturn": "ReceiveReturnInput",
            "inspectReturn": "InspectReturnInput",
        }.items()
    },
    "publishPolicy": "PublishPolicyInput",
}
"""By operation: the type of its input, and what is asked of the answer."""
_NUMBERS = count(1)


def new_number() -> int:
    """Another number each time, over all runs."""
    return next(_NUMBERS)


@dataclass(slots=True, kw_only=True)
class Arena:
    """`sturdy` supplies honestly, `mallory` sells and says whatever it likes."""

    served: Served
    sturdy: Partner
    mallory: Partner
    keys: dict[str, str]
    versions: dict[str, int]

    def caller(self, who: str) -> Caller:
        return Caller(http=self.served.http, key=self.keys[who])

    def do(self, who: str, operation: str, **said: Any) -> dict[str, Any]:
        """The result of a mutation; a refusal is one too."""
        input_, _, asked = DOCUMENTS[operation].partition(" ")
        document = f"mutation ($input: {input_}!) {{ {operation}(input: $input) {{ __typename "
        answer = self.caller(who).answer(f"{document} {asked} {_PROBLEM} }} }}", input=said)
        return (answer.get("data") or {}).get(operation) or {"errors": answer.get("errors")}

    # --- what is kept, seen from inside -----------------------------------------------------------

    def principal(self, of: Partner) -> Principal:
        return self.served.parts.store.partners.acting(of)

    def lines_of(self, number: str) -> list[str]:
        """The keys of an order's lines."""
        store = self.served.parts.store
        with store.session():
            (family,) = store.orders.numbered(self.principal(self.sturdy), [number])
            return [line.id for line in family.lines]

    def order_of(self, line: str) -> str:
        """The key of the order of an order line."""
        store = self.served.parts.store
        with store.session():
            return store.orders.of_line(line)[0].order.id

    def order_lines(self, made: str) -> list[str]:
        """The keys of the order lines that a return is of, in its order."""
        store, key = self.served.parts.store, key_of(made, NodeKind.RETURN)
        assert key is not None
        with store.session():
            return [line.order_line for line in store.returns.now(key).lines]

    def gains(self) -> dict[str, int]:
        """What the supplier gave back, or is about to, by order line or whatever it is for.

        What is over a ceiling moves by nobody's claim. What the supplier claims back is no gain;
        a credit that pays a claim is one of its own line.
        """
        store = self.served.parts.store
        counted = ", ".join(f"'{state}'" for state in sorted(COUNTED))
        asked = f"""SELECT order_line, sum(amount) FROM (
            SELECT order_line, amount + claimed AS amount FROM settlement
            WHERE supplier = $supplier AND state IN ({counted}) AND trouble <> 'over_ceiling'
            UNION ALL
            SELECT order_line, -amount FROM claim WHERE supplier = $supplier
            ) AS moved GROUP BY order_line"""
        with store.session():
            found = store._database.execute(asked, {}, {"supplier": self.sturdy.id}).fetchall()
        return {line: int(amount) for line, amount in found}

    def returns(self, lines: list[str]) -> list[tuple[Return, tuple[Inspection, ...]]]:
        """The returns of an order by its lines, each with what was found."""
        store = self.served.parts.store
        with store.session():
            order = store.orders.of_line(lines[0])[0].order.id
            rows = store.due_returns._tables.Return
            keys = [row.id for row in rows.select(lambda r: r.order == order)]
            return [(store.returns.now(key), store.arrivals.inspections(key)) for key in keys]


@contextmanager
def opened(served: Served) -> Iterator[Arena]:
    """Both parties with keys, goods and policies; the retailer may tell nothing of its orders."""
    store = served.parts.store
    with store.session():
        sturdy = store.partners.add("sturdy", "Sturdy", Kind.SUPPLIER)
        mallory = store.partners.add("mallory", "Mallory", Kind.RETAILER)
        store.partnerships.join(sturdy, mallory)
        store.goods.put(sturdy, [Product(sku="LAMP", title="Lamp", facts={})])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(sturdy, place)
        for channel in POLICIES:
            draft = Draft(text=text_of("sturdy", channel), by="tests")
            published(store, sturdy, draft, Bases((policies_folder(),)))
        keys = {
            "sturdy": store.partners.issue_key(sturdy, Role.SUPPLIER),
            "mallory": store.partners.issue_key(mallory, Role.RETAILER),
            "agent": store.partners.issue_key(mallory, Role.SUPPORT),
        }
    versions = dict.fromkeys(POLICIES, 1)
    yield Arena(served=served, sturdy=sturdy, mallory=mallory, keys=keys, versions=versions)
