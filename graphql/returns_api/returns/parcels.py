"""Receives, inspects and ties parcels that belong to no known return: each once, for suppliers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.returns import arrived
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.returns.inputs import InspectedInput
from returns_api.returns.received import ReceivedParcel, received_parcel
from returns_api.returns.steps import looked
from returns_api.returns.types import Return, return_
from returns_api.types.ids import NodeKind, sought, sought_if_sent
from returns_api.types.problems import InputProblem, input_problem
from services.returns.arriving import correcting, parcels
from services.returns.cases import Desk
from services.returns.who import Who


@strawberry.input(description="Units of one SKU in a parcel.")
class ParcelUnitsInput:
    """The SKU is one of yours."""

    sku: str
    units: int


@strawberry.input(description="Goods that came and belong to no known return.")
class ReceiveParcelInput:
    """They wait in quarantine at the `location`, by its handle; `tracking` is the carrier's."""

    location: str
    lines: list[ParcelUnitsInput]
    """What it holds, SKU by SKU."""
    idempotency_key: str
    note: str = ""
    """What the packet says, or how it came."""
    tracking: str = ""


@strawberry.input(description="What was found of a parcel's units; each names its `arrival`.")
class InspectParcelInput:
    """Nothing is owed for them unless the parcel is tied to a return."""

    parcel: strawberry.ID
    """The id of the parcel."""
    lines: list[InspectedInput]
    """What was found; each names its `arrival`."""
    idempotency_key: str


@strawberry.input(description="A parcel that did not come after all, or a finding of its units.")
class UndoParcelInput:
    """`why` is kept. What was inspected is undone first; in a return `undoReceipt` is for it."""

    parcel: strawberry.ID
    """The id of the parcel."""
    why: str
    idempotency_key: str
    inspection: strawberry.ID | None = None
    """Only this finding does not hold."""


@strawberry.input(description="A parcel that turned out to be of a return of yours.")
class TieParcelInput:
    """Its units fill the lines of their SKU that are still to come, in order."""

    parcel: strawberry.ID
    """The id of the parcel."""
    return_: strawberry.ID = strawberry.field(name="return")
    idempotency_key: str


@strawberry.type(description="It was done.")
class ParcelStepped:
    """How the parcel stands now."""

    parcel: ReceivedParcel


@strawberry.type(description="The parcel is an arrival of the return, on the day it came.")
class ParcelTied:
    """How both stand now."""

    parcel: ReceivedParcel
    return_: Return = strawberry.field(name="return")
    notes: list[str]
    """What you should know of it: how its units were spread over lines."""


ParcelStepResult = Annotated[ParcelStepped | InputProblem, strawberry.union("ParcelStepResult")]
TieParcelResult = Annotated[ParcelTied | InputProblem, strawberry.union("TieParcelResult")]


def receive_parcel(context: Context, said: ReceiveParcelInput) -> ParcelStepResult:
    """Goods that came."""
    units = [(each.sku, each.units) for each in said.lines]
    came = parcels.Came(location=said.location, units=units, note=said.note, tracking=said.tracking)

    def do(desk: Desk, who: Who) -> list[str]:
        return [parcels.receive_parcel(desk, who, context.principal.tenant, came).id]

    kept = _once(context, "receiveParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def inspect_parcel(context: Context, said: InspectParcelInput) -> ParcelStepResult:
    """What was found of it."""

    def do(desk: Desk, who: Who) -> list[str]:
        held = _held(context, said.parcel)
        return [parcels.inspect_parcel(desk, who, held, [looked(x) for x in said.lines]).id]

    kept = _once(context, "inspectParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def undo_parcel(context: Context, said: UndoParcelInput) -> ParcelStepResult:
    """What does not hold of it."""
    key = sought_if_sent(said.inspection, NodeKind.INSPECTION)

    def do(desk: Desk, who: Who) -> list[str]:
        held = _held(context, said.parcel)
        return [correcting.undo_parcel(desk, who, held, key, said.why).id]

    kept = _once(context, "undoParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def tie_parcel(context: Context, said: TieParcelInput) -> TieParcelResult:
    """The return that it is of."""

    def do(desk: Desk, who: Who) -> list[str]:
        found = desk.hold(sought(said.return_, NodeKind.RETURN))
        if found is None or found.supplier != context.principal.tenant:
            raise RequestFault("not_found", "There is no such return.", "return")
        held = _held(context, said.parcel)
        return [held.id, found.id, *parcels.tie(desk, who, found, held)]

    kept = _once(context, "tieParcel", said, do)
    if isinstance(kept, InputProblem):
        return kept
    parcel, key, *notes = kept
    found = context.store.returns.now(key)
    return ParcelTied(parcel=_now(context, parcel), return_=return_(found), notes=notes)


def _once(
    context: Context, operation: str, said: Any, do: Callable[[Desk, Who], list[str]]
) -> list[str] | InputProblem:
    """What was done under the client's key: the ids of what it was done to, and notes."""
    principal, store, asked = context.principal, context.store, said
    _check_supplier(context)
    try:
        with store.atomic():
            before = store.answered.before(principal, said.idempotency_key, operation, asked)
            if isinstance(before, list):
                return [str(each) for each in before]
            done = do(context.desk(), Who.of(principal))
            store.answered.keep(principal, said.idempotency_key, (operation, asked), done)
            return done
    except RequestFault as fault:
        return input_problem(fault, "input")


def _check_supplier(context: Context) -> None:
    context.principal.must(Scope.HANDLE_RETURNS)
    if context.principal.kind is not Kind.SUPPLIER:
        raise RequestFault("not_allowed", "Parcels are received by suppliers and their agents.")


def _held(context: Context, id_: strawberry.ID) -> arrived.ReceivedParcel:
    held = context.store.received_parcels.held(sought(id_, NodeKind.RECEIVED_PARCEL))
    if held is None or held.supplier != context.principal.tenant:
        raise RequestFault("not_found", "There is no such parcel.", "parcel")
    return held


def _now(context: Context, key: str) -> ReceivedParcel:
    return received_parcel(context.store.received_parcels.now(key))
