"""Reports how a policy differs from its base: looser, tighter or other, each with a return.

Differences are looked for among all returns of one line that send their facts; both policies decide
the return that shows one. The report is a note and blocks nothing. It also shows what an edit that
the base forbids would do: a return that it would decide differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.errors import PolicyFaults
from engine.policy.editions import FindBase, PolicyFile, as_if_permitted
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy, Row
from engine.publishing.checks.context import ALWAYS_SHOWN, CheckContext, facts_of
from engine.publishing.comparison import Beside, Broken, shown
from engine.publishing.meaning import surveys_of, too_wide

_KINDS: Final = {
    ("last_day", "later"): "looser",
    ("last_day", "earlier"): "tighter",
    ("eligible", "from no to yes"): "looser",
    ("eligible", "from yes to no"): "tighter",
    ("fee", "lower"): "looser",
    ("fee", "higher"): "tighter",
    ("net", "higher"): "looser",
    ("net", "lower"): "tighter",
    ("remedy", "changed"): "other",
    ("return_paid_by", "changed"): "other",
    ("goods", "changed"): "other",
}
"""The changes that are looked for, and whether they make a policy looser, tighter or other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDifference:
    """A way in which outcomes differ, and a return for which they do."""

    field: str
    change: str
    example: Broken

    @property
    def kind(self) -> str:
        """Whether the policy is `looser`, `tighter` or `other` than its base."""
        return _KINDS[self.field, self.change]

    @property
    def direction(self) -> str:
        """The change in short: `fee: lower`, `remedy: refund to store_credit`."""
        change = self.change.removeprefix("from ")
        return f"{self.field}: {' to '.join(self.ends) if change == 'changed' else change}"

    @property
    def ends(self) -> tuple[str, str]:
        """The old and the new value of the field in the example."""
        return shown(self.field, self.example.before), shown(self.field, self.example.after)


def difference_findings(file: PolicyFile, contexts: Sequence[CheckContext]) -> Iterator[Fault]:
    """Yields a note for each way in which an edition differs from its base."""
    reported: set[str] = set()
    for context in contexts:
        base = file.base_of(context.policy)
        if base is None:
            return
        for each in differences(context.policy, base):
            if each.direction not in reported:
                reported.add(each.direction)
                yield Fault(
                    code="differs_from_base",
                    source=file.extends_at or context.policy.tree.source,
                    sentence=_sentence(each, base, context),
                    level=Level.NOTE,
                    example=each.example.given,
                )


def differences(policy: Policy, base: Policy) -> Iterator[BaseDifference]:
    """Yields every way in which some return is decided differently.

    The net is left out if a fee differs, because it follows from the fee.
    """
    beside, fees = Beside(base, policy), False
    for field, change in _KINDS:
        if field == "net" and fees:
            continue
        example, _ = beside.broken(field, change)
        if example is not None:
            fees = fees or field == "fee"
            yield BaseDifference(field=field, change=change, example=example)


# --- in words -------------------------------------------------------------------------------------


def _sentence(each: BaseDifference, base: Policy, context: CheckContext) -> str:
    return (
        f"{each.kind.capitalize()} than `{base.reference}`: "
        f"`{each.direction}`, {change_in_words(each, base, context)}."
    )


def change_in_words(each: BaseDifference, base: Policy, context: CheckContext) -> str:
    """Returns the old and new value in words, and the return of the example."""
    facts = dict.fromkeys((*ALWAYS_SHOWN, *facts_of(*_changed(context.policy, base))))
    before, after = each.ends
    return f"from {before} to {after} for {context.said(each.example.given, facts)}"


def _changed(policy: Policy, base: Policy) -> list[Row]:
    """Returns the rows that are new or changed against the base."""
    old = {row.id: (row.when, row.body) for row in base.rows}
    return [row for row in policy.rows if old.get(row.id) != (row.when, row.body)]


# --- edits that the base forbids ------------------------------------------------------------------


def with_examples(
    faults: Iterable[Fault], text: str, file: str, find_base: FindBase
) -> tuple[Fault, ...]:
    """Adds to the faults of edits that are not permitted what these edits would change."""
    return tuple(_with_example(each, text, file, find_base) for each in faults)


def _with_example(fault: Fault, text: str, file: str, find_base: FindBase) -> Fault:
    if fault.code != "not_permitted":
        return fault
    try:
        return _shown(fault, as_if_permitted(text, file, find_base, fault.source))
    except PolicyFaults:
        return fault  # its other faults are reported on their own


def _shown(fault: Fault, edited: PolicyFile) -> Fault:
    if too_wide(*edited.editions):
        return fault
    for survey in surveys_of(*edited.editions):
        base = edited.base_of(survey.policy)
        found = next(differences(survey.policy, base), None) if base else None
        if base and found:
            changes = f"`{found.field}` {change_in_words(found, base, survey)}"
            return replace(
                fault,
                sentence=f"{fault.sentence} It would change {changes}.",
                example=found.example.given,
            )
    return fault
