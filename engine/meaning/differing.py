"""Finds a return in a region for which two policies differ, a realistic one if there is one.

Both policies are worked out for the return before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from engine.meaning.code import Worked, worked_out
from engine.meaning.comparison import Compared
from engine.meaning.difference import Budget, TooMuch
from engine.meaning.graph import Node
from engine.meaning.regions import Path, Region
from engine.meaning.timeline import InTurn
from engine.meaning.ways import Ways
from engine.meaning.witness import DRAWS, Numbers, lies

_OF_REGIONS: Final = Budget(cases=4_000, nodes=2_000_000)
_MOST_PARTS: Final = 50
"""The most parts of a region in which a return is looked for."""
_FIRST_DRAWS: Final = 12
"""Returns that are tried before a region is split into its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A return of a region, or the proof that it is `empty`, or neither."""

    numbers: Numbers | None = None
    empty: bool = False


class Differing(InTurn):
    """Finds returns in the regions of one comparison."""

    def __init__(self, compared: Compared) -> None:
        super().__init__(compared.ground)
        self._compared = compared
        self._ways = Ways(self.ground.graph, self.ground.domain, _OF_REGIONS)
        self._fields = {each.field: self._both(each.field) for each in compared.changed}

    def find(self, field: str, region: Region) -> Shown:
        """Looks for facts in the region for which the field differs."""
        numbers = self._shown(field, region.path, _FIRST_DRAWS)
        if numbers is not None:
            return Shown(numbers=numbers)
        empty = True
        try:
            for part in islice(self._parts(field, region), _MOST_PARTS):
                numbers = self._shown(field, part, DRAWS)
                if numbers is not None:
                    return Shown(numbers=numbers)
                empty = False
        except TooMuch:
            return Shown(numbers=self._shown(field, region.path, DRAWS))
        return Shown(empty=empty)

    def _parts(self, field: str, region: Region) -> Iterator[Path]:
        """Returns the compared parts of a region that may hold a return; raises `TooMuch`."""
        graph = self.ground.graph
        inside = [lies(graph, variable, cells) for variable, cells in region.path]
        ways = self._ways.of(graph.all(*inside, self._same(field)))
        return (path for path in ways if not self.emptiness.of(path))

    def _shown(self, field: str, path: Path, draws: int) -> Numbers | None:
        """Returns a return that is as plain as it can be, if possible with days in their usual
        order and a price that fits its units.
        """
        found = self.meeting(path, lambda one: self.differs(field, one), draws)
        if found is None:
            return None
        lie = worked_out([lies(self.ground.graph, variable, cells) for variable, cells in path])

        def shows(one: Numbers) -> bool:
            return all(lie(one)) and self.differs(field, one)

        found = next((each for each in _priced(found) if shows(each)), found)
        return self.plainest(found, shows)

    def differs(self, field: str, numbers: Mapping[str, int]) -> bool:
        """Whether a field is compared for a return and the two policies give different values."""
        one, other, same = self._fields[field](numbers)
        return bool(same) and one != other

    def _both(self, field: str) -> Worked:
        """Returns a function for both values of a field, and whether they are compared."""
        before, after = self._compared.before, self._compared.after
        return worked_out([before.fields[field], after.fields[field], self._same(field)])

    def _same(self, field: str) -> Node:
        """Returns the condition under which a field is compared: both settle, or answer alike."""
        before, after, graph = self._compared.before, self._compared.after, self.ground.graph
        same = graph.true
        if field == "code":
            same = graph.eq(before.fields["answer"], after.fields["answer"])
        elif field in before.settled:
            same = graph.all(before.settles, after.settles)
        return graph.all(same, graph.no(self._compared.doubt))


def _priced(numbers: Numbers) -> Iterator[Numbers]:
    """Yields variants of a return in which price, unit price and quantity agree."""
    price, one, many = (numbers.get(n) for n in ("item_price", "unit_price", "quantity"))
    if price is None or one is None or many is None or price == one * many:
        return
    if many > 0 and price % many == 0:
        yield {**numbers, "unit_price": price // many}
    yield {**numbers, "item_price": one * many}
    yield {**numbers, "quantity": 1, "unit_price": price}
