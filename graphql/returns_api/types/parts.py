"""The parts of a decision as the API shows them."""

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
    description=(
        "Who stated a fact: the record of the order or the product, a partner, an inspection, or "
        "Takeback's own clock and counts; or nobody, if it is hypothetical."
    ),
)


@strawberry.type(description="Who stated a fact.")
class Told:
    """`key` is the public part of the key that stated it, `at` the time (ISO 8601)."""

    by: TellerType  # type: ignore[valid-type]
    """Who stated it."""
    key: str | None
    """The public part of the key that stated it."""
    at: str | None
    """When it was stated, as ISO 8601."""
    source: str | None
    """The source of an event."""
    why: str | None
    """The reason of a person's judgement."""


@strawberry.type(
    description=(
        "A fact with its value, as sent or stored, and who stated it. A count of Takeback itself "
        "is an object: `counted` before the return, `ahead` in earlier lines of it, `for` its "
        "scope, `since` its first day."
    )
)
class FactSeen:
    """The value is a word, a number, yes or no, a list of words, or null for known to be absent.

    `told` is null for the policy's own defaults, and in previews.
    """

    name: str
    """The name of the fact, as `facts` lists it."""
    value: JSON | None
    """The value as sent or stored; null for known to be absent."""
    told: Told | None
    """Who stated it; null for the policy's own defaults, and in previews."""


@strawberry.type(description="The date that a deadline counts from.")
class CountedFrom:
    """`on` is null while the event has not happened."""

    event: str
    on: date | None
    """The day of the event; null while it has not happened."""


@strawberry.type(description="A position in a policy text.")
class Source:
    """Lines count from 1."""

    file: str
    """The file that contains the row."""
    line: int


@strawberry.type(description="One test of a row, and the value that it saw.")
class ValueSeen:
    """`holds` is null if the value was not known, `told` if it was derived."""

    fact: str
    """The name of the fact."""
    test: str
    """The test, such as `under 0`."""
    value: str
    """What the row saw for the fact."""
    holds: bool | None
    """Whether the test holds; null if the value was not known."""
    told: Told | None
    """Who stated it; null if it was derived."""


@strawberry.type(description="A row that decided.")
class Because:
    """`forAgent` is for staff; `clause` cites the supplier's own text."""

    topic: str
    row: str
    sentence: str
    for_agent: str
    """The explanation for staff."""
    clause: str | None
    source: Source
    """The position of the row."""
    values: list[ValueSeen]
    """The tests of the row, with the values they saw."""
    built_in: bool
    """Whether it is built into Takeback, and not a row of the policy."""


@strawberry.type(description="A row that applied and lost to another.")
class AlsoTrue:
    """`lostTo` is the row that won."""

    topic: str
    row: str
    lost_to: str
    """The row that won."""
    line: int
    """The line of the row in the file, from 1."""


@strawberry.type(description="A row that one change would have made apply.")
class Nearly:
    """`change` is that change."""

    topic: str
    row: str
    change: str
    """The change that would have made it apply."""
    line: int


@strawberry.type(description="A part of the outcome that is not settled yet.")
class OpenPoint:
    """The part, and what it waits for."""

    name: str
    """The part of the outcome."""
    waits_for: str
    """The fact or step that it waits for."""
    definition: FactDefinition | None
    """The definition of that fact in its policy; null if it is not a fact."""


@strawberry.type(description="One deadline with its state.")
class Deadline:
    """`daysLeft` counts from the event to the last day; -1 is one day late."""

    name: str
    """Its name, such as `request`."""
    row: str
    state: DeadlineState
    """Whether it is kept, missed, or still running."""
    event: str
    counted_from: CountedFrom | None
    """The event and day that it counts from."""
    length: str | None
    """Its length, such as `30 days`."""
    first_day: date | None
    """The first day, included; null if there is none."""
    last_day: date | None
    """The last day, included; null while it cannot be known."""
    last_moment: str | None
    """The last moment, as ISO 8601, if it counts in hours."""
    days_left: int | None
    """Days from the event to the last day: 0 on the last day, -1 for one day late."""
    by: Party | None
    """Who has to meet it."""
    note: str | None
    """A note on it."""


@strawberry.type(description="What one party gets from another.")
class Leg:
    """`amount` is null while it is open, and if no money moves."""

    party: Party
    """Who gets it."""
    give: Remedy | None
    """What is given; null if it has to be chosen."""
    choice: list[Remedy]
    """The remedies to choose from."""
    chosen_by: Party | None
    """Who chooses."""
    from_party: Party | None
    """Who gives it."""
    amount: Money | None
    """The amount; null while it is open, and if no money moves."""
    timing: Timing | None
    """When it is given."""
    pay_by: date | None
    """The last day to pay it; null for no limit, and while it cannot be known."""


@strawberry.type(description="One way to read a contradictory text, and its outcome.")
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
