"""Two policies side by side: which returns they decide otherwise, for whoever may read both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.reading import policy_of
from adapters.store import records
from engine.comparing.policies import Change, FieldCompared
from engine.comparing.summary import summary
from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from engine.publishing.comparison import Standing
from returns_api.authoring.inputs import ComparePoliciesInput, PolicySourceInput
from returns_api.authoring.work import faults_problem, finder
from returns_api.context import Context
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.policies import in_force
from returns_api.types.problems import InputProblem, PolicyFaultsProblem
from returns_api.types.scalars import JSON
from services.policies.comparing import PoliciesHeld, Side, compared

MOST: Final = 100
_COMPARED: Final = 100
"""Decisions of a request's budget that a comparison counts for."""
_LONGEST_NAME: Final = 100

GuardStanding = strawberry.enum(
    Standing, name="GuardStanding", description="Whether a rule of `compare: never` holds."
)


@strawberry.enum(description="What is compared of two decisions.")
class ComparedFieldName(StrEnum):
    """Codes where both answer alike; money, goods and the way back where neither refuses."""

    ANSWER = "answer"
    """What the policy says of the return."""
    CODE = "code"
    """The reason of the answer."""
    LAST_DAY = "last_day"
    """The last day on which the return may be asked for."""
    FEE = "fee"
    """All fees together."""
    NET = "net"
    """What is given, after fees."""
    RETURN_PAID_BY = "return_paid_by"
    """Who pays the way back."""
    REMEDY = "remedy"
    """What is given for the goods."""
    GOODS = "goods"
    """What becomes of the goods."""


@strawberry.type(
    description="A return that both policies decided, and the two values of the field."
)
class ComparedReturn:
    """One of those for which the field changes."""

    facts: JSON
    """Its facts by name, as `tryPolicy` takes them."""
    before: str
    """The value by the first policy."""
    after: str
    """The value by the second policy."""


@strawberry.type(description="Returns for which a field changes in one way.")
class PolicyChange:
    """They are those of which every phrase of `where` is true."""

    where: list[str]
    """The returns in plain words; empty for all."""
    before: str | None
    """The value of all of them before; null where it is another for each return."""
    after: str | None
    """The value of all of them after; null where it is another for each return."""
    example: ComparedReturn | None
    """One of them; null where none was found."""


@strawberry.type(description="One field of the decisions of two policies.")
class ComparedField:
    """No change of it is missing where it is `proven`."""

    field: ComparedFieldName
    """Which one."""
    proven: bool
    """Whether every case was looked at; else more may change."""
    count: int
    """How many changes were found."""
    changes: list[PolicyChange]
    """As many of them as were asked for."""


@strawberry.type(description="A rule of `compare: never` of the second policy, against its base.")
class PolicyGuard:
    """One that is broken keeps the policy from being published."""

    rule: str
    """As it is written, such as `fee: higher`."""
    standing: GuardStanding  # type: ignore[valid-type]
    """How it stands."""
    sentence: str
    """What breaks it, or why it is not known; empty where it holds."""


@strawberry.type(description="What changes from one policy to another.")
class ComparedPolicies:
    """Of returns of one line that send every fact of `facts`; times of day are not compared."""

    before: str
    """The first policy, such as `acme-supply/standard@1`."""
    after: str
    """The second policy."""
    proven: bool
    """Whether there is surely no change beside those that were found."""
    ordered_from: date
    """The first day of the orders that were looked at."""
    facts: list[str]
    """What the returns say."""
    summary: list[str]
    """In sentences: how much was found, how sure that is, and what was compared."""
    fields: list[ComparedField]
    """Each field, changed or not."""
    guards: list[PolicyGuard]
    """The rules of the second policy's own `compare`, for its owner."""


ComparePoliciesResult = Annotated[
    ComparedPolicies | PolicyFaultsProblem | InputProblem,
    strawberry.union("ComparePoliciesResult"),
]


def compare_policies(context: Context, said: ComparePoliciesInput) -> ComparePoliciesResult:
    """What changes from one policy to another, found within some seconds."""
    if not 1 <= said.most <= MOST:
        raise RequestFault("wrong_number", f"Ask for 1 to {MOST} changes of a field.", "most")
    context.spend(_COMPARED)
    day = said.on.toordinal() if said.on else None
    at = "input.after"
    try:
        after = _side(context, said.after, day, "after")
        at = "input.before"
        before = _side(context, said.before, day, "before") if said.before else None
        before = before or _beneath(context, after, day)
    except PolicyFaults as error:
        return faults_problem(error, at)
    context.store.rest()
    return _shown(compared(before, after), said.most)


def _side(context: Context, said: PolicySourceInput, day: int | None, path: str) -> Side:
    """A policy that is named; raises `RequestFault` for none, several, and what one may not see."""
    named = [each for each in (said.edition, said.in_force, said.draft, said.yaml) if each]
    if len(named) != 1:
        asked = "Say exactly one of `edition`, `inForce`, `draft` and `yaml`."
        raise RequestFault("wrong_size", asked, path)
    if said.edition or said.in_force:
        context.principal.must(Scope.READ_POLICIES)
        found = _edition(context, said, day)
        if found is None:
            raise RequestFault("not_found", "There is no such policy.", path)
        file, own = context.library.file(context.store, found, {}), _owns(context, found)
        return Side(file=file, policy=_taken(file, day), published=True, own=own)
    context.principal.must(Scope.PREVIEW_POLICIES)
    text = said.yaml or _draft(context, said.draft or "", path)
    try:
        file = policy_of(text, finder(context))
    except RequestFault as fault:
        raise fault.within(path) from None
    return Side(file=file, policy=_taken(file, day), published=False, own=True)


def _edition(context: Context, said: PolicySourceInput, day: int | None) -> records.Edition | None:
    """A published edition, if the one who asks may see it."""
    if said.edition:
        key = key_of(said.edition, NodeKind.EDITION)
        return context.store.editions.visible(context.principal, key) if key else None
    return _in_force(context, said.in_force or "", day)


def _in_force(context: Context, policy: str, day: int | None) -> records.Edition | None:
    found = context.store.editions.versions(context.principal, policy[:_LONGEST_NAME])
    day = context.now().toordinal() if day is None else day
    return in_force(context, found, day, None) if found else None


def _draft(context: Context, policy: str, path: str) -> str:
    found = context.store.policy_drafts.one(context.principal, policy[:_LONGEST_NAME])
    if found is None:
        raise RequestFault("not_found", "There is no such draft.", path)
    return found.text


def _beneath(context: Context, after: Side, day: int | None) -> Side:
    """What one's own policy is laid on, else what is in force under its name."""
    base = after.file.base_of(after.policy) if after.own else None
    if base is not None:
        return replace(after, policy=base)
    return _side(context, PolicySourceInput(in_force=after.policy.id), day, "before")


def _taken(file: PolicyFile, day: int | None) -> Policy:
    return file.policy if day is None else file.on(day)


def _owns(context: Context, found: records.Edition) -> bool:
    return found.owner.id == context.principal.tenant


def _shown(held: PoliciesHeld, most: int) -> ComparedPolicies:
    found = held.compared
    return ComparedPolicies(
        before=found.before.reference,
        after=found.after.reference,
        proven=found.proven,
        ordered_from=date.fromordinal(found.first_day),
        facts=list(found.facts),
        summary=list(summary(found)),
        fields=[_field(each, most) for each in found.fields],
        guards=[
            PolicyGuard(rule=each.rule, standing=each.standing, sentence=each.sentence)
            for each in held.guards
        ],
    )


def _field(found: FieldCompared, most: int) -> ComparedField:
    return ComparedField(
        field=ComparedFieldName(found.field),
        proven=found.proven,
        count=len(found.changes),
        changes=[_change(each) for each in found.changes[:most]],
    )


def _change(found: Change) -> PolicyChange:
    ends, shown = {"before": found.before, "after": found.after}, found.example
    if shown is None:
        return PolicyChange(where=list(found.where), **ends, example=None)
    example = ComparedReturn(facts=JSON(shown.given), before=shown.before, after=shown.after)
    return PolicyChange(where=list(found.where), **ends, example=example)
