"""What the preview of an inspection shows: its units, the money of each line, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import strawberry

from adapters.identity.principal import Scope
from engine.decision.record import FeeLine
from engine.money import Money as EngineMoney
from returns_api.context import Info
from returns_api.money.types import State, Way
from returns_api.returns.happened import ReturnState
from returns_api.returns.inputs import Disposition, InspectedInput
from returns_api.types.described import described
from returns_api.types.missing import MissingFact
from returns_api.types.outcomes import Answer, Party, Remedy
from returns_api.types.parts import OpenPoint
from returns_api.types.scalars import Money, money_or_none
from returns_api.types.settling import Fee, fee


@strawberry.input(description="An inspection, to preview what it would do.")
class InspectionPreviewInput:
    """The same fields as for `inspectReturn`."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[InspectedInput]
    """The findings; units of one line may have several."""


@strawberry.type(description="Units of an inspection, and what would be decided of them.")
class InspectionUnits:
    """One for each finding and arrival. `answer`, `code` and `remedy` are null if nothing is owed
    for them by themselves: units that were not announced, or whose line is refused.
    """

    line: strawberry.ID | None
    """The id of the return line; null for units that were not announced."""
    arrival: strawberry.ID
    """The id of the arrival of the units."""
    sku: str
    units: int
    """The number of units."""
    disposition: Disposition  # type: ignore[valid-type]
    location: str
    """The handle of the location where they leave quarantine."""
    restocked: int
    """The units of them that would become available there."""
    answer: Answer | None
    code: str | None
    """The reason of the answer, as a word of the policy."""
    remedy: Remedy | None
    by_person: bool
    """Whether a person's earlier decision on the line still decides it."""
    to_settle: list[str]
    """Questions that a person would have to settle."""
    missing_facts: list[MissingFact]
    """Facts and papers that would be needed for an answer, each with who may state it."""
    open: list[OpenPoint]
    """Parts of the outcome that would wait for something."""
    outcome: strawberry.Private[EngineMoney | None]

    @described("What they would give, before tax; null while it is open.", asks=Scope.READ_MONEY)
    def amount(self, info: Info) -> Money | None:  # noqa: ARG002 - asked for its scope
        return money_or_none(self.outcome)


@strawberry.type(description="A payment that an inspection would plan at once.")
class InspectionMovement:
    """After deducting claims."""

    paid_by: Party
    """Who pays it."""
    way: Way  # type: ignore[valid-type]
    amount: Money
    claimed: Money
    """What was deducted from it for claims."""
    state: State  # type: ignore[valid-type]
    """`NEEDS_ATTENTION` if it would not move by itself."""
    sentence: str | None
    """Why it would not move by itself."""


@strawberry.type(description="A claim that an inspection would make, for money paid and not owed.")
class InspectionClaim:
    """The supplier claims it."""

    owed_by: Party
    """Who owes it."""
    amount: Money
    offset: bool
    """Whether it is deducted from later credits; otherwise it is billed."""
    due_on: date | None
    """The last day for paying it back."""


@strawberry.type(description="What an inspection would change of the money of a return line.")
class InspectionMoney:
    """For all its units that are settled by then, and not only for those of the inspection."""

    owed_before: Money
    """What is owed for the line now, tax included."""
    owed_after: Money
    """What would be owed for it then, tax included."""
    sent: Money
    """What was sent for it before, and is counted: only the rest of `owedAfter` is paid."""
    withdrawn: Money
    """What was planned for it before, has not moved, and would be withdrawn."""
    fees: list[Fee]
    """The fees of the line, by which its units give less than their price."""
    movements: list[InspectionMovement]
    """What would be paid for it at once, or wait for a person."""
    claims: list[InspectionClaim]
    """What would be claimed back for it."""


@strawberry.type(description="A line of a return of which units are inspected.")
class InspectionShare:
    """Its inspected units are among the `units` of the preview."""

    line: strawberry.ID
    """The id of the return line."""
    sku: str
    sums: strawberry.Private[InspectionMoney]

    @described("What the inspection would change of its money.", asks=Scope.READ_MONEY)
    def money(self, info: Info) -> InspectionMoney:  # noqa: ARG002 - asked for its scope
        return self.sums


@strawberry.type(description="What an inspection would do; nothing was recorded yet.")
class InspectionPreview:
    """By the code of `inspectReturn` itself, as of now."""

    state: ReturnState  # type: ignore[valid-type]
    """The state of the return after the inspection."""
    held_for: str | None
    """What a person would then have to decide; null if nothing."""
    units: list[InspectionUnits]
    """The inspected units."""
    shares: list[InspectionShare]
    """The lines of the return."""
    once: strawberry.Private[Sequence[FeeLine]]
    sentence: str
    """What it would do; the amounts are named only to keys that may read money."""
    version: str
    """What `ifUnchanged` of the inspection takes: it changes with the return, and with what the
    inspection would do.
    """

    @described("The fees that are taken once for the return or its order.", asks=Scope.READ_MONEY)
    def fees(self, info: Info) -> list[Fee]:  # noqa: ARG002 - asked for its scope
        return [fee(each) for each in self.once]
