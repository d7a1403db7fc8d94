"""The schema's fields about corrections and about parcels without a return."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lists.of_returns import PARCELS
from adapters.store.lists.statements import ListQuery
from returns_api.context import Info
from returns_api.returns import correcting, parcels, steps
from returns_api.returns.received import ReceivedParcel, received_parcel
from returns_api.types.described import mutation
from returns_api.types.pages import Connection, Page, Shown, listed, paged


@strawberry.type
class ArrivingQueries:
    """Queries about parcels without a return."""

    @paged(
        "Parcels that arrived without a known return, newest first; if given, only those that are "
        "(or are not) tied to a return by now, or with one tracking number. For suppliers.",
        also_page=True,
        asks=Scope.READ_RETURNS,
    )
    def parcels(
        self,
        info: Info,
        tied: bool | None = None,
        tracking: str | None = None,
        page: Page | None = None,
    ) -> Connection[ReceivedParcel]:
        context = info.context
        context.principal.must(Scope.HANDLE_RETURNS)
        said = {"tied": tied, "tracking": tracking}
        filters = {name: value for name, value in said.items() if value is not None}
        asked = ListQuery(principal=context.principal, sort="NEWEST", filters=filters)
        shown = Shown(read=context.store.received_parcels.some, show=received_parcel)
        return listed(context, PARCELS, asked, page, shown)


@strawberry.type
class ArrivingMutations:
    """Mutations of corrections and of parcels without a return."""

    @mutation(
        "Undoes a receipt or one arrival of it, with a reason; for suppliers. The record is kept."
    )
    def undo_receipt(
        self,
        info: Info,
        input: correcting.UndoReceiptInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return correcting.undo_receipt(info.context, input)

    @mutation("Undoes an inspection, with a reason; for suppliers. The record is kept.")
    def undo_inspection(
        self,
        info: Info,
        input: correcting.UndoInspectionInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return correcting.undo_inspection(info.context, input)

    @mutation("Counts goods that belong to no known return; for suppliers.")
    def receive_parcel(
        self,
        info: Info,
        input: parcels.ReceiveParcelInput,  # noqa: A002
    ) -> parcels.ParcelStepResult:
        return parcels.receive_parcel(info.context, input)

    @mutation("Records what a parcel's units are and what becomes of them; for suppliers.")
    def inspect_parcel(
        self,
        info: Info,
        input: parcels.InspectParcelInput,  # noqa: A002
    ) -> parcels.ParcelStepResult:
        return parcels.inspect_parcel(info.context, input)

    @mutation("Undoes the receipt or an inspection of a parcel, with a reason; for suppliers.")
    def undo_parcel(
        self,
        info: Info,
        input: parcels.UndoParcelInput,  # noqa: A002
    ) -> parcels.ParcelStepResult:
        return parcels.undo_parcel(info.context, input)

    @mutation("Makes a parcel an arrival of a return, on the day it arrived; for suppliers.")
    def tie_parcel(
        self,
        info: Info,
        input: parcels.TieParcelInput,  # noqa: A002
    ) -> parcels.TieParcelResult:
        return parcels.tie_parcel(info.context, input)
