"""Sets the terms that a supplier agreed with a retailer for one of its policies."""

from __future__ import annotations

from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from engine.errors import RequestFault
from engine.publishing.agreed import ForbiddenValues
from returns_api.context import Context
from returns_api.previews import agreed
from returns_api.types.codes import ProblemCode
from returns_api.types.ids import NodeKind, sought
from returns_api.types.inputs import SetTermsInput
from returns_api.types.problems import (
    InputProblem,
    PolicyFault,
    PolicyFaultsProblem,
    input_problem,
    policy_faults,
)
from returns_api.types.trade import Partnership, partnership
from services.partners.agreeing import Agreeing, TermsNotAllowed


@strawberry.type(description="The terms are in force.")
class TermsSet:
    """The partnership with everything that was agreed."""

    partnership: Partnership


SetTermsResult = Annotated[
    TermsSet | PolicyFaultsProblem | InputProblem, strawberry.union("SetTermsResult")
]


def set_terms(context: Context, said: SetTermsInput) -> SetTermsResult:
    """Replaces the terms agreed for one policy, if every edition permits every value."""
    context.principal.must(Scope.SET_TERMS)
    store, agreeing = context.store, Agreeing(context.store, context.library)
    key = sought(said.partnership, NodeKind.PARTNERSHIP)
    try:
        terms = agreed(said.terms)
        with store.atomic():
            store.partners.hold(context.principal.tenant)
            found = agreeing.found(context.principal, key, said.policy)
            changed = agreeing.set(context.principal, found, terms)
        return TermsSet(partnership=partnership(changed))
    except TermsNotAllowed as error:
        return not_allowed(error)
    except RequestFault as fault:
        return input_problem(fault, "input")


def not_allowed(error: TermsNotAllowed) -> PolicyFaultsProblem:
    """Returns the problem of terms that editions forbid, with the path of each value."""
    faults = [_fault(each) for each in error.refused]
    return PolicyFaultsProblem(
        code=ProblemCode.terms_not_allowed,
        message=faults[0].sentence,
        path=faults[0].path,
        faults=faults,
    )


def _fault(found: ForbiddenValues) -> PolicyFault:
    (shown,) = policy_faults([found.fault])
    shown.path = ".".join(["input.terms", *(found.names if len(found.names) == 1 else ())])
    return shown
