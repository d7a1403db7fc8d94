"""A policy text as its author sees it: findings, rows in words, tests, and edits."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from engine.decision.record import Decision
from engine.policy.faults import Level
from engine.policy.rewriting import TextEdit
from engine.publishing.untested import Suggested
from returns_api.types import showing
from returns_api.types.described import described
from returns_api.types.parts import Because
from returns_api.types.previews import TestResult
from services.policies import checking, sentences, trying
from services.policies.changing import with_tests
from services.policies.checking import Checked
from services.policies.outcomes import PreviewOutcome

FindingLevel = strawberry.enum(Level, name="FindingLevel", description="How serious a finding is.")


@strawberry.type(description="An edit of a text: a range of characters to replace.")
class PolicyTextEdit:
    """Characters are code points, counted from 0; edits of a list are in order and do
    not overlap.
    """

    start: int
    """The first character to replace."""
    end: int
    """The first character after it that stays."""
    text: str
    """The text to insert."""


@strawberry.type(description="A finding about a policy text, with its line and column.")
class PolicyFinding:
    """An ERROR prevents publishing."""

    code: str
    """The kind of finding."""
    level: FindingLevel  # type: ignore[valid-type]
    """How serious it is."""
    file: str
    """`policy.yaml` for the text that was sent, or the base that it is in."""
    line: int
    column: int
    """The column in the line, from 1."""
    sentence: str
    fix: PolicyTextEdit | None
    """An edit that fixes it; null if none is known."""


@strawberry.type(description="One row of a policy in plain words.")
class PolicyRow:
    """A row of a base has no lines here."""

    row: str
    when: str
    """The condition under which it applies; empty if it always does."""
    sentence: str
    because: str | None
    """The explanation for the consumer, as its author wrote it."""
    built_in: bool
    """Whether the row is built into the language, and not written by an author."""
    first_line: int | None
    """Its first line, from 1; null if it is written in another text."""
    last_line: int | None
    """Its last line; null if it is written in another text."""
    at: list[str]
    """Its path for `changePolicyText`; empty if it is written in another text."""


@strawberry.type(description="One question that a policy answers.")
class PolicyTopic:
    """Its rows are in the order in which they are evaluated."""

    topic: str
    decide: str
    """Which of several applicable rows decides, such as `first` or `longest`."""
    rows: list[PolicyRow]
    """The rows in words."""


@strawberry.type(description="A row and the tests that reach it.")
class RowCoverage:
    """A row that no test reaches prevents publishing."""

    row: str
    topic: str
    reached_by: list[str]
    """The names of the tests; empty if none reaches the row."""


@strawberry.type(description="A test that reaches an untested row; its author has to confirm it.")
class SuggestedTest:
    """It expects what the text decides now."""

    row: str
    name: str
    edits: list[PolicyTextEdit]
    """The edits that add it to the text."""


@strawberry.type(description="The result of checking a policy text.")
class CheckedPolicy:
    """Nothing of it is stored."""

    readable: bool
    """Whether it can be read as a policy; otherwise only findings are given."""
    findings: list[PolicyFinding]
    """The findings, errors first."""
    topics: list[PolicyTopic]
    """All rows in words, by topic."""
    tests: list[TestResult]
    """All tests in it, including those of its bases."""
    coverage: list[RowCoverage]
    """The rows that need a test."""
    suggested_tests: list[SuggestedTest]
    """Tests for rows that no test reaches, up to 20."""
    left_out: list[str]
    """The checks that were skipped for lack of time; publishing runs all of them."""


@strawberry.type(description="A policy text after a change.")
class ChangedPolicyText:
    """Every byte that is not part of the change stays, including comments."""

    yaml: str
    """The whole text after the change."""
    edits: list[PolicyTextEdit]
    """The edits that lead to it from the text that was sent."""
    undo: list[PolicyTextEdit]
    """The edits that undo the change."""


@strawberry.type(
    description="The outcome of a scenario by a policy; a text is empty if there is no value."
)
class ScenarioOutcome:
    """The values that `takeback preview` shows."""

    answer: str
    """What the policy says; `not decided` if a fact of the scenario is invalid."""
    code: str
    """The reason of the answer, as a word of the policy; or why nothing was decided."""
    last_day: str
    """The last day on which the return may be requested."""
    fees: str
    """What is charged, fee by fee."""
    net: str
    payer: str
    """Who pays for sending the goods back."""
    decisions: strawberry.Private[tuple[Decision, ...]]

    @described("Facts and papers that are missing and can be supplied, each once.")
    def missing(self) -> list[str]:
        return list(dict.fromkeys(each for line in self.decisions for each in line.missing))

    @described("The rows that decided, with their positions and the values they saw; line by line.")
    def because(self) -> list[Because]:
        return [each for line in self.decisions for each in showing.because(line, {})]


@strawberry.type(description="A scenario decided by a draft, beside the edition in force.")
class TriedScenario:
    """`before` is null if no edition of the policy is in force."""

    name: str
    now: ScenarioOutcome
    """The outcome by the draft."""
    before: ScenarioOutcome | None
    """The outcome by the edition in force."""
    changed: list[str]
    """The names of the fields that differ."""


@strawberry.type(description="Scenarios decided by a draft.")
class TriedPolicy:
    """Nothing of it is stored."""

    against: str | None
    """The edition in force that it is compared with, such as `acme-supply/standard@2`."""
    scenarios: list[TriedScenario]
    """The scenarios, in order."""


MOST_SUGGESTED = 20


def edits(found: tuple[TextEdit, ...]) -> list[PolicyTextEdit]:
    """Converts edits to the API's type."""
    return [PolicyTextEdit(start=each.start, end=each.end, text=each.text) for each in found]


def checked_policy(found: Checked, text: str) -> CheckedPolicy:
    """Converts the result of a check to the API's type."""
    return CheckedPolicy(
        readable=found.file is not None,
        findings=[_finding(each) for each in found.findings],
        topics=topics(found.topics),
        tests=[
            TestResult(
                name=case.name,
                passed=case.passed,
                line=case.source.line,
                failures=list(case.failures),
            )
            for case in found.tests
        ],
        coverage=[
            RowCoverage(row=each.row, topic=each.topic, reached_by=list(each.tests))
            for each in found.coverage
        ],
        suggested_tests=_suggested(found.suggested[:MOST_SUGGESTED], text),
        left_out=list(found.left_out),
    )


def topics(found: tuple[sentences.Topic, ...]) -> list[PolicyTopic]:
    """Converts topics to the API's type."""
    return [
        PolicyTopic(
            topic=each.name, decide=each.decide, rows=[policy_row(row) for row in each.rows]
        )
        for each in found
    ]


def tried_scenario(found: trying.Tried) -> TriedScenario:
    """Converts a scenario that was tried to the API's type."""
    before = found.before
    return TriedScenario(
        name=found.name,
        now=_outcome(found.now),
        before=_outcome(before) if before else None,
        changed=["lastDay" if each == "last_day" else each for each in found.changed],
    )


def _outcome(found: PreviewOutcome) -> ScenarioOutcome:
    return ScenarioOutcome(
        answer=found.answer,
        code=found.code,
        last_day=found.last_day,
        fees=found.fees,
        net=found.net,
        payer=found.payer,
        decisions=found.decisions,
    )


def _finding(found: checking.Finding) -> PolicyFinding:
    fault, fix = found.fault, found.fix
    return PolicyFinding(
        code=fault.code,
        level=fault.level,
        file=fault.source.file,
        line=fault.source.line,
        column=fault.source.column,
        sentence=fault.sentence,
        fix=edits((fix,))[0] if fix else None,
    )


def policy_row(found: sentences.Sentence) -> PolicyRow:
    """Converts a row in words to the API's type."""
    return PolicyRow(
        row=found.row,
        when=found.when,
        sentence=found.sentence,
        because=found.because,
        built_in=found.built_in,
        first_line=found.lines.first if found.lines else None,
        last_line=found.lines.last if found.lines else None,
        at=list(found.at),
    )


def _suggested(found: Sequence[Suggested], text: str) -> list[SuggestedTest]:
    if not found:
        return []
    cases = [each.case or {} for each in found]
    return [
        SuggestedTest(row=each.row, name=str(case.get("name", "")), edits=edits(done.edits))
        for each, case, done in zip(found, cases, with_tests(text, cases), strict=True)
    ]
