"""What the checks of a policy's meaning report of editions alone, whatever file they are from."""

from __future__ import annotations

from engine.policy.faults import Fault, Level
from engine.policy.model import Policy
from engine.publishing.meaning import meaning_of, surveys_of, too_wide


def meaning_findings(*editions: Policy) -> tuple[Fault, ...]:
    """Returns errors and warnings about the editions of one policy."""
    return too_wide(*editions) or meaning_of(surveys_of(*editions))


def meaning_faults(*editions: Policy) -> tuple[Fault, ...]:
    """Returns every error for which a policy of these editions must not be published."""
    return tuple(each for each in meaning_findings(*editions) if each.level is Level.ERROR)
