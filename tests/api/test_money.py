"""Money over the API: accounts, payments, refunds of orders, and what people decide."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.store.connection.address import SqliteFile
from adapters.store.money.records import Settlement
from engine.settlement.gateway import FACTS, Answered, Gateway, GatewayOutcome
from engine.settlement.steps import MOST_ATTEMPTS, next_of
from returns_api.money import resolving
from services.payments.comparing import Comparer
from services.workers.settling import Settler
from takeback.settings import Profile
from tests.api.conftest import Caller, Served, keyed, refused, serve
from tests.conftest import KINDS, there_or_skipped

KEY = "rk_test_acme_0123456789"
NUMBERS = count(1)


@dataclass(slots=True)
class Till:
    """A server whose suppliers have a stand-in for Stripe."""

    served: Served
    stripe: SimulatedStripe

    def caller(self, name: str) -> Caller:
        return self.served.callers[name]

    def charge(self, cents: int = 10_000, method: str = "pm_card_visa") -> str:
        said = {"amount": str(cents), "currency": "usd", "payment_method": method}
        payments = self.stripe.account(account_of(KEY)).payments
        return str(payments.create_payment_intent({**said, "confirm": "true"})["id"])

    def unread(self, cents: int = 10_000, **paid: Any) -> str:
        """An order whose charge no gateway showed when it was said, and that it does not know."""
        self.stripe.revoked.add(KEY)
        try:
            return self.order(f"pi_unknown{next(NUMBERS)}", cents, **paid)
        finally:
            self.stripe.revoked.discard(KEY)

    def invoice(self, cents: int) -> str:
        """An open invoice of a customer."""
        account = self.stripe.account(account_of(KEY))
        customer = str(account.payments.create_customer({})["id"])
        item = {"customer": customer, "amount": str(cents), "currency": "usd"}
        account.invoices.create_item(item)
        made = account.invoices.create({"customer": customer})
        return str(account.invoices.finalize(made["id"], {})["id"])

    def order(self, charge: str | None = None, cents: int = 10_000, **paid: Any) -> str:
        """An order of northwind with acme, paid by a charge; its id."""
        payment = {"amount": cents, "charge": charge or self.charge(cents), **paid}
        said = new_order("northwind", payment=payment)
        added = self.caller("acme").ask("AddOrders", input=said)["addOrders"]
        assert added["__typename"] == "OrdersAdded", added
        return str(added["orders"][0]["id"])

    def added(self, **said: Any) -> str:
        """An order of northwind with acme that nobody says anything of a payment of; its id."""
        answer = self.caller("acme").ask("AddOrders", input=new_order("northwind", **said))
        added = answer["addOrders"]
        assert added["__typename"] == "OrdersAdded", added
        return str(added["orders"][0]["id"])

    def tell(self, supplier: str, retailer: str, *may: str) -> None:
        """What of an order holds when its retailer says it."""
        (joined,) = [
            each
            for each in self.caller(retailer).ask("WhoAmI")["me"]["partnerships"]
            if each["supplier"]["handle"] == supplier
        ]
        said = {"partnership": joined["id"], "may": list(may)}
        answer = self.caller(supplier).ask("SetRetailerMayTell", input=said)
        assert answer["setRetailerMayTell"]["partnership"]["retailerMayTell"] == sorted(may)

    def refund(self, order: str, by: str = "acme", **said: Any) -> dict[str, Any]:
        key = said.pop("idempotencyKey", f"refund-{next(NUMBERS)}")
        refund = {"order": order, **said}
        asked = {"refund": refund, "why": "never arrived", "idempotencyKey": key}
        return self.caller(by).ask("RefundOrder", input=asked)["refundOrder"]

    def resolve(self, key: str, how: str, by: str = "acme", **said: Any) -> dict[str, Any]:
        asked = {"settlement": key, "resolution": how, "idempotencyKey": f"r-{next(NUMBERS)}"}
        return self.caller(by).ask("ResolveSettlement", input={**asked, **said})[
            "resolveSettlement"
        ]

    def settle(self) -> None:
        """A worker does all that is due."""
        settler = Settler(self.served.parts.store, self.served.parts.gateways.of, in_flight=0)
        while settler.work():
            pass
        self.served.parts.store.close()

    def paid(self, order: str, by: str = "acme") -> dict[str, Any]:
        return self.caller(by).ask("HowOrderWasPaid", order=order)

    def refunds(self) -> list[dict[str, Any]]:
        return self.stripe.ledger.listed(account_of(KEY), "refund")


def new_order(partner: str, **more: Any) -> dict[str, Any]:
    number = next(NUMBERS)
    line = {"number": "1", "sku": "LAMP-1", "quantity": 2, "unitPrice": 5_000}
    order = {
        "number": f"M-{number}",
        "partner": partner,
        "currency": "USD",
        "dates": [{"name": "ordered", "on": "2025-05-01"}],
        "lines": [line],
    }
    return {"orders": [{**order, **more}], "idempotencyKey": f"order-{number}"}


@pytest.fixture(scope="module", params=KINDS)
def till(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Till]:
    with SimulatedStripe(later=3_600) as stripe:
        if request.param == "sqlite":
            file = SqliteFile(path=tmp_path_factory.mktemp("money") / "takeback.sqlite")
            for served in serve(file, Profile.DEVELOPMENT, stripe.address):
                yield opened(served, stripe)
            return
        server = there_or_skipped(request.getfixturevalue("server"), request.node.nodeid)
        with server.with_tables() as address:
            for served in serve(address, Profile.DEVELOPMENT, stripe.address):
                yield opened(served, stripe)


def opened(served: Served, stripe: SimulatedStripe) -> Till:
    till = Till(served, stripe)
    answer = till.caller("acme").ask("SetGateway", input={"key": KEY})["setGateway"]
    assert answer["__typename"] == "GatewaySet", answer
    return till


# --- gateways -------------------------------------------------------------------------------------


def test_of_a_key_only_the_end_is_shown(till: Till) -> None:
    signing = ["whsec_0123456789abcdef"]
    asked = {"key": KEY, "signingSecrets": signing}

    set_ = till.caller("acme").ask("SetGateway", input=asked)["setGateway"]["gateway"]
    seen = till.caller("acme").ask("MyGateway")["gateway"]

    assert set_ == seen
    assert (seen["account"], seen["connected"]) == (account_of(KEY), False)
    assert seen["key"].startswith("…6789 (")
    assert KEY not in str(seen)
    assert signing[0] not in str(seen)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"key": "nonsense"}, "wrong_key"),
        ({"key": "sk_live_1"}, "unrestricted_key"),
        ({"key": "rk_test_other"}, "other_account"),
        ({"key": KEY, "signingSecrets": ["x"]}, "wrong_signing_secret"),
    ],
)
def test_a_key_that_cannot_be_right_is_a_problem(
    till: Till, said: dict[str, Any], code: str
) -> None:
    answer = till.caller("acme").ask("SetGateway", input=said)["setGateway"]

    assert (answer["__typename"], answer["code"]) == ("InputProblem", code)
    assert "rk_test_other" not in answer["message"]


def test_a_retailer_has_a_gateway_of_its_own(till: Till) -> None:
    asked = {"key": "rk_test_northwind"}

    answer = till.caller("northwind").ask("SetGateway", input=asked)["setGateway"]

    assert answer["gateway"]["account"] == account_of("rk_test_northwind")
    assert till.caller("southgate").ask("MyGateway")["gateway"] is None


# --- how orders were paid -------------------------------------------------------------------------


def test_a_supplier_says_how_an_order_was_paid_and_its_retailer_sees_how_much(till: Till) -> None:
    charge = till.charge()
    order = till.order(charge)

    [seen], [theirs] = till.paid(order)["payments"], till.paid(order, "northwind")["payments"]

    assert (seen["charge"], seen["left"]["minorUnits"]) == (charge, 10_000)
    assert (theirs["charge"], theirs["amount"]["minorUnits"]) == (None, 10_000)
    assert till.paid(order, "southgate")["payments"] == []


def test_a_payment_can_be_said_later_and_once(till: Till) -> None:
    added = till.caller("acme").ask("AddOrders", input=new_order("northwind"))["addOrders"]
    order = added["orders"][0]["id"]
    said = {"order": order, "payment": {"amount": 4_000, "invoice": till.invoice(4_000)}}

    made = [
        till.caller("acme").ask("AddPayment", input=keyed(said))["addPayment"] for _ in range(2)
    ]

    assert made[0] == made[1]
    assert len(till.paid(order)["payments"]) == 1


@pytest.mark.parametrize(
    ("payment", "code", "path"),
    [
        ({"amount": 0}, "wrong_amount", "payment.amount"),
        ({"amount": 1, "charge": "4242 4242"}, "wrong_charge", "payment.charge"),
        ({"amount": 1, "invoice": "pi_1"}, "wrong_invoice", "payment.invoice"),
        ({"amount": 1, "customer": "x"}, "wrong_customer", "payment.customer"),
    ],
)
def test_a_payment_that_cannot_be_right_is_a_problem(
    till: Till, payment: dict[str, Any], code: str, path: str
) -> None:
    asked = new_order("northwind", payment=payment)

    added = till.caller("acme").ask("AddOrders", input=asked)["addOrders"]
    later = till.caller("acme").ask(
        "AddPayment", input=keyed({"order": till.order(), "payment": payment})
    )["addPayment"]

    assert [(each["code"], each["path"]) for each in added["faults"]] == [
        (code, f"input.orders[0].{path}")
    ]
    assert (later["code"], later["path"]) == (code, f"input.{path}")


@pytest.mark.parametrize(("caller", "more"), [("acme", {}), ("northwind", {"toSupplier": True})])
def test_a_payment_by_hand_that_is_sent_twice_under_one_key_is_one(
    till: Till, caller: str, more: dict[str, Any]
) -> None:
    said = keyed({"order": unpaid(till), "payment": {"amount": 1_000}, **more})

    made = [till.caller(caller).ask("AddPayment", input=said)["addPayment"] for _ in range(2)]

    assert "Problem" not in made[0]["__typename"]
    assert made[0] == made[1]


def test_a_retailer_does_not_say_where_a_suppliers_money_goes(till: Till) -> None:
    till.tell("acme", "northwind", "ORDERS", "DELIVERED")
    payment = {"amount": 10_000, "charge": till.charge()}
    added = till.caller("northwind").ask("AddOrders", input=new_order("acme", payment=payment))
    told = added["addOrders"]["orders"][0]["id"]
    order = till.order()
    said = {"order": order, "payment": {"amount": 1, "charge": "pi_1"}}
    till.caller("northwind").ask("AddPayment", input=keyed(said))
    proposed = till.caller("northwind").ask("AddPayment", input=keyed({**said, "toSupplier": True}))

    assert till.refund(told)["code"] == "no_payment"
    assert proposed["addPayment"]["__typename"] == "PaymentProposed"
    assert len(till.paid(order)["payments"]) == 1
    assert till.refund(order)["settlement"]["amount"]["amount"] == "100.00"


def test_a_payment_that_a_retailer_says_counts_once_its_supplier_confirms_it(till: Till) -> None:
    till.tell("acme", "northwind", "ORDERS", "DELIVERED")
    payment = {"amount": 10_000, "charge": till.charge()}
    added = till.caller("northwind").ask("AddOrders", input=new_order("acme", payment=payment))
    order = added["addOrders"]["orders"][0]["id"]
    waiting = till.caller("acme").ask("WaitingOrders")["waitingOrders"]["nodes"]
    (found,) = [each for each in waiting if each["id"] == order]

    said = {"amendments": [found["amendments"][0]["id"]], "idempotencyKey": f"c-{next(NUMBERS)}"}
    before = till.refund(order)
    till.caller("acme").ask("ConfirmOrders", input=said)

    assert before["code"] == "no_payment"
    assert till.refund(order)["settlement"]["amount"]["amount"] == "100.00"


# --- refunds of orders ----------------------------------------------------------------------------


def test_an_order_is_refunded_in_one_call_and_its_charge_is_reversed(till: Till) -> None:
    charge = till.charge()
    order = till.order(charge)

    made = till.refund(order)
    till.settle()

    [after] = till.paid(order, "northwind")["settlements"]["nodes"]
    assert (made["settlement"]["state"], after["state"]) == ("PLANNED", "SUCCEEDED")
    assert [each["amount"] for each in till.refunds() if each["payment_intent"] == charge] == [
        10_000
    ]


def test_a_preview_says_what_would_move_and_moves_nothing(till: Till) -> None:
    order = till.order()
    till.refund(order, amount=2_000)

    asked = {"order": order, "amount": 5_000, "keepBack": 500}
    seen = till.caller("acme").ask("RefundPreview", input=asked)["refundPreview"]

    assert seen["sentence"] == (
        "USD 45.00 of USD 100.00 goes back by reversing the charge; USD 35.00 is left after it."
    )
    assert till.paid(order)["payments"][0]["left"]["minorUnits"] == 8_000


def test_the_same_key_refunds_once_and_another_input_is_refused(till: Till) -> None:
    order = till.order()

    first = till.refund(order, amount=3_000, idempotencyKey="once")
    again = till.refund(order, amount=3_000, idempotencyKey="once")
    other = till.refund(order, amount=4_000, idempotencyKey="once")

    assert first == again
    assert other["code"] == "idempotency_key_reused"
    assert till.paid(order)["payments"][0]["left"]["minorUnits"] == 7_000


def test_two_that_are_sent_at_once_under_one_key_have_one_answer(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, waiting, credited = till.order(), stuck(till)["id"], stuck(till)["id"]
    till.resolve(credited, "CREDIT_INSTEAD")
    joined = till.caller("acme").ask("WhoAmI")["me"]["partnerships"][0]["id"]  # with northwind
    credit = {"partnership": joined, "currency": "USD", "amount": 10_000, "invoice": "7"}
    by_hand = {"settlement": waiting, "resolution": "PAID_BY_HAND", "reference": "7"}
    answered = till.served.parts.store.idempotency
    before = answered.before

    for operation, said in (
        ("RefundOrder", {"refund": {"order": order, "amount": 6_000}, "why": "never arrived"}),
        ("ResolveSettlement", by_hand),
        ("UseCredit", credit),
    ):
        asked = {**said, "idempotencyKey": f"at once {operation} {order}"}
        first = till.caller("acme").ask(operation, input=asked)
        looked: list[object] = []  # first before the other is done
        with monkeypatch.context() as patched:

            def late(*asked: Any, looked: list[object] = looked) -> object:
                return before(*asked) if looked else looked.append(asked)

            patched.setattr(answered, "before", late)
            assert till.caller("acme").ask(operation, input=asked) == first


def test_what_is_over_what_is_left_is_a_problem(till: Till) -> None:
    order = till.order()
    till.refund(order, amount=9_999)

    problem = till.refund(order, amount=2)

    assert (problem["code"], problem["path"]) == ("over_what_is_left", "input.refund.amount")
    assert "USD 0.01 is left" in problem["message"]


def test_a_retailer_refunds_an_order_only_where_its_supplier_allows_it(till: Till) -> None:
    order = till.order()
    partnerships = till.caller("acme").ask("WhoAmI")["me"]["partnerships"]
    key = partnerships[0]["id"]  # with northwind

    before = till.refund(order, by="northwind")
    for caller in ("globex", "acme"):
        said = {"partnership": key, "allow": True}
        answer = till.caller(caller).ask("AllowRefunds", input=said)["allowRefunds"]
        assert (answer["__typename"] == "RefundsAllowed") == (caller == "acme")
    after = till.refund(order, by="northwind")
    till.caller("acme").ask("AllowRefunds", input={"partnership": key, "allow": False})

    assert before["code"] == "not_allowed"
    assert after["settlement"]["amount"]["minorUnits"] == 10_000
    assert till.refund(till.order(), by="northwind")["code"] == "not_allowed"


@pytest.mark.parametrize("caller", ["globex", "southgate"])
def test_the_money_of_others_is_not_found(till: Till, caller: str) -> None:
    order = till.order()
    made = till.refund(order)["settlement"]["id"]
    payment = till.paid(order)["payments"][0]["id"]

    assert till.refund(order, by=caller)["code"] == "not_found"
    preview = till.caller(caller).ask("RefundPreview", input={"order": order})["refundPreview"]
    assert preview["code"] == "not_found"
    assert till.paid(order, caller) == {"payments": [], "settlements": {"nodes": []}}
    for key in (made, payment):
        assert till.caller(caller).ask("Find", id=key)["node"] is None
        assert till.caller("northwind").ask("Find", id=key)["node"] is not None
    if caller == "globex":
        assert till.resolve(made, "GIVE_UP", by=caller)["code"] == "not_found"
        said = {"order": order, "payment": {"amount": 1}}
        found = till.caller(caller).ask("AddPayment", input=keyed(said))["addPayment"]
        assert found["code"] == "not_found"


@pytest.mark.parametrize(
    ("caller", "document", "said"),
    [
        ("acme support", "ResolveSettlement", {"settlement": "x", "resolution": "RETRY"}),
        ("acme support", "RefundOrder", {"refund": {"order": "x"}, "why": "x"}),
        ("acme support", "SetGateway", {"key": KEY}),
        ("northwind", "AllowRefunds", {"partnership": "x", "allow": True}),
    ],
)
def test_money_is_moved_by_those_who_may(
    till: Till, caller: str, document: str, said: dict[str, Any]
) -> None:
    if document in ("ResolveSettlement", "RefundOrder"):
        said = {**said, "idempotencyKey": "x"}

    answer = till.caller(caller).answer(document, input=said)

    assert refused(answer) == "not_allowed"


# --- a retailer's refund to its consumer ----------------------------------------------------------


def test_a_retailer_refunds_its_consumer_by_its_own_account_under_its_own_ceiling(
    till: Till,
) -> None:
    northwind, order = till.caller("northwind"), till.order()
    northwind.ask("SetGateway", input={"key": "rk_test_northwind"})
    payments = till.stripe.account(account_of("rk_test_northwind")).payments
    said = {"amount": "14900", "currency": "usd", "payment_method": "pm_card_visa"}
    charge = payments.create_payment_intent({**said, "confirm": "true"})["id"]
    paid = {"order": order, "payment": {"amount": 14_900, "charge": charge}}
    northwind.ask("AddPayment", input=keyed(paid))

    refund = {"order": order, "amount": 9_900}
    seen = northwind.ask("ConsumerRefundPreview", input=refund)["consumerRefundPreview"]
    assert (seen["way"], seen["leftAfter"]["amount"]) == ("REFUND", "50.00")
    asked = {"refund": refund, "why": "too small", "idempotencyKey": "consumer"}
    made = [northwind.ask("RefundConsumer", input=asked)["refundConsumer"] for _ in range(2)]
    till.settle()

    assert made[0]["settlement"]["id"] == made[1]["settlement"]["id"]
    (moved,) = till.stripe.ledger.listed(account_of("rk_test_northwind"), "refund")
    assert (moved["amount"], moved["payment_intent"]) == (9_900, charge)
    over = {**asked, "refund": {"order": order, "amount": 5_001}, "idempotencyKey": "more"}
    result = northwind.ask("RefundConsumer", input=over)["refundConsumer"]
    assert result["code"] == "over_what_is_left"
    seen = till.paid(order, "acme")
    assert len(seen["payments"]) == 1
    assert seen["settlements"]["nodes"] == []


def test_a_consumer_paid_no_more_than_its_prices_on_record(till: Till) -> None:
    northwind, key = till.caller("northwind"), "rk_test_northwind"
    northwind.ask("SetGateway", input={"key": key})
    facts = [{"name": "retail_price", "value": "USD 74.50"}]
    lines = [{"number": "1", "sku": "LAMP-1", "quantity": 2, "unitPrice": 5_000, "facts": facts}]
    order = till.added(lines=lines)
    payments = till.stripe.account(account_of(key)).payments

    def say(cents: int) -> str | None:
        form = {"amount": str(cents), "currency": "usd", "payment_method": "pm_card_visa"}
        charge = payments.create_payment_intent({**form, "confirm": "true"})["id"]
        said = {"order": order, "payment": {"amount": cents, "charge": charge}}
        code = northwind.ask("AddPayment", input=keyed(said))["addPayment"].get("code")
        return None if code is None else str(code)

    assert [say(cents) for cents in (14_901, 14_000, 901, 900, 1)] == [
        *("over_worth", None),
        *("over_worth", None, "over_worth"),
    ]


def test_what_a_retailer_says_of_its_consumer_hides_nothing_of_its_supplier(till: Till) -> None:
    added = till.caller("acme").ask("AddOrders", input=new_order("northwind"))["addOrders"]
    order, charge = added["orders"][0]["id"], till.charge()
    for caller, cents in (("northwind", 1), ("acme", 10_000)):
        said = {"order": order, "payment": {"amount": cents, "charge": charge}}
        till.caller(caller).ask("AddPayment", input=keyed(said))

    assert till.refund(order)["settlement"]["amount"]["minorUnits"] == 10_000


@pytest.mark.parametrize(("caller", "code"), [("acme", "not_allowed"), ("southgate", "not_found")])
def test_nobody_else_refunds_a_consumer(till: Till, caller: str, code: str) -> None:
    asked = {"refund": {"order": till.order()}, "why": "so", "idempotencyKey": "stranger"}

    assert till.caller(caller).ask("RefundConsumer", input=asked)["refundConsumer"]["code"] == code


def test_a_retailer_settles_nothing_that_is_its_suppliers_to_settle(till: Till) -> None:
    assert till.resolve(stuck(till)["id"], "GIVE_UP", by="northwind")["code"] == "not_found"


# --- what people decide ---------------------------------------------------------------------------


def stuck(till: Till, **paid: Any) -> dict[str, Any]:
    """A refund that Stripe refuses, since it does not know the charge."""
    order = till.unread(**paid)
    made = till.refund(order)["settlement"]["id"]
    till.settle()
    nodes = till.caller("acme").ask("MySettlements", states=["NEEDS_ATTENTION"])["settlements"]
    [found] = [each for each in nodes["nodes"] if each["id"] == made]
    return {**found, "order_id": order}


def test_trouble_is_said_in_words_to_the_supplier_and_kept_from_the_retailer(till: Till) -> None:
    found = stuck(till)

    [theirs] = till.paid(found["order_id"], "northwind")["settlements"]["nodes"]
    assert (found["trouble"], found["gatewayWord"]) == ("REFUSED_BY_GATEWAY", "resource_missing")
    assert found["sentence"] == "Stripe does not know this charge, invoice or customer."
    assert found["why"] == "never arrived"
    assert (theirs["state"], theirs["sentence"]) == ("NEEDS_ATTENTION", None)


def test_a_credit_in_place_of_a_refund_is_a_settlement_that_names_it(till: Till) -> None:
    payments = till.stripe.account(account_of(KEY)).payments
    customer = payments.create_customer({})["id"]
    found = stuck(till, customer=customer)

    made = till.resolve(found["id"], "CREDIT_INSTEAD")["settlement"]
    till.settle()

    assert made["way"] == "BALANCE_CREDIT"
    assert payments.customer(customer)["balance"] == -10_000
    nodes = till.caller("acme").ask("MySettlements")["settlements"]["nodes"]
    [credit] = [each for each in nodes if each["id"] == made["id"]]
    assert (credit["state"], credit["instead"]) == ("SUCCEEDED", {"id": found["id"]})


def test_a_settlement_is_resolved_as_it_was_shown(till: Till) -> None:
    found = stuck(till)
    query = "query($id: ID!) { node(id: $id) { ... on RecordedSettlement { version state } } }"

    def seen() -> dict[str, Any]:
        return dict(till.caller("acme").ask(query, id=found["id"])["node"])

    shown = seen()
    retried = till.resolve(found["id"], "RETRY", ifUnchanged=shown["version"])
    with till.served.parts.store.writing():  # a repetition waits, which the test does not
        due = "UPDATE settlement SET due = made_at WHERE due IS NOT NULL"
        till.served.parts.store._database.execute(due)
    till.settle()
    late = {"reference": "7", "ifUnchanged": shown["version"]}

    assert retried["settlement"]["state"] == "PLANNED"
    assert seen()["state"] == shown["state"] == "NEEDS_ATTENTION"  # as it was, but sent again
    assert till.resolve(found["id"], "PAID_BY_HAND", **late)["code"] == "changed"
    late["ifUnchanged"] = seen()["version"]
    assert till.resolve(found["id"], "PAID_BY_HAND", **late)["settlement"]["state"] == "SUCCEEDED"


def test_what_was_paid_by_hand_needs_a_reference(till: Till) -> None:
    found = stuck(till)

    bare = till.resolve(found["id"], "PAID_BY_HAND")
    paid = till.resolve(found["id"], "PAID_BY_HAND", reference="cheque 17")

    assert (bare["code"], bare["path"]) == ("wrong_reference", "input.reference")
    assert paid["settlement"]["state"] == "SUCCEEDED"
    assert till.resolve(found["id"], "RETRY")["code"] == "nothing_to_resolve"


def test_what_is_given_up_has_a_reason_that_its_retailer_sees(till: Till) -> None:
    found = stuck(till)

    bare = till.resolve(found["id"], "GIVE_UP")
    till.resolve(found["id"], "GIVE_UP", why="Settled by phone.")

    assert (bare["code"], bare["path"]) == ("missing", "input.why")
    asked = {"id": found["id"]}
    query = "query ($id: ID!) { node(id: $id) { ... on RecordedSettlement { state why } } }"
    seen = till.caller("northwind").ask(query, **asked)["node"]
    assert seen["state"] == "CANCELLED"
    assert seen["why"].endswith("Given up: Settled by phone.")


def test_nothing_is_given_up_that_moved_after_all(till: Till) -> None:
    order = till.order()
    made = till.refund(order)["settlement"]["id"]
    lost(till)

    answers = [
        till.resolve(made, how, why="Nobody waits for it.") for how in ("GIVE_UP", "CREDIT_INSTEAD")
    ]

    assert [each["code"] for each in answers] == ["moved_after_all", "nothing_to_resolve"]
    [after] = till.paid(order)["settlements"]["nodes"]
    assert (after["id"], after["state"]) == (made, "SUCCEEDED")


HOW = {
    "GIVE_UP": {"why": "Nobody waits for it."},
    "CREDIT_INSTEAD": {},
    "PAID_BY_HAND": {"reference": "T-1"},
}


@pytest.mark.parametrize("how", HOW)
def test_a_request_that_arrives_after_a_decision_moves_nothing(till: Till, how: str) -> None:
    made = till.refund(till.order())["settlement"]["id"]
    late = unanswered(till)

    assert till.resolve(made, how, **HOW[how])["__typename"] == "SettlementResolved"

    assert gateway(till, late).send(late.movement).answered is Answered.KEY_SPENT
    assert late.id not in [each["metadata"]["settlement_id"] for each in till.refunds()]


@pytest.mark.parametrize("how", HOW)
def test_a_decision_waits_for_a_request_that_runs_at_the_gateway(till: Till, how: str) -> None:
    made = till.refund(till.order())["settlement"]["id"]
    late = unanswered(till)
    till.stripe.running[account_of(KEY), late.movement.key] = "/v1/refunds", "amount=1"

    first, second = (till.resolve(made, each, **HOW.get(each, {})) for each in (how, "RETRY"))

    assert (first["code"], second["code"]) == ("attempt_running", "attempt_running")
    assert "45 seconds" in first["message"]


@pytest.mark.parametrize("how", HOW)
def test_what_was_sent_under_a_new_key_meanwhile_is_not_decided(
    till: Till, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = till.refund(till.order())["settlement"]["id"]
    key = unanswered(till).id
    look, store = resolving.look_first, till.served.parts.store

    def looked(*arguments: Any, **more: Any) -> None:
        look(*arguments, **more)
        with store.atomic():
            store.settlements._tables.Settlement[key].generation += 1

    monkeypatch.setattr(resolving, "look_first", looked)

    assert till.resolve(made, how, **HOW[how])["code"] == "changed"


def lost(till: Till) -> None:
    """Money moves, no answer ever comes, and a person is asked."""
    taken = unanswered(till)
    gateway(till, taken).send(taken.movement)


def gateway(till: Till, taken: Settlement) -> Gateway:
    found = till.served.parts.gateways.of(taken.supplier)
    assert found is not None
    return found


def unanswered(till: Till) -> Settlement:
    """A worker takes a settlement, no answer ever comes, and a person is asked."""
    store = till.served.parts.store
    with store.writing():
        [taken] = store.settlements.claim("worker", 80, 1)
    unknown = GatewayOutcome(answered=Answered.UNKNOWN, reason="timeout")
    standing = replace(taken.standing(store.now()), attempts=MOST_ATTEMPTS)
    with store.writing():
        store.settlements.record(taken, "worker", unknown, next_of(standing, unknown))
    store.close()
    return taken


def test_a_key_that_is_refused_stops_the_lane_until_it_is_opened(till: Till) -> None:
    order = till.order()
    made = till.refund(order)["settlement"]["id"]
    till.stripe.revoked.add(KEY)
    till.settle()

    stopped = till.caller("acme").ask("MySettlements")["payoutsOnHold"]
    till.stripe.revoked.clear()
    again = {"idempotencyKey": "again"}
    resumed = till.caller("acme").ask("ResumePayouts", input=again)["resumePayouts"]["resumed"]
    till.settle()

    assert "does not accept the key" in stopped["reason"]
    assert resumed
    assert till.caller("acme").ask("MySettlements")["payoutsOnHold"] is None
    [after] = till.paid(order)["settlements"]["nodes"]
    assert (after["id"], after["state"]) == (made, "SUCCEEDED")


def test_a_refund_by_hand_is_adopted_and_the_comparison_is_kept(till: Till) -> None:
    order = till.order(charge := till.charge())
    by_hand = till.stripe.account(account_of(KEY)).payments.create_refund(
        {"payment_intent": charge, "amount": "2500"}
    )

    Comparer(till.served.parts.store, till.served.parts.gateways).compare(acme_id(till), "tests")
    till.served.parts.store.close()

    done = till.caller("acme").ask("MyReconciliations")["reconciliations"][0]
    adopted = [each for each in done["adopted"] if each["reference"] == by_hand["id"]]
    [found] = till.paid(order)["settlements"]["nodes"]
    assert [(each["settlement"], each["amount"]["amount"]) for each in adopted] == [
        (found["id"], "25.00")
    ]
    assert till.paid(order)["payments"][0]["left"]["minorUnits"] == 7_500
    assert till.caller("globex").ask("MyReconciliations")["reconciliations"] == []


def acme_id(till: Till) -> str:
    with till.served.parts.store.session():
        found = till.served.parts.store.partners.by_handle("acme")
    assert found is not None
    return found.id


def test_nothing_of_a_key_is_in_any_answer_or_log(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    till.stripe.revoked.add(KEY)
    till.refund(till.order())
    till.settle()
    answers = [
        till.caller("acme").answer("SetGateway", input={"key": KEY}),
        whole_database(till),
        till.caller("acme").answer("MySettlements"),
        till.caller("acme").answer("MyGateway"),
    ]
    till.stripe.revoked.clear()
    till.caller("acme").ask("ResumePayouts", input={"idempotencyKey": "anew"})
    till.settle()

    assert "gateway_set" in str(answers)  # the whole database was read
    assert KEY not in str(answers) + caplog.text
    assert KEY[8:-4] not in str(answers) + caplog.text


def whole_database(till: Till) -> list[str]:
    """Every row of every table, as text."""
    store = till.served.parts.store
    with store.session():
        tables = sorted({each._table_ for each in store._database.entities.values()})
        return [str(store._database.select(f'SELECT * FROM "{table}"')) for table in tables]


def test_stripe_is_told_ids_and_nothing_of_why(till: Till) -> None:
    till.refund(till.order())
    till.settle()

    told = [each["metadata"] for each in till.refunds()]
    assert {name for each in told for name in each} == {
        "settlement_id",
        *FACTS,
    }
    assert "never arrived" not in str(told)


def test_stripe_itself_tells_that_a_refund_went_through(till: Till) -> None:
    events = till.stripe.account(account_of(KEY)).events
    url = f"{till.served.address}/webhooks/stripe/acme"
    endpoint = events.add_endpoint(account_of(KEY), {"url": url, "enabled_events": ["*"]})
    said = {"key": KEY, "signingSecrets": [endpoint["secret"]]}
    till.caller("acme").ask("SetGateway", input=said)
    order = till.order(till.charge(method="pm_card_pendingRefund"))
    till.refund(order)
    till.settle()
    [before] = till.paid(order)["settlements"]["nodes"]

    till.stripe.move_on(at_once=True)
    until = time.monotonic() + 30
    while state(till, order) != "SUCCEEDED" and time.monotonic() < until:
        till.settle()
    till.stripe.ledger.drop(account_of(KEY), "webhook_endpoint", endpoint["id"])

    assert (before["state"], state(till, order)) == ("SUBMITTED", "SUCCEEDED")


def state(till: Till, order: str) -> str:
    [found] = till.paid(order)["settlements"]["nodes"]
    return str(found["state"])


# --- charges and several payments -----------------------------------------------------------------


def said_paid(till: Till, order: str, **payment: Any) -> dict[str, Any]:
    asked = {"order": order, "payment": payment}
    answer: dict[str, Any] = till.caller("acme").ask("AddPayment", input=keyed(asked))["addPayment"]
    return answer


def unpaid(till: Till) -> str:
    added = till.caller("acme").ask("AddOrders", input=new_order("northwind"))["addOrders"]
    return str(added["orders"][0]["id"])


def test_a_charge_in_another_currency_is_refused_wherever_it_is_said(till: Till) -> None:
    payments = till.stripe.account(account_of(KEY)).payments
    said = {"amount": "4000", "currency": "jpy", "payment_method": "pm_card_visa"}
    yen = str(payments.create_payment_intent({**said, "confirm": "true"})["id"])

    later = said_paid(till, unpaid(till), amount=4_000, charge=yen)
    asked = new_order("northwind", payment={"amount": 4_000, "charge": yen})
    at_once = till.caller("acme").ask("AddOrders", input=asked)["addOrders"]

    assert (later["code"], later["path"]) == ("other_currency", "input.payment.charge")
    assert (at_once["code"], at_once["path"]) == (
        "other_currency",
        "input.orders[0].payment.charge",
    )


def test_a_proposed_payment_is_read_when_it_is_confirmed(till: Till) -> None:
    till.tell("acme", "northwind", "ORDERS", "DELIVERED")
    order, small = unpaid(till), till.charge(5_000)
    asked = {"order": order, "toSupplier": True, "payment": {"amount": 6_000, "charge": small}}
    proposed = till.caller("northwind").ask("AddPayment", input=keyed(asked))["addPayment"]
    assert proposed["__typename"] == "PaymentProposed", proposed

    answer = till.caller("acme").ask(
        "ConfirmOrders",
        input={
            "amendments": [proposed["amendment"]["id"]],
            "idempotencyKey": f"confirm-{next(NUMBERS)}",
        },
    )["confirmOrders"]

    assert (answer["code"], answer["path"]) == ("charge_too_small", "input.amendments[0]")


def test_an_order_is_not_paid_with_more_than_it_is_worth(till: Till) -> None:
    order = unpaid(till)
    said_paid(till, order, amount=6_000, charge=till.charge(6_000))

    assert said_paid(till, order, amount=4_001, charge=till.charge(4_001))["code"] == "over_worth"
    assert "payment" in said_paid(till, order, amount=4_000, charge=till.charge(4_000))


def test_a_refund_goes_over_all_payments_of_its_order(till: Till) -> None:
    order = unpaid(till)
    for cents in (3_000, 7_000):
        said_paid(till, order, amount=cents, charge=till.charge(cents))
    before = len(till.refunds())

    seen = till.caller("acme").ask("RefundPreview", input={"order": order})["refundPreview"]
    made = till.refund(order, idempotencyKey=f"all of {order}")
    again = till.refund(order, idempotencyKey=f"all of {order}")
    till.settle()

    assert [each["amount"]["minorUnits"] for each in seen["shares"]] == [3_000, 7_000]
    assert [each["amount"]["minorUnits"] for each in made["settlements"]] == [3_000, 7_000]
    assert [each["id"] for each in again["settlements"]] == [
        each["id"] for each in made["settlements"]
    ]
    assert sorted(each["amount"] for each in till.refunds()[: len(till.refunds()) - before]) == [
        3_000,
        7_000,
    ]
