"""Why a policy is not published, and which agreed terms it ends, as the API shows it."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from adapters.store.lost_terms import LostTerms
from adapters.store.publishing import Refused
from returns_api.types.codes import ProblemCode
from returns_api.types.problems import PolicyFaultsProblem, Problem, policy_faults
from returns_api.types.trade import Partner, partner

_ENDS: Final = {"input.yaml": "input.endsTerms"}
"""Where the confirmation that terms end is expected, by the path of the text."""


@strawberry.type(description="A value agreed with a retailer that a version ends or forbids.")
class LostTerm:
    """Values are written as in a policy."""

    policy: str
    """The policy for which it was agreed; another than the version's if that takes its place."""
    retailer: Partner
    """The retailer with whom it was agreed."""
    name: str
    """One of the names under `agreed`."""
    before: str
    """The agreed value."""
    after: str | None
    """What the version says instead; null if it has nothing in its place."""
    forbidden: bool
    """Whether the version forbids the value; otherwise it only ends it."""
    sentence: str


@strawberry.type(description="A failing test of a policy.")
class FailedTest:
    """The test and every difference, as sentences."""

    name: str
    line: int
    """The line of the test in the policy, from 1."""
    failures: list[str]


@strawberry.type(description="Tests inside the policy fail.")
class PolicyTestsFailed(Problem):
    """Nothing was published."""

    tests: list[FailedTest]
    """The failing tests."""


@strawberry.type(description="This version is published already, with another text.")
class VersionTaken(Problem):
    """Published editions never change; publish the next version."""


@strawberry.type(description="The policy conflicts with what is published or agreed.")
class PublishingRefused(Problem):
    """Codes: `wrong_owner`, `selection_tie`, `terms_broken`, `terms_ended`."""

    lost_terms: list[LostTerm]
    """The agreed terms that the version forbids (`terms_broken`: agree on others first) or ends
    (`terms_ended`: confirm that by `endsTerms`).
    """
    ends_terms: str | None
    """What `endsTerms` of `publishPolicy` takes; null unless the code is `terms_ended`."""


@strawberry.type(description="The versions that come back end or forbid agreed terms.")
class WithdrawalRefused(Problem):
    """Nothing was withdrawn: confirm it by `endsTerms` (`terms_ended`)."""

    lost_terms: list[LostTerm]
    """The agreed terms that these versions end or forbid."""
    ends_terms: str
    """What `endsTerms` of `withdrawPolicy` takes; it changes with the terms and with the first day.
    """


PublishingProblem = PolicyFaultsProblem | PolicyTestsFailed | VersionTaken | PublishingRefused


def publishing_problem(refused: Refused, path: str) -> PublishingProblem:
    """Converts the reason why a policy was not published; `path` is that of its text."""
    said: dict[str, Any] = {
        "code": ProblemCode[refused.code],
        "message": refused.message,
        "path": path,
    }
    if refused.code == "policy_faults":
        return PolicyFaultsProblem(**said, faults=policy_faults(refused.faults))
    if refused.code == "tests_failed":
        return PolicyTestsFailed(
            **said,
            tests=[
                FailedTest(name=case.name, line=case.source.line, failures=list(case.failures))
                for case in refused.failures
            ],
        )
    if refused.code == "version_taken":
        return VersionTaken(**said)
    ends = refused.code == "terms_ended"
    return PublishingRefused(
        **{**said, "path": _ENDS.get(path, path) if ends else path},
        lost_terms=lost_terms(refused.lost),
        ends_terms=refused.lost.digest if ends else None,
    )


def lost_terms(found: LostTerms) -> list[LostTerm]:
    """Converts agreed terms that a version ends or forbids to the API's type."""
    return [
        LostTerm(
            policy=each.policy,
            retailer=partner(each.retailer),
            name=each.name,
            before=each.before,
            after=each.after,
            forbidden=each.fault is not None,
            sentence=each.sentence,
        )
        for each in found.terms
    ]
