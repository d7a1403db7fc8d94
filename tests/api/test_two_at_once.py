"""Two that were shown the same thing and act at the same moment act once; the other is told.

Each sends the `version` that it was shown as `ifUnchanged`, under an idempotency key of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from adapters.store.drafts import OrderDraft
from engine.money import Money
from returns_api.types.ids import NodeKind, encode
from services.orders.adding import add_orders
from tests.api.conftest import Served, keyed, order, pay
from tests.api.test_credit import credited, joined

_NUMBERS = count(1)
AT_ONCE = 4
DONE = {"refundOrder": "OrderRefunded", "useCredit": "CreditSpent", "payOutCredit": "CreditSpent"}
RETURN = "query($id: ID!) { node(id: $id) { ... on Return { version lines { id } } } }"
PARCEL = "query($id: ID!) { node(id: $id) { ... on ReceivedParcel { version } } }"
INSPECTIONS = "query($id: ID!) { node(id: $id) { ... on Return { inspections { id } } } }"
ARRIVALS = "query($id: ID!) { node(id: $id) { ... on Return { arrivals { id receipt } } } }"
PREVIEW = """query($input: RefundInput!) { refundPreview(input: $input) {
  ... on RefundPreview { version } ... on Problem { code message } } }"""
VERDICT = """query($input: VerdictPreviewInput!) { verdictPreview(input: $input) {
  ... on VerdictPreview { version overrides } ... on Problem { code message } } }"""
BALANCES = """{ creditBalances(first: 50) { nodes { version currency partnership { id } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a person was shown, and is about to send."""

    by: str
    field: str
    said: dict[str, Any]
    version: str

    @property
    def mutation(self) -> str:
        name = {"refundConsumer": "RefundOrder", "declineReturn": "DecideReturn"}.get(self.field)
        name = name or self.field[0].upper() + self.field[1:]
        reasons = ("cancelReturn", "reopenReturn", "closeReturn")
        name = "ReturnReason" if self.field in reasons else name
        return f"""mutation($input: {name}Input!) {{ done: {self.field}(input: $input) {{
            __typename ... on Problem {{ code message path }} }} }}"""


def done(served: Served, by: str, field: str, **said: Any) -> None:
    form = Form(by=by, field=field, said=said, version="")
    result = served.callers[by].ask(form.mutation, input=keyed(said))["done"]
    assert "code" not in result, result


def ordered(number: str, year: int) -> OrderDraft:
    dates = {"ordered": f"{year}-05-01", "delivered": f"{year}-05-10"}
    return order(number, "acme", "northwind", dates=dates)


def returned(served: Served, year: int = 2025) -> str:
    """The id of a return of two lamps: approved, or refused where they came years ago."""
    number, store = f"TWO-{next(_NUMBERS)}", served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [ordered(number, year)])
    line = {"order": number, "line": "1", "quantity": 2, "reason": "change_of_mind"}
    asked = keyed({"lines": [line]})
    made = served.callers["northwind"].ask("RequestReturn", input=asked)["requestReturn"]
    return str(made["returns"][0]["id"])


def of_return(served: Served, by: str, field: str, key: str, **said: Any) -> Form:
    shown = served.callers[by].ask(RETURN, id=key)["node"]
    return Form(by=by, field=field, said={"return": key, **said}, version=shown["version"])


def line_of(served: Served, key: str) -> str:
    return str(served.callers["acme"].ask(RETURN, id=key)["node"]["lines"][0]["id"])


def came(served: Served) -> str:
    """A return whose two units came."""
    key = returned(served)
    units = [{"line": line_of(served, key), "units": 2}]
    done(served, "acme", "receiveReturn", **{"return": key}, lines=units)
    return key


def found(served: Served) -> str:
    """A return of whose two units one was inspected."""
    key = came(served)
    units = [{"line": line_of(served, key), "units": 1, "disposition": "SCRAP"}]
    done(served, "acme", "inspectReturn", **{"return": key}, lines=units)
    return key


def refund(served: Served) -> Form:
    """A part of what an order was paid with."""
    number, store = f"TWO-{next(_NUMBERS)}", served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    pay(served, number, Money(13_999, "USD"))
    acme = served.callers["acme"]
    query = "query($n: String!) { orders(search: $n, first: 1) { nodes { id } } }"
    key = acme.ask(query, n=number)["orders"]["nodes"][0]["id"]
    wanted = {"order": key, "amount": 1_000}
    shown = acme.ask(PREVIEW, input=wanted)["refundPreview"]
    said = {"refund": wanted, "why": "late"}
    return Form(by="acme", field="refundOrder", said=said, version=shown["version"])


def credit(served: Served, field: str, **said: Any) -> Form:
    credited(served, 1_000)
    account = {"partnership": joined(served), "currency": "USD"}
    nodes = served.callers["acme"].ask(BALANCES)["creditBalances"]["nodes"]
    (shown,) = [
        each
        for each in nodes
        if (each["partnership"]["id"], each["currency"]) == tuple(account.values())
    ]
    said = {**account, "amount": 100, **said}
    return Form(by="acme", field=field, said=said, version=shown["version"])


def judged(served: Served) -> Form:
    """A decision on inspected units, which would give something else each time."""
    key = found(served)
    (unit,) = served.callers["acme"].ask(INSPECTIONS, id=key)["node"]["inspections"]
    said = {"return": key, "lines": [{"line": unit["id"], "accept": True, "amount": 100}]}
    shown = served.callers["acme"].ask(VERDICT, input=said)["verdictPreview"]
    said |= {"why": "so"}
    return Form(by="acme", field="overrideReturn", said=said, version=shown["version"])


def received(served: Served) -> Form:
    key = returned(served)
    units = [{"line": line_of(served, key), "units": 1}]
    return of_return(served, "acme", "receiveReturn", key, lines=units)


def inspected(served: Served) -> Form:
    key = came(served)
    units = [{"line": line_of(served, key), "units": 1, "disposition": "SCRAP"}]
    return of_return(served, "acme", "inspectReturn", key, lines=units)


def inspected_as_shown(served: Served) -> Form:
    """An inspection by the version of its preview: there is a unit for each that is sent."""
    form = inspected(served)
    query = """query($input: InspectionPreviewInput!) { inspectionPreview(input: $input) {
        ... on InspectionPreview { version } } }"""
    shown = served.callers["acme"].ask(query, input=form.said)["inspectionPreview"]
    return replace(form, version=shown["version"])


def uncounted(served: Served) -> Form:
    key = came(served)
    (arrival,) = served.callers["acme"].ask(ARRIVALS, id=key)["node"]["arrivals"]
    said = {"receipt": arrival["receipt"], "why": "miscounted"}
    return of_return(served, "acme", "undoReceipt", key, **said)


def unfound(served: Served) -> Form:
    key = found(served)
    (unit,) = served.callers["acme"].ask(INSPECTIONS, id=key)["node"]["inspections"]
    said = {"inspection": unit["id"], "why": "another lamp"}
    return of_return(served, "acme", "undoInspection", key, **said)


def shipped(served: Served) -> Form:
    said = {"carrier": "UPS", "tracking": "1Z 1"}
    return of_return(served, "northwind", "shipReturn", returned(served), **said)


def answered(served: Served) -> Form:
    key = returned(served, 2024)
    done(served, "acme", "reopenReturn", **{"return": key}, why="so")
    lines = [{"line": line_of(served, key), "facts": []}]
    return of_return(served, "acme", "answerReturn", key, lines=lines)


def reasoned(field: str, by: str, year: int = 2025) -> Callable[[Served], Form]:
    return lambda served: of_return(served, by, field, returned(served, year), why="so")


def graded(served: Served) -> Form:
    """One of two units of a parcel that belongs to no return."""
    asked = keyed({"location": "main", "lines": [{"sku": "LAMP-1", "units": 2}]})
    acme = served.callers["acme"]
    query = """mutation($input: ReceiveParcelInput!) { receiveParcel(input: $input) {
        ... on ParcelStepped { parcel { id version arrivals { id } } } } }"""
    parcel = acme.ask(query, input=asked)["receiveParcel"]["parcel"]
    line = {"arrival": parcel["arrivals"][0]["id"], "units": 1, "disposition": "SCRAP"}
    said = {"parcel": parcel["id"], "lines": [line]}
    return Form(by="acme", field="inspectParcel", said=said, version=parcel["version"])


FORMS: dict[str, Callable[[Served], Form]] = {
    "refund": refund,
    "use of credit": lambda served: credit(served, "useCredit", invoice="INV-1"),
    "payout": lambda served: credit(served, "payOutCredit", how="bank", reference="T-1"),
    "decision": judged,
    "receipt": received,
    "inspection": inspected,
    "inspection as shown": inspected_as_shown,
    "undone receipt": uncounted,
    "undone inspection": unfound,
    "parcel sent": shipped,
    "answer": answered,
    "cancellation": reasoned("cancelReturn", "northwind"),
    "end": reasoned("closeReturn", "acme"),
    "reopening": reasoned("reopenReturn", "acme", 2024),
    "parcel graded": graded,
}


def until_answered(served: Served, form: Form, **more: Any) -> dict[str, Any]:
    """The answer to a form, sent again while something else is written, as the API allows."""
    asked = keyed({**form.said, **more})
    for _ in range(50):
        result = served.callers[form.by].ask(form.mutation, input=asked)["done"]
        if result.get("code") not in ("conflict", "unavailable"):
            return dict(result)
    raise AssertionError("Nothing but conflicts.")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_that_several_send_at_once_acts_once(
    served: Served, form: Callable[[Served], Form]
) -> None:
    shown = form(served)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        each = [
            pool.submit(until_answered, served, shown, ifUnchanged=shown.version)
            for _ in range(AT_ONCE)
        ]
    codes = sorted(one.result().get("code", "") for one in each)

    assert codes == ["", *["changed"] * (AT_ONCE - 1)]
    again = until_answered(served, shown, ifUnchanged=shown.version)
    assert (again["code"], again["path"]) == ("changed", "input.ifUnchanged")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_was_done_gives_its_answer_again_whatever_has_changed(
    served: Served, form: Callable[[Served], Form]
) -> None:
    shown = form(served)
    asked = keyed(shown.said)
    send = served.callers[shown.by].ask

    first = send(shown.mutation, input={**asked, "ifUnchanged": shown.version})
    again = send(shown.mutation, input={**asked, "ifUnchanged": shown.version})
    bare = send(shown.mutation, input=asked)

    assert first == again == bare
    assert "code" not in first["done"]


# --- requests -------------------------------------------------------------------------------------


ELIGIBLE = """query($lines: [EligibilityLineInput!]!) {
  eligibility(lines: $lines) { version answer problem { code } } }"""
REQUEST = """mutation($input: RequestReturnInput!) { done: requestReturn(input: $input) {
  ... on ReturnRequested { returns { id state } } ... on Problem { code message path } } }"""
EARLIER = """mutation($input: UpdateOrderInput!) { done: updateOrder(input: $input) {
  __typename ... on Problem { code message } } }"""


def asked(served: Served) -> tuple[str, list[dict[str, Any]], list[str]]:
    """An order in time for its return, two units that may come back, and the versions of both."""
    number, store = f"TWO-{next(_NUMBERS)}", served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        (family,) = add_orders(store, store.partners.acting(partner), [ordered(number, 2025)])
    line = {"order": number, "line": "1", "quantity": 1, "reason": "change_of_mind"}
    lines = [line, {**line, "condition": "used"}]
    answers = served.callers["northwind"].ask(ELIGIBLE, lines=lines)["eligibility"]
    return family.order.id, lines, [each["version"] for each in answers]


def requested(served: Served, **said: Any) -> dict[str, Any]:
    made: dict[str, Any] = served.callers["northwind"].ask(REQUEST, input=keyed(said))["done"]
    return made


def test_a_return_is_opened_on_the_terms_that_eligibility_showed(served: Served) -> None:
    _, lines, shown = asked(served)

    assert requested(served, lines=lines, ifUnchanged=shown)["returns"]


def test_a_version_of_eligibility_is_of_its_terms_and_not_of_its_moment(served: Served) -> None:
    _, lines, shown = asked(served)
    again = served.callers["northwind"].ask(ELIGIBLE, lines=lines)["eligibility"]

    assert [each["version"] for each in again] == shown


def test_no_return_is_opened_on_other_terms_than_were_shown(served: Served) -> None:
    key, lines, shown = asked(served)
    late = [{"name": "delivered", "on": "2025-05-02"}]
    change = keyed({"order": encode(NodeKind.ORDER, key), "dates": late, "reason": "mistyped"})
    assert "code" not in served.callers["acme"].ask(EARLIER, input=change)["done"]

    told = requested(served, lines=lines, ifUnchanged=shown)

    assert (told["code"], told["path"]) == ("changed", "input.ifUnchanged")
    _, others, _ = asked(served)
    assert requested(served, lines=others)["returns"]


@pytest.mark.parametrize("versions", [0, 1, 3])
def test_a_version_is_named_for_each_line(served: Served, versions: int) -> None:
    _, lines, shown = asked(served)

    told = requested(served, lines=lines, ifUnchanged=[*shown, *shown][:versions])

    assert (told["code"], told["path"]) == ("wrong_size", "input.ifUnchanged")


def test_a_line_with_a_problem_has_no_version(served: Served) -> None:
    _, lines, _ = asked(served)
    (answer,) = served.callers["northwind"].ask(ELIGIBLE, lines=[{**lines[0], "quantity": 99}])[
        "eligibility"
    ]

    assert (answer["version"], answer["problem"]["code"]) == (None, "quantity_exceeded")


# --- what else a decision hangs on ----------------------------------------------------------------


CANCEL = """mutation($input: UpdateOrderInput!) { done: updateOrder(input: $input) {
  __typename ... on Problem { code message } } }"""


def foretold(served: Served) -> tuple[str, Form]:
    """An order, and a decision on a return of two of its units that were given up and are free."""
    key = returned(served)
    for field in ("closeReturn", "reopenReturn"):
        done(served, "acme", field, **{"return": key}, why="so")
    line = line_of(served, key)
    word = {"line": line, "accept": True, "remedy": "ACCOUNT_CREDIT", "amount": 500}
    said: dict[str, Any] = {"return": key, "lines": [word]}
    seen = served.callers["acme"].ask(VERDICT, input=said)["verdictPreview"]
    query = "query($id: ID!) { node(id: $id) { ... on Return { order { id } } } }"
    order_id = served.callers["acme"].ask(query, id=key)["node"]["order"]["id"]
    said |= {"why": "so"}
    return str(order_id), Form(by="acme", field="decideReturn", said=said, version=seen["version"])


def sent(served: Served, form: Form) -> dict[str, Any]:
    said = keyed({**form.said, "ifUnchanged": form.version})
    made: dict[str, Any] = served.callers[form.by].ask(form.mutation, input=said)["done"]
    return made


def test_a_decision_has_the_effect_that_its_preview_showed(served: Served) -> None:
    _, form = foretold(served)

    assert sent(served, form)["__typename"] == "ReturnStepped"


@pytest.mark.parametrize("why", ["", " ", "so " * 200])
def test_a_decision_without_a_reason_is_told_so_and_not_that_something_changed(
    served: Served, why: str
) -> None:
    _, form = foretold(served)
    form.said["why"] = why

    told = sent(served, form)

    assert (told["code"], told["path"]) == ("missing", "input.why")


@pytest.mark.parametrize("units", [1, 2])
def test_a_decision_is_not_made_if_units_of_its_preview_were_cancelled_meanwhile(
    served: Served, units: int
) -> None:
    key, form = foretold(served)
    change = {"order": key, "lines": [{"line": "1", "cancel": units}], "reason": "none left"}
    assert "code" not in served.callers["acme"].ask(CANCEL, input=keyed(change))["done"]
    before = served.callers["acme"].ask(RETURN, id=form.said["return"])

    assert sent(served, form)["code"] == "changed"
    assert served.callers["acme"].ask(RETURN, id=form.said["return"]) == before
