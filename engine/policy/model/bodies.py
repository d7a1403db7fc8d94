"""What a row of each topic sets; deadlines have a file of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.policy.model.values import Amount, Clock, Condition, FromFact, Quantity


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
