"""What clients send about returns; the same key with the same input gives the same answer."""

from __future__ import annotations

import strawberry

from engine.returns.units import Disposition as EngineDisposition
from returns_api.types.inputs import EligibilityLineInput, FactInput, SaidFactInput
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
    email: str = ""
    phone: str = ""
    lines: list[str] = strawberry.field(
        default_factory=list, description="The postal address, line by line."
    )


@strawberry.input(description="A consumer who is to be forgotten.")
class EraseConsumerInput:
    """The id of the consumer's return; decisions, money and stock stay as they are."""

    consumer_return: strawberry.ID
    idempotency_key: str


@strawberry.input(description="Lines that a consumer gives back at once, of one or more suppliers.")
class RequestReturnInput:
    """1 to 100 lines; `reference` is the retailer's own, such as a ticket's number."""

    lines: list[EligibilityLineInput]
    idempotency_key: str
    reference: str = ""
    consumer: ConsumerInput | None = None


@strawberry.input(description="Facts or papers that a line was waiting for.")
class AnsweredLineInput:
    """`line` is the id of the return's line."""

    line: strawberry.ID
    facts: list[SaidFactInput]


@strawberry.input(description="What a return in review was waiting for from its sender.")
class AnswerReturnInput:
    """The policy decides anew."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[AnsweredLineInput]
    idempotency_key: str


@strawberry.input(description="A person's word on one line, or on units that were inspected.")
class VerdictInput:
    """`line` is the id of a return's line, or of an inspection once goods were inspected."""

    line: strawberry.ID
    accept: bool
    remedy: str | None = strawberry.field(
        default=None, description="Refund, account_credit …; by default what the policy says."
    )
    amount: MinorUnits | None = strawberry.field(
        default=None, description="In minor units; by default what the policy says."
    )


@strawberry.input(description="A person settles what the policy leaves open, or says otherwise.")
class JudgeReturnInput:
    """`why` is kept, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[VerdictInput]
    why: str
    idempotency_key: str


@strawberry.input(description="A parcel that is on its way back.")
class ShipReturnInput:
    """With what the carrier calls it."""

    return_: strawberry.ID = strawberry.field(name="return")
    carrier: str
    tracking: str
    idempotency_key: str


@strawberry.input(description="Units that arrived: of a line, or of a SKU nobody had announced.")
class ArrivedInput:
    """Either `line` or `sku`."""

    units: int
    line: strawberry.ID | None = None
    sku: str | None = None


@strawberry.input(description="A delivery, counted; what is found of it is for `inspectReturn`.")
class ReceiveReturnInput:
    """`complete` says that nothing more is expected, though units are missing."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[ArrivedInput]
    idempotency_key: str
    complete: bool = False
    location: str = strawberry.field(
        default="", description="The handle of your location, if it is not the one on the label."
    )


@strawberry.input(description="Units that were found to be alike, and what becomes of them.")
class InspectedInput:
    """`line` is the id of a return's line, or of an arrival that nobody had announced."""

    line: strawberry.ID
    units: int
    disposition: Disposition  # type: ignore[valid-type]
    found: list[FactInput] | None = strawberry.field(
        default=None,
        description="Facts that are otherwise than was said: `condition`, `packaging`, `lacking` …",
    )


@strawberry.input(description="What was found; when all units are inspected the policy decides.")
class InspectReturnInput:
    """Units of one line may be found in several conditions."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[InspectedInput]
    idempotency_key: str


@strawberry.input(description="A step that needs no more than a reason.")
class ReturnReasonInput:
    """`why` is kept, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    why: str
    idempotency_key: str
