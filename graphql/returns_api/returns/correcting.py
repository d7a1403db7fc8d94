"""Undoes receipts and inspections."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Context
from returns_api.returns.steps import ReturnStepResult, stepped
from returns_api.types.ids import NodeKind, sought, sought_if_sent
from services.returns.arriving import correcting


@strawberry.input(
    description="Units counted that did not arrive: a whole `receipt`, or one `arrival`."
)
class UndoReceiptInput:
    """`why` is stored and seen by both partners. Inspections of the units must be undone first."""

    return_: strawberry.ID = strawberry.field(name="return")
    why: str
    idempotency_key: str
    receipt: strawberry.ID | None = None
    """A whole receipt: the `receipt` of an arrival."""
    arrival: strawberry.ID | None = None
    """One arrival only."""
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


@strawberry.input(description="An inspection to undo; its units wait for an inspection again.")
class UndoInspectionInput:
    """`why` is stored and seen by both partners. Refused if units were sold meanwhile."""

    return_: strawberry.ID = strawberry.field(name="return")
    inspection: strawberry.ID
    """The id of the inspection."""
    why: str
    idempotency_key: str
    if_unchanged: str | None = None
    """The `version` of the return that you were shown; `changed` if it is another by now."""


def undo_receipt(context: Context, said: UndoReceiptInput) -> ReturnStepResult:
    """Undoes a receipt."""
    what = correcting.Uncounted(
        receipt=sought_if_sent(said.receipt, NodeKind.RECEIPT),
        arrival=sought_if_sent(said.arrival, NodeKind.ARRIVAL),
    )
    return stepped(
        context,
        (Scope.HANDLE_RETURNS, "undoReceipt"),
        said,
        lambda service, who, found: correcting.undo_receipt(service, who, found, what, said.why),
    )


def undo_inspection(context: Context, said: UndoInspectionInput) -> ReturnStepResult:
    """Undoes an inspection."""
    key = sought(said.inspection, NodeKind.INSPECTION)
    return stepped(
        context,
        (Scope.HANDLE_RETURNS, "undoInspection"),
        said,
        lambda service, who, found: correcting.undo_inspection(service, who, found, key, said.why),
    )
