"""Returns over HTTP: asked for, gone on with, seen by those whose they are, and by nobody else."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from adapters.identity.principal import Scope
from adapters.store.publishing import Draft
from services.orders.adding import add_orders
from services.workers.returning import Returner
from takeback.bases import Bases
from takeback.journals import Journals
from takeback.publishing import published
from takeback.settings import Settings, policies_folder
from tests.api.conftest import Caller, Served, order
from tests.api.test_keys_attacked import narrowed

_KEYS = count()


def key() -> str:
    return f"key {next(_KEYS)}"


def do(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation under a key of its own."""
    field = operation[0].lower() + operation[1:]
    answer = caller.ask(operation, input={"idempotencyKey": key(), **said})
    result: dict[str, Any] = answer[field]
    return result


def stepped(caller: Caller, operation: str, found: dict[str, Any], **said: Any) -> dict[str, Any]:
    result = do(caller, operation, **{"return": found["id"], **said})
    assert result["__typename"] == "ReturnStepped", result
    back: dict[str, Any] = result["return"]
    return back


@pytest.fixture
def bought(served: Served) -> str:
    """The number of a fresh order of northwind: three lamps and one lamp."""
    number = f"N-{next(_KEYS) + 1000}"
    store = served.parts.store
    with store.session():
        northwind = store.partners.by_handle("northwind")
        assert northwind is not None
        add_orders(store, store.partners.acting(northwind), [order(number, "acme", "northwind")])
    return number


def requested(caller: Caller, number: str, **line: Any) -> dict[str, Any]:
    said = {"order": number, "line": "1", "reason": "change_of_mind", **line}
    result = do(caller, "RequestReturn", lines=[said], reference="T-1")
    assert result["__typename"] == "ReturnRequested", result
    found: dict[str, Any] = result["returns"][0]
    return found


def test_a_return_is_walked_from_request_to_closed(
    served: Served, northwind: Caller, acme: Caller, bought: str
) -> None:
    made = requested(northwind, bought, quantity=2)
    assert made["state"] == "APPROVED"
    assert made["lines"][0]["outcome"]["amount"] == {"amount": "80.00", "currency": "USD"}
    assert made["lines"][0]["returnTo"]["name"] == "Dock"
    assert (
        f"Write {made['number']} on the outside of the parcel." in made["lines"][0]["instructions"]
    )

    stepped(northwind, "ShipReturn", made, carrier="UPS", tracking="1Z 999")
    line = made["lines"][0]["id"]
    received = stepped(acme, "ReceiveReturn", made, lines=[{"line": line, "units": 2}])
    assert (received["state"], received["lines"][0]["received"]) == ("RECEIVED", 2)
    inspected = stepped(
        acme,
        "InspectReturn",
        made,
        lines=[{"line": line, "units": 2, "disposition": "RESTOCK"}],
    )
    assert inspected["state"] == "INSPECTED"
    Returner(served.parts.store, served.parts.library).work()

    story = acme.ask("ReturnStory", number=made["number"])["returnByNumber"]
    assert story["state"] == "CLOSED"
    (settled,) = story["lines"][0]["settlements"]
    assert (settled["state"], settled["way"]) == ("SUCCEEDED", "OWN_CREDIT")
    assert settled["amount"] == {"amount": "80.00", "currency": "USD"}
    assert [each["step"] for each in story["history"]] == [
        "APPROVE",
        "SHIP",
        "RECEIVE",
        "INSPECT",
        "SETTLE",
        "CLOSE",
    ]
    assert [each["actor"] for each in story["history"]] == [
        "POLICY",
        "RETAILER",
        "SUPPLIER",
        "SUPPLIER",
        "POLICY",
        "POLICY",
    ]


def test_both_partners_read_what_happened_entry_by_entry(
    served: Served, northwind: Caller, acme: Caller, bought: str
) -> None:
    made = requested(northwind, bought)
    for caller in (northwind, acme):
        entries, last = [], 0
        while page := caller.ask("WhatHappened", after=last)["journal"]:
            entries += page
            last = page[-1]["number"]
        mine = [
            each for each in entries if (each["aboutReturn"] or {}).get("number") == made["number"]
        ]
        assert [each["kind"] for each in mine] == ["RETURN_REQUEST", "RETURN_APPROVE"]
        assert [each["number"] for each in entries] == list(range(1, last + 1))
    assert northwind.answer("query { journal(first: 501) { number } }")["errors"]
    with served.parts.store.session():
        assert served.parts.store.journal.verify() == ()


def test_a_return_is_found_in_the_journals_by_its_number_and_its_id(
    served: Served, northwind: Caller, bought: str
) -> None:
    made = requested(northwind, bought)
    journals = Journals(store=served.parts.store, settings=Settings())

    found = journals.about(made["number"])

    told = [(handle, entry.fact) for handle, entry in found]
    facts = ("return_request", "return_approve")
    assert sorted(told) == sorted((side, fact) for side in ("acme", "northwind") for fact in facts)
    assert journals.about(made["id"]) == journals.about(made["number"].lower()) == found


def test_the_same_key_opens_one_return(northwind: Caller, bought: str) -> None:
    said = {
        "idempotencyKey": key(),
        "lines": [{"order": bought, "line": "2", "reason": "change_of_mind"}],
    }
    first = northwind.ask("RequestReturn", input=said)["requestReturn"]
    again = northwind.ask("RequestReturn", input=said)["requestReturn"]

    assert first == again
    other = {**said, "reference": "other"}
    problem = northwind.ask("RequestReturn", input=other)["requestReturn"]
    assert problem["code"] == "idempotency_key_reused"
    assert problem["path"] == "input.idempotencyKey"


def test_units_of_a_cancelled_return_may_be_asked_for_again(northwind: Caller, bought: str) -> None:
    made = requested(northwind, bought, quantity=2)
    result = do(northwind, "RequestReturn", lines=[{"order": bought, "line": "1"}])
    assert (result["code"], result["path"]) == ("quantity_exceeded", "input.lines[0].quantity")
    assert result["message"] == (
        "1 of this line cannot come back: 3 ordered, 3 back or asked for, 0 left."
    )

    stepped(northwind, "CancelReturn", made, why="The consumer keeps it.")

    assert requested(northwind, bought, quantity=2)["state"] == "APPROVED"


def test_two_lines_of_one_request_share_the_units_of_an_order_line(
    northwind: Caller, bought: str
) -> None:
    first, second = {"order": bought, "line": "1"}, {"order": bought, "line": "1", "quantity": 2}
    result = do(northwind, "RequestReturn", lines=[first, second])

    assert (result["code"], result["path"]) == ("quantity_exceeded", "input.lines[1].quantity")


def test_a_line_is_asked_for_where_an_order_has_several(northwind: Caller, bought: str) -> None:
    result = do(northwind, "RequestReturn", lines=[{"order": bought}])

    assert (result["code"], result["path"]) == ("missing", "input.lines[0].line")
    assert result["message"] == f"The order `{bought}` has 2 lines; name the `line`."


@pytest.mark.parametrize(
    ("carrier", "tracking", "named"),
    [
        ("Österreichische Post", "RR 123 456 785 AT", ""),
        ("日本郵便", "1", ""),
        (" ", "1", "carrier"),
        ("UPS", "1" * 101, "tracking"),
        ("U\nPS", "1", "carrier"),
    ],
)
def test_a_parcel_has_the_name_of_its_carrier_as_it_is_written(
    northwind: Caller, bought: str, carrier: str, tracking: str, named: str
) -> None:
    made = requested(northwind, bought)
    said = {"return": made["id"], "carrier": carrier, "tracking": tracking}
    result = do(northwind, "ShipReturn", **said)

    assert result.get("path") == (f"input.{named}" if named else None)
    assert not named or result["code"] == "wrong_tracking"


def test_a_refused_fact_is_named_with_its_line(
    northwind: Caller, bought: str, reviewed: str
) -> None:
    brand = {"facts": [{"name": "brand", "value": "apex"}]}
    lines = [{"order": reviewed, "line": "1"}, {"order": bought, "line": "1", **brand}]
    result = do(northwind, "RequestReturn", lines=lines)
    assert (result["code"], result["path"]) == ("not_yours_to_say", "input.lines[1].facts[0]")

    made = requested(northwind, reviewed, reason="damaged_in_transit", evidence=[])
    lines = [{"line": made["lines"][0]["id"], **brand}]
    asked = {"return": made["id"], "lines": lines, "idempotencyKey": key()}
    answer = northwind.ask("AnswerReturn", input=asked)["answerReturn"]
    assert (answer["code"], answer["path"]) == ("not_yours_to_say", "input.lines[0].facts[0]")


def test_a_retailer_can_not_backdate_its_request(northwind: Caller, bought: str) -> None:
    line = {"order": bought, "line": "1", "requestedOn": "2025-05-20"}
    result = do(northwind, "RequestReturn", lines=[line])

    assert (result["code"], result["path"]) == ("not_yours_to_say", "input.lines[0].requestedOn")


@pytest.mark.parametrize("handle", ["globex", "southgate", "globex support", "southgate support"])
def test_a_return_of_others_is_not_found(
    served: Served, northwind: Caller, bought: str, handle: str
) -> None:
    made = requested(northwind, bought)
    stranger = served.callers[handle]

    assert stranger.ask("Find", id=made["id"])["node"] is None
    assert stranger.ask("ReturnStory", number=made["number"])["returnByNumber"] is None
    nodes = stranger.ask("MyReturns", page={"first": 100})["returns"]["nodes"]
    assert made["id"] not in [each["id"] for each in nodes]
    steps = {
        "ShipReturn": {"carrier": "UPS", "tracking": "1"},
        "CancelReturn": {"why": "so"},
        "AnswerReturn": {"lines": []},
        "ReceiveReturn": {"lines": [{"sku": "LAMP-1", "units": 1}]},
        "InspectReturn": {"lines": []},
        "DecideReturn": {"lines": [], "why": "so"},
        "OverrideReturn": {"lines": [], "why": "so"},
        "ReopenReturn": {"why": "so"},
        "CloseReturn": {"why": "so"},
    }
    for operation, said in steps.items():
        answer = stranger.answer(
            operation, input={"idempotencyKey": key(), "return": made["id"], **said}
        )
        codes = str(answer)
        assert "not_found" in codes or "not_allowed" in codes, (operation, answer)


@pytest.mark.parametrize("handle", ["northwind", "northwind support"])
def test_what_is_the_suppliers_to_do_is_not_the_retailers(
    served: Served, northwind: Caller, bought: str, handle: str
) -> None:
    made = requested(northwind, bought)
    caller, line = served.callers[handle], made["lines"][0]["id"]
    for operation, said in {
        "ReceiveReturn": {"lines": [{"line": line, "units": 1}]},
        "DecideReturn": {"lines": [], "why": "so"},
        "OverrideReturn": {"lines": [], "why": "so"},
        "CloseReturn": {"why": "so"},
    }.items():
        answer = str(
            caller.answer(operation, input={"idempotencyKey": key(), "return": made["id"], **said})
        )
        assert "not_allowed" in answer, (operation, answer)


REVIEWED = """
policy: acme/reviewed
version: 1
title: Lamps are looked at
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
for: {channel: [phone]}
window: {days: 30, counted_from: delivered}
demands:
  rows:
    - {id: D-PHOTOS, when: {reason: damaged_in_transit}, need: [photos], if_not: ask}
eligibility:
  rows:
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2020-03-01, delivered: 2020-03-05, requested: 2020-03-10, item_price: USD 100.00}
  cases:
    - {name: looked at, given: {reason: defective}, expect: {answer: review, decided_by: E-LOOK}}
    - name: photos are missing
      given: {reason: damaged_in_transit, evidence: []}
      expect: {answer: ask, missing: [photos]}
    - name: photos are there
      given: {reason: damaged_in_transit, evidence: [photos]}
      expect: {answer: accept, decided_by: D-PHOTOS}
"""


@pytest.fixture(scope="module")
def reviewed(served: Served) -> str:
    """An order whose policy has something to ask and something to review."""
    store = served.parts.store
    with store.session():
        acme = store.partners.by_handle("acme")
        northwind = store.partners.by_handle("northwind")
        assert acme is not None
        assert northwind is not None
        published(store, acme, Draft(text=REVIEWED, by="tests"), Bases((policies_folder(),)))
        draft = order("P-1", "acme", "northwind", channel="phone")
        add_orders(store, store.partners.acting(northwind), [draft])
    return "P-1"


def test_what_is_missing_is_answered_and_decided_anew(northwind: Caller, reviewed: str) -> None:
    made = requested(northwind, reviewed, reason="damaged_in_transit", evidence=[])
    assert (made["state"], made["heldFor"]) == ("IN_REVIEW", "missing_evidence")

    facts = [{"name": "evidence", "value": ["photos"]}]
    line = {"line": made["lines"][0]["id"], "facts": facts}
    after = stepped(northwind, "AnswerReturn", made, lines=[line])

    assert (after["state"], after["heldFor"]) == ("APPROVED", None)


def test_a_person_settles_what_is_in_review_with_a_reason(
    served: Served, northwind: Caller, reviewed: str
) -> None:
    made = requested(northwind, reviewed, line="2", reason="defective")
    assert made["state"] == "IN_REVIEW"
    agent = served.callers["acme support"]
    verdict = {"line": made["lines"][0]["id"], "accept": True, "amount": 1500, "location": "main"}
    after = stepped(agent, "DecideReturn", made, lines=[verdict], why="A known fault.")

    assert after["state"] == "APPROVED"
    outcome = after["lines"][0]["outcome"]
    assert (outcome["amount"]["amount"], outcome["why"]) == ("15.00", "A known fault.")
    assert outcome["judgedBy"].startswith("key ")


OF_CONSUMER = "query ($id: ID!) { node(id: $id) { ... on Return { consumerReturn { id } } } }"


def test_the_return_of_one_order_names_that_of_its_consumer_to_the_retailer_alone(
    northwind: Caller, acme: Caller, bought: str
) -> None:
    line = {"order": bought, "line": "1", "reason": "change_of_mind"}
    result = do(northwind, "RequestReturn", lines=[line])
    made = result["returns"][0]["id"]

    whole = {"id": result["consumerReturn"]["id"]}
    assert northwind.ask(OF_CONSUMER, id=made)["node"] == {"consumerReturn": whole}
    assert acme.ask(OF_CONSUMER, id=made)["node"] == {"consumerReturn": None}


WHO = {"name": "Ada Quill", "email": "ada@quill.example", "lines": ["1 Elm Row", "Salem"]}


def test_a_consumer_is_known_to_the_retailer_alone_until_erased(
    served: Served, northwind: Caller, acme: Caller, bought: str
) -> None:
    line = {"order": bought, "line": "1", "reason": "change_of_mind"}
    result = do(northwind, "RequestReturn", lines=[line], consumer=WHO, reference="ada@quill")
    assert "consumerReturn" in result, result
    whole = result["consumerReturn"]["id"]
    seen = northwind.ask("ConsumerReturn", id=whole)["consumerReturn"]
    assert seen["consumer"] == {**WHO, "phone": None}
    assert acme.ask("ConsumerReturn", id=whole)["consumerReturn"] is None
    assert do(acme, "EraseConsumer", consumerReturn=whole)["code"] == "not_found"
    assert "quill" not in everything(served).lower()

    do(northwind, "EraseConsumer", consumerReturn=whole)

    seen = northwind.ask("ConsumerReturn", id=whole)["consumerReturn"]
    assert (seen["consumer"], seen["reference"]) == (None, None)
    assert len(seen["returns"]) == 1
    number = result["returns"][0]["number"]
    told = Journals(store=served.parts.store, settings=Settings()).about(number)
    assert [handle for handle, each in told if each.fact == "consumer_erased"] == ["northwind"]
    with served.parts.store.session():
        assert served.parts.store.journal.verify() == ()


def everything(served: Served) -> str:
    """All that is kept as texts, but for the retailer's own reference."""
    execute = served.parts.store._database.execute
    tables = ("consumer", "decision", "journal", "return_line", "goods_return", "answered")
    with served.parts.store.session():
        return "".join(str(execute(f"SELECT * FROM {table}").fetchall()) for table in tables)


def test_a_form_asks_for_what_an_inspection_may_find_and_the_policy_looks_at(
    acme: Caller, northwind: Caller, bought: str
) -> None:
    made = requested(northwind, bought)

    (line,) = acme.ask("WhatToInspect", number=made["number"])["returnByNumber"]["lines"]

    assert line["inspectionForm"] == []  # a standard policy asks for nothing
    register = acme.ask("WhoMaySayWhat")["facts"]
    reason = next(each for each in register if each["name"] == "reason")
    assert (reason["toldBy"], reason["until"]) == ("RETAILER", "REQUEST")
    assert reason["question"] == "Why are the goods being returned?"


WHO_SAID = """query ($number: String!) { returnByNumber(number: $number) { lines { outcome {
  decision { facts { name told { by key at } } } } } } }"""


def test_a_decision_says_whose_word_each_fact_is(northwind: Caller, bought: str) -> None:
    made = requested(northwind, bought, facts=[{"name": "opened", "value": True}])

    (line,) = northwind.ask(WHO_SAID, number=made["number"])["returnByNumber"]["lines"]

    told = {each["name"]: each["told"] for each in line["outcome"]["decision"]["facts"]}
    assert (told["reason"]["by"], told["opened"]["by"]) == ("RETAILER", "RETAILER")
    assert told["opened"]["key"].startswith("key ")
    assert told["opened"]["at"] == "2025-06-01T12:00:00+00:00"
    assert (told["requested"]["by"], told["now"]["by"]) == ("TAKEBACK", "TAKEBACK")
    assert (told["ordered"]["by"], told["unit_price"]["by"]) == ("ORDER", "ORDER")
    assert all(told.values())


def test_what_is_only_supposed_is_shown_so(served: Served, northwind: Caller, bought: str) -> None:
    answer = northwind.eligible(
        order=bought, line="1", reason="defective", requestedOn="2025-05-20"
    )

    support = served.callers["northwind support"]
    facts = support.ask("WholeStory", id=answer["decisionId"])["decision"]["facts"]
    told = {each["name"]: each["told"]["by"] for each in facts}
    assert (told["reason"], told["requested"]) == ("SUPPOSED", "SUPPOSED")
    assert told["ordered"] == "ORDER"


@pytest.mark.parametrize(
    ("way", "needs"),
    [
        ("lines { settlements { id } }", Scope.READ_MONEY),
        ("lines { claims { id } }", Scope.READ_MONEY),
        ("order { number }", Scope.READ_ORDERS),
        ("lines { orderLine { sku } }", Scope.READ_ORDERS),
        ("lines { outcome { decision { record } } }", Scope.READ_DECISIONS),
    ],
)
def test_a_narrowed_key_reads_nothing_more_on_the_way_through_a_return(
    served: Served, northwind: Caller, bought: str, way: str, needs: Scope
) -> None:
    made = requested(northwind, bought)
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on Return {{ number {way} }} }} }}"

    narrow = narrowed(served, "acme", Scope.READ_RETURNS).answer(query, id=made["id"])
    wider = narrowed(served, "acme", Scope.READ_RETURNS, needs).ask(query, id=made["id"])

    assert [each["extensions"]["code"] for each in narrow["errors"]] == ["not_allowed"]
    assert wider["node"]["number"] == made["number"]
