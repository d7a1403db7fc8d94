"""What clients send about returns; the same key with the same input gives the same answer."""

from __future__ import annotations

import strawberry

from engine.returns.units import Disposition as EngineDisposition
from returns_api.types.inputs import EligibilityLineInput, FactInput, SaidFactInput
from returns_api.types.outcomes import Remedy
from returns_api.types.scalars import MinorUnits

Disposition = strawberry.enum(
    EngineDisposition,
    description="What becomes of goods: only what is restocked is sold and shared again.",
)


@strawberry.input(
    description="Who gives it back, for labels and letters; kept encrypted and apart."
)
class ConsumerInput:
    """Seen by the retailer alone, until it is erased."""

    name: str
    """As on an envelope."""
    email: str = ""
    """Its e-mail address."""
    phone: str = ""
    """Its telephone number."""
    lines: list[str] = strawberry.field(default_factory=list)
    """The postal address, line by line."""


@strawberry.input(description="A consumer who is to be forgotten.")
class EraseConsumerInput:
    """The id of the consumer's return; decisions, money and stock stay as they are."""

    consumer_return: strawberry.ID
    """The id of what the consumer gave back."""
    idempotency_key: str


@strawberry.input(description="Lines that a consumer gives back at once, of one or more suppliers.")
class RequestReturnInput:
    """1 to 100 lines; `reference` is the retailer's own, such as a ticket's number."""

    lines: list[EligibilityLineInput]
    """1 to 100 lines, of one or more suppliers."""
    idempotency_key: str
    reference: str = ""
    """Your own, such as a ticket's number."""
    consumer: ConsumerInput | None = None
    """Who gives it back; kept encrypted, and seen by the retailer alone."""


@strawberry.input(description="Facts or papers that a line was waiting for.")
class AnsweredLineInput:
    """`line` is the id of the return's line."""

    line: strawberry.ID
    """The id of the line of the return."""
    facts: list[SaidFactInput]
    """What it was waiting for."""


@strawberry.input(description="What a return was waiting for from one of its sides.")
class AnswerReturnInput:
    """The policy decides anew."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[AnsweredLineInput]
    """The lines of which something was missing."""
    idempotency_key: str


@strawberry.input(description="A person's word on one line, or on units that were inspected.")
class VerdictInput:
    """`line` is the id of a return's line, or of an inspection once goods were inspected."""

    line: strawberry.ID
    """The id of a line of the return, or of an inspection once goods were inspected."""
    accept: bool
    """Whether the line is accepted; else it is refused."""
    remedy: Remedy | None = None
    """What is given; by default what the policy says."""
    amount: MinorUnits | None = None
    """In minor units, before tax; by default what the policy says."""
    location: str | None = None
    """The word of your location where the goods go; by default the policy's."""


@strawberry.input(description="A person decides what the policy leaves open.")
class DecideReturnInput:
    """`why` is kept, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[VerdictInput]
    """A word on each line that is decided."""
    why: str
    idempotency_key: str


@strawberry.input(description="A person says otherwise than what is decided.")
class OverrideReturnInput(DecideReturnInput):
    """`why` is kept, and seen by both partners."""


@strawberry.input(description="A parcel that is on its way back.")
class ShipReturnInput:
    """With what the carrier calls it."""

    return_: strawberry.ID = strawberry.field(name="return")
    carrier: str
    """Who carries it, such as `UPS`."""
    tracking: str
    idempotency_key: str


@strawberry.input(description="Units that arrived: of a line, or of a SKU that was scanned.")
class ArrivedInput:
    """Either `line` or `sku`, which fills the lines of it in order; the rest is unannounced."""

    units: int
    line: strawberry.ID | None = None
    """The id of the line of the return."""
    sku: str | None = None
    """The SKU that was scanned, which fills its lines in order."""


@strawberry.input(description="A delivery, counted; what is found of it is for `inspectReturn`.")
class ReceiveReturnInput:
    """`complete` says that nothing more is expected, though units are missing.

    Without `lines` it says no more than that.
    """

    return_: strawberry.ID = strawberry.field(name="return")
    idempotency_key: str
    lines: list[ArrivedInput] = strawberry.field(default_factory=list)
    """What came; empty where `complete` alone is said."""
    complete: bool = False
    """True to say that nothing more is expected, though units are missing."""
    location: str = ""
    """The handle of your location, if it is not the one on the label."""


@strawberry.input(description="Units that were found to be alike, and what becomes of them.")
class InspectedInput:
    """Of a `line`, of an `arrival`, or both; of a line the units that came first are taken."""

    units: int
    """Units that are alike."""
    disposition: Disposition  # type: ignore[valid-type]
    """What becomes of them."""
    line: strawberry.ID | None = None
    """The id of a line of the return."""
    arrival: strawberry.ID | None = None
    """The id of the arrival that the units are of."""
    location: str = ""
    """The handle of your location where the units of the line wait."""
    found: list[FactInput] | None = None
    """Facts that are otherwise than was said: `condition`, `packaging`, `lacking` …"""


@strawberry.input(description="What was found; each inspection pays what is owed by then.")
class InspectReturnInput:
    """Units of one line may be found in several conditions."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[InspectedInput]
    """What was found; units of one line may be found in several conditions."""
    idempotency_key: str


@strawberry.input(description="A step that needs no more than a reason.")
class ReturnReasonInput:
    """`why` is kept, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    why: str
    idempotency_key: str
