"""Previews what an inspection would decide, pay and put into stock.

It is recorded as `inspectReturn` records it, read, and rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry
from msgspec import Struct

from adapters.identity.principal import Scope
from adapters.store.money import records as money_records
from adapters.store.returns import arrived, records
from engine.decision.record import Decision, FeeLine
from engine.policy.vocabulary import Fact
from engine.settlement.ledger import OFFSET
from engine.stock.moves import Bucket
from returns_api.context import Context
from returns_api.returns.effects import Effect, LineEffect, effect_of
from returns_api.returns.previews.inspection_types import (
    InspectionClaim,
    InspectionMoney,
    InspectionMovement,
    InspectionPreview,
    InspectionPreviewInput,
    InspectionShare,
    InspectionUnits,
)
from returns_api.returns.previews.undone import foretold, may_read_money
from returns_api.returns.previews.wording import money_in_words, units_in_words
from returns_api.returns.steps import looked
from returns_api.types.ids import NodeKind, encode
from returns_api.types.missing import missing_facts
from returns_api.types.outcomes import Answer, Party, Remedy, as_enum
from returns_api.types.problems import InputProblem
from returns_api.types.scalars import day, minor, money
from returns_api.types.settling import fee
from returns_api.types.showing import open_points
from services.returns import inspecting
from services.returns.decision_service import DecisionService
from services.returns.finding import moves_of
from services.returns.line_decisions import line_case_of
from services.returns.who import Who

InspectionPreviewResult = Annotated[
    InspectionPreview | InputProblem, strawberry.union("InspectionPreviewResult")
]


def inspection_preview(context: Context, said: InspectionPreviewInput) -> InspectionPreviewResult:
    """Records the inspection, reads what it did, and rolls back."""

    def foretell(
        service: DecisionService, before: records.Return, version: str
    ) -> InspectionPreview:
        looks, who = [looked(each) for each in said.lines], Who.of(context.principal)
        effect = effect_of(service, before, lambda: inspecting.inspect(service, who, before, looks))
        return _preview(service, effect, version, money=may_read_money(context))

    return foretold(context, Scope.HANDLE_RETURNS, said, foretell, tells=True)


def _preview(
    service: DecisionService, effect: Effect, version: str, *, money: bool
) -> InspectionPreview:
    after, settled = effect.after.of, effect.settled
    said = [*units_in_words(effect.inspected), *(money_in_words(effect) if money else ())]
    return InspectionPreview(
        state=after.state,
        held_for=after.held_for or None,
        units=_units(service, effect),
        shares=[
            InspectionShare(
                line=encode(NodeKind.RETURN_LINE, each.after.id),
                sku=each.after.sku,
                sums=_money(each, settled.fees.get(each.after.id, ())),
            )
            for each in effect.lines
        ],
        once=settled.once,
        sentence=f"{'; '.join(said)}.",
        version=effect.version(version, money=money),
    )


class _Policy(Struct, frozen=True, kw_only=True, gc=False):
    """What the policy decided of units, and the facts that it knows."""

    decision: Decision | None
    facts: Mapping[str, Fact]


def _units(service: DecisionService, effect: Effect) -> list[InspectionUnits]:
    came = {each.id: each for each in service.store.arrivals.of(effect.after.of.id)}
    lines = {line.id: line for line in effect.after.of.lines}
    found = []
    for each in effect.inspected:
        decision = effect.settled.decisions.get(each.id)
        line = lines.get(each.line or "")
        facts = line_case_of(service, line).owned(service) if line else {}
        policy = _Policy(decision=decision, facts=facts)
        found.append(_shown(each, came[each.arrival or ""], policy))
    return found


def _shown(found: arrived.Inspection, arrival: arrived.Arrival, policy: _Policy) -> InspectionUnits:
    outcome, decision = found.outcome, policy.decision
    moves = moves_of(found, arrival)
    return InspectionUnits(
        line=encode(NodeKind.RETURN_LINE, found.line) if found.line else None,
        arrival=encode(NodeKind.ARRIVAL, arrival.id),
        sku=arrival.sku,
        units=found.units,
        disposition=found.disposition,
        location=arrival.location,
        restocked=sum(each.delta for each in moves if each.bucket is Bucket.AVAILABLE),
        answer=Answer(outcome.answer) if outcome else None,
        code=outcome.code if outcome else None,
        remedy=as_enum(Remedy, outcome.remedy) if outcome else None,
        by_person=bool(outcome and outcome.judged_by),
        to_settle=list(decision.to_settle) if decision else [],
        missing_facts=missing_facts(decision.missing, policy.facts) if decision else [],
        open=open_points(decision, policy.facts),
        outcome=outcome.amount if outcome else None,
    )


def _money(found: LineEffect, fees: Sequence[FeeLine]) -> InspectionMoney:
    currency = found.after.worth.currency
    return InspectionMoney(
        owed_before=minor(found.before.planned, currency),
        owed_after=minor(found.after.planned, currency),
        sent=minor(found.sent, currency),
        withdrawn=minor(found.withdrawn, currency),
        fees=[fee(each) for each in fees],
        movements=[_movement(each) for each in found.moved],
        claims=[_claim(each) for each in found.claimed],
    )


def _movement(found: money_records.Settlement) -> InspectionMovement:
    return InspectionMovement(
        paid_by=Party.SUPPLIER,
        way=found.instrument,
        amount=money(found.amount),
        claimed=money(found.claimed),
        state=found.state,
        sentence=found.sentence or None,
    )


def _claim(found: money_records.Claim) -> InspectionClaim:
    return InspectionClaim(
        owed_by=Party.RETAILER,
        amount=money(found.amount),
        offset=found.by == OFFSET,
        due_on=day(found.due_on),
    )
