"""Takes the steps of returns for those who ask: each once, whatever is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Protocol

import strawberry

from adapters.identity.principal import Scope
from adapters.store.returns import records
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.eligibility import Finder
from returns_api.returns import inputs
from returns_api.returns.consumers import keep_consumer
from returns_api.returns.types import ConsumerReturn, Return, consumer_return, return_
from returns_api.said import answer_of, claim_of, named
from returns_api.types.ids import NodeKind, sought
from returns_api.types.problems import InputProblem, input_problem
from services.returns import inspecting, judging, moving, receiving, requesting
from services.returns.cases import Desk
from services.returns.who import Who


@strawberry.type(description="The consumer's return was opened, with a return for each order.")
class ReturnRequested:
    """What each supplier's policy says is in the lines."""

    consumer_return: ConsumerReturn | None = strawberry.field(
        description="The retailer's view; null for suppliers, who see their own part."
    )
    returns: list[Return]


@strawberry.type(description="The step was taken.")
class ReturnStepped:
    """How the return stands now."""

    return_: Return = strawberry.field(name="return")


RequestReturnResult = Annotated[
    ReturnRequested | InputProblem, strawberry.union("RequestReturnResult")
]
ReturnStepResult = Annotated[ReturnStepped | InputProblem, strawberry.union("ReturnStepResult")]

Do = Callable[[Desk, Who, records.Return], records.Return]


class Stepping(Protocol):
    """What all inputs of steps have."""

    return_: strawberry.ID
    idempotency_key: str


def request_return(context: Context, said: inputs.RequestReturnInput) -> RequestReturnResult:
    """Opens the returns of a consumer."""
    context.principal.must(Scope.REQUEST_RETURNS)
    store, principal = context.store, context.principal
    asked = asdict(said)
    try:
        with store.atomic():
            before = store.answered.before(principal, said.idempotency_key, "requestReturn", asked)
            if isinstance(before, list):
                return _requested(context, str(before[0]), [str(each) for each in before[1:]])
            whole, parts = requesting.request(
                context.desk(), Who.of(principal), _wanted(context, said), said.reference
            )
            if said.consumer:
                keep_consumer(context, whole, said.consumer)
            keys = [whole, *(part.id for part in parts)]
            store.answered.keep(principal, said.idempotency_key, ("requestReturn", asked), keys)
            return _requested(context, whole, keys[1:])
    except RequestFault as fault:
        return input_problem(fault, "input")


def _wanted(context: Context, said: inputs.RequestReturnInput) -> list[requesting.Wanted]:
    finder = Finder(context, said.lines)
    found = []
    for index, each in enumerate(said.lines):
        try:
            family, line = finder.find(each)
            found.append(requesting.Wanted(said=claim_of(each), family=family, line=line))
        except RequestFault as fault:
            path = f"lines[{index}].{fault.path}" if fault.path else f"lines[{index}]"
            raise RequestFault(fault.code, fault.message, path) from None
    return found


def _requested(context: Context, whole: str, parts: list[str]) -> ReturnRequested:
    store, principal = context.store.seen_returns, context.principal
    seen = store.whole(principal, whole)
    found = [store.visible(principal, key) for key in parts]
    return ReturnRequested(
        consumer_return=consumer_return(seen) if seen else None,
        returns=[return_(each) for each in found if each],
    )


def answer_return(context: Context, said: inputs.AnswerReturnInput) -> ReturnStepResult:
    """More facts; the policy decides anew."""

    def do(desk: Desk, who: Who, found: records.Return) -> records.Return:
        claims = {str(line.line): answer_of(line.facts) for line in said.lines}
        return moving.answer(desk, who, found, claims)

    return _stepped(context, (Scope.REQUEST_RETURNS, "answerReturn"), said, do)


def judge_return(context: Context, said: inputs.JudgeReturnInput) -> ReturnStepResult:
    """A person's word."""
    verdicts = [
        judging.Verdict(
            about=str(line.line), accept=line.accept, remedy=line.remedy, amount=line.amount
        )
        for line in said.lines
    ]
    return _stepped(
        context,
        (Scope.JUDGE_RETURNS, "judgeReturn"),
        said,
        lambda desk, who, found: judging.judge(desk, who, found, verdicts, said.why),
    )


def ship_return(context: Context, said: inputs.ShipReturnInput) -> ReturnStepResult:
    """A parcel."""
    return _stepped(
        context,
        (Scope.REQUEST_RETURNS, "shipReturn"),
        said,
        lambda desk, who, found: moving.ship(desk, who, found, said.carrier, said.tracking),
    )


def receive_return(context: Context, said: inputs.ReceiveReturnInput) -> ReturnStepResult:
    """A delivery, counted."""
    delivery = receiving.Delivery(
        units=[
            receiving.Delivered(line=each.line, sku=each.sku, units=each.units)
            for each in said.lines
        ],
        complete=said.complete,
        location=said.location,
    )
    return _stepped(
        context,
        (Scope.HANDLE_RETURNS, "receiveReturn"),
        said,
        lambda desk, who, found: receiving.receive(desk, who, found, delivery),
    )


def inspect_return(context: Context, said: inputs.InspectReturnInput) -> ReturnStepResult:
    """What was found."""

    def do(desk: Desk, who: Who, found: records.Return) -> records.Return:
        lines = {line.id for line in found.lines}
        looked = [
            inspecting.Looked(
                line=str(each.line) if each.line in lines else None,
                arrival=None if each.line in lines else str(each.line),
                units=each.units,
                disposition=each.disposition,
                facts=dict(named(each.found)),
            )
            for each in said.lines
        ]
        return inspecting.inspect(desk, who, found, looked)

    return _stepped(context, (Scope.HANDLE_RETURNS, "inspectReturn"), said, do)


def _reasoned(
    scope: Scope, operation: str, move: Callable[[Desk, Who, records.Return, str], records.Return]
) -> Callable[[Context, inputs.ReturnReasonInput], ReturnStepResult]:
    def stepped(context: Context, said: inputs.ReturnReasonInput) -> ReturnStepResult:
        return _stepped(
            context,
            (scope, operation),
            said,
            lambda desk, who, found: move(desk, who, found, said.why),
        )

    return stepped


cancel_return = _reasoned(Scope.REQUEST_RETURNS, "cancelReturn", moving.cancel)
reopen_return = _reasoned(Scope.JUDGE_RETURNS, "reopenReturn", moving.reopen)
close_return = _reasoned(Scope.JUDGE_RETURNS, "closeReturn", moving.close)


def _stepped(context: Context, what: tuple[Scope, str], said: Any, do: Do) -> ReturnStepResult:
    """Holds the return, takes the step, and remembers it under the client's key."""
    scope, operation = what
    context.principal.must(scope)
    store, principal, asked = context.store, context.principal, asdict(said)
    try:
        with store.atomic():
            before = store.answered.before(principal, said.idempotency_key, operation, asked)
            key = str(before) if before else sought(said.return_, NodeKind.RETURN)
            desk = context.desk()
            found = desk.hold(key)
            if found is None or principal.tenant not in (found.supplier, found.retailer):
                raise RequestFault("not_found", "There is no such return.", "return")
            if before:
                return ReturnStepped(return_=return_(found))
            done = do(desk, Who.of(principal), found)
            store.answered.keep(principal, said.idempotency_key, (operation, asked), done.id)
            return ReturnStepped(return_=return_(done))
    except RequestFault as fault:
        return input_problem(fault, "input")
