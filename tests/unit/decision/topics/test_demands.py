"""A demand is met, failed or open; a fact that was not sent never makes it fail."""

import pytest

from tests.unit.decision.building import NOT_SENT, decide, opened, rows

PHOTOS = "demands: {rows: [{id: D-PHOTO, need: [photos, receipt], IF_NOT}]}"


def photos(if_not: str) -> str:
    return PHOTOS.replace("IF_NOT", f"if_not: {if_not}")


def test_a_paper_that_is_missing_is_asked_for_by_name() -> None:
    decision = decide(photos("ask"), evidence=["receipt"])

    assert (decision.answer, decision.code) == ("ask", "missing_evidence")
    assert (decision.missing, decision.curable) == (("photos",), True)
    assert decision.requires == ("photos", "receipt")


@pytest.mark.parametrize(
    ("if_not", "answer"),
    [("refuse", "refuse"), ("review, to_settle: whether", "review"), ("go_on", "accept")],
)
def test_a_failed_demand_has_its_own_answer(if_not: str, answer: str) -> None:
    decision = decide(photos(if_not), evidence=["receipt"])

    assert (decision.answer, decision.missing) == (answer, ("photos",))


def test_a_demand_that_is_met_says_nothing() -> None:
    decision = decide(photos("refuse"), evidence=["photos", "receipt", "video"])

    assert (decision.answer, decision.missing, decision.open) == ("accept", (), ())


def test_evidence_that_was_not_sent_leaves_the_demand_open() -> None:
    decision = decide(photos("refuse"))

    assert (decision.answer, decision.requires) == ("accept", ("photos", "receipt"))
    assert opened(decision) == {"demands.D-PHOTO": "photos, receipt"}


def test_open_demands_name_only_what_is_not_known() -> None:
    demand = "demands: {rows: [{id: D, must: {condition: new_unused, seal_intact: true}}]}"

    assert opened(decide(demand)) == {"demands.D": "condition, seal_intact"}
    assert opened(decide(demand, seal_intact=True)) == {"demands.D": "condition"}
    assert decide(demand, seal_intact=False).code == "condition_breached"


def test_the_first_demand_that_fails_gives_the_code() -> None:
    two = """
demands:
  rows:
    - {id: D-1, must: {condition: {no_worse_than: used}}, if_not: refuse, code: excluded_condition}
    - {id: D-2, need: [rma], if_not: refuse, code: missing_authorization}
"""
    assert decide(two, condition="worn", evidence=[]).code == "excluded_condition"
    assert decide(two, condition="used", evidence=[]).code == "missing_authorization"


def test_a_demand_that_does_not_apply_demands_nothing() -> None:
    topics = "demands: {rows: [{id: D, when: {reason: defective}, need: [photos]}]}"
    decision = decide(topics, reason="overstock", evidence=[])

    assert (decision.answer, decision.requires) == ("accept", ())
    assert rows(decision, "demands") == []


def test_a_demand_that_may_apply_and_is_met_needs_no_answer() -> None:
    topics = "demands: {rows: [{id: D, when: {reason: defective}, need: [photos]}]}"

    assert decide(topics, evidence=["photos"]).answer == "accept"
    assert decide(topics, evidence=[]).missing == ("reason",)


def test_a_demand_waits_for_no_fact_that_its_row_asks_to_be_unknown() -> None:
    must = "must: {seal_intact: true}"
    unsent = f"demands: {{rows: [{{id: D-SEAL, when: {{evidence: unknown}}, {must}}}]}}"

    assert opened(decide(unsent)) == {"demands.D-SEAL": "seal_intact"}


@pytest.mark.parametrize("packaging", ["sealed_original", "opened_original"])
def test_the_original_box_sealed_or_opened_is_original(packaging: str) -> None:
    box = "packaging: {original_required: true}"
    decision = decide(box, packaging=packaging)

    assert (decision.answer, decision.original_packaging_required) == ("accept", True)
    assert decide(box, packaging="retaped").code == "packaging_not_met"
    assert decide(box, packaging="retaped").answer == "refuse"
    assert decide("packaging: {original_required: false}").original_packaging_required is False


def test_steps_that_are_still_to_come_never_fail() -> None:
    decision = decide("demands: {rows: [{id: D, subject_to: [inspection, test]}]}")

    assert (decision.answer, decision.subject_to) == ("accept", ("inspection", "test"))


def test_missing_papers_and_failed_demands_are_known_to_later_rows() -> None:
    topics = (
        photos("go_on")
        + """
fees:
  paper: {rows: [{id: F-1, when: {missing: {has: photos}}, fee: USD 2.00}]}
  demand: {rows: [{id: F-2, when: {failed: {has: D-PHOTO}}, fee: USD 3.00}]}
"""
    )
    assert str(decide(topics, evidence=["receipt"]).fee_total) == "USD 5.00"
    assert str(decide(topics, evidence=["photos"]).fee_total) == "USD 3.00"
    assert str(decide(topics, evidence=["photos", "receipt"]).fee_total) == "USD 0.00"


@pytest.mark.parametrize("test", ["failed: {has: D-PHOTO}", "missing: {has: photos}"])
def test_what_an_open_demand_found_is_not_known_to_later_rows(test: str) -> None:
    fee = f"fees: {{paper: {{rows: [{{id: F-1, when: {{{test}}}, fee: USD 2.00}}]}}}}"
    rest = "{id: S-2, otherwise: true, paid_by: retailer}"
    way = f"{{id: S-1, when: {{{test}}}, paid_by: supplier}}"
    payer = f"return_shipping: {{rows: [{way}, {rest}]}}"

    asked = decide(f"{photos('go_on')}\n{fee}", evidence=NOT_SENT)
    open_ = decide(f"{photos('go_on')}\n{payer}", evidence=NOT_SENT)

    assert (asked.answer, asked.missing, asked.net_certainty) == ("ask", ("evidence",), "open")
    assert (open_.answer, open_.return_paid_by) == ("accept", None)
