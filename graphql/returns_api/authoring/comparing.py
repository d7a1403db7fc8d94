"""Compares two policies: which returns they decide differently, for a user who may read both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.reading import policy_of
from adapters.store import records
from engine.comparing.policies import Change, FieldCompared, summary
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
"""Decisions that a comparison counts for in a request's budget."""
_LONGEST_NAME: Final = 100

GuardStanding = strawberry.enum(
    Standing, name="GuardStanding", description="Whether a rule of `compare: never` holds."
)


@strawberry.enum(description="A field of two decisions that is compared.")
class ComparedFieldName(StrEnum):
    """Codes are compared if both answers are the same; money, goods and shipping if neither
    refuses.
    """

    ANSWER = "answer"
    """What the policy says of the return."""
    CODE = "code"
    """The reason of the answer."""
    LAST_DAY = "last_day"
    """The last day on which the return may be requested."""
    FEE = "fee"
    """All fees together."""
    NET = "net"
    """The net amount, after fees."""
    RETURN_PAID_BY = "return_paid_by"
    """Who pays for return shipping."""
    REMEDY = "remedy"
    """What is given for the goods."""
    GOODS = "goods"
    """What becomes of the goods."""


@strawberry.type(description="A return that both policies decided, with both values of the field.")
class ComparedReturn:
    """An example of a return for which the field changes."""

    facts: JSON
    """Its facts by name, in the form that `tryPolicy` takes."""
    before: str
    """The value by the first policy."""
    after: str
    """The value by the second policy."""


@strawberry.type(description="Returns for which a field changes in the same way.")
class PolicyChange:
    """The returns for which every phrase of `where` is true."""

    where: list[str]
    """A description of the returns; empty for all."""
    before: str | None
    """The value before the change; null if it differs between the returns."""
    after: str | None
    """The value after the change; null if it differs between the returns."""
    example: ComparedReturn | None
    """One of the returns; null if none was found."""


@strawberry.type(description="One field of the decisions of two policies.")
class ComparedField:
    """If `proven`, no change of it is missing."""

    field: ComparedFieldName
    """Which value of the decisions it is."""
    proven: bool
    """Whether every case was examined; otherwise more may change."""
    count: int
    """The number of changes found."""
    changes: list[PolicyChange]
    """The changes, as many as were requested."""


@strawberry.type(
    description="A rule of `compare: never` of the second policy, checked against its base."
)
class PolicyGuard:
    """A broken rule prevents the policy from being published."""

    rule: str
    """The rule as written, such as `fee: higher`."""
    standing: GuardStanding  # type: ignore[valid-type]
    """Whether it holds."""
    sentence: str
    """What breaks it, or why that is not known; empty if it holds."""


@strawberry.type(description="What changes from one policy to another.")
class ComparedPolicies:
    """For returns of one line that send every fact of `facts`; times of day are not compared."""

    before: str
    """The first policy, such as `acme-supply/standard@1`."""
    after: str
    """The second policy."""
    proven: bool
    """Whether it is certain that there are no other changes."""
    ordered_from: date
    """The first day of the orders that were examined."""
    facts: list[str]
    """The facts that every examined return sends."""
    summary: list[str]
    """Sentences on how much was found, how certain that is, and what was compared."""
    fields: list[ComparedField]
    """Each field, changed or not."""
    guards: list[PolicyGuard]
    """The rules of the second policy's own `compare`; only for its owner."""


ComparePoliciesResult = Annotated[
    ComparedPolicies | PolicyFaultsProblem | InputProblem,
    strawberry.union("ComparePoliciesResult"),
]


def compare_policies(context: Context, said: ComparePoliciesInput) -> ComparePoliciesResult:
    """Returns what changes from one policy to another, found within a few seconds."""
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
    """Returns the named policy; raises `RequestFault` for none, several, or one not visible."""
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
    """Returns a published edition if the principal may see it."""
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
    """Returns the base of one's own policy, or else the edition that holds under its name.

    Without a day it is the one in force today, or on the first day of the policy if that is to
    come.
    """
    base = after.file.base_of(after.policy) if after.own else None
    if base is not None:
        return replace(after, policy=base)
    day = day or max(context.now().toordinal(), after.policy.effective.first)
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
