"""Finds returns whose dates are in their usual order, if the region allows it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import pairwise
from typing import Final

from engine.meaning.emptiness import Emptiness
from engine.meaning.ground import Ground
from engine.meaning.regions import FAR, Path
from engine.meaning.witness import DRAWS, Finder, Numbers

_USUAL: Final = {
    "ordered": 0,
    "invoiced": 1,
    "fulfilled": 1,
    "departed": 1,
    "shipped": 1,
    "promised": 3,
    "first_delivered": 3,
    "delivered": 3,
    "last_delivered": 3,
    "informed": 3,
    "installed": 4,
    "repair_asked": 5,
    "reported_to_retailer": 6,
    "repair_done": 8,
    "requested": 10,
    "request_sent": 10,
    "request_received": 11,
    "seller_acted": 12,
    "partner_replied": 12,
    "rma_issued": 12,
    "label_received": 13,
    "shipped_back": 14,
    "received_back": 18,
    "now": 20,
}
"""The usual day of each date, in days after the order."""

_FIRST_DRAWS: Final = 12
"""Returns in the usual order that are tried before the order is given up."""
_CHAINS: Final = (
    ("ordered", "invoiced", "requested"),
    ("ordered", "fulfilled", "departed", "shipped", "first_delivered", "delivered"),
    ("delivered", "last_delivered", "requested"),
    ("ordered", "promised"),
    ("ordered", "informed", "requested"),
    ("delivered", "installed", "requested"),
    ("delivered", "reported_to_retailer", "requested"),
    ("delivered", "repair_asked", "repair_done", "requested"),
    ("requested", "request_sent", "request_received", "rma_issued", "label_received"),
    ("label_received", "shipped_back", "received_back", "now"),
    ("requested", "shipped_back"),
    ("requested", "seller_acted", "now"),
    ("requested", "partner_replied", "now"),
    ("requested", "now"),
)
"""Dates that usually follow each other, the earliest first."""


def in_turn(known: Container[str]) -> Iterator[tuple[str, str]]:
    """Yields pairs of dates of which the first usually is not after the second."""
    for chain in _CHAINS:
        yield from pairwise([name for name in chain if name in known])


class InTurn(Finder):
    """Finds returns whose dates are in their usual order, if the region has any."""

    usual = _USUAL

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self.emptiness = Emptiness(ground)
        graph = ground.graph
        self._in_turn: Path = tuple(
            (graph.sub(graph.fact(later), graph.fact(earlier)), ((0, FAR),))
            for earlier, later in in_turn(ground.facts)
        )

    def meeting(
        self, path: Path, accepts: Callable[[Numbers], bool], draws: int = DRAWS
    ) -> Numbers | None:
        """Returns facts in a region that `accepts` takes; None if none were found."""
        whole, found = (*path, *self._in_turn), None
        if not self.emptiness.of(whole):
            found = super().meeting(whole, accepts, _FIRST_DRAWS)
        return found or super().meeting(path, accepts, draws)
