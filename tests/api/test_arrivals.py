"""Places, corrections and parcels over HTTP: each once, whatever is sent twice, for suppliers."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order

_KEYS = count()


def sent(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation, which says the same if it is sent twice."""
    field = operation[0].lower() + operation[1:]
    asked = {"idempotencyKey": f"arrivals {next(_KEYS)}", **said}
    result: dict[str, Any] = caller.ask(operation, input=asked)[field]
    assert caller.ask(operation, input=asked)[field] == result
    return result


@pytest.fixture
def made(served: Served, northwind: Caller) -> dict[str, Any]:
    """An approved return of two lamps on line 1 and one on line 2."""
    number = f"ARR-{next(_KEYS)}"
    store = served.parts.store
    with store.session():
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        add_orders(store, store.partners.acting(partner), [order(number, "acme", "northwind")])
    lines = [
        {"order": number, "line": "1", "quantity": 2, "reason": "change_of_mind"},
        {"order": number, "line": "2", "reason": "change_of_mind"},
    ]
    result = northwind.ask(
        "RequestReturn", input={"idempotencyKey": f"arrivals {next(_KEYS)}", "lines": lines}
    )
    found: dict[str, Any] = result["requestReturn"]["returns"][0]
    assert found["state"] == "APPROVED"
    return found


def story(caller: Caller, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.ask("ReturnStory", number=made["number"])["returnByNumber"]
    return found


def stocked(acme: Caller) -> dict[str, int]:
    query = '{ stock(sku: "LAMP-1") { nodes { available quarantine } } }'
    found = acme.ask(query)["stock"]["nodes"]
    return dict(found[0]) if found else {"available": 0, "quarantine": 0}


def test_a_scan_fills_lines_and_says_so_however_often_it_is_sent(
    acme: Caller, made: dict[str, Any]
) -> None:
    before = stocked(acme)
    back = {"return": made["id"], "location": "main"}
    result = sent(acme, "ReceiveReturn", **back, lines=[{"sku": "LAMP-1", "units": 4}])

    assert result["notes"] == [
        "4 of `LAMP-1` were counted: 2 of line 1, 1 of line 2, 1 that nobody announced."
    ]
    assert result["return"]["state"] == "RECEIVED"
    assert [each["received"] for each in result["return"]["lines"]] == [2, 1]
    assert stocked(acme)["quarantine"] == before["quarantine"] + 4


def test_what_is_undone_is_undone_once_and_both_sides_see_why(
    acme: Caller, northwind: Caller, made: dict[str, Any]
) -> None:
    start = stocked(acme)
    back = {"return": made["id"]}
    line = made["lines"][0]["id"]
    sent(acme, "ReceiveReturn", **back, lines=[{"line": line, "units": 1}])
    (arrival,) = story(acme, made)["arrivals"]
    looked = {"arrival": arrival["id"], "units": 1, "disposition": "RESTOCK"}
    sent(acme, "InspectReturn", **back, lines=[looked])
    (found,) = story(acme, made)["inspections"]
    assert (found["line"], found["arrival"]) == (line, arrival["id"])

    problem = sent(acme, "UndoReceipt", **back, arrival=arrival["id"], why="Not ours.")
    assert (problem["code"], problem["path"]) == ("inspected_already", "input.arrival")
    undone = sent(acme, "UndoInspection", **back, inspection=found["id"], why="A scratch.")
    assert undone["return"]["state"] == "PARTLY_RECEIVED"
    after = sent(acme, "UndoReceipt", **back, receipt=arrival["receipt"], why="Not ours.")

    assert after["return"]["state"] == "APPROVED"
    assert stocked(acme) == start
    for caller in (acme, northwind):
        seen = story(caller, made)
        assert [each["undone"]["why"] for each in seen["arrivals"]] == ["Not ours."]
        assert [each["undone"]["why"] for each in seen["inspections"]] == ["A scratch."]
        steps = [(each["step"], each["why"]) for each in seen["history"]]
        assert steps[-2:] == [("CORRECT", "A scratch."), ("CORRECT", "Not ours.")]


def test_a_line_or_an_arrival_has_to_be_named(acme: Caller, made: dict[str, Any]) -> None:
    back = {"return": made["id"]}
    line = made["lines"][0]["id"]
    sent(acme, "ReceiveReturn", **back, lines=[{"line": line, "units": 1}])

    result = sent(acme, "InspectReturn", **back, lines=[{"units": 1, "disposition": "SCRAP"}])

    assert (result["code"], result["path"]) == ("missing", "input.lines[0]")


def test_a_parcel_is_received_graded_listed_and_tied(acme: Caller, made: dict[str, Any]) -> None:
    before = stocked(acme)
    result = sent(
        acme,
        "ReceiveParcel",
        location="main",
        lines=[{"sku": "LAMP-1", "units": 3}],
        note="no papers",
        tracking="1Z 77",
    )
    parcel = result["parcel"]
    assert (parcel["note"], parcel["arrivals"][0]["units"]) == ("no papers", 3)
    looked = {"arrival": parcel["arrivals"][0]["id"], "units": 1, "disposition": "RESTOCK"}
    sent(acme, "InspectParcel", parcel=parcel["id"], lines=[looked])
    assert stocked(acme)["available"] == before["available"] + 1
    listed = acme.ask("StrayParcels", tied=False)["parcels"]["nodes"]
    assert parcel["id"] in [each["id"] for each in listed]

    tied = sent(acme, "TieParcel", parcel=parcel["id"], **{"return": made["id"]})

    assert tied["notes"] == ["3 of `LAMP-1` were counted: 2 of line 1, 1 of line 2."]
    assert tied["return"]["state"] == "RECEIVED"
    assert tied["parcel"]["tiedTo"]["number"] == made["number"]
    assert [each["inspected"] for each in tied["return"]["lines"]] == [1, 0]
    listed = acme.ask("StrayParcels", tied=True)["parcels"]["nodes"]
    assert parcel["id"] in [each["id"] for each in listed]


def test_parcels_are_the_suppliers_own(served: Served, acme: Caller, made: dict[str, Any]) -> None:
    said = {"location": "main", "lines": [{"sku": "LAMP-1", "units": 1}]}
    parcel = sent(acme, "ReceiveParcel", **said)["parcel"]["id"]
    tie = {"parcel": parcel, "return": made["id"]}
    looked = {"units": 1, "disposition": "SCRAP", "arrival": "x"}
    for handle in ("globex", "northwind", "northwind support", "southgate"):
        stranger = served.callers[handle]
        assert stranger.ask("Find", id=parcel)["node"] is None
        answer = stranger.answer("StrayParcels")
        assert parcel not in str(answer)
        for operation, more in (
            ("TieParcel", tie),
            ("InspectParcel", {"parcel": parcel, "lines": [looked]}),
            ("UndoReceipt", {"return": made["id"], "arrival": "x", "why": "so"}),
            ("UndoInspection", {"return": made["id"], "inspection": "x", "why": "so"}),
        ):
            asked = {"idempotencyKey": f"arrivals {next(_KEYS)}", **more}
            answer = str(stranger.answer(operation, input=asked))
            codes = ("not_found", "not_allowed", "step_not_allowed")
            assert any(code in answer for code in codes), (handle, operation, answer)
    for handle in ("northwind", "northwind support"):
        asked = {"idempotencyKey": f"arrivals {next(_KEYS)}", **said}
        assert "not_allowed" in str(served.callers[handle].answer("ReceiveParcel", input=asked))


def test_a_return_whose_receipt_is_undone_expects_what_was_not_cancelled(
    acme: Caller, made: dict[str, Any]
) -> None:
    lines, back = made["lines"], {"return": made["id"]}
    one = [{"line": lines[0]["id"], "units": 1}]
    came = sent(acme, "ReceiveReturn", **back, lines=one, complete=True)["return"]
    assert [each["expected"] for each in came["lines"]] == [2, 1]
    query = "query($id: ID!) { node(id: $id) { ... on Return { order { id } } } }"
    order = acme.ask(query, id=made["id"])["node"]["order"]["id"]
    gone = [{"line": "1", "cancel": 1}, {"line": "2", "cancel": 1}]
    sent(acme, "UpdateOrder", order=order, lines=gone, reason="lost")
    (arrival,) = story(acme, made)["arrivals"]

    after = sent(acme, "UndoReceipt", **back, receipt=arrival["receipt"], why="another parcel")

    assert [each["expected"] for each in after["return"]["lines"]] == [1, 0]
    assert after["return"]["state"] == "APPROVED"
