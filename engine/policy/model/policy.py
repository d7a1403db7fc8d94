"""A policy as a whole: topics, their tables, their rows, and what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.dates import Calendar, Length
from engine.money import Rounding
from engine.policy.faults import Source
from engine.policy.model.bodies import Body
from engine.policy.model.values import Condition, Op, Quantity
from engine.policy.text import Map, Node
from engine.policy.vocabulary import Counter, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule: if `when` holds, the topic gets what `body` sets."""

    id: str
    when: Condition
    otherwise: bool
    body: Body
    code: str | None = None
    because: str | None = None
    for_agent: str | None = None
    clause: str | None = None
    locked: bool = False
    built_in: bool = False
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a topic, or of one named part of it, and how ties are settled."""

    topic: str
    part: str | None
    decide: str
    rows: tuple[Row, ...]
    optional: bool
    source: Source

    @property
    def name(self) -> str:
        """The table's name: `deadlines.request`, or `goods`."""
        return f"{self.topic}.{self.part}" if self.part else self.topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An entry of `must`: if `when` holds, the finished outcome passes `outcome`."""

    id: str
    when: Condition
    outcome: tuple[OutcomeTest, ...] = ()
    never_both: tuple[str, str] | None = None
    code: str | None = None
    clause: str | None = None
    because: str | None = None
    locked: bool = False
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTest:
    """One test of one outcome field: words, or a bound that is an amount, a count or a number."""

    path: str
    op: Op
    words: tuple[str, ...] = ()
    bound: Quantity = None
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSets:
    """A rule that either all lines of a group come back, or none may."""

    all_of: str
    condition: Condition
    else_: str
    code: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One embedded test; its nodes are read when it runs, since `with` may change the policy."""

    name: str
    given: Map
    lines: tuple[Map, ...]
    agreed: Map | None
    edits: tuple[Map, ...]
    expect: Map
    inherited_from: str | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """The days, both included, on which an edition or a row is in force (ordinals)."""

    first: int
    last: int | None = None

    def covers(self, day: int) -> bool:
        """Whether the ordinal `day` lies within."""
        return day >= self.first and (self.last is None or day <= self.last)

    def meets(self, other: Effective) -> bool:
        """Whether some day lies within both."""
        later = max(self.first, other.first)
        return self.covers(later) and other.covers(later)

    def split(self, days: Iterable[int]) -> list[Effective]:
        """Returns the spans into which it falls if a new one begins on each of these days."""
        starts = sorted({self.first, *(day for day in days if self.covers(day))})
        ends = [*(day - 1 for day in starts[1:]), self.last]
        return [Effective(first=day, last=end) for day, end in zip(starts, ends, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A value agreed with one partner; `default` holds until then."""

    name: str
    type: str
    default: Node | None
    of: tuple[str, ...] = ()
    at_least: Node | None = None
    at_most: Node | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Overpaid:
    """How money that was paid but is not owed comes back: `by` is `offset` or `billed`.

    `within` is the time for paying a claim, counted from the day of the claim; None sets none.
    """

    by: str = "offset"
    within: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One edition of a policy, complete and merged; `digest` is the SHA-256 of its canonical text.

    `counters` are those of its `facts` that Takeback counts itself; they are looked up once, since
    every line needs them.
    """

    id: str
    version: int
    title: str
    digest: str
    effective: Effective
    applies_by: str
    time_zone: str
    currency: str
    calendar: Calendar
    rounding: Rounding
    overpaid: Overpaid
    parties: tuple[tuple[str, str], ...]
    scope: tuple[tuple[str, tuple[str, ...]], ...]
    facts: dict[str, Fact]
    groups: dict[str, Condition]
    codes: dict[str, str]
    deadlines: tuple[Table, ...]
    eligibility: Table
    limits: tuple[Table, ...]
    demands: Table
    remedies: tuple[Table, ...]
    goods: Table
    return_shipping: Table
    value: Table
    fees: tuple[Table, ...]
    outbound_shipping: Table
    after_refusal: Table
    whole_return: Table
    sets: tuple[WholeSets, ...]
    must: tuple[Promise, ...]
    agreed: tuple[Agreed, ...]
    cases: tuple[Case, ...]
    extends: tuple[str, ...]
    file: str
    tree: Map
    counters: dict[str, Counter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {name: fact.own_counter for name, fact in self.facts.items()}
        counters = {name: counter for name, counter in found.items() if counter is not None}
        object.__setattr__(self, "counters", counters)

    @property
    def owner(self) -> str:
        """The party whose policy this is."""
        return dict(self.parties)["owner"]

    @property
    def claimant(self) -> str:
        """The party that requests the return and is settled with."""
        return dict(self.parties)["claimant"]

    @property
    def reference(self) -> str:
        """The policy's id and version, such as `acme/base@4`."""
        return f"{self.id}@{self.version}"

    @property
    def rows(self) -> list[Row]:
        """Every row in the order of evaluation."""
        return [row for table in self.tables() for row in table.rows]

    @property
    def own_rows(self) -> list[Row]:
        """Every row that the policy writes."""
        return [row for row in self.rows if not row.built_in]

    def tables(self) -> tuple[Table, ...]:
        """Every table in the order of evaluation."""
        return (
            *self.deadlines,
            self.eligibility,
            *self.limits,
            self.demands,
            *self.remedies,
            self.goods,
            self.return_shipping,
            self.value,
            *self.fees,
            self.outbound_shipping,
            self.after_refusal,
            self.whole_return,
        )
