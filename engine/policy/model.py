"""A policy once it has been read; every value is typed, immutable and free of behaviour.

    Policy ── topics ── Table ── Row ── when (Condition) + body (what the row sets)

Texts and positions are kept for explanations only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Final

from engine.dates import Calendar, Length
from engine.money import Money, Rounding
from engine.policy.faults import Source
from engine.policy.text import Map, Node
from engine.policy.vocabulary import Counter, Fact


class Op(StrEnum):
    """How a leaf compares a fact: numbers and dates by size, words and sets by membership."""

    IN = "in"
    NOT_IN = "not in"
    UNDER = "under"
    AT_MOST = "at_most"
    OVER = "over"
    AT_LEAST = "at_least"
    HAS = "has"
    LACKS = "lacks"
    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


PRESENCE: Final = (Op.KNOWN, Op.UNKNOWN)
"""Tests of whether a fact was told, not of its value; they are never open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One test of one fact.

    `words` holds words for IN, NOT_IN, HAS and LACKS (one word), else `number` one integer: minor
    units, an ordinal day, a count, 0 or 1, or millionths for numbers and percents. `written` is the
    test as a person would read it.
    """

    fact: str
    op: Op
    words: tuple[str, ...] = ()
    number: int = 0
    written: str
    source: Source


@dataclass(frozen=True, slots=True)
class All:
    """A condition that holds if every part holds; without parts, always."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A condition that holds if at least one part holds."""

    parts: tuple[Condition, ...]


Condition = All | AnyOf | Leaf
ALWAYS = All()


@dataclass(frozen=True, slots=True)
class StartDate:
    """A date fact, moved by a length if one is given."""

    fact: str
    plus: Length | None = None


class Pick(StrEnum):
    """Which of several dates starts a clock."""

    ONLY = "only"
    FIRST_KNOWN = "first_known"
    LATER_OF = "later_of"
    EARLIER_OF = "earlier_of"


@dataclass(frozen=True, slots=True)
class Start:
    """The date that a clock counts from."""

    dates: tuple[StartDate, ...]
    pick: Pick = Pick.ONLY

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it counts from."""
        return tuple([each.fact for each in self.dates])


@dataclass(frozen=True, slots=True)
class Opens:
    """The first day that is not too early: a start plus a length, or minus it if `ahead`."""

    length: Length
    start: Start
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A deadline: one of `within`, `until` and `no_limit` (unless only `opens` is set)."""

    event: str = "requested"
    by: str | None = None
    within: Length | None = None
    strict: bool = False
    until: int | None = None
    no_limit: bool = False
    opens: Opens | None = None
    start: Start | None = None
    start_day_is_first: bool = False
    roll: bool = False
    extended_by: Length | None = None
    pauses: tuple[str, str] | None = None
    if_late: str = "outside_window"
    if_early: str = "too_early"
    if_silent: str | None = None
    must_start: bool = False
    readings: tuple[ClockReading, ...] = ()
    code: str | None = None
    we_take: str | None = None

    @property
    def dates(self) -> frozenset[str]:
        """The facts that it reads, its readings' included: its event, start and pauses."""
        opens = self.opens.start if self.opens is not None else None
        starts = [name for start in (self.start, opens) if start for name in start.names]
        more = [each.clock.dates for each in self.readings]
        return frozenset((self.event, *starts, *(self.pauses or ()))).union(*more)

    @property
    def counted(self) -> tuple[Clock, ...]:
        """The clocks that are read: its readings, or itself if it has none."""
        return tuple([each.clock for each in self.readings]) or (self,)

    @property
    def can_be_missed(self) -> bool:
        """Whether an event may be too late or too early in a way that is not only told."""
        late = self.if_late != "go_on" and not (self.no_limit and self.opens is None)
        return late or (self.opens is not None and self.if_early != "go_on")

    def late_like(self, other: Clock) -> bool:
        """Whether an event that is late by both is late in the same way."""
        return self._lateness == other._lateness

    @property
    def _lateness(self) -> tuple[object, ...]:
        return (self.event, self.by, self.opens, self.if_late, self.if_silent, self.readings)

    def says(self, state: str) -> str | None:
        """What it says of a state: a code, a default for silence or `go_on`; None for nothing."""
        said = {"early": self.if_early, "late": self.if_late, "silent": self.if_silent}
        return said.get(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One way to read a clock whose text can be read in several ways."""

    id: str
    clock: Clock
    because: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed amount of money."""

    money: Money


@dataclass(frozen=True, slots=True)
class FromFact:
    """The value of a money fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of an amount, in `millionths`: 15% is 150,000."""

    millionths: int
    of: Amount


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest or the least of several amounts."""

    greatest: bool
    parts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """An amount with a floor and a cap."""

    amount: Amount
    at_least: Amount | None
    at_most: Amount | None


@dataclass(frozen=True, slots=True)
class Each:
    """An amount for every unit of a count fact."""

    amount: Amount
    per: str


@dataclass(frozen=True, slots=True)
class ToBeAssessed:
    """An amount that a person assesses later; it is shown and never deducted."""


Amount = Fixed | FromFact | Percent | Extreme | Bounded | Each | ToBeAssessed | None
"""`None` is the amount `none`."""


@dataclass(frozen=True, slots=True)
class ShareOfCount:
    """A share of a count fact in `millionths`, rounded down: 5% of the units shipped."""

    millionths: int
    fact: str


Quantity = Amount | int | str | ShareOfCount
"""Money, or a count: a number, the name of a count fact, or a share of one."""


def held_in(value: object) -> Iterator[object]:
    """Yields a row's body, or a part of it such as an amount, and everything that it contains."""
    yield value
    if is_dataclass(value) and not isinstance(value, type | Leaf):
        for each in fields(value):
            yield from held_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from held_in(item)


def words_in(value: object) -> list[str]:
    """Returns every word in rows' bodies, or in parts of them: the facts that they name among
    others."""
    return [each for each in held_in(value) if isinstance(each, str)]


# --- what rows set --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a contradictory text: its answer and what it would set."""

    id: str
    answer: str
    code: str | None = None
    because: str | None = None
    clause: str | None = None
    to_settle: str | None = None
    sets: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of an eligibility row, and what goes with it."""

    answer: str
    to_settle: str | None = None
    missing: tuple[str, ...] = ()
    curable: bool = False
    belongs_to: str | None = None
    stands: bool = False
    readings: tuple[Reading, ...] = ()
    we_take: str | None = None
    why: str | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`used` + `adds` must stay within a bound; amounts or counts (`int`)."""

    used: Quantity = 0
    adds: Quantity = 0
    at_most: Quantity = None
    under: Quantity = None
    at_least: Quantity = None
    counts: bool = False
    if_over: str = "refuse"
    to_settle: str | None = None

    @property
    def usual_code(self) -> str:
        """The code of an exceeded limit whose row gives none."""
        return "count_limit" if self.counts else "value_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Evidence or a state that must be there (`must`), or a step still to come (`subject_to`)."""

    need: tuple[str, ...] = ()
    must: Condition | None = None
    original_packaging: bool = False
    subject_to: tuple[str, ...] = ()
    if_not: str = "ask"
    curable: bool = False
    to_settle: str | None = None

    @property
    def usual_code(self) -> str:
        """The code of a failed demand whose row gives none."""
        if self.need:
            return "missing_evidence"
        return "packaging_not_met" if self.original_packaging else "condition_breached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What one party is given: `give`, or a choice, or a sequence."""

    give: str | None = None
    choice: tuple[str, ...] = ()
    chosen_by: str | None = None
    first: tuple[str, ...] = ()
    then: str | None = None
    after: Condition | None = None
    from_: str | None = None
    of: Amount = None
    percent: int | None = None
    timing: str | None = None
    pay_within: Clock | None = None
    issued_by: str | None = None
    bonus: Amount = None
    creates: tuple[str, ...] = ()
    same_product: bool | None = None
    price_difference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What becomes of the goods, and where they go."""

    do: str | None = None
    choice: tuple[str, ...] = ()
    chosen_by: str | None = None
    to: str | None = None
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Who pays for return shipping, who makes the label, who pays for sending goods out again."""

    paid_by: str | None = None
    label_by: str | None = None
    reshipment_paid_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a full settlement is worth: `percent` (millionths) of an amount."""

    of: Amount = field(default_factory=lambda: FromFact("item_price"))
    percent: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee; `per` line, unit, return or order; `taken` deducted or billed."""

    fee: Amount = None
    per: str = "line"
    taken: str = "deducted"
    owed_by: str | None = None
    owed_to: str | None = None
    certainty: str = "fixed"
    to_settle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Whether outbound shipping is given back: none, full or standard_part."""

    refund: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterRefusal:
    """What still happens if the return is refused."""

    goods: Goods = Goods()
    shipping: Shipping = Shipping()
    remedies: tuple[tuple[str, Remedy], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Fees that are waived, by their names in the outcome (`fees.return_shipping`)."""

    waive: tuple[str, ...] = ()


Body = (
    Clock
    | Verdict
    | Limit
    | Demand
    | Remedy
    | Goods
    | Shipping
    | Value
    | Fee
    | Outbound
    | AfterRefusal
    | Waiver
)


# --- the policy as a whole ------------------------------------------------------------------------


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
