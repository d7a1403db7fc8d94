"""Undoes what was counted or found, for those who ask."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Context
from returns_api.returns.steps import ReturnStepResult, stepped
from returns_api.types.ids import NodeKind, sought, sought_if_sent
from services.returns.arriving import correcting


@strawberry.input(description="What was counted and did not come: a `receipt`, or an `arrival`.")
class UndoReceiptInput:
    """`why` is kept, and seen by both partners. What was inspected is undone first."""

    return_: strawberry.ID = strawberry.field(name="return")
    why: str
    idempotency_key: str
    receipt: strawberry.ID | None = None
    """All that was counted at once: `receipt` of an arrival."""
    arrival: strawberry.ID | None = None
    """One of it."""


@strawberry.input(description="A finding that does not hold; its units wait to be looked at again.")
class UndoInspectionInput:
    """`why` is kept, and seen by both partners. Units that were sold meanwhile stay sold."""

    return_: strawberry.ID = strawberry.field(name="return")
    inspection: strawberry.ID
    """The id of the inspection."""
    why: str
    idempotency_key: str


def undo_receipt(context: Context, said: UndoReceiptInput) -> ReturnStepResult:
    """Units that did not come."""
    what = correcting.Uncounted(
        receipt=sought_if_sent(said.receipt, NodeKind.RECEIPT),
        arrival=sought_if_sent(said.arrival, NodeKind.ARRIVAL),
    )
    return stepped(
        context,
        (Scope.HANDLE_RETURNS, "undoReceipt"),
        said,
        lambda desk, who, found: correcting.undo_receipt(desk, who, found, what, said.why),
    )


def undo_inspection(context: Context, said: UndoInspectionInput) -> ReturnStepResult:
    """A finding that does not hold."""
    key = sought(said.inspection, NodeKind.INSPECTION)
    return stepped(
        context,
        (Scope.HANDLE_RETURNS, "undoInspection"),
        said,
        lambda desk, who, found: correcting.undo_inspection(desk, who, found, key, said.why),
    )
