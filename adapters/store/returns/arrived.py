"""Records of arrivals, inspections and parcels without a return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from engine.returns.outcome import LineOutcome
from engine.returns.statements import Statement, Teller
from engine.returns.units import Disposition


class Undone(Struct, frozen=True, kw_only=True, gc=False):
    """An entry that undoes an arrival or inspection: who made it, when, and why."""

    at: datetime
    by: str
    why: str


class Arrival(Struct, frozen=True, kw_only=True, gc=False):
    """Units that were counted in a `receipt`, at a `place` in its order.

    Without a `line`, they were not announced.
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
        """Units that were not inspected yet."""
        return self.units - self.inspected


class Inspection(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one arrival that were found to be alike; `outcome` is set once the policy decided.

    Unannounced units have none: nothing is owed for them. Inspections made before arrivals were
    stored separately may have no `arrival`.
    """

    id: str
    place: int
    line: str | None
    arrival: str | None
    units: int
    disposition: Disposition
    found: dict[str, object]
    outcome: LineOutcome | None
    at: datetime
    by: str
    undone: Undone | None

    @property
    def statement(self) -> Statement:
        """Who stated the facts of the inspection."""
        at = self.at.isoformat(timespec="seconds")
        return Statement(teller=Teller.INSPECTION, facts=tuple(self.found), by=self.by, at=at)


class Counted(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one SKU in a delivery; without a `line`, they were not announced."""

    line: str | None
    sku: str
    location: str
    units: int


class Found(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one `arrival` that were found to be alike; `line` is None for unannounced ones."""

    line: str | None
    arrival: str
    units: int
    disposition: Disposition
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedParcel:
    """Goods that came without a known return; `tied_to` is the return they proved to belong to."""

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
        """Its arrivals, without undone ones."""
        return tuple(each for each in self.arrivals if each.undone is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcel:
    """A parcel to be stored."""

    supplier: str
    note: str
    tracking: str
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Units of an `arrival` that proved to belong to a line of a return, or to none of them."""

    arrival: str
    line: str | None
    units: int
