"""What a decision lacks, and whose it is to say: so that one who asks knows whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import strawberry

from adapters.store.records import Decided
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import missing_from, owned
from engine.policy.vocabulary import Fact
from returns_api.context import Context
from returns_api.types.facts import FactDefinition, FactOwner, fact_definition
from returns_api.types.then import file_then

FindFacts = Callable[[Context], Mapping[str, Fact]]


@strawberry.type(description="A fact or a paper without which it cannot be answered.")
class MissingFact:
    """`name` as under `missing`."""

    name: str
    """The fact or the paper."""
    fact: str
    """The fact that says it: `evidence` for a paper, else the name itself."""
    told_by: FactOwner  # type: ignore[valid-type]
    """Who may say it; at a return, a retailer what is `RETAILER`, and its supplier all that is not
    derived or found by an inspection.
    """
    definition: FactDefinition
    """The fact that says it as its policy has it: how a form asks for it, and until when."""


def missing_facts(names: tuple[str, ...], facts: Mapping[str, Fact]) -> list[MissingFact]:
    """Each with who tells it, in the order in which they are missed."""
    found = [(name, *missing_from(name, facts)) for name in names]
    return [
        MissingFact(name=name, fact=fact, told_by=owner, definition=fact_definition(facts[fact]))
        for name, fact, owner in found
    ]


def facts_under(policy: Policy, language: int) -> FindFacts:
    """The facts of a policy with their owners, by the language that it was written in."""
    return lambda _context: owned(policy.facts, language)


def facts_then(kept: Decided) -> FindFacts:
    """The facts of the policy that a kept decision was given by.

    The built-in ones alone where none governed, or where its text is not read any more.
    """

    def found(context: Context) -> Mapping[str, Fact]:
        then = file_then(context, kept)
        if then is None:
            return SENT
        file, language = then
        return owned(file.policy.facts, language)

    return found
