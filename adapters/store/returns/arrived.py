"""What the store gives back of what arrived: units, what was found of them, and stray parcels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from engine.returns.outcome import Outcome
from engine.returns.statements import Statement, Teller
from engine.returns.units import Disposition


class Undone(Struct, frozen=True, kw_only=True, gc=False):
    """That what was counted or found does not hold: who says so, when, and why."""

    at: datetime
    by: str
    why: str


class Arrival(Struct, frozen=True, kw_only=True, gc=False):
    """Units that were counted in a `receipt`, at a `place` in its order.

    Without a `line` nobody had announced them.
    """

    id: str
    receipt: str
    place: int
    line: str | None
    sku: str
    location: str
    units: int
    inspected: int
    at: datetime
    undone: Undone | None

    @property
    def waiting(self) -> int:
        """Units that nobody looked at."""
        return self.units - self.inspected


class Inspection(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one arrival that were found to be alike; `outcome` is the policy's word, once given.

    Of units that nobody had announced it is none: nothing is owed for them. Of inspections from
    before arrivals were told apart `arrival` may be none.
    """

    id: str
    place: int
    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    found: dict[str, object]
    outcome: Outcome | None
    at: datetime
    by: str
    undone: Undone | None

    @property
    def statement(self) -> Statement:
        """Who found what was found."""
        at = self.at.isoformat(timespec="seconds")
        return Statement(teller=Teller.INSPECTION, facts=tuple(self.found), by=self.by, at=at)


class Counted(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one SKU in a delivery; without a `line` nobody had announced them."""

    line: str | None
    sku: str
    location: str
    units: int


class Found(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one `arrival` that were found to be alike; of a `line` if they were announced."""

    line: str | None
    arrival: str
    units: int
    disposition: Disposition
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedParcel:
    """Goods that came without a known return; `tied_to` is the return they turned out to be of."""

    id: str
    supplier: str
    note: str
    tracking: str
    at: datetime
    by: str
    tied_to: str | None
    tied_at: datetime | None
    tied_by: str | None
    arrivals: tuple[Arrival, ...]

    @property
    def standing(self) -> tuple[Arrival, ...]:
        """What it holds; nothing once it is undone."""
        return tuple(each for each in self.arrivals if each.undone is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcel:
    """A parcel that is about to be kept."""

    supplier: str
    note: str
    tracking: str
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Units of an `arrival` that turned out to be of a line of a return, or of none of them."""

    arrival: str
    line: str | None
    units: int
