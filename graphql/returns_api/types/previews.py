"""The decision of a draft, and the results of its own tests."""

from __future__ import annotations

import strawberry

from engine.policy.editions import PolicyFile
from engine.publishing.suite import run_suite
from returns_api.types.decision import DecisionFields
from returns_api.types.described import described


@strawberry.type(description="One test of a draft.")
class TestResult:
    """`failures` holds a sentence for each difference."""

    name: str
    passed: bool
    """Whether the draft decides as the test expects."""
    line: int
    """The line of the test in the draft, from 1."""
    failures: list[str]


@strawberry.type(description="All tests of a draft.")
class TestReport:
    """Run by the plain evaluator."""

    passed: int
    """The number of tests that passed."""
    failed: int
    """The number of tests that failed."""
    cases: list[TestResult]
    """The result of each test."""


@strawberry.type(description="The decision of a draft; nothing of it is stored.")
class Preview(DecisionFields):
    """The rule network never runs a draft."""

    file: strawberry.Private[PolicyFile]
    policy: str
    version: int
    digest: str

    @described("The results of the tests inside the draft, which this runs.")
    def tests(self) -> TestReport:
        report = run_suite(self.file, native=False)
        cases = [
            TestResult(
                name=case.name,
                passed=case.passed,
                line=case.source.line,
                failures=list(case.failures),
            )
            for case in report.cases
        ]
        return TestReport(passed=report.passed, failed=report.failed, cases=cases)
