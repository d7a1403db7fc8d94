"""The register of facts as clients see it: what forms and checks are made from."""

from __future__ import annotations

import strawberry

from engine.policy import vocabulary

FactType = strawberry.enum(
    vocabulary.FactType, description="What the value of a fact is; dates are ISO 8601."
)
FactOwner = strawberry.enum(
    vocabulary.Owner,
    name="FactOwner",
    description="Who may say a fact: the record of the order, a partner, the carrier, an "
    "inspection, a person at the supplier, or nobody, since it is derived.",
)
FactMoment = strawberry.enum(
    vocabulary.Moment,
    name="FactMoment",
    description="Until when a fact may be said: with the product, before a return is approved, or "
    "until it is settled.",
)


@strawberry.type(description="A fact that policies may test, and whose it is to say.")
class FactDefinition:
    """`words` closes the list of its words, best first where `ordered`; null for any word."""

    name: str
    """The word that policies test."""
    type: FactType  # type: ignore[valid-type]
    """What its value is."""
    told_by: FactOwner  # type: ignore[valid-type]
    """Who may say it."""
    until: FactMoment  # type: ignore[valid-type]
    """Up to when it may be said."""
    words: list[str] | None
    """The words it may be; null for any."""
    ordered: bool
    """Whether its words go from better to worse, so that rows may compare them."""
    found_by_inspection: bool
    """Whether an inspection may find it otherwise than it was said."""
    means: str
    """What it means, for those who write policies."""
    question: str
    """How to ask for it."""


def fact_definition(fact: vocabulary.Fact) -> FactDefinition:
    """A record of the register; of a policy's own fact its name is all that there is to ask by."""
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
