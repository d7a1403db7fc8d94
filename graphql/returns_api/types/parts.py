"""The parts of a decision as clients see them."""

from __future__ import annotations

from datetime import date

import strawberry

from engine.returns.statements import Teller
from returns_api.types.facts import FactDefinition
from returns_api.types.outcomes import (
    Answer,
    DeadlineState,
    Party,
    Remedy,
    Timing,
)
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
    """Whose word it is."""
    key: str | None
    """The public part of the key that said it."""
    at: str | None
    """When it was said, as ISO 8601."""
    source: str | None
    """Where an event was heard of."""
    why: str | None
    """The reason of a person's word."""


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
    """The name of the fact, as `facts` lists it."""
    value: JSON | None
    """As it was sent or stored; null for known to be absent."""
    told: Told | None
    """Who said it; null for what the policy itself takes, and in previews."""


@strawberry.type(description="The anchor of a deadline.")
class CountedFrom:
    """`on` is null while the event has not happened."""

    event: str
    on: date | None
    """The day of the event; null while it has not happened."""


@strawberry.type(description="A place in a policy text.")
class Source:
    """Lines count from 1."""

    file: str
    """The file that the row was read from."""
    line: int


@strawberry.type(description="One test of a row, and the value that was seen.")
class ValueSeen:
    """`holds` is null where the value was not known, `told` where it was worked out."""

    fact: str
    """The name of the fact."""
    test: str
    """What the row asks of it, such as `under 0`."""
    value: str
    """What it was."""
    holds: bool | None
    """Whether the test holds; null where the value was not known."""
    told: Told | None
    """Who said it; null where it was worked out."""


@strawberry.type(description="One row that decided.")
class Because:
    """`forAgent` is for staff; `clause` cites the supplier's own text."""

    topic: str
    row: str
    sentence: str
    for_agent: str
    """What staff should know of it."""
    clause: str | None
    source: Source
    """Where the row stands."""
    values: list[ValueSeen]
    """The tests of the row, with the values they saw."""
    built_in: bool
    """Whether Takeback itself decided, and no row of the policy."""


@strawberry.type(description="A row that held and lost.")
class AlsoTrue:
    """`lostTo` is the row that won."""

    topic: str
    row: str
    lost_to: str
    """The row that won."""
    line: int
    """The line of the row in the file, from 1."""


@strawberry.type(description="A row that one change would have made hold.")
class Nearly:
    """`change` says which."""

    topic: str
    row: str
    change: str
    """The change that would have made it hold."""
    line: int


@strawberry.type(description="Something that is not settled yet.")
class OpenPoint:
    """What it is, and what it waits for."""

    name: str
    """The part of the outcome."""
    waits_for: str
    """The fact or step that it waits for."""
    definition: FactDefinition | None
    """That fact as its policy has it; null where it is none."""


@strawberry.type(description="One deadline as it stood.")
class Deadline:
    """`daysLeft` counts from the event to the last day; -1 is one day late."""

    name: str
    """What it is for, such as `request`."""
    row: str
    state: DeadlineState
    """Whether it is kept, missed, or not over."""
    event: str
    counted_from: CountedFrom | None
    """The event and day that it counts from."""
    length: str | None
    """How long it is, such as `30 days`."""
    first_day: date | None
    """The first day, included; null for no beginning."""
    last_day: date | None
    """The last day, included; null while it cannot be known."""
    last_moment: str | None
    """The last moment, as ISO 8601, where it counts in hours."""
    days_left: int | None
    """Days from the event to the last day: 0 on the last, -1 for one day late."""
    by: Party | None
    """Who has to keep it."""
    note: str | None
    """What else to know of it."""


@strawberry.type(description="What one party gets from another.")
class Leg:
    """`amount` is null while it is open, or where no money moves."""

    party: Party
    """Who gets it."""
    give: Remedy | None
    """What is given; null where it is to be chosen."""
    choice: list[Remedy]
    """What may be chosen from."""
    chosen_by: Party | None
    """Who chooses."""
    from_party: Party | None
    """Who gives it."""
    amount: Money | None
    """How much; null while it is open, or where no money moves."""
    timing: Timing | None
    """When it is given."""
    pay_by: date | None
    """The last day for paying it; null for no end, or while it cannot be known."""


@strawberry.type(description="One way to read a contradictory text, and what it would give.")
class ReadingOutcome:
    """Shown so that a person can settle it."""

    id: str
    """The id of the reading in the policy."""
    answer: Answer
    code: str
    """The reason of the answer, as a word of the policy."""
    sentence: str
    clause: str | None
    net: Money | None
    last_day: date | None
