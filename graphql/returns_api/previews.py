"""Decides a scenario by an unpublished draft; native code never runs a draft."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.reading import TOO_LONG, policy_of
from adapters.store.drafts import plain
from adapters.store.terms import agreed_map
from engine.decision.decide import Decider
from engine.errors import PolicyFaults, RequestFault
from engine.policy.register.tellers import LANGUAGE
from engine.policy.selection import edition_day
from engine.returns.statements import Statement, Teller
from returns_api.context import Context
from returns_api.line_claims import MOST_FACTS
from returns_api.types.codes import ProblemCode
from returns_api.types.inputs import AgreedInput, PreviewInput
from returns_api.types.missing import facts_under
from returns_api.types.previews import Preview
from returns_api.types.problems import (
    InputProblem,
    PolicyFaultsProblem,
    input_problem,
    policy_faults,
)
from services.returns.facts import check_words

PreviewResult = Annotated[
    Preview | PolicyFaultsProblem | InputProblem, strawberry.union("PreviewResult")
]


def preview(context: Context, said: PreviewInput) -> PreviewResult:
    """Returns the decision of a draft, or the problem with the draft or the scenario."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    context.spend(1)
    owner = context.principal.tenant
    shipped = context.library.shipped()

    def find(policy: str, version: int) -> str | None:
        return context.store.editions.base(owner, policy, version) or shipped(policy, version)

    try:
        facts = scenario({} if said.scenario is None else said.scenario)
        if said.as_of:
            facts = {"requested": said.as_of.isoformat(), **facts}
        file = policy_of(said.yaml, find, "draft.yaml", agreed_map(agreed(said.agreed)))
        policy = file.on(edition_day(facts, file.policy))
        check_words(policy, facts)
        with closing(Decider(policy, native=False)) as decider:
            decision = decider.decide(facts)
    except PolicyFaults as error:
        faults = policy_faults(error.faults)
        return PolicyFaultsProblem(
            code=ProblemCode.policy_faults,
            message=f"The draft has {len(faults)} faults.",
            path="input.yaml",
            faults=faults,
        )
    except RequestFault as fault:
        return input_problem(fault, "input" if fault.code == TOO_LONG else "input.scenario")
    return Preview(
        decision=decision,
        stated=(Statement(teller=Teller.SUPPOSED, facts=tuple(facts)),),
        known=facts_under(policy, LANGUAGE),
        lend=lambda _context: closing(Decider(policy, native=False)),
        file=file,
        code=decision.code,
        sentence=decision.sentence,
        policy=policy.id,
        version=policy.version,
        digest=policy.digest,
    )


def scenario(said: object) -> dict[str, object]:
    """Checks the facts of a scenario; raises `RequestFault` unless they are plain
    values by name.
    """
    if not isinstance(said, dict) or len(said) > MOST_FACTS:
        raise RequestFault("wrong_type", f"A scenario is an object of up to {MOST_FACTS} facts.")
    for name, value in said.items():
        if not plain(value):
            raise RequestFault("wrong_type", f"`{name[:60]}` is not a plain value.", name[:60])
    return said


def agreed(said: list[AgreedInput] | None) -> dict[str, object]:
    """Returns agreed values by name; raises `RequestFault` if a name repeats or there are too
    many.
    """
    found: dict[str, object] = {}
    for each in said or ():
        if len(found) >= MOST_FACTS:
            raise RequestFault("too_large", f"At most {MOST_FACTS} values are read.", "terms")
        if each.name in found:
            raise RequestFault("sent_twice", f"`{each.name[:60]}` is said twice.", "terms")
        found[each.name] = each.value
    return found
