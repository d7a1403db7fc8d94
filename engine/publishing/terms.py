"""Clears findings about rows that decide only under terms that a partner may agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from typing import Final

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.policy.model import Agreed
from engine.policy.text import Map, Node, Scalar
from engine.policy.vocabulary import FactType
from engine.publishing.checks.context import CheckContext
from engine.publishing.meaning import DEAD, dead_in, meaning_of, surveys_of

MOST_TERMS: Final = 24
"""The most terms under which a row is tried before it is reported never to decide."""


def meaning_under_terms(file: PolicyFile, surveys: Sequence[CheckContext]) -> tuple[Fault, ...]:
    """Returns the findings about editions; a row never decides only if it does under no terms.

    Terms are the words that may be agreed, and the bounds of other values.
    """
    found = meaning_of(surveys)
    for terms in islice(_terms(file), MOST_TERMS):
        dead = {each.source for each in found if each.code in DEAD}
        if not dead:
            break
        try:
            others = surveys_of(*file.with_terms(terms).editions)
        except PolicyFaults:
            continue  # these terms do not go together
        alive = dead - dead_in(others)
        found = tuple(each for each in found if each.code not in DEAD or each.source not in alive)
    return found


def _terms(file: PolicyFile) -> Iterator[Map]:
    """Yields terms with one value agreed, then with all values in every combination."""
    source, agreed = file.policy.tree.source, file.policy.agreed
    each = [[(one.name, node) for node in _values(one)] for one in agreed]
    each = [pairs for pairs in each if pairs]
    for chosen in chain(((pair,) for pairs in each for pair in pairs), product(*each)):
        yield Map(source=source, entries=dict(chosen), keys={})


def _values(agreed: Agreed) -> Iterator[Node]:
    words = ("true", "false") if agreed.type is FactType.YES_NO else agreed.of
    for word in words:
        value = word == "true" if agreed.type is FactType.YES_NO else word
        yield Scalar(source=agreed.source, text=word, value=value)
    yield from (bound for bound in (agreed.at_least, agreed.at_most) if bound is not None)
