"""The facts that a decision lacks, and who may state them, so that the requester knows
whom to ask.
"""

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


@strawberry.type(description="A fact or a paper that is needed for an answer.")
class MissingFact:
    """`name` is the one under `missing`."""

    name: str
    """The fact or the paper."""
    fact: str
    """The fact that provides it: `evidence` for a paper, or else the fact itself."""
    told_by: FactOwner  # type: ignore[valid-type]
    """Who may state it; in a return, a retailer states what is `RETAILER`, and its supplier
    everything that is not derived or found by an inspection.
    """
    definition: FactDefinition
    """That fact as its policy defines it: the question of a form, and until when it may
    be stated.
    """


def missing_facts(names: tuple[str, ...], facts: Mapping[str, Fact]) -> list[MissingFact]:
    """Returns each with who may state it, in the order in which they are missing."""
    found = [(name, *missing_from(name, facts)) for name in names]
    return [
        MissingFact(name=name, fact=fact, told_by=owner, definition=fact_definition(facts[fact]))
        for name, fact, owner in found
    ]


def facts_under(policy: Policy, language: int) -> FindFacts:
    """Returns a finder of a policy's facts with their owners, by the language version
    of its text.
    """
    return lambda _context: owned(policy.facts, language)


def facts_then(kept: Decided) -> FindFacts:
    """Returns a finder of the facts of the policy that made a stored decision.

    Only the built-in facts if none governed, or if its text cannot be read any more.
    """

    def found(context: Context) -> Mapping[str, Fact]:
        then = file_then(context, kept)
        if then is None:
            return SENT
        file, language = then
        return owned(file.policy.facts, language)

    return found
