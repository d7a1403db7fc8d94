"""The parts of a decision as clients see them."""

from __future__ import annotations

from datetime import date

import strawberry

from engine.returns.statements import Teller
from returns_api.types.scalars import JSON, Money

TellerType = strawberry.enum(
    Teller,
    name="Teller",
    description="Whose word a fact is: of the record of the order or the product, of a partner, of "
    "an inspection, of Takeback's own clock and counts; or nobody's, where it is only supposed.",
)


@strawberry.type(description="Who said a fact.")
class Told:
    """`key` is the public part of the key that said it, `at` the moment (ISO 8601)."""

    by: TellerType  # type: ignore[valid-type]
    key: str | None
    at: str | None
    source: str | None = strawberry.field(description="Where an event was heard of.")
    why: str | None = strawberry.field(description="The reason of a person's word.")


@strawberry.type(
    description="A fact with its value, as it was sent or stored, and who said it. What Takeback "
    "counted itself is an object: `counted` before the return, `ahead` in lines before it, `for` "
    "whom, `since` when."
)
class FactSeen:
    """The value is a word, a number, yes or no, a list of words, or null for known to be absent.

    `told` is null for what the policy itself takes where nothing was said, and in previews.
    """

    name: str
    value: JSON | None
    told: Told | None


@strawberry.type(description="The anchor of a deadline.")
class CountedFrom:
    """`on` is null while the event has not happened."""

    event: str
    on: date | None


@strawberry.type(description="A place in a policy text.")
class Source:
    """Lines count from 1."""

    file: str
    line: int


@strawberry.type(description="One test of a row, and the value that was seen.")
class ValueSeen:
    """`holds` is null where the value was not known, `told` where it was worked out."""

    fact: str
    test: str
    value: str
    holds: bool | None
    told: Told | None


@strawberry.type(description="One row that decided.")
class Because:
    """`forAgent` is for staff; `clause` cites the supplier's own text."""

    topic: str
    row: str
    sentence: str
    for_agent: str
    clause: str | None
    source: Source
    values: list[ValueSeen]
    built_in: bool


@strawberry.type(description="A row that held and lost.")
class AlsoTrue:
    """`lostTo` is the row that won."""

    topic: str
    row: str
    lost_to: str
    line: int


@strawberry.type(description="A row that one change would have made hold.")
class Nearly:
    """`change` says which."""

    topic: str
    row: str
    change: str
    line: int


@strawberry.type(description="Something that is not settled yet.")
class OpenPoint:
    """What it is, and what it waits for."""

    name: str
    waits_for: str


@strawberry.type(description="One deadline as it stood.")
class Deadline:
    """`daysLeft` counts from the event to the last day; -1 is one day late."""

    name: str
    row: str
    state: str
    event: str
    counted_from: CountedFrom | None
    length: str | None
    first_day: date | None
    last_day: date | None
    last_moment: str | None
    days_left: int | None
    by: str | None
    note: str | None


@strawberry.type(description="What one party gets from another.")
class Leg:
    """`amount` is null while it is open, or where no money moves."""

    party: str
    give: str | None
    choice: list[str]
    chosen_by: str | None
    from_party: str | None
    amount: Money | None
    timing: str | None
    pay_by: str | None


@strawberry.type(description="A fee.")
class Fee:
    """`amount` is null while it is to be assessed; `rate` is how it was set, as 15%."""

    kind: str
    amount: Money | None
    per: str
    taken: str
    owed_by: str | None
    owed_to: str | None
    certainty: str
    to_settle: str | None
    rate: str | None


@strawberry.type(description="What is paid or given for the line.")
class Settlement:
    """`net` is null while it is open; `steps` is the sum as a person would write it."""

    kind: str | None
    choice: list[str]
    chosen_by: str | None
    timing: str | None
    base: Money | None
    fees: list[Fee]
    fee_total: Money | None
    outbound_refunded: Money | None
    net: Money | None
    certainty: str
    steps: list[str]


@strawberry.type(description="One way to read a contradictory text, and what it would give.")
class ReadingOutcome:
    """Shown so that a person can settle it."""

    id: str
    answer: str
    code: str
    sentence: str
    clause: str | None
    net: Money | None
    last_day: date | None
