"""A policy on top of a law may be better for the consumer; where it is worse it is refused."""

from pathlib import Path

import pytest

from engine.decision.decide import Decider
from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.publishing.meaning import surveys_of, tried_of
from engine.publishing.readiness import findings_before_publishing

LAW = (Path(__file__).parents[2] / "policies/statutory/eu-consumer.yaml").read_text("utf-8")
DIRECTIVE = "Directive 2011/83/EU, "


def on_top(*edits: str) -> PolicyFile:
    changes = "".join(f"  - {{{edit}, why: our terms}}\n" for edit in edits)
    text = (
        "policy: shop/europe\nversion: 1\nextends: takeback/eu-consumer@1\n"
        f"effective: {{from: 2025-01-01}}\nchanges:\n{changes}"
    )
    return load(text, "shop.yaml", lambda _name, _version: LAW)


def broken(file: PolicyFile) -> list[Fault]:
    found = tried_of(surveys_of(*file.editions))
    return [each for each in found if each.code == "promise_broken"]


@pytest.mark.parametrize(
    ("edit", "article"),
    [
        ("set: deadlines.request.EU-14.within, to: 10 days", "Art. 9(1)"),
        ("set: deadlines.request.EU-14.counted_from, to: ordered", "Art. 9(1) and 16"),
        ("set: deadlines.request.EU-14.under, to: 14 days", "Art. 9(1)"),
        ("add: {fee: 15% of item_price}, into: fees.restocking", "Art. 9(1), 13(2) and 14"),
        ("add: {fee: EUR 5.00, taken: billed}, into: fees.handling", "Art. 9(1), 13(2) and 14"),
        (
            "add: {id: E-SALE, when: {tags: {has: clearance}}, answer: refuse, code: final_sale}, "
            "into: eligibility",
            "Art. 9(1) and 16",
        ),
        ("set: remedies.consumer.of, to: 90% of item_price", "Art. 13(1)"),
        ("set: remedies.consumer.give, to: store_credit", "Art. 13(1)"),
        ("set: outbound_shipping.refund, to: none", "Art. 13(1) and 13(2)"),
        ("set: return_shipping.EU-WAY-UNTOLD.paid_by, to: consumer", "Art. 6(6) and 14(1)"),
    ],
)
def test_terms_below_the_law_are_refused_with_its_article_and_a_return(
    edit: str, article: str
) -> None:
    file = on_top(edit)
    found = broken(file)

    assert f"({DIRECTIVE}{article})" in "".join(each.sentence for each in found)
    for fault in found:
        decision = Decider(file.policy, native=False).decide(fault.example or {})
        assert (decision.answer, decision.code) == ("review", "policy_breach")
        assert fault.level == "error"


def test_terms_above_the_law_are_published() -> None:
    file = on_top(
        "set: deadlines.request.EU-14.within, to: 30 days",
        "set: return_shipping.EU-WAY.paid_by, to: retailer",
        "drop: eligibility.EU-MIXED",
    )
    errors = [each for each in findings_before_publishing(file) if each.level == "error"]

    assert [each.code for each in errors] == ["test_failed"]
    assert "`a newspaper`" in errors[0].sentence


@pytest.mark.parametrize(
    "edit",
    [
        "drop: must.EU-M-14-DAYS",
        "set: must.EU-M-14-DAYS.outcome, to: {request.days_allowed: {at_least: 7}}",
        "set: groups.excepted, to: {reason: change_of_mind}",
    ],
)
def test_the_promises_themselves_cannot_be_changed(edit: str) -> None:
    with pytest.raises(PolicyFaults) as caught:
        on_top(edit)

    assert [fault.code for fault in caught.value.faults] == ["locked"]
    assert DIRECTIVE in caught.value.faults[0].sentence


@pytest.mark.parametrize(("day", "answer"), [("2025-03-19", "accept"), ("2025-03-20", "refuse")])
def test_the_law_itself_grants_fourteen_days(day: str, answer: str) -> None:
    given = {
        "ordered": "2025-03-01",
        "delivered": "2025-03-05",
        "requested": day,
        "reason": "change_of_mind",
        "buyer_type": "consumer",
        "channel": "online",
        "informed_state": "in_time",
        "return_cost_informed": True,
        "condition": "new_unused",
        "item_price": "EUR 10.00",
    }

    assert Decider(load(LAW, "law.yaml").policy, native=False).decide(given).answer == answer
