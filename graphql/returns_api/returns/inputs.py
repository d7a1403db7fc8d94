"""Inputs about returns; the same idempotency key with the same input gives the same answer."""

from __future__ import annotations

import strawberry

from engine.returns.units import Disposition as EngineDisposition
from returns_api.types.inputs import EligibilityLineInput, FactInput, SaidFactInput
from returns_api.types.outcomes import Remedy
from returns_api.types.scalars import MinorUnits

Disposition = strawberry.enum(
    EngineDisposition,
    description="What becomes of goods; only restocked goods can be sold again.",
)


@strawberry.input(
    description="The consumer, for labels and letters; stored encrypted and apart from the return."
)
class ConsumerInput:
    """Only the retailer sees it, until it is erased."""

    name: str
    """The name, as on an envelope."""
    email: str = ""
    """The e-mail address."""
    phone: str = ""
    """The telephone number."""
    lines: list[str] = strawberry.field(default_factory=list)
    """The postal address, line by line."""


@strawberry.input(description="A consumer whose personal data to erase.")
class EraseConsumerInput:
    """The id of the consumer's return; decisions, money and stock stay as they are."""

    consumer_return: strawberry.ID
    """The id of the consumer's return."""
    idempotency_key: str


@strawberry.input(description="Lines that a consumer returns together, of one or more suppliers.")
class RequestReturnInput:
    """1 to 100 lines; `reference` is the retailer's own, such as a ticket number."""

    lines: list[EligibilityLineInput]
    """1 to 100 lines, of one or more suppliers."""
    idempotency_key: str
    reference: str = ""
    """Your own reference, such as a ticket number."""
    consumer: ConsumerInput | None = None
    """The consumer; stored encrypted, and seen by the retailer only."""
    if_unchanged: list[str] | None = None
    """The `version` of `eligibility` that you were shown, for each of `lines`; `changed` if one is
    another by now.
    """


@strawberry.input(description="Facts or papers that a line was waiting for.")
class AnsweredLineInput:
    """`line` is the id of the return line."""

    line: strawberry.ID
    """The id of the return line."""
    facts: list[SaidFactInput]
    """The facts that were missing."""


@strawberry.input(description="What a return was waiting for from one of its partners.")
class AnswerReturnInput:
    """The policy decides anew."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[AnsweredLineInput]
    """The lines of which something was missing."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


@strawberry.input(description="A person's decision on one line, or on inspected units.")
class VerdictInput:
    """`line` is the id of a return line, or of an inspection once goods were inspected."""

    line: strawberry.ID
    """The id of a return line, or of an inspection once goods were inspected."""
    accept: bool
    """True to accept, false to refuse."""
    remedy: Remedy | None = None
    """The remedy; by default the policy's."""
    amount: MinorUnits | None = None
    """In minor units, before tax; by default the policy's."""
    location: str | None = None
    """The handle of your location where the goods go; by default the policy's."""


@strawberry.input(description="A person's decision where the policy leaves something open.")
class DecideReturnInput:
    """`why` is stored, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[VerdictInput]
    """One decision per line."""
    why: str
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


@strawberry.input(description="A person's decision against what is decided already.")
class OverrideReturnInput(DecideReturnInput):
    """`why` is stored, and seen by both partners."""


@strawberry.input(description="A parcel on its way to the supplier.")
class ShipReturnInput:
    """With its tracking number."""

    return_: strawberry.ID = strawberry.field(name="return")
    carrier: str
    """The carrier, such as `UPS`."""
    tracking: str
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


@strawberry.input(description="Units that arrived: of a line, or of a scanned SKU.")
class ArrivedInput:
    """Set `line` or `sku`. A SKU fills its lines in order; further units count as unannounced."""

    units: int
    line: strawberry.ID | None = None
    """The id of the return line."""
    sku: str | None = None
    """The scanned SKU, which fills its lines in order."""


@strawberry.input(description="A counted delivery; `inspectReturn` records what was found.")
class ReceiveReturnInput:
    """`complete` says that nothing more is expected, although units are missing.

    Without `lines` it says nothing else.
    """

    return_: strawberry.ID = strawberry.field(name="return")
    idempotency_key: str
    lines: list[ArrivedInput] = strawberry.field(default_factory=list)
    """The units that arrived; empty if only `complete` is set."""
    complete: bool = False
    """True if nothing more is expected, although units are missing."""
    location: str = ""
    """The handle of your location, if it is not the return-to address."""
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


@strawberry.input(description="Units with the same finding, and what becomes of them.")
class InspectedInput:
    """Of a `line`, of an `arrival`, or both; of a line, the units that arrived first are taken."""

    units: int
    """The number of units."""
    disposition: Disposition  # type: ignore[valid-type]
    """What becomes of them."""
    line: strawberry.ID | None = None
    """The id of a return line."""
    arrival: strawberry.ID | None = None
    """The id of the arrival of the units."""
    location: str = ""
    """The handle of your location where the units of the line wait."""
    found: list[FactInput] | None = None
    """Facts that differ from those stated: `condition`, `packaging`, `lacking` …"""


@strawberry.input(description="Inspected units; each inspection pays what is owed by then.")
class InspectReturnInput:
    """Units of one line may have several findings."""

    return_: strawberry.ID = strawberry.field(name="return")
    lines: list[InspectedInput]
    """The findings; units of one line may have several."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` that you were shown: of the return, `changed` if it is another by now, or of
    `inspectionPreview`, `changed` if the inspection would do something else by now.
    """


@strawberry.input(description="A step that needs only a reason.")
class ReturnReasonInput:
    """`why` is stored, and seen by both partners."""

    return_: strawberry.ID = strawberry.field(name="return")
    why: str
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""
