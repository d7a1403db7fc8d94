"""The tests inside a policy run against the edition, the terms and the edits that each names."""

from engine.decision.decide import Decider
from engine.policy.editions import PolicyFile, load
from engine.publishing.suite import CaseResult, SuiteReport, run_suite

POLICY = """\
policy: acme/test
version: 1
effective: {from: 2024-01-01}
currency: USD
agreed: {rate: {type: percent, default: 10%, at_most: 20%}}
window: {days: 30, counted_from: delivered}
fees: {restocking: {fee: agreed.rate of item_price}}
tests:
  usual: {ordered: 2024-05-01, delivered: 2024-05-10, requested: 2024-05-20, item_price: USD 50.00}
  cases:
"""


def evaluation(*cases: str, native: bool = False) -> SuiteReport:
    return run_suite(file_of(*cases), native=native)


def file_of(*cases: str) -> PolicyFile:
    listed = "".join(
        f"    - {{name: case {number}, {case}}}\n" for number, case in enumerate(cases)
    )
    return load(POLICY + listed, "test.yaml")


def only(case: str) -> CaseResult:
    return evaluation(case).cases[0]


def test_a_case_that_holds_passes_and_one_that_does_not_says_why() -> None:
    report = evaluation("expect: {net: USD 45.00}", "expect: {net: USD 44.00, answer: accept}")

    assert (report.passed, report.failed) == (1, 1)
    assert report.cases[1].failures == ("net: expected USD 44.00, got USD 45.00",)
    assert report.cases[1].source.line == 12


def test_the_network_gives_what_plain_python_gives() -> None:
    assert evaluation("expect: {net: USD 45.00}", native=True).passed == 1


def test_what_a_case_gives_goes_before_what_is_usual() -> None:
    assert only("given: {requested: 2024-06-10}, expect: {code: outside_window}").passed
    assert only("given: {delivered: not_sent}, expect: {missing: [delivered]}").passed


def test_a_case_may_agree_on_other_terms() -> None:
    assert only("given: {agreed: {rate: 20%}}, expect: {net: USD 40.00}").passed
    assert "at most `20%`" in only("given: {agreed: {rate: 21%}}, expect: {}").failures[0]


def test_a_case_may_edit_the_policy_for_itself() -> None:
    edit = "with: [{set: window.days, to: 5}], expect: {code: outside_window}"
    report = evaluation(edit, "expect: {answer: accept}")

    assert report.failed == 0


def test_a_case_of_several_lines_is_a_return() -> None:
    lines = "given: {lines: [{item_price: USD 10.00}, {item_price: USD 30.00}]}"

    assert only(f"{lines}, expect: {{net: USD 36.00, lines: [{{net: USD 9.00}}, {{}}]}}").passed


def test_a_wrong_value_fails_its_case_with_the_fault() -> None:
    failures = only("given: {item_price: EUR 5.00}, expect: {}").failures

    assert failures == ("item_price: `item_price` is in EUR, but the policy pays in USD.",)


PUBLISH = "with: [{set: window.days, to: 5 parsecs}], expect: {publish: %s}"
SEASON = "with: [{add: {id: G, when: {brand: x}, do: keep}, into: goods}], expect: {publish: %s}"


def test_a_case_may_expect_that_an_edit_cannot_be_published() -> None:
    assert only(PUBLISH % "refused").passed
    assert only(PUBLISH % "refused, code: wrong_type").passed
    assert "expected accepted, got refused" in only(PUBLISH % "accepted").failures[0]
    assert only("expect: {publish: accepted}").passed
    assert "expected refused, got accepted" in only("expect: {publish: refused}").failures[0]


def test_a_case_that_expects_another_fault_fails() -> None:
    failures = only(PUBLISH % "refused, code: overlapping_seasons").failures

    assert failures[0].startswith("code: expected overlapping_seasons, got wrong_type")


def test_a_result_names_the_rows_that_had_a_part_and_keeps_the_decision() -> None:
    result = only("expect: {}")

    assert {"REQUEST", "E-YES", "RESTOCKING"} <= set(result.rows)
    assert result.decision is not None
    assert result.seconds > 0


def test_each_result_is_told_as_it_ends() -> None:
    told: list[str] = []

    run_suite(
        file_of("expect: {}", "expect: {}"),
        native=False,
        done=lambda result: told.append(result.name),
    )

    assert told == ["case 0", "case 1"]


def test_a_dated_edit_holds_from_its_day() -> None:
    later = (
        "with: [{set: window.days, to: 5, effective: {from: 2024-06-01}}], "
        "given: {ordered: %s, delivered: 2024-06-02, requested: 2024-06-12}, expect: {answer: %s}"
    )

    assert only(later % ("2024-05-31", "accept")).passed
    assert only(later % ("2024-06-01", "refuse")).passed


def test_the_same_policy_is_compiled_once_for_all_its_cases(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    made: list[str] = []
    real = Decider.__init__

    def counted(self: Decider, policy, **more) -> None:  # type: ignore[no-untyped-def]
        made.append(policy.digest)
        real(self, policy, **more)

    monkeypatch.setattr(Decider, "__init__", counted)
    evaluation("expect: {}", "expect: {}", "with: [{set: window.days, to: 5}], expect: {}")

    assert len(made) == 2


def test_a_sentence_about_a_failed_case_stays_one_that_can_be_read() -> None:
    long = ", ".join(["DEADLINES-REQUEST"] * 60)
    wrong = "answer: refuse, code: final_sale, net: USD 1.00, last_day: 2024-01-01"
    case = only(f"expect: {{decided_by: [{long}], {wrong}}}")

    assert len(case.failures) == 5
    assert case.fault.sentence.endswith("; and 2 more.")
    assert len(case.fault.sentence) < 600


def test_a_failure_that_ends_with_a_question_gets_no_full_stop_more() -> None:
    sentence = only("given: {ordred: 2024-05-01}, expect: {answer: accept}").fault.sentence

    assert sentence.endswith("There is no fact `ordred`. Did you mean `ordered`?")
