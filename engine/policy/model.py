"""What a policy is once it has been read: topics, tables, rows and the values in them.

    Policy ── topics ── Table ── Row ── when (Condition) + body (what the row sets)

Everything is typed and immutable; texts and positions stay for explanations only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.dates import Calendar, Length
from engine.money import Money, Rounding
from engine.policy.faults import Source
from engine.policy.text import Map, Node
from engine.policy.vocabulary import Fact

# --- conditions ---------------------------------------------------------------------------------


class Op(StrEnum):
    """How a leaf compares a fact; numbers and dates by size, words and sets by membership."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One test of one fact.

    `value` holds words for IN, NOT_IN, HAS and LACKS (one word), else one integer: minor units,
    an ordinal day, a count, 0 or 1, or millionths for numbers and percents. `written` is the test
    as a person would read it.
    """

    fact: str
    op: Op
    words: tuple[str, ...] = ()
    number: int = 0
    written: str
    source: Source


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no parts means always."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = All | AnyOf | Leaf
ALWAYS = All()

# --- values -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed sum."""

    money: Money


@dataclass(frozen=True, slots=True)
class FromFact:
    """The value of a money fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Percent:
    """`millionths` of an amount: 15% is 150,000."""

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
    """An amount that somebody finds out later; shown, never deducted."""


Amount = Fixed | FromFact | Percent | Extreme | Bounded | Each | ToBeAssessed | None
"""`None` is the amount `none`."""


@dataclass(frozen=True, slots=True)
class StartDate:
    """A date fact, moved by a length if one is given (`sign` 1 or -1)."""

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
    """Where a clock counts from."""

    dates: tuple[StartDate, ...]
    pick: Pick = Pick.ONLY


@dataclass(frozen=True, slots=True)
class Opens:
    """The first good day: a start plus a length, or (`ahead`) minus it."""

    length: Length
    start: Start
    ahead: bool


# --- bodies: what a row of each topic sets --------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One way to read a clock whose text can be read in several."""

    id: str
    clock: Clock
    because: str | None = None
    clause: str | None = None


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
    """What an eligibility row says."""

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

    used: Amount | int | str = 0
    adds: Amount | int | str = 0
    at_most: Amount | int | str | None = None
    under: Amount | int | str | None = None
    at_least: Amount | int | str | None = None
    counts: bool = False
    if_over: str = "refuse"
    to_settle: str | None = None


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
    """What becomes of the goods and where they go."""

    do: str | None = None
    choice: tuple[str, ...] = ()
    chosen_by: str | None = None
    to: str | None = None
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Who pays the way back, who makes the label, who pays for sending goods out again."""

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
    """A fee; `per` unit, line or return; `taken` deducted or billed."""

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
    """What still happens when the answer is refuse."""

    goods: Goods = Goods()
    shipping: Shipping = Shipping()
    remedies: tuple[tuple[str, Remedy], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Fees that are not taken after all, by outcome name (`fees.return_shipping`)."""

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

# --- rows, tables, the policy ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule: where `when` holds, the topic gets what `body` sets."""

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
        """`deadlines.request`, or `goods`."""
        return f"{self.topic}.{self.part}" if self.part else self.topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A `must`: where `when` holds, the finished outcome passes `outcome`."""

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
    bound: Amount | int = None
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSets:
    """All lines of a group come back, or none may."""

    all_of: str
    condition: Condition
    else_: str
    code: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One embedded test; nodes stay unread until the case runs, since `with` may change the policy."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A value settled with one partner; `default` is what holds until then."""

    name: str
    type: str
    default: Node | None
    of: tuple[str, ...] = ()
    at_least: Node | None = None
    at_most: Node | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One edition of a policy, whole and merged; `digest` is the SHA-256 of its canonical text."""

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

    @property
    def owner(self) -> str:
        """The party whose policy this is."""
        return dict(self.parties)["owner"]

    @property
    def claimant(self) -> str:
        """The party that asks and is settled with."""
        return dict(self.parties)["claimant"]

    @property
    def reference(self) -> str:
        """`acme/base@4`."""
        return f"{self.id}@{self.version}"

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
