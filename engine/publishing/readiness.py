"""Whether a policy file may be published: its meaning, its tests, and its network in a child."""

from __future__ import annotations

from engine.decision.compiled import compile_policy
from engine.decision.rules.trying import compile_safely
from engine.errors import NetworkFault
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy
from engine.publishing.comparison import comparison_faults
from engine.publishing.differences import difference_findings
from engine.publishing.facts import owner_findings
from engine.publishing.meaning import dead_rows, meaning_under_terms, surveys_of, too_wide, tried_of
from engine.publishing.structure import lost_findings
from engine.publishing.suite import run_suite
from engine.publishing.untested import untested_findings


def findings_before_publishing(file: PolicyFile) -> tuple[Fault, ...]:
    """Returns all findings about a policy: errors first, then warnings and notes.

    The tests run in plain Python. If there is no error, the rule network is compiled and tried in a
    child process.
    """
    found = [*lost_findings(file), *_of_the_policy(file), *comparison_faults(file)]
    if all(each.level is not Level.ERROR for each in found):
        found += [fault for edition in file.editions for fault in _network_faults(edition)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: list(Level).index(each.level)))


def faults_before_publishing(file: PolicyFile) -> tuple[Fault, ...]:
    """Returns only the errors, which prevent publishing; empty if the policy may be published."""
    return tuple(each for each in findings_before_publishing(file) if each.level is Level.ERROR)


def _of_the_policy(file: PolicyFile) -> list[Fault]:
    """Returns the findings about a policy's meaning and about its tests."""
    report = run_suite(file, native=False)
    failed = [case.fault for case in report.cases if not case.passed]
    wide = too_wide(*file.editions)
    if wide:
        return [*wide, *failed]
    surveys = surveys_of(*file.editions)
    found = meaning_under_terms(file, surveys)
    untested = untested_findings(file, report, surveys, dead_rows(found, surveys))
    changed = difference_findings(file, surveys)
    return [*found, *failed, *untested, *tried_of(surveys), *changed, *owner_findings(file)]


def _network_faults(policy: Policy) -> list[Fault]:
    question = compile_policy(policy).question
    try:
        if question.rules:
            compile_safely([(question.rules, len(question.used))])
    except NetworkFault as fault:
        return [Fault(code="network", source=policy.tree.source, sentence=str(fault))]
    return []
