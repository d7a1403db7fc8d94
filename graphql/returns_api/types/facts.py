"""The register of facts as the API shows it, from which clients build forms and checks."""

from __future__ import annotations

import strawberry

from engine.policy import vocabulary

FactType = strawberry.enum(
    vocabulary.FactType, description="The type of a fact's value; dates are ISO 8601."
)
FactOwner = strawberry.enum(
    vocabulary.Owner,
    name="FactOwner",
    description=(
        "Who may state a fact: the record of the order, a partner, the carrier, an inspection, a "
        "person at the supplier, or nobody, if it is derived."
    ),
)
FactMoment = strawberry.enum(
    vocabulary.Moment,
    name="FactMoment",
    description=(
        "Until when a fact may be stated: with the product, before a return is approved, or until "
        "it is settled."
    ),
)


@strawberry.type(description="A fact that policies may test, and who may state it.")
class FactDefinition:
    """`words` lists the permitted words, best first if `ordered`; null permits any word."""

    name: str
    """The name that policies use."""
    type: FactType  # type: ignore[valid-type]
    """The type of its value."""
    told_by: FactOwner  # type: ignore[valid-type]
    """Who may state it."""
    until: FactMoment  # type: ignore[valid-type]
    """Until when it may be stated."""
    words: list[str] | None
    """The permitted words; null permits any."""
    ordered: bool
    """Whether its words are ordered from best to worst, so that rows may compare them."""
    found_by_inspection: bool
    """Whether an inspection may find another value than the one stated."""
    means: str
    """The meaning, for authors of policies."""
    question: str
    """The question to ask for it."""


def fact_definition(fact: vocabulary.Fact) -> FactDefinition:
    """Converts a fact of the register; a policy's own fact may have only its name to ask by."""
    named = fact.name.replace("_", " ")
    return FactDefinition(
        name=fact.name,
        type=fact.type,
        told_by=fact.told_by,
        until=fact.until,
        words=None if fact.words is None or fact.open else list(fact.words),
        ordered=fact.best_first,
        found_by_inspection=fact.found,
        means=fact.help or f"The policy's own fact `{fact.name}`.",
        question=fact.ask or f"{named[:1].upper()}{named[1:]}?",
    )
