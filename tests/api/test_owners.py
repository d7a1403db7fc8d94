"""Who may say what: each fact of the register, by each party, at each moment, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.policy.vocabulary import Fact, Moment, Owner
from engine.returns.statements import read, told
from tests.api.conftest import Served
from tests.api.owning import CALLERS, ELIGIBLE, FACTS, RECORDED, REQUEST, Desk, desk_of, key
from tests.owners import FIXED, may_say, names_who, said, supplies, value

_RECORDED = FIXED | RECORDED.keys()


@pytest.fixture(scope="module")
def service(served: Served) -> Iterator[Desk]:
    with desk_of(served) as made:
        yield made


def refused(fact: Fact, handle: str, at: Moment, others: tuple[str, ...] = ()) -> str:
    """The code with which a fact is refused; empty where it is accepted. `others` are facts that
    the other side said before.
    """
    if fact.name in _RECORDED:
        return "fact_on_record"
    if fact.name in others or not may_say(fact, handle, at):
        return "not_yours_to_say"
    return ""


def check_refusal(fact: Fact, result: dict[str, Any], code: str, handle: str) -> None:
    assert result.get("code") == code, (handle, fact.name, result)
    assert re.search(r"\.facts\[\d+\]$|\.found\[\d+\]$", result["path"]), result
    assert f"`{fact.name}`" in result["message"], result
    if code == "not_yours_to_say":
        assert names_who(result["message"], fact), result


def check_told(fact: Fact, seen: dict[str, Any], by: str, key: str) -> None:
    """The value stands in the decision, and beside it who said it."""
    sent = said(fact)
    if fact.name == "evidence":
        assert set(sent["value"]) <= set(seen["value"])
    else:
        assert seen["value"] == sent["value"], seen
    assert seen["told"] == {
        "by": by,
        "key": key,
        "at": "2025-06-01T12:00:00+00:00",
        "source": sent.get("source"),
        "why": sent.get("why"),
    }, fact.name


def side(handle: str) -> str:
    return "SUPPLIER" if supplies(handle) else "RETAILER"


@pytest.mark.parametrize("handle", CALLERS)
def test_anything_is_supposed_that_no_record_contradicts(service: Desk, handle: str) -> None:
    number = service.bought()
    free = [fact for fact in FACTS.values() if fact.name not in _RECORDED]
    halves = [free[::2], free[1::2]]
    lines = [{"order": number, "facts": [said(fact) for fact in half]} for half in halves]
    lines += [{"order": number, "facts": [said(FACTS[name], True)]} for name in _RECORDED]

    answers = service.caller(handle).ask(ELIGIBLE, lines=lines)["eligibility"]

    for half, answer in zip(halves, answers, strict=False):
        assert answer["problem"] is None
        seen = {each["name"]: each for each in answer["facts"]}
        for fact in half:
            assert seen[fact.name]["value"] == value(fact), fact.name
            assert seen[fact.name]["told"] == {"by": "SUPPOSED", "key": None}, fact.name
    codes = [each["problem"]["code"] for each in answers[2:]]
    assert codes == ["fact_on_record"] * len(_RECORDED)


@pytest.mark.parametrize("handle", CALLERS)
def test_a_request_rests_on_what_its_party_may_say(service: Desk, handle: str) -> None:
    number = service.bought()
    codes = {name: refused(fact, handle, Moment.REQUEST) for name, fact in FACTS.items()}

    with service.unchanged():
        for name in filter(codes.get, FACTS):
            result = service.request(handle, number, facts=[said(FACTS[name], True)])
            check_refusal(FACTS[name], result, codes[name], handle)
    mine = [fact for name, fact in FACTS.items() if not codes[name]]
    made = service.opened(handle, number, facts=[said(fact) for fact in mine])

    seen = service.decided(made)
    for fact in mine:
        check_told(fact, seen[fact.name], side(handle), service.key_of(handle))
    by_word = {name for name in seen if seen[name]["told"]["by"] == side(handle)}
    assert by_word == {"quantity", *(fact.name for fact in mine)}


@pytest.mark.parametrize("handle", CALLERS)
def test_a_return_in_review_is_answered_by_what_its_party_may_say(
    service: Desk, handle: str
) -> None:
    made = service.opened("northwind", service.bought(), reason="defective")
    others = ("reason",) if supplies(handle) else ()
    retailers = [name for name in FACTS if supplies(handle) and is_retailers(FACTS[name])]
    codes = {
        name: refused(fact, handle, Moment.REQUEST, (*others, *retailers))
        for name, fact in FACTS.items()
    }

    with service.unchanged():
        for name in filter(codes.get, FACTS):
            result = service.answer(handle, made, [said(FACTS[name], True)])
            check_refusal_or_other(FACTS[name], result, codes[name], others)
    mine = [fact for name, fact in FACTS.items() if not codes[name]]
    result = service.answer(handle, made, [said(fact) for fact in mine])

    assert result["__typename"] == "ReturnStepped", result
    seen = service.decided(made)
    for fact in mine:
        check_told(fact, seen[fact.name], side(handle), service.key_of(handle))


@pytest.mark.parametrize("handle", CALLERS[:2])
def test_a_supplier_answers_for_its_retailer_where_it_opened_the_return(
    service: Desk, handle: str
) -> None:
    """A return that its retailer opened waits for the retailer's own word."""
    by_retailer = service.opened("northwind", service.bought(), reason="defective")
    by_supplier = service.opened("acme support", service.bought(), reason="defective")
    mine = [fact for name, fact in FACTS.items() if is_retailers(fact) and name != "reason"]

    for fact in mine:
        with service.unchanged():
            result = service.answer(handle, by_retailer, [said(fact)])
        check_refusal(fact, result, "not_yours_to_say", handle)
    approval = {"name": "evidence", "value": ["approval"]}
    assert service.answer(handle, by_retailer, [approval])["__typename"] == "ReturnStepped"
    answered = service.answer(handle, by_supplier, [said(fact) for fact in mine])
    assert answered["__typename"] == "ReturnStepped", answered


def is_retailers(fact: Fact) -> bool:
    """Whether only the one who sends goods back knows it, and the record does not have it."""
    return fact.told_by is Owner.RETAILER and fact.name not in _RECORDED


def check_refusal_or_other(
    fact: Fact, result: dict[str, Any], code: str, others: tuple[str, ...]
) -> None:
    """What the other side said is its own, whoever might have said it first."""
    if fact.name not in others:
        check_refusal(fact, result, code, "")
        return
    assert result["code"] == "not_yours_to_say", result
    assert "was said by the retailer" in result["message"], result


@pytest.mark.parametrize("handle", CALLERS)
def test_after_the_receipt_a_party_says_what_is_told_until_then(service: Desk, handle: str) -> None:
    made = service.reopened("northwind", service.bought())
    codes = {name: refused(fact, handle, Moment.RECEIPT) for name, fact in FACTS.items()}

    with service.unchanged():
        for name in filter(codes.get, FACTS):
            result = service.answer(handle, made, [said(FACTS[name], True)])
            check_refusal(FACTS[name], result, codes[name], handle)
    mine = [fact for name, fact in FACTS.items() if not codes[name]]
    assert (
        service.answer(handle, made, [said(fact) for fact in mine])["__typename"] == "ReturnStepped"
    )

    store = service.served.parts.store  # a person judges what was reopened, so no decision shows it
    with store.session():
        tenant_returns = store.tenant_returns.numbered(
            store.partners.acting(acme_of(service)), made["number"]
        )
        assert tenant_returns is not None
        (line,) = tenant_returns.lines
    facts, statements = json.loads(line.facts), told(read(line.told))
    for fact in mine:
        statement = statements[fact.name]
        assert facts[fact.name] == value(fact), fact.name
        assert (statement.teller.name, statement.by) == (side(handle), service.key_of(handle))


def acme_of(service: Desk) -> Any:
    found = service.served.parts.store.partners.by_handle("acme")
    assert found is not None
    return found


@pytest.mark.parametrize("handle", CALLERS[:2])
def test_an_inspection_finds_what_can_be_found(service: Desk, handle: str) -> None:
    made = service.received("northwind", service.bought(), reason="change_of_mind")

    def found(*facts: Fact, other: bool) -> dict[str, Any]:
        sent = [{"name": fact.name, "value": value(fact, other)} for fact in facts]
        looked = {"line": made["lines"][0]["id"], "units": 1, "disposition": "SCRAP"}
        return service.step(handle, "inspectReturn", made, lines=[{**looked, "found": sent}])

    with service.unchanged():
        for fact in FACTS.values():
            if not fact.found:
                result = found(fact, other=True)
                assert result.get("code") == "not_to_be_found", (fact.name, result)
                assert names_who(result["message"], fact), result
    mine = [fact for fact in FACTS.values() if fact.found]
    assert found(*mine, other=False)["__typename"] == "ReturnStepped"

    seen = service.decided(made, "inspections")
    for fact in mine:
        sent = value(fact)
        assert seen[fact.name]["value"] == sent, fact.name
        assert seen[fact.name]["told"]["by"] == "INSPECTION"
        assert seen[fact.name]["told"]["key"] == service.key_of(handle)


@pytest.mark.parametrize("handle", CALLERS[2:])
def test_a_retailer_inspects_nothing(service: Desk, handle: str) -> None:
    made = service.received("northwind", service.bought(), reason="change_of_mind")
    sent = [{"name": each.name, "value": value(each)} for each in FACTS.values() if each.found]
    looked = {"line": made["lines"][0]["id"], "units": 1, "disposition": "SCRAP", "found": sent}
    asked = {"return": made["id"], "lines": [looked], "idempotencyKey": "mine"}

    with service.unchanged():
        answer = service.caller(handle).answer("InspectReturn", input=asked)

    assert "not_allowed" in str(answer), answer


# --- what needs more than its value ---------------------------------------------------------------


@pytest.mark.parametrize("handle", CALLERS[:2])
@pytest.mark.parametrize(("owner", "lacks"), [(Owner.CARRIER, "source"), (Owner.PERSON, "why")])
def test_an_event_names_its_source_and_a_judgement_its_reason(
    service: Desk, handle: str, owner: Owner, lacks: str
) -> None:
    number, made = (
        service.bought(),
        service.opened("northwind", service.bought(), reason="defective"),
    )
    facts = [f for f in FACTS.values() if f.told_by is owner and f.name not in _RECORDED]
    assert facts

    with service.unchanged():
        for fact in facts:
            for note in ("", "  "):
                sent = [{**said(fact), lacks: note}]
                for result in (
                    service.request(handle, number, facts=sent),
                    service.answer(handle, made, sent),
                ):
                    assert result.get("code") == "missing", (fact.name, result)
                    assert f"`{lacks}`" in result["message"], result


@pytest.mark.parametrize("handle", CALLERS[2:])
def test_a_retailer_has_no_approval_to_show(service: Desk, handle: str) -> None:
    number = service.bought()
    with service.unchanged():
        for line in (
            {"evidence": ["photos", "approval"]},
            {"facts": [{"name": "evidence", "value": ["approval"]}]},
        ):
            result = service.request(handle, number, **line)
            assert result["code"] == "not_yours_to_say", result
            assert "`approval`" in result["message"], result


def test_a_line_is_answered_once_in_an_answer(service: Desk) -> None:
    made = service.opened("northwind", service.bought(), reason="defective")
    line = {"line": made["lines"][0]["id"], "facts": [{"name": "opened", "value": True}]}

    with service.unchanged():
        result = service.step("northwind", "answerReturn", made, lines=[line, line])

    assert (result["code"], result["path"]) == ("sent_twice", "input.lines")


def test_a_refusal_names_the_line_that_it_is_of(service: Desk) -> None:
    lines = [{"order": service.bought()}, {"order": service.bought(), "quantity": 0}]

    result = service.caller("northwind").ask(
        REQUEST, input={"lines": lines, "idempotencyKey": key()}
    )

    assert result["requestReturn"]["path"] == "input.lines[1].quantity"


# --- the day of a request -------------------------------------------------------------------------


@pytest.mark.parametrize("ordered", ["2025-05-01", "2019-05-01"])
@pytest.mark.parametrize(
    ("said_so", "refusal"),
    [
        (("northwind", "2025-05-20", "a letter"), ("not_yours_to_say", "requestedOn")),
        (("northwind support", "2025-05-20", "a letter"), ("not_yours_to_say", "requestedOn")),
        (("northwind", "2025-06-01", ""), ("not_yours_to_say", "requestedOn")),
        (("acme", "2025-05-20", ""), ("missing", "requestedWhy")),
        (("acme support", "2025-05-20", " "), ("missing", "requestedWhy")),
        (("acme", "2025-06-02", "a letter"), ("wrong_date", "requestedOn")),
    ],
)
def test_the_day_of_a_request_is_not_anybodys_to_say(
    service: Desk, ordered: str, said_so: tuple[str, str, str], refusal: tuple[str, str]
) -> None:
    handle, day, why = said_so
    number = service.bought(dates={"ordered": ordered})  # no edition governs so old an order

    with service.unchanged():
        result = service.request(handle, number, requestedOn=day, requestedWhy=why)

    assert (result["code"], result["path"].rpartition(".")[2]) == refusal, result


@pytest.mark.parametrize("handle", CALLERS[:2])
def test_the_day_that_a_supplier_says_stands_in_both_journals_with_its_reason(
    service: Desk, handle: str
) -> None:
    why = "The letter is of this day."
    line = {"reason": "change_of_mind", "requestedOn": "2025-05-20", "requestedWhy": why}
    made = service.opened(handle, service.bought(), **line)

    requested = service.decided(made)["requested"]
    assert requested["value"] == "2025-05-20"
    assert (requested["told"]["by"], requested["told"]["why"]) == ("SUPPLIER", why)
    store = service.served.parts.store
    with store.session():
        found = store.tenant_returns.numbered(
            store.partners.acting(acme_of(service)), made["number"]
        )
        assert found is not None
        for tenant in (found.supplier, found.retailer):
            _, dated, approved = store.journal.about(tenant, found.id)
            assert (dated.fact, approved.fact) == ("return_dated", "return_approve")
            assert json.loads(dated.body) == {"requested": "2025-05-20", "why": why}
            assert dated.actor == service.key_of(handle)
