"""The schema's fields about returns."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Info
from returns_api.returns import consumers, inputs, steps
from returns_api.returns.previews import inspections, verdicts
from returns_api.returns.previews.inspection_types import InspectionPreviewInput
from returns_api.returns.types import ConsumerReturn, Return, consumer_return, return_
from returns_api.types.described import described, mutation, refusable
from returns_api.types.ids import NodeKind, key_of


@strawberry.type
class ReturnQueries:
    """Queries about returns."""

    @described("A return by id, or by the number on its parcel.", asks=Scope.READ_RETURNS)
    def return_by_number(self, info: Info, number: str) -> Return | None:
        found = info.context.store.tenant_returns.numbered(info.context.principal, number)
        return return_(found) if found else None

    @described("A consumer's return, for its retailer.", asks=Scope.READ_RETURNS)
    def consumer_return(self, info: Info, id: strawberry.ID) -> ConsumerReturn | None:  # noqa: A002
        key = key_of(id, NodeKind.CONSUMER_RETURN)
        found = (
            info.context.store.tenant_returns.whole(info.context.principal, key) if key else None
        )
        return consumer_return(found) if found else None

    @refusable(
        "What a person's decision on a return would pay, and which mutation makes it; for "
        "suppliers and support. Nothing is decided yet."
    )
    def verdict_preview(
        self,
        info: Info,
        input: verdicts.VerdictPreviewInput,  # noqa: A002
    ) -> verdicts.VerdictPreviewResult:
        return verdicts.verdict_preview(info.context, input)

    @refusable(
        "What an inspection would do: what would be decided of its units, paid or claimed for each "
        "line, put into stock, and left open; for suppliers. Nothing is recorded yet."
    )
    def inspection_preview(
        self,
        info: Info,
        input: InspectionPreviewInput,  # noqa: A002
    ) -> inspections.InspectionPreviewResult:
        return inspections.inspection_preview(info.context, input)


@strawberry.type
class ReturnMutations:
    """Mutations of returns."""

    @mutation(
        "Opens a return: lines of several suppliers become one return each, decided by its own "
        "policy; accepted ones are approved at once. For retailers, suppliers and support."
    )
    def request_return(
        self,
        info: Info,
        input: inputs.RequestReturnInput,  # noqa: A002
    ) -> steps.RequestReturnResult:
        return steps.request_return(info.context, input)

    @mutation(
        "Adds facts that a return in review, or its inspected units, were waiting for; the policy "
        "decides anew."
    )
    def answer_return(
        self,
        info: Info,
        input: inputs.AnswerReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.answer_return(info.context, input)

    @mutation(
        "Decides what the policy leaves open, with a reason; for suppliers and support. Use "
        "`overrideReturn` to change what is decided already."
    )
    def decide_return(
        self,
        info: Info,
        input: inputs.DecideReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.decide_return(info.context, input)

    @mutation(
        "Overrides what is decided already, with a reason; for suppliers and support. Use "
        "`decideReturn` for what is still open."
    )
    def override_return(
        self,
        info: Info,
        input: inputs.OverrideReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.override_return(info.context, input)

    @mutation("Records a parcel as on its way.")
    def ship_return(
        self,
        info: Info,
        input: inputs.ShipReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.ship_return(info.context, input)

    @mutation("Counts what arrived, in one or several deliveries; for suppliers.")
    def receive_return(
        self,
        info: Info,
        input: inputs.ReceiveReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.receive_return(info.context, input)

    @mutation("Records inspections and what becomes of the goods; for suppliers.")
    def inspect_return(
        self,
        info: Info,
        input: inputs.InspectReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.inspect_return(info.context, input)

    @mutation("Cancels a return before its goods are on their way.")
    def cancel_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.cancel_return(info.context, input)

    @mutation("Puts a refused, expired or closed return in review, for a person to decide.")
    def reopen_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.reopen_return(info.context, input)

    @mutation("Closes a return that does not end by itself; for suppliers and support.")
    def close_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.close_return(info.context, input)

    @mutation("Erases a consumer's personal data; for its retailer. This cannot be undone.")
    def erase_consumer(
        self,
        info: Info,
        input: inputs.EraseConsumerInput,  # noqa: A002
    ) -> consumers.EraseConsumerResult:
        return consumers.erase_consumer(info.context, input)
