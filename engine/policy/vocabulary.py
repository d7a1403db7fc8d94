"""The facts that a policy may test, and the counters that Takeback reads from its own returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Protocol

from engine.dates import FIRST_DAY, LAST_DAY, Calendar, Length, Unit, add_length, day_text
from engine.money import LIMIT, Money, percent_text
from engine.policy import words


class Counted(StrEnum):
    """What a counter adds up."""

    RETURNED_VALUE = "returned_value"
    RETURNED_UNITS = "returned_units"
    RETURNS = "returns"
    EXCHANGES = "exchanges"


class Per(StrEnum):
    """Whose returns a counter adds up, within one partnership."""

    ORDER = "order"
    LINE = "line"
    SKU = "sku"
    RETAILER = "retailer"


class Span(StrEnum):
    """Periods that are not a length of time counted back from a day."""

    CALENDAR_YEAR = "calendar year"
    LIFETIME = "lifetime"


UNITS: Final = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
"""The units that the length of a counter may be written in."""
_PLAIN: Final = Calendar()

MOST_COUNTED: Final = 10**12
"""The largest count that is sent."""
DIGITS: Final = 12
"""The most digits before the point of a number that is sent; a percentage as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A number that Takeback counts itself, in the returns of one partnership."""

    of: Counted
    per: Per
    over: Length | Span

    def days(self, day: int) -> tuple[int | None, int | None]:
        """Returns the first and the last day that count for a request on `day`; None for no limit.

        A length ends with the day of the request: 1 day is that day, and 12 months that end
        with 2025-06-15 begin on 2024-06-16.
        """
        if isinstance(self.over, Length):
            return add_length(day, self.over, _PLAIN, -1) + 1, None
        if self.over is Span.LIFETIME:
            return None, None
        year = date.fromordinal(day).year
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()


class FactType(StrEnum):
    """The type of a fact's value."""

    WORD = "word"
    """One word."""
    SET = "set"
    """A list of words."""
    YES_NO = "yes_no"
    """True or false."""
    COUNT = "count"
    """A whole number, 0 or more."""
    NUMBER = "number"
    """A number, which may have decimals."""
    PERCENT = "percent"
    """A part of a hundred, as `15%`."""
    MONEY = "money"
    """An amount with its currency, as `USD 5.00`."""
    DATE = "date"
    """A day or a moment, as ISO 8601."""
    LENGTH = "length"
    """A length of time, as `30 days`."""
    ROWS = "rows"
    """A table of rows."""


_AS_SENT: Final[Mapping[FactType, Callable[[int, str], object]]] = {
    FactType.MONEY: lambda number, currency: str(Money(number, currency)),
    FactType.DATE: lambda number, _: day_text(number),
    FactType.YES_NO: lambda number, _: bool(number),
    FactType.PERCENT: lambda number, _: percent_text(number),
    FactType.NUMBER: lambda number, _: f"{Decimal(number).scaleb(-6).normalize():f}",
}


def as_sent(kind: FactType, number: int, currency: str) -> object:
    """Returns the integer of a value of any type but a word as a request sends the value."""
    made = _AS_SENT.get(kind)
    return number if made is None else made(number, currency)


class Owner(StrEnum):
    """Who may state a fact; `ORDER` is the record of the order, `DERIVED` nobody."""

    ORDER = "order"
    """The record of the order or of the product."""
    SUPPLIER = "supplier"
    """Who ships the goods."""
    RETAILER = "retailer"
    """Who sold them to the consumer."""
    CARRIER = "carrier"
    """The carrier, as either partner heard of it."""
    INSPECTION = "inspection"
    """Whoever looks at the goods that came."""
    PERSON = "person"
    """A person at the supplier, who gives a reason."""
    DERIVED = "derived"
    """Nobody: it follows from other facts."""


class Moment(StrEnum):
    """The last step of a return at which a fact may still be stated, in order."""

    PURCHASE = "purchase"
    """With the product or the order."""
    REQUEST = "request"
    """Before a return is approved."""
    RECEIPT = "receipt"
    """Until a return is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named, typed value that a row may test.

    `told_by` says who may state it, and `until` up to which step; `owner_named` is false for a
    policy's own fact that names nobody, which leaves it to the supplier. `others_words` are words
    of it that somebody else states, `found` is whether an inspection may find it, `recorded`
    whether it may be written into the record of an order or a product: what follows from that
    record, or is a step of a return, never is. `help` is for authors of policies, `ask` the
    question put to callers. `words` closes the list of legal words (None: any word); `best_first`
    says that they are ordered from better to worse; `signed` money may be below zero; `if_not_sent`
    is the plain value used if a request leaves the fact out. `counter` describes what others count,
    or is what Takeback counts itself.
    """

    name: str
    type: FactType
    words: tuple[str, ...] | None = None
    best_first: bool = False
    open: bool = False
    if_not_sent: object = None
    counter: str | Counter = ""
    told_by: Owner = Owner.DERIVED
    owner_named: bool = True
    until: Moment = Moment.RECEIPT
    others_words: Mapping[str, Owner] = field(default_factory=dict)
    found: bool = False
    recorded: bool = True
    signed: bool = False
    help: str = ""
    ask: str = ""

    @property
    def own_counter(self) -> Counter | None:
        """What Takeback counts itself, so that nobody states it."""
        return self.counter if isinstance(self.counter, Counter) else None

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the most that intake accepts, as the integer that a policy computes with:
        an ordinal, minor units, or millionths."""
        if self.type is FactType.DATE:
            return FIRST_DAY, LAST_DAY
        if self.type is FactType.COUNT:
            # what is ahead is added to what was counted
            return int(self.name == "quantity"), MOST_COUNTED * (2 if self.own_counter else 1)
        if self.type is FactType.MONEY:
            return -LIMIT if self.signed else 0, LIMIT
        most = 10 ** (DIGITS + (4 if self.type is FactType.PERCENT else 6))
        return 1 - most, most - 1


class MakeRecord(Protocol):
    """Makes a record; `help` is for authors of policies, `ask` the question put to callers."""

    def __call__(self, name: str, type_: FactType, help_: str, ask: str, **more: Any) -> Fact: ...


def record_of(told_by: Owner, until: Moment) -> MakeRecord:
    """Returns the maker of a file's records; a record may name another owner or moment."""

    def made(name: str, type_: FactType, help_: str, ask: str, **more: Any) -> Fact:
        usual = {"told_by": told_by, "until": until}
        return Fact(name=name, type=type_, help=help_, ask=ask, **{**usual, **more})

    return made


CURRENCY: Final = "currency"
SCOPE: Final = (
    *("retailer", "programme", "label", "sku", "brand", "category", "channel", "country"),
    CURRENCY,
)
"""What `for` may name, narrowest first: facts, and the order's currency, which is not a fact."""

DEADLINE_FACTS: Final[dict[str, Fact]] = {
    "state": Fact(name="state", type=FactType.WORD, words=words.STATES),
    "last_day": Fact(name="last_day", type=FactType.DATE),
    "first_day": Fact(name="first_day", type=FactType.DATE),
    "days_left": Fact(name="days_left", type=FactType.COUNT),
    "days_since_open": Fact(name="days_since_open", type=FactType.COUNT),
    "days_allowed": Fact(name="days_allowed", type=FactType.COUNT),
    "row": Fact(name="row", type=FactType.WORD),
}
"""The facts derived from each deadline, as `NAME.state` and so on."""

DERIVED: Final[dict[str, Fact]] = {
    "deadlines": Fact(
        name="deadlines", type=FactType.SET, words=("early", "late", "silent", "disputed")
    ),
    "answer": Fact(name="answer", type=FactType.WORD, words=words.ANSWERS),
    "code": Fact(name="code", type=FactType.WORD),
    "missing": Fact(name="missing", type=FactType.SET, words=words.EVIDENCE),
    "failed": Fact(name="failed", type=FactType.SET),
    "remedy": Fact(name="remedy", type=FactType.WORD, words=words.REMEDIES),
    "timing": Fact(name="timing", type=FactType.WORD, words=words.TIMINGS),
    "goods": Fact(name="goods", type=FactType.WORD, words=words.GOODS),
    "goods_to": Fact(name="goods_to", type=FactType.WORD),
    "return_paid_by": Fact(name="return_paid_by", type=FactType.WORD, words=words.PARTIES),
    "label_by": Fact(name="label_by", type=FactType.WORD, words=words.PARTIES),
    "base": Fact(name="base", type=FactType.MONEY),
    "fee_total": Fact(name="fee_total", type=FactType.MONEY),
}
"""What later topics may test of earlier ones, beside deadlines, limits and named fees."""
