"""What may be asked and done about returns; part of the schema."""

from __future__ import annotations

import strawberry

from adapters.identity.principal import Scope
from returns_api.context import Context, Info
from returns_api.returns import consumers, inputs, steps
from returns_api.returns.happened import ReturnState
from returns_api.returns.types import ConsumerReturn, Return, consumer_return, return_
from returns_api.types.described import described
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.pages import Connection, Edge, Page, cut


@strawberry.type
class ReturnQueries:
    """What may be asked about returns."""

    @described("A return by id, or by the number on its parcel.")
    def return_by_number(self, info: Info, number: str) -> Return | None:
        info.context.principal.must(Scope.READ_RETURNS)
        found = info.context.store.seen_returns.numbered(info.context.principal, number)
        return return_(found) if found else None

    @described("Your returns, newest first; in some states, if given.")
    def returns(
        self,
        info: Info,
        states: list[ReturnState] | None = None,  # type: ignore[valid-type]
        page: Page | None = None,
    ) -> Connection[Return]:
        info.context.principal.must(Scope.READ_RETURNS)
        return _listed(info.context, states or [], page)

    @described("A consumer's return, for its retailer.")
    def consumer_return(self, info: Info, id: strawberry.ID) -> ConsumerReturn | None:  # noqa: A002
        info.context.principal.must(Scope.READ_RETURNS)
        key = key_of(id, NodeKind.CONSUMER_RETURN)
        found = info.context.store.seen_returns.whole(info.context.principal, key) if key else None
        return consumer_return(found) if found else None


def _listed(context: Context, states: list[ReturnState], page: Page | None) -> Connection[Return]:  # type: ignore[valid-type]
    store, principal = context.store.seen_returns, context.principal
    keys = store.keys(principal, states)
    chosen, info = cut([(key, key) for key in keys], page)
    found = [(cursor, store.visible(principal, key)) for cursor, key in chosen]
    return Connection(
        edges=[Edge(cursor=cursor, node=return_(each)) for cursor, each in found if each],
        page_info=info,
        total_count=len(keys),
    )


@strawberry.type
class ReturnMutations:
    """What may be done about returns."""

    @described(
        "Opens a return: lines of several suppliers become a return for each, decided by its own "
        "policy; what is accepted is approved at once. For retailers, suppliers and support."
    )
    def request_return(
        self,
        info: Info,
        input: inputs.RequestReturnInput,  # noqa: A002
    ) -> steps.RequestReturnResult:
        return steps.request_return(info.context, input)

    @described("Sends what a return in review was waiting for; the policy decides anew.")
    def answer_return(
        self,
        info: Info,
        input: inputs.AnswerReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.answer_return(info.context, input)

    @described("Settles what a person is waited for, with a reason; for suppliers and support.")
    def judge_return(
        self,
        info: Info,
        input: inputs.JudgeReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.judge_return(info.context, input)

    @described("Says that a parcel is on its way.")
    def ship_return(
        self,
        info: Info,
        input: inputs.ShipReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.ship_return(info.context, input)

    @described("Counts what arrived, in one delivery or several; for suppliers.")
    def receive_return(
        self,
        info: Info,
        input: inputs.ReceiveReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.receive_return(info.context, input)

    @described("Says what was found and what becomes of the goods; for suppliers.")
    def inspect_return(
        self,
        info: Info,
        input: inputs.InspectReturnInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.inspect_return(info.context, input)

    @described("Ends a return before its goods are on their way.")
    def cancel_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.cancel_return(info.context, input)

    @described("Gives a refused, expired or closed return back to a person's judgement.")
    def reopen_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.reopen_return(info.context, input)

    @described("Ends a return that does not end by itself; for suppliers and support.")
    def close_return(
        self,
        info: Info,
        input: inputs.ReturnReasonInput,  # noqa: A002
    ) -> steps.ReturnStepResult:
        return steps.close_return(info.context, input)

    @described("Forgets who a consumer was; for the retailer. It cannot be undone.")
    def erase_consumer(
        self,
        info: Info,
        input: inputs.EraseConsumerInput,  # noqa: A002
    ) -> consumers.EraseConsumerResult:
        return consumers.erase_consumer(info.context, input)
