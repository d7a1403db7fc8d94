"""Takes steps of returns: each once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Final, Protocol

import strawberry

from adapters.identity.principal import Principal, Scope
from adapters.store.records import OrderLine
from adapters.store.returns import records
from engine.decision.record import Decision
from engine.errors import RequestFault, inside
from returns_api.context import Context
from returns_api.finding import Finder
from returns_api.line_claims import answer_of, claim_of, named
from returns_api.returns import inputs
from returns_api.returns.consumers import keep_consumer
from returns_api.returns.effects import taken_as_shown
from returns_api.returns.types import ConsumerReturn, Return, consumer_return, return_
from returns_api.types.ids import NodeKind, sought, sought_if_sent
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.versions import (
    check_return_unchanged,
    check_unchanged,
    version_of_answer,
)
from services.returns import inspecting, moving, requesting
from services.returns import overriding as judging
from services.returns.arriving import receiving
from services.returns.decision_service import DecisionService
from services.returns.finding import InspectedUnits
from services.returns.who import Who


@strawberry.type(description="The consumer's return was opened, with one return per order.")
class ReturnRequested:
    """The lines hold what each supplier's policy decided."""

    consumer_return: ConsumerReturn | None
    """The retailer's view; null for suppliers, who see only their own part."""
    returns: list[Return]


@strawberry.type(description="The step was taken.")
class ReturnStepped:
    """The return as it is now."""

    return_: Return = strawberry.field(name="return")
    """The return as it is now."""
    notes: list[str]
    """How scanned units were assigned to lines."""


RequestReturnResult = Annotated[
    ReturnRequested | InputProblem, strawberry.union("RequestReturnResult")
]
ReturnStepResult = Annotated[ReturnStepped | InputProblem, strawberry.union("ReturnStepResult")]

_TELLING: Final = frozenset({"shipReturn", "receiveReturn", "inspectReturn"})
"""Operations that write journal entries at once, and decide nothing by counts."""
Do = Callable[[DecisionService, Who, records.Return], records.Return]


class Stepping(Protocol):
    """The fields that all inputs of steps have."""

    return_: strawberry.ID
    idempotency_key: str
    if_unchanged: str | None


def request_return(context: Context, said: inputs.RequestReturnInput) -> RequestReturnResult:
    """Opens the returns of a consumer."""
    context.principal.must(Scope.REQUEST_RETURNS)
    store, principal = context.store, context.principal
    asked = said
    try:
        with store.atomic():
            before = store.idempotency.before(
                principal, said.idempotency_key, "requestReturn", asked
            )
            if isinstance(before, list):
                return _requested_before(context, *map(str, before))
            whole, parts = requesting.request(
                context.service(), Who.of(principal), _wanted(context, said), said.reference
            )
            if said.consumer:
                keep_consumer(context, whole.id, said.consumer)
            keys = [whole.id, *(part.id for part in parts)]
            store.idempotency.keep(principal, said.idempotency_key, ("requestReturn", asked), keys)
            mine = whole if whole.retailer == principal.tenant else None
            return _requested(mine, parts)
    except RequestFault as fault:
        return input_problem(fault, "input")


def _wanted(context: Context, said: inputs.RequestReturnInput) -> list[requesting.Wanted]:
    finder, shown = Finder(context, said.lines), said.if_unchanged
    if shown is not None and len(shown) != len(said.lines):
        text = f"Name one version for each of the {len(said.lines)} lines."
        raise RequestFault("wrong_size", text, "ifUnchanged")
    found = []
    for index, each in enumerate(said.lines):
        with inside(f"lines[{index}]"):
            family, line = finder.find(each)
            wanted = requesting.Wanted(
                place=index,
                said=claim_of(each),
                family=family,
                line=line,
                check=_as_shown(line, shown[index]) if shown is not None else None,
            )
            found.append(wanted)
    return found


def _as_shown(line: OrderLine, shown: str) -> Callable[[Decision], None]:
    return lambda decision: check_unchanged(shown, lambda: version_of_answer(line, decision))


def _requested_before(context: Context, whole: str, *parts: str) -> ReturnRequested:
    store, principal = context.store.tenant_returns, context.principal
    found = [store.visible(principal, key) for key in parts]
    return _requested(store.whole(principal, whole), [each for each in found if each])


def _requested(
    whole: records.ConsumerReturn | None, parts: Sequence[records.Return]
) -> ReturnRequested:
    return ReturnRequested(
        consumer_return=consumer_return(whole) if whole else None,
        returns=[return_(each) for each in parts],
    )


def answer_return(context: Context, said: inputs.AnswerReturnInput) -> ReturnStepResult:
    """Adds facts; the policy decides anew."""

    def do(service: DecisionService, who: Who, found: records.Return) -> records.Return:
        if len({str(line.line) for line in said.lines}) < len(said.lines):
            raise RequestFault("sent_twice", "A line stands twice.", "lines")
        claims = {
            sought(line.line, NodeKind.RETURN_LINE): answer_of(line.facts) for line in said.lines
        }
        return moving.answer(service, who, found, claims)

    return stepped(context, (Scope.REQUEST_RETURNS, "answerReturn"), said, do)


def _judging(
    word: judging.Word,
) -> Callable[[Context, inputs.DecideReturnInput], ReturnStepResult]:
    def judged(context: Context, said: inputs.DecideReturnInput) -> ReturnStepResult:
        def do(service: DecisionService, who: Who, found: records.Return) -> records.Return:
            verdicts = [verdict_of(each) for each in said.lines]
            judgement = judging.Judgement(word=word, verdicts=verdicts, why=said.why)
            step = partial(judging.judge, service, who, found, judgement)
            return taken_as_shown(service, found, said.if_unchanged, step)

        return taken_once(context, (Scope.JUDGE_RETURNS, word), said, do)

    return judged


def verdict_of(said: inputs.VerdictInput) -> judging.Verdict:
    return judging.Verdict(
        about=sought(said.line, NodeKind.RETURN_LINE, NodeKind.INSPECTION, NodeKind.ARRIVAL),
        accept=said.accept,
        remedy=said.remedy,
        amount=said.amount,
        location=said.location,
    )


decide_return = _judging(judging.Word.DECIDE)
override_return = _judging(judging.Word.OVERRIDE)


def ship_return(context: Context, said: inputs.ShipReturnInput) -> ReturnStepResult:
    """Records a parcel as sent."""
    return stepped(
        context,
        (Scope.REQUEST_RETURNS, "shipReturn"),
        said,
        lambda service, who, found: moving.ship(service, who, found, said.carrier, said.tracking),
    )


def receive_return(context: Context, said: inputs.ReceiveReturnInput) -> ReturnStepResult:
    """Counts a delivery."""
    delivery = receiving.Delivery(
        units=[
            receiving.Delivered(
                line=sought_if_sent(each.line, NodeKind.RETURN_LINE), sku=each.sku, units=each.units
            )
            for each in said.lines
        ],
        complete=said.complete,
        location=said.location,
    )
    return stepped(
        context,
        (Scope.HANDLE_RETURNS, "receiveReturn"),
        said,
        lambda service, who, found: receiving.receive(service, who, found, delivery),
        lambda found: receiving.notes_on(found, delivery),
    )


def inspect_return(context: Context, said: inputs.InspectReturnInput) -> ReturnStepResult:
    """Records inspections."""

    def do(service: DecisionService, who: Who, found: records.Return) -> records.Return:
        looks = [looked(each) for each in said.lines]
        step = partial(inspecting.inspect, service, who, found, looks)
        return taken_as_shown(service, found, said.if_unchanged, step)

    return taken_once(context, (Scope.HANDLE_RETURNS, "inspectReturn"), said, do)


def looked(said: inputs.InspectedInput) -> InspectedUnits:
    """Converts a finding about units."""
    return InspectedUnits(
        line=sought_if_sent(said.line, NodeKind.RETURN_LINE),
        arrival=sought_if_sent(said.arrival, NodeKind.ARRIVAL),
        units=said.units,
        disposition=said.disposition,
        facts=dict(named(said.found)),
        location=said.location,
    )


def _reasoned(
    scope: Scope,
    operation: str,
    move: Callable[[DecisionService, Who, records.Return, str], records.Return],
) -> Callable[[Context, inputs.ReturnReasonInput], ReturnStepResult]:
    def with_reason(context: Context, said: inputs.ReturnReasonInput) -> ReturnStepResult:
        return stepped(
            context,
            (scope, operation),
            said,
            lambda service, who, found: move(service, who, found, said.why),
        )

    return with_reason


cancel_return = _reasoned(Scope.REQUEST_RETURNS, "cancelReturn", moving.cancel)
reopen_return = _reasoned(Scope.JUDGE_RETURNS, "reopenReturn", moving.reopen)
close_return = _reasoned(Scope.JUDGE_RETURNS, "closeReturn", moving.close)


def stepped(
    context: Context,
    what: tuple[Scope, str],
    said: Any,
    do: Do,
    notes: Callable[[records.Return], list[str]] = lambda _: [],
) -> ReturnStepResult:
    """As `taken_once`; a caller that says which version it was shown acts on that version only."""

    def as_shown(service: DecisionService, who: Who, found: records.Return) -> records.Return:
        check_return_unchanged(context.store, said.if_unchanged, found)
        return do(service, who, found)

    return taken_once(context, what, said, as_shown, notes)


def taken_once(
    context: Context,
    what: tuple[Scope, str],
    said: Any,
    do: Do,
    notes: Callable[[records.Return], list[str]] = lambda _: [],
) -> ReturnStepResult:
    """Locks the return, takes the step, and stores its answer under the idempotency key.

    `notes` are computed from the return before the step.
    """
    scope, operation = what
    context.principal.must(scope)
    store, principal, asked = context.store, context.principal, said
    try:
        with store.atomic():
            before = store.idempotency.before(principal, said.idempotency_key, operation, asked)
            kept = before if isinstance(before, list) else [before]
            key = str(kept[0]) if before else sought(said.return_, NodeKind.RETURN)
            service = context.service()
            found = held(service, principal, key, tells=operation in _TELLING)
            if before:
                return ReturnStepped(return_=return_(found), notes=[str(n) for n in kept[1:]])
            noted, done = notes(found), do(service, Who.of(principal), found)
            answer = [done.id, *noted]
            store.idempotency.keep(principal, said.idempotency_key, (operation, asked), answer)
            return ReturnStepped(return_=return_(done), notes=noted)
    except RequestFault as fault:
        return input_problem(fault, "input")


def held(
    service: DecisionService, principal: Principal, key: str, *, tells: bool = False
) -> records.Return:
    """Locks and returns a return of the principal; raises `RequestFault` for another's."""
    found = service.hold(key, tells=tells)
    if found is None or principal.tenant not in (found.supplier, found.retailer):
        raise RequestFault("not_found", "There is no such return.", "return")
    return found
