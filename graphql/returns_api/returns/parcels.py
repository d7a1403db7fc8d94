"""Receives, inspects and ties parcels that belong to no known return; for suppliers, each once."""

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
from returns_api.types.versions import check_unchanged, version_of_parcel
from services.returns.arriving import correcting, parcels
from services.returns.decision_service import DecisionService
from services.returns.who import Who


@strawberry.input(description="Units of one SKU in a parcel.")
class ParcelUnitsInput:
    """The SKU is one of the supplier's."""

    sku: str
    units: int


@strawberry.input(description="Goods that arrived and belong to no known return.")
class ReceiveParcelInput:
    """They wait in quarantine at the `location` (handle); `tracking` is the carrier's number."""

    location: str
    lines: list[ParcelUnitsInput]
    """The SKUs and units in it."""
    idempotency_key: str
    note: str = ""
    """What the packet says, or how it arrived."""
    tracking: str = ""


@strawberry.input(description="Findings about a parcel's units; each names its `arrival`.")
class InspectParcelInput:
    """Nothing is owed for them unless the parcel is tied to a return."""

    parcel: strawberry.ID
    """The id of the parcel."""
    lines: list[InspectedInput]
    """The findings; each names its `arrival`."""
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the parcel that you were shown; `changed` if it is another by now."""


@strawberry.input(
    description="A parcel that did not arrive after all, or an inspection of it to undo."
)
class UndoParcelInput:
    """`why` is stored. Inspections must be undone first; for a tied parcel use `undoReceipt`."""

    parcel: strawberry.ID
    """The id of the parcel."""
    why: str
    idempotency_key: str
    inspection: strawberry.ID | None = None
    """Undo only this inspection."""
    if_unchanged: str | None = None
    """The `version` of the parcel that you were shown; `changed` if it is another by now."""


@strawberry.input(description="A parcel that turned out to belong to a return of yours.")
class TieParcelInput:
    """Its units fill the lines of their SKU that still expect units, in order."""

    parcel: strawberry.ID
    """The id of the parcel."""
    return_: strawberry.ID = strawberry.field(name="return")
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the parcel that you were shown; `changed` if it is another by now."""


@strawberry.type(description="The step was taken.")
class ParcelStepped:
    """The parcel as it is now."""

    parcel: ReceivedParcel


@strawberry.type(description="The parcel is an arrival of the return, on the day it arrived.")
class ParcelTied:
    """Both as they are now."""

    parcel: ReceivedParcel
    return_: Return = strawberry.field(name="return")
    notes: list[str]
    """How its units were assigned to lines."""


ParcelStepResult = Annotated[ParcelStepped | InputProblem, strawberry.union("ParcelStepResult")]
TieParcelResult = Annotated[ParcelTied | InputProblem, strawberry.union("TieParcelResult")]


def receive_parcel(context: Context, said: ReceiveParcelInput) -> ParcelStepResult:
    """Receives a parcel."""
    units = [(each.sku, each.units) for each in said.lines]
    came = parcels.Came(location=said.location, units=units, note=said.note, tracking=said.tracking)

    def do(service: DecisionService, who: Who) -> list[str]:
        return [parcels.receive_parcel(service, who, context.principal.tenant, came).id]

    kept = _once(context, "receiveParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def inspect_parcel(context: Context, said: InspectParcelInput) -> ParcelStepResult:
    """Inspects a parcel."""

    def do(service: DecisionService, who: Who) -> list[str]:
        held = _held(context, said.parcel)
        _check_shown(context, said, held)
        return [parcels.inspect_parcel(service, who, held, [looked(x) for x in said.lines]).id]

    kept = _once(context, "inspectParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def undo_parcel(context: Context, said: UndoParcelInput) -> ParcelStepResult:
    """Undoes the receipt or an inspection of a parcel."""
    key = sought_if_sent(said.inspection, NodeKind.INSPECTION)

    def do(service: DecisionService, who: Who) -> list[str]:
        held = _held(context, said.parcel)
        _check_shown(context, said, held)
        return [correcting.undo_parcel(service, who, held, key, said.why).id]

    kept = _once(context, "undoParcel", said, do)
    return kept if isinstance(kept, InputProblem) else ParcelStepped(parcel=_now(context, kept[0]))


def tie_parcel(context: Context, said: TieParcelInput) -> TieParcelResult:
    """Ties a parcel to a return."""

    def do(service: DecisionService, who: Who) -> list[str]:
        found = service.hold(sought(said.return_, NodeKind.RETURN))
        if found is None or found.supplier != context.principal.tenant:
            raise RequestFault("not_found", "There is no such return.", "return")
        held = _held(context, said.parcel)
        _check_shown(context, said, held)
        return [held.id, found.id, *parcels.tie(service, who, found, held)]

    kept = _once(context, "tieParcel", said, do)
    if isinstance(kept, InputProblem):
        return kept
    parcel, key, *notes = kept
    found = context.store.returns.now(key)
    return ParcelTied(parcel=_now(context, parcel), return_=return_(found), notes=notes)


def _once(
    context: Context, operation: str, said: Any, do: Callable[[DecisionService, Who], list[str]]
) -> list[str] | InputProblem:
    """Returns what was done under the idempotency key: ids of the objects, and notes."""
    principal, store, asked = context.principal, context.store, said
    _check_supplier(context)
    try:
        with store.atomic():
            before = store.idempotency.before(principal, said.idempotency_key, operation, asked)
            if isinstance(before, list):
                return [str(each) for each in before]
            done = do(context.service(), Who.of(principal))
            store.idempotency.keep(principal, said.idempotency_key, (operation, asked), done)
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


def _check_shown(
    context: Context,
    said: InspectParcelInput | UndoParcelInput | TieParcelInput,
    held: arrived.ReceivedParcel,
) -> None:
    check_unchanged(said.if_unchanged, lambda: version_of_parcel(context.store, held))


def _now(context: Context, key: str) -> ReceivedParcel:
    return received_parcel(context.store.received_parcels.now(key))
