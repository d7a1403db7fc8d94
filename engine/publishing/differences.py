"""What a policy does that its base does not: looser, tighter or other, each with a return.

Each is looked for among all returns of one line that send their facts, and shown by one that both
decide so. It tells, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy, Row
from engine.publishing.checks.context import CheckContext, facts_of
from engine.publishing.comparison import Beside, Broken, shown

_DATES: Final = ("ordered", "delivered", "requested")
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
"""What is looked for, and whether a policy is looser or tighter in it, or other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDifference:
    """A direction in which outcomes differ, and a return for which they do."""

    field: str
    change: str
    example: Broken

    @property
    def kind(self) -> str:
        """Whether the policy is looser, tighter, or other than its base in this."""
        return _KINDS[self.field, self.change]

    @property
    def direction(self) -> str:
        """What changes and how: `fee: lower`, `remedy: refund to store_credit`."""
        change = self.change.removeprefix("from ")
        return f"{self.field}: {' to '.join(self.ends) if change == 'changed' else change}"

    @property
    def ends(self) -> tuple[str, str]:
        """What the field of the example was and becomes."""
        return shown(self.field, self.example.before), shown(self.field, self.example.after)


def difference_findings(file: PolicyFile, surveys: Sequence[CheckContext]) -> Iterator[Fault]:
    """A note for each direction in which some edition differs from what it builds on."""
    told: set[str] = set()
    for survey in surveys:
        base = file.base_of(survey.policy)
        if base is None:
            return
        for each in differences(survey.policy, base):
            if each.direction not in told:
                told.add(each.direction)
                yield Fault(
                    code="differs_from_base",
                    source=file.extends_at or survey.policy.tree.source,
                    sentence=_sentence(each, base, survey),
                    level=Level.NOTE,
                    example=each.example.given,
                )


def differences(policy: Policy, base: Policy) -> Iterator[BaseDifference]:
    """Every direction in which some return is decided otherwise; a net that follows from a fee is
    none of its own."""
    beside, fees = Beside(base, policy), False
    for field, change in _KINDS:
        if field == "net" and fees:
            continue
        example, _ = beside.broken(field, change)
        if example is not None:
            fees = fees or field == "fee"
            yield BaseDifference(field=field, change=change, example=example)


# --- in words -------------------------------------------------------------------------------------


def _sentence(each: BaseDifference, base: Policy, survey: CheckContext) -> str:
    return (
        f"{each.kind.capitalize()} than `{base.reference}`: "
        f"`{each.direction}`, {change_in_words(each, base, survey)}."
    )


def change_in_words(each: BaseDifference, base: Policy, survey: CheckContext) -> str:
    """What an outcome becomes, and the return for which it does."""
    facts = dict.fromkeys((*_DATES, *facts_of(*_changed(survey.policy, base))))
    before, after = each.ends
    return f"from {before} to {after} for {survey.said(each.example.given, facts)}"


def _changed(policy: Policy, base: Policy) -> list[Row]:
    """The rows that the base does not have, or has otherwise."""
    old = {row.id: (row.when, row.body) for table in base.tables() for row in table.rows}
    rows = [row for table in policy.tables() for row in table.rows]
    return [row for row in rows if old.get(row.id) != (row.when, row.body)]
