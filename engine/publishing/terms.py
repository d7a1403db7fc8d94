"""Rows that are of use only under other terms than those that hold until a partner agrees."""

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
from engine.publishing.checks.survey import Survey
from engine.publishing.meaning import DEAD, dead_in, meaning_of, surveys_of

MOST_TERMS: Final = 24
"""Terms under which a row is looked at before it is told never to decide."""


def meaning_under_terms(file: PolicyFile, surveys: Sequence[Survey]) -> tuple[Fault, ...]:
    """What the editions say for themselves; of a row that it never decides only if no terms help.

    Terms are the words that may be agreed, and the ends of what else may be.
    """
    found = meaning_of(surveys)
    for terms in islice(_terms(file), MOST_TERMS):
        dead = {each.source for each in found if each.code in DEAD}
        if not dead:
            break
        try:
            others = surveys_of(*file.with_terms(terms).editions)
        except PolicyFaults:
            continue  # terms that go together with no others
        alive = dead - dead_in(others)
        found = tuple(each for each in found if each.code not in DEAD or each.source not in alive)
    return found


def _terms(file: PolicyFile) -> Iterator[Map]:
    """One value agreed, then all together in each way."""
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
