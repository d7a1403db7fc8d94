"""Withdraws editions for the suppliers who own them."""

from __future__ import annotations

import re
from typing import Annotated, Final

import strawberry

from adapters.identity.principal import Scope
from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.lost_terms import TermsLost
from adapters.store.records import Edition as EditionRecord
from adapters.store.terms_of_withdrawals import withdraw
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.types.codes import ProblemCode
from returns_api.types.described import described
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.inputs import WithdrawPolicyInput
from returns_api.types.policies import Edition, Withdrawal, edition, withdrawal
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.publishing import WithdrawalRefused, lost_terms

_REFERENCE: Final = re.compile(r"([\x21-\x7e]{1,200})@([0-9]{1,9})\Z")
_NAMES: Final = {"edition": "input.edition", "why": "input.why", "from": "input.fromDay"}


@strawberry.type(description="The edition was withdrawn for these days.")
class PolicyWithdrawn:
    """`children` are the editions that keep it as their base."""

    edition: Edition
    children: list[str]
    """Editions that extend it, such as `acme-supply/outlet@3`; they stay as they are."""
    instead: str | None
    """The version of the same policy in force on the first of the days; null for none."""
    told: strawberry.Private[Withdrawn]

    @described("The withdrawal as recorded.")
    def withdrawal(self) -> Withdrawal:
        return withdrawal(self.told.withdrawal)


WithdrawPolicyResult = Annotated[
    PolicyWithdrawn | WithdrawalRefused | InputProblem, strawberry.union("WithdrawPolicyResult")
]


def withdraw_policy(context: Context, said: WithdrawPolicyInput) -> WithdrawPolicyResult:
    """Withdraws an edition of the principal's partner."""
    context.principal.must(Scope.PUBLISH_POLICIES)
    try:
        with context.store.atomic():
            return _shown(_withdrawn(context, said))
    except TermsLost as terms:
        return WithdrawalRefused(
            code=ProblemCode[terms.code],
            message=terms.message,
            path="input.endsTerms",
            lost_terms=lost_terms(terms.lost),
            ends_terms=terms.lost.digest,
        )
    except RequestFault as fault:
        path = _NAMES.get(fault.path, fault.path)
        return input_problem(RequestFault(fault.code, fault.message, path))


def _withdrawn(context: Context, said: WithdrawPolicyInput) -> Withdrawn:
    store, principal, key = context.store, context.principal, said.idempotency_key
    found = _own(context, said.edition)
    first = said.from_day.toordinal() if said.from_day else None
    asked = {"edition": found.id, "first": first, "why": said.why}
    before = store.idempotency.before(principal, key, "withdrawPolicy", asked)
    if before is not None:
        recorded = store.withdrawals.by_id(str(before))
        if recorded is not None:
            return store.withdrawing.told(found, recorded)
    asking = WithdrawalRequest(edition=found, first=first, why=said.why, by=principal.by)
    made = withdraw(store, asking, context.library.shipped(), said.ends_terms or "")
    store.idempotency.keep(principal, key, ("withdrawPolicy", asked), made.withdrawal.id)
    return made


def _own(context: Context, text: str) -> EditionRecord:
    """Returns one of the principal's own editions; raises `RequestFault` for any other."""
    key, match = key_of(text, NodeKind.EDITION), _REFERENCE.match(text)
    found: EditionRecord | None = None
    if key:
        found = context.store.editions.visible(context.principal, key)
    elif match:
        found = context.store.editions.named(match[1], int(match[2]))
    if found is None or found.owner.id != context.principal.tenant:
        raise RequestFault("not_found", "There is no such edition of yours.", "edition")
    return found


def _shown(made: Withdrawn) -> PolicyWithdrawn:
    return PolicyWithdrawn(
        edition=edition(made.edition),
        children=list(made.children),
        instead=made.instead,
        told=made,
    )
