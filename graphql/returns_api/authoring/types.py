"""A text of a policy as its author sees it: findings, rows in words, tests, edits."""

from __future__ import annotations

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
from services.policies.changing import with_test
from services.policies.checking import Checked
from services.policies.outcomes import Outcome

FindingLevel = strawberry.enum(Level, name="FindingLevel", description="What a finding stops.")


@strawberry.type(description="A part of a text to replace.")
class PolicyTextEdit:
    """Characters are counted from 0, as code points; edits of a list are in order, apart."""

    start: int
    """The first character that goes."""
    end: int
    """The first character after it that stays."""
    text: str
    """What takes the place."""


@strawberry.type(description="Something to know of a policy text, at its line and column.")
class PolicyFinding:
    """An ERROR keeps it from being published."""

    code: str
    """The kind of finding."""
    level: FindingLevel  # type: ignore[valid-type]
    """What it stops."""
    file: str
    """`policy.yaml` for the text that was sent, else the base that it stands in."""
    line: int
    column: int
    """The column in the line, from 1."""
    sentence: str
    fix: PolicyTextEdit | None
    """The edit that mends it; null where none is known."""


@strawberry.type(description="One row of a policy in plain words.")
class PolicyRow:
    """A row of a base has no lines here."""

    row: str
    when: str
    """When it applies; empty for always."""
    sentence: str
    because: str | None
    """What it tells the consumer, as its author wrote it."""
    built_in: bool
    """Whether the language has it and nobody wrote it."""
    first_line: int | None
    """The first line in which it is written, from 1; null where that is elsewhere."""
    last_line: int | None
    """The last line in which it is written; null where that is elsewhere."""
    at: list[str]
    """The place by which `changePolicyText` names it; empty where it is written elsewhere."""


@strawberry.type(description="One question that a policy answers.")
class PolicyTopic:
    """Its rows in the order in which they are asked."""

    topic: str
    decide: str
    """Which of several rows that apply decides, such as `first` or `longest`."""
    rows: list[PolicyRow]
    """Each row in words."""


@strawberry.type(description="A row and the tests that it decides.")
class RowCoverage:
    """Rows that no test reaches keep a policy from being published."""

    row: str
    topic: str
    reached_by: list[str]
    """The names of the tests; empty for a row that none reaches."""


@strawberry.type(description="A test that reaches a row which none did: for its author to confirm.")
class SuggestedTest:
    """It expects what the text decides today."""

    row: str
    name: str
    edits: list[PolicyTextEdit]
    """What adds it to the text."""


@strawberry.type(description="What is known of a policy text.")
class CheckedPolicy:
    """Nothing of it is kept."""

    readable: bool
    """Whether it can be read as a policy; else there are findings alone."""
    findings: list[PolicyFinding]
    """Errors first."""
    topics: list[PolicyTopic]
    """Every row in words."""
    tests: list[TestResult]
    """Each test that is written in it, those of its bases too."""
    coverage: list[RowCoverage]
    """Each row that needs a test."""
    suggested_tests: list[SuggestedTest]
    """Tests for rows that none reaches, up to 20."""
    left_out: list[str]
    """The checks that were not made, because the time was over; publishing makes them all."""


@strawberry.type(description="A policy text after a change.")
class ChangedPolicyText:
    """Every byte that is no part of the change stays, comments too."""

    yaml: str
    """The whole of it, as it stands after the change."""
    edits: list[PolicyTextEdit]
    """What leads to it from the text that was sent."""
    undo: list[PolicyTextEdit]
    """What leads back from it."""


@strawberry.type(description="What a policy gives for a scenario; empty where it says nothing.")
class ScenarioOutcome:
    """As `takeback preview` shows it."""

    answer: str
    """What the policy says; `not decided` where the scenario cannot be right."""
    code: str
    """The reason of the answer, as a word of the policy; or why nothing was decided."""
    last_day: str
    """The last day on which the return may be asked for."""
    fees: str
    """What is taken."""
    net: str
    payer: str
    """Who pays for sending the goods back."""
    decisions: strawberry.Private[tuple[Decision, ...]]

    @described("What is to be supplied: facts that were not sent, and evidence; each once.")
    def missing(self) -> list[str]:
        return list(dict.fromkeys(each for line in self.decisions for each in line.missing))

    @described("The rows that decided, with their place and the values they saw; line by line.")
    def because(self) -> list[Because]:
        return [each for line in self.decisions for each in showing.because(line, {})]


@strawberry.type(description="A scenario by a draft, beside what is in force.")
class TriedScenario:
    """`before` is null where nothing of this policy is in force."""

    name: str
    now: ScenarioOutcome
    """By the draft."""
    before: ScenarioOutcome | None
    """By the edition in force."""
    changed: list[str]
    """The names of the fields that differ."""


@strawberry.type(description="Scenarios by a draft.")
class TriedPolicy:
    """Nothing of it is kept."""

    against: str | None
    """The edition in force that it is held against, such as `acme-supply/standard@2`."""
    scenarios: list[TriedScenario]
    """Each scenario, in order."""


MOST_SUGGESTED = 20


def edits(found: tuple[TextEdit, ...]) -> list[PolicyTextEdit]:
    """Edits as clients see them."""
    return [PolicyTextEdit(start=each.start, end=each.end, text=each.text) for each in found]


def checked_policy(found: Checked, text: str) -> CheckedPolicy:
    """What a check has found, as clients see it."""
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
        suggested_tests=[_suggested(each, text) for each in found.suggested[:MOST_SUGGESTED]],
        left_out=list(found.left_out),
    )


def topics(found: tuple[sentences.Topic, ...]) -> list[PolicyTopic]:
    """Topics as clients see them."""
    return [
        PolicyTopic(topic=each.name, decide=each.decide, rows=[_row(row) for row in each.rows])
        for each in found
    ]


def tried_scenario(found: trying.Tried) -> TriedScenario:
    """A scenario that was tried, as clients see it."""
    before = found.before
    return TriedScenario(
        name=found.name,
        now=_outcome(found.now),
        before=_outcome(before) if before else None,
        changed=["lastDay" if each == "last_day" else each for each in found.changed],
    )


def _outcome(found: Outcome) -> ScenarioOutcome:
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


def _row(found: sentences.Sentence) -> PolicyRow:
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


def _suggested(found: Suggested, text: str) -> SuggestedTest:
    case = found.case or {}
    return SuggestedTest(
        row=found.row, name=str(case.get("name", "")), edits=edits(with_test(text, case).edits)
    )
