"""Terms that a supplier agrees with a retailer: what setting them would do, and setting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.terms import canonical
from engine.errors import RequestFault
from engine.publishing.agreed import ForbiddenValues
from returns_api.authoring.types import PolicyRow, policy_row
from returns_api.context import Context, Info
from returns_api.previews import agreed
from returns_api.types.codes import ProblemCode
from returns_api.types.described import described
from returns_api.types.ids import NodeKind, sought
from returns_api.types.inputs import SetTermsInput
from returns_api.types.policies import Edition, edition
from returns_api.types.problems import (
    InputProblem,
    PolicyFault,
    PolicyFaultsProblem,
    input_problem,
    policy_faults,
)
from returns_api.types.trade import Partnership, partnership
from returns_api.types.versions import check_unchanged, version
from services.partners.agreeing import Agreeing, Agreement
from services.partners.agreeing import TermsEffect as Effect
from services.partners.forbidding import TermsNotAllowed


@strawberry.type(description="The terms are in force.")
class TermsSet:
    """The partnership with everything that was agreed."""

    partnership: Partnership


@strawberry.type(description="A value that other terms would change.")
class ChangedTerm:
    """Values are written as in a policy; null where nothing is agreed and the default holds."""

    name: str
    """One of the names under `agreed`."""
    before: str | None
    """What is agreed now."""
    after: str | None
    """What would be agreed."""
    default: str | None
    """What holds where nothing is agreed."""


@strawberry.type(description="A row of an edition that other terms would change.")
class ChangedTermRow:
    """In plain words, as in `policyInWords`."""

    topic: str
    """The question that the row answers."""
    before: PolicyRow | None
    """The row under the terms that are agreed now; null if there is none."""
    after: PolicyRow | None
    """The row under the other terms; null if there would be none."""


@strawberry.type(description="What other terms would change under one edition.")
class TermsEffect:
    """Returns that were requested before keep their terms."""

    found: strawberry.Private[Effect]
    rows: list[ChangedTermRow]
    """The rows that change."""
    was_broken: bool
    """Whether the edition forbids what is agreed now, so that lines under it are answered
    `terms_broken` until the terms are set.
    """

    @described("The edition in force or upcoming.", asks=Scope.READ_POLICIES)
    def edition(self, info: Info) -> Edition:  # noqa: ARG002 - its scope is checked by it
        return edition(self.found.edition.edition)


@strawberry.type(description="What setting terms would do.")
class TermsCheck:
    """Nothing is stored."""

    changes: list[ChangedTerm]
    """The values that change; empty if exactly this is agreed already."""
    effects: list[TermsEffect]
    """The editions under which it has an effect, in the order of their days."""
    version: str
    """What `ifUnchanged` of `setTerms` takes: of what is asked for, and of all of this."""


TermsCheckResult = Annotated[
    TermsCheck | PolicyFaultsProblem | InputProblem, strawberry.union("TermsCheckResult")
]
SetTermsResult = Annotated[
    TermsSet | PolicyFaultsProblem | InputProblem, strawberry.union("SetTermsResult")
]


def editions(context: Context, partnership: str, policy: str) -> list[Edition]:
    """Returns the editions under which two partners may agree on terms; empty for others."""
    agreeing = Agreeing(context.store, context.library)
    try:
        found = agreeing.found(context.principal, sought(partnership, NodeKind.PARTNERSHIP), policy)
    except (RequestFault, TermsNotAllowed):
        return []
    return [edition(each.edition) for each in found.editions]


def check_terms(context: Context, said: SetTermsInput) -> TermsCheckResult:
    """Returns what setting terms would do; stores nothing."""
    context.principal.must(Scope.SET_TERMS)
    context.spend(1)
    agreeing = Agreeing(context.store, context.library)
    try:
        terms, found = agreed(said.terms), _found(agreeing, context, said)
        change = agreeing.change(context.principal, found, terms)
    except TermsNotAllowed as error:
        return not_allowed(error)
    except RequestFault as fault:
        return input_problem(fault, "input")
    return TermsCheck(
        changes=[
            ChangedTerm(name=each.name, before=each.before, after=each.after, default=each.default)
            for each in change.values
        ],
        effects=[_effect(each) for each in change.effects],
        version=_version(found, terms),
    )


def _effect(found: Effect) -> TermsEffect:
    rows = [
        ChangedTermRow(
            topic=each.topic,
            before=policy_row(each.before) if each.before else None,
            after=policy_row(each.after) if each.after else None,
        )
        for each in found.rows
    ]
    return TermsEffect(found=found, rows=rows, was_broken=found.was_broken)


def set_terms(context: Context, said: SetTermsInput) -> SetTermsResult:
    """Replaces the terms agreed for one policy, if every edition permits every value."""
    context.principal.must(Scope.SET_TERMS)
    store, agreeing = context.store, Agreeing(context.store, context.library)
    try:
        terms = agreed(said.terms)
        with store.atomic():
            store.partners.hold(context.principal.tenant)
            found = _found(agreeing, context, said)
            check_unchanged(said.if_unchanged, lambda: _version(found, terms))
            changed = agreeing.set(context.principal, found, terms)
        return TermsSet(partnership=partnership(changed))
    except TermsNotAllowed as error:
        return not_allowed(error)
    except RequestFault as fault:
        return input_problem(fault, "input")


def _found(agreeing: Agreeing, context: Context, said: SetTermsInput) -> Agreement:
    key = sought(said.partnership, NodeKind.PARTNERSHIP)
    return agreeing.found(context.principal, key, said.policy)


def _version(found: Agreement, terms: Mapping[str, object]) -> str:
    standing = [
        (each.edition.id, [(d.first, d.last) for d in each.days]) for each in found.editions
    ]
    return version(found.partnership.id, canonical(found.terms), canonical(terms), standing)


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
