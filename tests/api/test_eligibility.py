"""A retailer asks whether order lines may come back, and gets a decision or a named problem."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from adapters.store.records import Decided
from engine.errors import RequestFault
from engine.money import Money
from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order


def test_a_line_in_time_is_accepted_with_all_its_terms(northwind: Caller) -> None:
    answer = northwind.eligible(order="N-1", line="1", quantity=2, reason="change_of_mind")

    assert answer["answer"] == "ACCEPT"
    assert answer["lastDay"] == "2025-06-09"
    assert answer["countedFrom"] == {"event": "delivered", "on": "2025-05-10"}
    assert answer["settlement"]["net"] == {
        "minorUnits": 8000,
        "currency": "USD",
        "amount": "80.00",
    }
    assert answer["returnShippingPaidBy"] == "CONSUMER"
    assert answer["originalPackagingRequired"] is False
    assert answer["quantityReturnable"] == 2
    assert answer["nextActions"] == ["REQUEST_RETURN"]
    assert answer["returnTo"] == {"name": "Dock", "lines": ["1 Dock Road"], "country": "US"}
    assert answer["edition"]["policy"] == "acme/standard"
    assert answer["edition"]["effectiveFrom"] == "2020-01-01"


def test_the_because_names_row_line_and_sentence(northwind: Caller) -> None:
    because = northwind.eligible(order="N-1", line="1")["because"]
    window = next(each for each in because if each["topic"] == "deadlines.request")

    assert window["source"] == {"file": "acme/standard@1", "line": 9}
    assert "2025-06-09" in window["sentence"]


def test_a_day_late_is_refused_and_the_last_day_is_still_told(northwind: Caller) -> None:
    answer = northwind.eligible(order="N-1", line="1", requestedOn="2025-06-10")

    assert (answer["answer"], answer["code"]) == ("REFUSE", "outside_window")
    assert answer["lastDay"] == "2025-06-09"


def test_one_wrong_line_does_not_spoil_the_others(northwind: Caller) -> None:
    lines = [{"order": "N-1", "line": "1"}, {"order": "N-9"}, {"order": "N-1", "line": "2"}]

    answers = northwind.ask("CanItComeBack", lines=lines)["eligibility"]

    assert [each["answer"] for each in answers] == ["ACCEPT", None, "ACCEPT"]
    assert answers[1]["problem"]["path"] == "lines[1].order"


def test_a_line_may_be_named_by_its_id(northwind: Caller) -> None:
    first = northwind.eligible(order="N-1", line="2")

    assert northwind.eligible(orderLine=first["orderLine"]["id"])["answer"] == "ACCEPT"


def fact(name: str, value: Any) -> dict[str, Any]:
    return {"facts": [{"name": name, "value": value}]}


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"order": "N-9"}, "not_found", "lines[0].order"),
    ({"order": "S-1"}, "not_found", "lines[0].order"),
    ({"line": "7"}, "not_found", "lines[0].line"),
    ({"line": None}, "missing", "lines[0].line"),
    ({"order": ""}, "missing", "lines[0]"),
    ({"orderLine": "nonsense"}, "not_found", "lines[0].orderLine"),
    ({"quantity": 0}, "wrong_quantity", "lines[0].quantity"),
    ({"quantity": 3}, "quantity_exceeded", "lines[0].quantity"),
    ({"reason": "chnge_of_mind"}, "unknown_word", "lines[0].reason"),
    ({"evidence": ["fotos"]}, "unknown_word", "lines[0].evidence"),
    ({"requestedOn": "2025-04-01"}, "dates_reversed", "lines[0].requestedOn"),
    (fact("membrship", "plus"), "unknown_fact", "lines[0].facts[0]"),
    (fact("label_cost", "USD -1.00"), "negative_money", "lines[0].facts[0]"),
    (fact("label_cost", "EUR 1.00"), "other_currency", "lines[0].facts[0]"),
    (fact("label_cost", 3), "wrong_money", "lines[0].facts[0]"),
    (fact("membership", {"a": [1]}), "wrong_type", "lines[0].facts"),
    (fact("membership", "x" * 201), "wrong_type", "lines[0].facts"),
    (fact("delivered", "2025-05-30"), "fact_on_record", "lines[0].facts[0]"),
    (fact("item_price", "USD 9.00"), "fact_on_record", "lines[0].facts[0]"),
    (fact("retailer", "southgate"), "fact_on_record", "lines[0].facts[0]"),
    ({"facts": [{"name": "opened", "value": True}] * 2}, "sent_twice", "lines[0].facts"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "code", "path"), WRONG)
def test_a_wrong_input_is_a_named_problem(
    northwind: Caller, said: dict[str, Any], code: str, path: str
) -> None:
    answer = northwind.eligible(**{"order": "N-1", "line": "1", **said})

    assert answer["answer"] is None
    assert (answer["problem"]["code"], answer["problem"]["path"]) == (code, path)
    assert answer["code"] == code


@pytest.mark.parametrize("seed", range(4))
def test_lines_together_are_answered_as_each_alone(
    served: Served, northwind: Caller, seed: int
) -> None:
    chance, number = random.Random(seed), f"N-OLD-{seed}"
    add(served, order(number, "acme", "northwind", dates={"ordered": "2019-12-31"}))
    usual = {"order": "N-1", "line": "1"}
    said = [{**usual, **wrong} for wrong, _, _ in WRONG]
    said += [{**usual, "order": number}, usual, {**usual, "quantity": 2, "reason": "defective"}]
    lines = chance.choices(said, k=40)

    together = northwind.ask("CanItComeBack", lines=lines)["eligibility"]
    alone = [northwind.eligible(**line) for line in lines]

    assert list(map(plain, together)) == list(map(plain, alone))
    kept = [each["decisionId"] for each in together]
    assert [bool(each) for each in kept] == [each["problem"] is None for each in together]
    for key in chance.sample([each for each in kept if each], 3):
        assert northwind.ask("WholeStory", id=key)["decision"]["intact"]


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what each asking has to itself: an id, and a place among the lines."""
    problem = answer["problem"] and {
        **answer["problem"],
        "path": answer["problem"]["path"].partition(".")[2],
    }
    return {**answer, "decisionId": None, "problem": problem}


def test_an_unknown_reason_comes_with_the_nearest_word(northwind: Caller) -> None:
    answer = northwind.eligible(order="N-1", line="1", reason="defectve")

    assert "`defective`" in answer["problem"]["message"]


def test_a_delivery_before_the_order_is_a_problem(served: Served, northwind: Caller) -> None:
    dates = {"ordered": "2025-05-01"}
    add(served, order("N-EARLY", "acme", "northwind", dates=dates))
    facts = [{"name": "delivered", "value": "2025-04-01"}]

    answer = northwind.eligible(order="N-EARLY", line="1", facts=facts)

    assert answer["problem"]["code"] == "dates_reversed"
    assert answer["problem"]["path"] == "lines[0].facts[0]"


def test_an_order_in_a_currency_of_no_policy_is_refused_without_an_edition(
    served: Served, northwind: Caller
) -> None:
    draft = order("N-EUR", "acme", "northwind", currency="EUR")
    lines = [replace(line, unit_price=Money(4000, "EUR")) for line in draft.lines]
    add(served, replace(draft, lines=lines))

    answer = northwind.eligible(order="N-EUR", line="1")

    assert (answer["answer"], answer["code"]) == ("REFUSE", "no_policy_for_currency")
    assert (answer["edition"], answer["problem"]) == (None, None)


def test_an_order_before_any_policy_is_refused_without_an_edition(
    served: Served, northwind: Caller
) -> None:
    dates = {"ordered": "2019-12-31", "delivered": "2020-01-02"}
    add(served, order("N-OLD", "acme", "northwind", dates=dates))

    answer = northwind.eligible(order="N-OLD", line="1")

    assert (answer["answer"], answer["code"]) == ("REFUSE", "no_policy")
    assert answer["edition"] is None
    assert answer["decisionId"]


def test_a_number_shared_by_two_suppliers_needs_the_supplier(served: Served) -> None:
    southgate = served.callers["southgate"]
    for supplier in ("acme", "globex"):
        add(served, order("S-BOTH", supplier, "southgate"))

    assert southgate.eligible(order="S-BOTH", line="1")["problem"]["code"] == "ambiguous_order"
    one = southgate.eligible(order="S-BOTH", line="1", supplier="globex")
    assert one["edition"]["policy"] == "globex/standard"


def test_the_number_of_lines_is_bounded(northwind: Caller) -> None:
    for count in (0, 101):
        answer = northwind.answer("CanItComeBack", lines=[{"order": "N-1", "line": "1"}] * count)
        assert answer["errors"][0]["extensions"] == {"code": "wrong_size", "path": "lines"}
    hundred = northwind.ask("CanItComeBack", lines=[{"order": "N-1", "line": "1"}] * 100)
    assert {each["answer"] for each in hundred["eligibility"]} == {"ACCEPT"}


def test_terms_are_told_for_each_reason(northwind: Caller) -> None:
    (line,) = northwind.ask("TermsByReason", order="N-1", line="1")["eligibility"]
    terms = {each["reason"]: each for each in line["termsByReason"]}

    assert len(terms) > 20
    assert terms["defective"]["answer"] == "ACCEPT"
    assert terms["defective"]["net"]["amount"] == "40.00"


def test_terms_for_too_many_lines_are_not_worked_out(northwind: Caller) -> None:
    query = """query($lines: [EligibilityLineInput!]!) {
      eligibility(lines: $lines) { termsByReason { reason } }
    }"""

    answer = northwind.answer(query, lines=[{"order": "N-1", "line": "1"}] * 100)

    assert answer["errors"][0]["extensions"]["code"] == "too_much_asked"


def test_eight_threads_get_the_same_answers_as_one(northwind: Caller) -> None:
    lines = [{"order": "N-1", "line": "1", "quantity": 2}] * 20

    def ask(_: int) -> list[tuple[str, str]]:
        answers = northwind.ask("CanItComeBack", lines=lines)["eligibility"]
        return [(each["answer"], each["settlement"]["net"]["amount"]) for each in answers]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(24)))

    assert found == [[("ACCEPT", "80.00")] * 20] * 24


def test_a_decision_is_kept_and_found_again(served: Served, northwind: Caller) -> None:
    given = northwind.eligible(order="N-1", line="1", reason="defective")
    for name in ("northwind", "acme", "acme support", "northwind support"):
        kept = served.callers[name].ask("WholeStory", id=given["decisionId"])["decision"]

        assert kept["intact"]
        assert kept["answer"] == "ACCEPT"
        assert kept["lastDay"] == given["lastDay"]
        assert ("reason", "defective") in [(each["name"], each["value"]) for each in kept["facts"]]
        assert kept["orderLine"]["id"] == given["orderLine"]["id"]
        assert kept["edition"] == {"policy": "acme/standard", "version": 1}
        assert kept["decidedAt"].startswith("2025-06-01T12:00:00")


def add(served: Served, draft: Any) -> None:
    store = served.parts.store
    with store.session():
        retailer = store.partners.by_handle(draft.retailer)
        assert retailer is not None
        add_orders(store, store.partners.acting(retailer), [draft])


def test_a_list_of_decisions_has_those_that_its_operation_made_before(northwind: Caller) -> None:
    """On both databases, whether they are stored with those of others or at once."""
    made = 'eligibility(lines: [{order: "N-1", line: "1"}]) { decisionId }'
    counted = "decisions(first: 1) { totalCount }"
    before = northwind.ask(f"{{ {counted} }}")["decisions"]["totalCount"]

    for number in (1, 2):
        answer = northwind.ask(f"{{ {made} {counted} }}")
        assert answer["decisions"]["totalCount"] == before + number


def test_goods_that_were_refused_are_sent_nowhere(northwind: Caller) -> None:
    answer = northwind.eligible(order="N-1", line="1", requestedOn="2025-06-10")

    assert answer["returnTo"] is None


@pytest.mark.parametrize("day", ["2025-02-30", "2025-6-1", "20250601", "tomorrow"])
def test_a_day_that_is_none_is_told_in_a_sentence(northwind: Caller, day: str) -> None:
    asked = 'eligibility(lines: [{order: "N-1", line: "1", requestedOn: %s}]) { code }'
    by_variable = {"query": f"query($d: Date) {{ {asked % '$d'} }}", "variables": {"d": day}}
    for body in (by_variable, {"query": "{ %s }" % (asked % f'"{day}"')}):
        answer = northwind.post(body).json()

        said = answer["errors"][0]["message"]
        assert f"A day is such as `2026-11-29`, not `{day}`." in said


@pytest.mark.parametrize("times", [1, 2])
def test_a_decision_that_cannot_be_stored_with_others_is_tried_by_itself(
    served: Served, northwind: Caller, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    failures: list[int] = []
    together = served.parts.store.group_commit
    commit = together._commit

    def refused(decided: Sequence[Decided]) -> None:
        if len(failures) < times:
            failures.append(len(decided))
            raise RequestFault("unavailable", "The disk is full.")
        commit(decided)

    monkeypatch.setattr(together, "_commit", refused)
    document = '{ eligibility(lines: {order: "N-1", line: "1"}) { answer decisionId } }'
    body = northwind.post({"query": document}).json()

    tries = 2 if served.parts.store.in_process else 1
    assert failures == [1] * min(times, tries)
    if times < tries:
        assert body["data"]["eligibility"][0]["decisionId"]
    else:
        (error,) = body["errors"]
        assert (body["data"], error["path"]) == (None, ["eligibility"])
        assert error["extensions"]["code"] == "unavailable"
