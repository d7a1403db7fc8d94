"""Checks, changes, starts and tries policy texts, for principals who may preview policies."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.reading import policy_of, reading
from engine.errors import PolicyFaults, RequestFault, inside
from engine.money import CURRENCIES
from engine.policy.editions import FindBase, PolicyFile
from engine.policy.rewriting import RewritingFault, Rewritten
from returns_api.authoring import types as t
from returns_api.authoring.inputs import (
    CHANGES,
    ChangePolicyTextInput,
    CheckPolicyInput,
    SeasonInput,
    StartPolicyInput,
    TryPolicyInput,
    change_of,
    check_policy_id,
)
from returns_api.context import Context
from returns_api.previews import scenario
from returns_api.types.codes import ProblemCode
from returns_api.types.policies import in_force
from returns_api.types.problems import InputProblem, PolicyFaultsProblem, policy_faults
from services.policies import starter
from services.policies.changing import changed, with_season
from services.policies.checking import check
from services.policies.trying import MOST, recent, scenarios, tried

MOST_RECENT: Final = 50
MOST_DAYS: Final = 3_650
_CHECK: Final = 20
"""Decisions that a check counts for in a request's budget."""
_LAST_YEAR: Final = 2999


@strawberry.type(description="A first policy, written from your answers.")
class StartedPolicy:
    """Its own tests pass."""

    yaml: str
    """The text of the policy."""


CheckPolicyResult = Annotated[t.CheckedPolicy | InputProblem, strawberry.union("CheckPolicyResult")]
ChangePolicyTextResult = Annotated[
    t.ChangedPolicyText | PolicyFaultsProblem | InputProblem,
    strawberry.union("ChangePolicyTextResult"),
]
TryPolicyResult = Annotated[
    t.TriedPolicy | PolicyFaultsProblem | InputProblem, strawberry.union("TryPolicyResult")
]
StartPolicyResult = Annotated[StartedPolicy | InputProblem, strawberry.union("StartPolicyResult")]


def check_policy(context: Context, said: CheckPolicyInput) -> CheckPolicyResult:
    """Checks a text until the time is over."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    context.spend(_CHECK)
    find = finder(context)
    context.store.rest()
    return t.checked_policy(check(said.yaml, find), said.yaml)


def change_policy_text(context: Context, said: ChangePolicyTextInput) -> ChangePolicyTextResult:
    """Returns the text with one change applied."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    try:
        with reading():
            done = _changed(said)
    except PolicyFaults as error:
        return faults_problem(error)
    except RewritingFault as error:
        raise RequestFault("wrong_reference", str(error), "input") from None
    return t.ChangedPolicyText(yaml=done.text, edits=t.edits(done.edits), undo=t.edits(done.undo))


def start_policy(context: Context, said: StartPolicyInput) -> StartPolicyResult:
    """Writes a first policy; raises `RequestFault` for an invalid answer."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    check_policy_id(said.policy)
    if said.currency not in CURRENCIES:
        raise RequestFault("unknown_currency", "There is no such currency.", "currency")
    if not 0 <= said.days <= MOST_DAYS or said.first_day.year > _LAST_YEAR:
        raise RequestFault("wrong_number", f"A window has 0 to {MOST_DAYS:,} days.", "days")
    return StartedPolicy(yaml=starter.policy_text(_answers(said)))


def try_policy(context: Context, said: TryPolicyInput) -> TryPolicyResult:
    """Decides scenarios by a draft, beside the edition in force."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    sent = [scenario(each) for each in said.scenarios or ()]
    if len(sent) > MOST or not 0 <= said.recent <= MOST_RECENT:
        raise RequestFault("too_many", f"Up to {MOST} scenarios, and {MOST_RECENT} recent lines.")
    if said.recent:  # a draft can test any fact of a line, so its answers reveal them
        context.principal.must(Scope.READ_DECISIONS)
    try:
        file = policy_of(said.yaml, finder(context))
        edition, before = _before(context, file)
    except PolicyFaults as error:
        return faults_problem(error)
    asked = scenarios(file, sent, tests=said.tests)
    if edition and said.recent:
        asked += recent(context.store, context.principal, edition, said.recent)
    context.spend(2 * len(asked[:MOST]))
    return t.TriedPolicy(
        against=before.policy.reference if before else None,
        scenarios=[t.tried_scenario(each) for each in tried(file, before, asked[:MOST])],
    )


def finder(context: Context) -> FindBase:
    """Returns a finder of bases among the partner's own editions and those of Takeback."""
    owner, shipped = context.principal.tenant, context.library.shipped()

    def find(policy: str, version: int) -> str | None:
        return context.store.editions.base(owner, policy, version) or shipped(policy, version)

    return find


def faults_problem(error: PolicyFaults, path: str = "input.yaml") -> PolicyFaultsProblem:
    """Returns the faults of an unreadable text as a problem."""
    count = len(error.faults)
    return PolicyFaultsProblem(
        code=ProblemCode.policy_faults,
        message=f"The text has {count} fault{'' if count == 1 else 's'}.",
        path=path,
        faults=policy_faults(error.faults),
    )


def _before(context: Context, file: PolicyFile) -> tuple[str | None, PolicyFile | None]:
    """Returns the id and the file of one's own edition of the policy that a text would replace.

    It is the one in force today, or on the first day of the text if that is to come.
    """
    found = context.store.editions.versions(context.principal, file.policy.id)
    own = tuple(each for each in found if each.owner.id == context.principal.tenant)
    day = max(context.now().toordinal(), file.effective.first)
    edition = in_force(context, own, day, None) if own else None
    if edition is None:
        return None, None
    return edition.id, context.library.file(context.store, edition, {})


def _changed(said: ChangePolicyTextInput) -> Rewritten:
    change = change_of(said)
    with inside(next(each for each in CHANGES if getattr(said, each))):
        if isinstance(change, SeasonInput):
            return with_season(said.yaml, change.ordered_from, change.ordered_to, change.until)
        return changed(said.yaml, change)


def _answers(said: StartPolicyInput) -> starter.Answers:
    return starter.Answers(
        policy=said.policy,
        currency=said.currency,
        first_day=said.first_day,
        days=said.days,
        remedy=said.remedy,
        payer=said.return_paid_by,
        packaging=said.original_packaging,
        counted_from=said.counted_from,
        percent=said.percent,
        fee_percent=said.fee_percent,
    )
