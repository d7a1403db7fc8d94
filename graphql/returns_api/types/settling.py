"""The money of a decision as the API shows it; fields are computed when requested."""

from __future__ import annotations

import strawberry

from engine.decision import record
from returns_api.types.described import described
from returns_api.types.outcomes import (
    FeeCertainty,
    FeePer,
    FeeTaken,
    NetCertainty,
    Party,
    Remedy,
    Timing,
    as_enum,
)
from returns_api.types.scalars import Money, money_or_none


@strawberry.type(description="A fee for a return, deducted or billed.")
class Fee:
    """`amount` is null until it is assessed; `rate` is how it was set, such as 15%."""

    kind: str
    """What it is charged for, such as `restocking`."""
    amount: Money | None
    """The amount; null until it is assessed."""
    per: FeePer
    """What it is charged once for."""
    taken: FeeTaken
    """Whether it is deducted from what is paid, or billed."""
    owed_by: Party | None
    """Who pays it."""
    owed_to: Party | None
    """Who gets it."""
    certainty: FeeCertainty
    """Whether the amount is fixed, a minimum, or may not be charged."""
    to_settle: str | None
    """What a person has to settle about it."""
    rate: str | None
    """How it was set, such as `15%`."""


@strawberry.type(description="What is paid or given for the line.")
class Settlement:
    """`net` is null while it is open; `steps` show the calculation as a person would write it."""

    decision: strawberry.Private[record.Decision]

    @described("The remedy; null if it has to be chosen.")
    def kind(self) -> Remedy | None:
        return as_enum(Remedy, self.decision.remedy)

    @described("The remedies to choose from.")
    def choice(self) -> list[Remedy]:
        return [Remedy(each) for each in self.decision.choice]

    @described("Who chooses the remedy.")
    def chosen_by(self) -> Party | None:
        return as_enum(Party, self.decision.chosen_by)

    @described("When it is paid.")
    def timing(self) -> Timing | None:
        return as_enum(Timing, self.decision.timing)

    @described("The amount that the calculation starts from, before fees; null while it is open.")
    def base(self) -> Money | None:
        return money_or_none(self.decision.base)

    @described("The fees, deducted or billed.")
    def fees(self) -> list[Fee]:
        return [fee(each) for each in self.decision.fees]

    @described("All fees together; null while one is open.")
    def fee_total(self) -> Money | None:
        return money_or_none(self.decision.fee_total)

    @described("The refunded part of the outbound shipping.")
    def outbound_refunded(self) -> Money | None:
        return money_or_none(self.decision.outbound_refunded)

    @described("The net amount that is paid or given; null while it is open.")
    def net(self) -> Money | None:
        return money_or_none(self.decision.net)

    @described("Whether `net` is exact, a bound, or open.")
    def certainty(self) -> NetCertainty:
        return NetCertainty(self.decision.net_certainty)

    @described("The calculation as a person would write it, line by line.")
    def steps(self) -> list[str]:
        return [_step(each) for each in self.decision.steps]


def fee(found: record.FeeLine) -> Fee:
    """Converts a fee of a decision to the API's type."""
    return Fee(
        kind=found.kind,
        amount=money_or_none(found.amount),
        per=FeePer(found.per),
        taken=FeeTaken(found.taken),
        owed_by=as_enum(Party, found.owed_by),
        owed_to=as_enum(Party, found.owed_to),
        certainty=FeeCertainty(found.certainty),
        to_settle=found.to_settle,
        rate=found.rate,
    )


def _step(step: record.Step) -> str:
    total = f" = {step.amount}" if step.amount is not None else ""
    return f"{step.label}: {step.working}{total}"
