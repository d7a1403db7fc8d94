"""Compares a policy as it is with the policy as a silence's advice would have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from engine.decision.decide import Decider
from engine.errors import PolicyFaults, RequestFault
from engine.policy.model import Policy
from engine.policy.reading import read
from engine.policy.text import Map
from engine.publishing.checks.context import CheckContext, facts_of
from engine.publishing.checks.search.sampler import Sampler, Tried, searched, unmet
from engine.publishing.checks.search.values import Given
from engine.publishing.checks.silences.written import Silence, edited, in_place
from engine.publishing.comparison import FIELDS

ALWAYS_SHOWN: Final = ("ordered", "delivered", "requested")
_MOST_TRIES: Final = 300
_NEAR: Final = 100
_MAIN: Final = ("answer", "net", "fee")
_SHOWN: Final = (*_MAIN, "remedy", "return_paid_by", "goods", "last_day", "code")


def mended(silence: Silence, policy: Policy) -> Policy | None:
    """Returns the policy with the advice applied; None if an edit cannot do that."""
    new = edited(silence.place, silence)
    tree = in_place(policy.tree, silence.place, new)
    if tree == policy.tree or not isinstance(tree, Map):
        return None
    try:
        return read(tree, policy.file, policy.extends)
    except PolicyFaults:
        return None


@dataclass(slots=True)
class Pair:
    """A policy as it is and as it is advised, decided for the same returns."""

    survey: CheckContext
    policy: Policy
    mended: Decider = field(init=False)
    bench: Sampler = field(init=False)

    def __post_init__(self) -> None:
        self.bench = Sampler(self.policy)
        self.mended = self.bench.decider

    def differing(self, silence: Silence) -> Tried | None:
        """Finds a return that the two decide differently."""
        row, others = silence.row, list[Tried]()
        far = unmet(self.survey.bench, row.when) if row else None
        first = facts_of(row) if row else []

        def score(tried: Tried) -> int:
            names = {name for name, _, _ in self.unlike(tried.given)}
            others.extend([tried] if names else [])
            return 1 + (far(tried) if far else 0) if names.isdisjoint(_MAIN) else 0

        example = [silence.example.given] if silence.example else []
        starts = chain(example, self.survey.seeds, self._near())
        found = searched(self.survey.bench, starts, score, first, most=_MOST_TRIES)
        return found or next(iter(others), None)

    def _near(self) -> Iterator[Given]:
        """Yields returns at the edges of the advised policy."""
        for seed in self.survey.seeds[:2]:
            tried = self.bench.tried(seed)
            yield from islice(self.bench.moves(tried), _NEAR) if tried else ()

    def unlike(self, given: Given) -> list[tuple[str, str, str]]:
        """Returns the fields that differ: name, value as it is, value as advised."""
        try:
            now, then = self.survey.bench.decider.decide(given), self.mended.decide(given)
        except RequestFault:
            return []
        found = []
        for name in _SHOWN:
            before, after = FIELDS[name](now), FIELDS[name](then)
            if before != after:
                shown = {"net": (now.net, then.net), "fee": (now.fee_total, then.fee_total)}
                was, would_be = shown.get(name, (before, after))
                found.append((name, _text(was), _text(would_be)))
        return found

    def in_words(self, tried: Tried) -> str:
        """Says what is decided for a return today, and what the advice would make of it."""
        found = self.unlike(tried.given)
        if not found:
            return ""
        name, before, after = found[0]
        facts = dict.fromkeys((*ALWAYS_SHOWN, *tried.given))
        said = self.survey.said(tried.given, facts)
        return f" For {said}, `{name}` is {before} today, and {after} so written."


def _text(value: object) -> str:
    return "none" if value is None else str(value)
