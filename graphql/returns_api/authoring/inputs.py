"""What authors of policies send."""

from __future__ import annotations

from datetime import date

import strawberry

from engine.errors import RequestFault
from engine.policy.rewriting import Add, Change, Move, Remove, Set
from engine.policy.rewriting.changes import MOST_STEPS
from returns_api.types.scalars import JSON, Currency
from services.policies import starter

StartingRemedy = strawberry.enum(
    starter.Remedy, name="StartingRemedy", description="What a first policy gives the retailer."
)
StartingPayer = strawberry.enum(
    starter.Payer, name="StartingPayer", description="Who pays the way back by a first policy."
)
StartingEvent = strawberry.enum(
    starter.Start, name="StartingEvent", description="What a first policy counts its days from."
)


@strawberry.input(description="A value for a key; a key that is not there is added.")
class SetValueInput:
    """`at` is the keys and row ids that lead to it, such as `window`, `days`."""

    at: list[str]
    """Keys, ids of rows, names of tests, or numbers from 0."""
    value: JSON | None = None
    """A word, a number, a list or a map."""


@strawberry.input(description="A row or another item for the list at a place.")
class AddItemInput:
    """After another one, else first."""

    at: list[str]
    """The list: keys and row ids that lead to it, such as `window`, `rows`."""
    value: JSON
    """The row, as a map."""
    after: str | None = None
    """The id of the row that it follows; null for the first place."""


@strawberry.input(description="A row that takes another place in its list.")
class MoveItemInput:
    """After another one, else first."""

    at: list[str]
    """Keys and row ids that lead to it."""
    after: str | None = None
    """The id of the row that it follows; null for the first place."""


@strawberry.input(description="A holiday extension: orders of some days may come back until a day.")
class SeasonInput:
    """Added to the policy's window, of which the longest row holds then."""

    ordered_from: date
    """The first day of the orders."""
    ordered_to: date
    """The last day of the orders, included."""
    until: date
    """The last day on which they may come back."""


@strawberry.input(description="One change of a policy text: exactly one of these.")
class ChangePolicyTextInput:
    """The text comes back with the change in it, and all else as it was."""

    yaml: str
    """The whole of it, as it stands before the change."""
    set: SetValueInput | None = None
    """Gives a key another value."""
    remove: list[str] | None = None
    """Takes out the key or row to which these keys and row ids lead."""
    add: AddItemInput | None = None
    """Adds a row."""
    move: MoveItemInput | None = None
    """Moves a row."""
    season: SeasonInput | None = None
    """Adds a holiday extension."""


@strawberry.input(description="A policy text to check.")
class CheckPolicyInput:
    """Limits are those of publishing."""

    yaml: str
    """The text of the policy."""


@strawberry.input(description="Scenarios to decide by a draft; up to 100 in all.")
class TryPolicyInput:
    """The draft is held against the edition of the same policy that is in force today."""

    yaml: str
    """The text of the policy."""
    scenarios: list[JSON] | None = None
    """Each the facts of one return line by name, as a test in the policy has them."""
    tests: bool = False
    """Also what the draft's own tests give."""
    recent: int = 0
    """Also the last lines that the edition in force decided, up to 50; needs `READ_DECISIONS`."""


@strawberry.input(description="The answers to four questions, and which policy it is.")
class StartPolicyInput:
    """What is left out is the usual: 30 days from delivery, credit, the consumer pays."""

    policy: str
    currency: Currency
    first_day: date
    """The first day on which it holds."""
    days: int = 30
    """The days in which goods may come back."""
    counted_from: StartingEvent = starter.Start.DELIVERED  # type: ignore[valid-type]
    """The event that the days are counted from."""
    remedy: StartingRemedy = starter.Remedy.CREDIT  # type: ignore[valid-type]
    """What the retailer gets."""
    percent: int = 100
    """Of the price, what is given back."""
    return_paid_by: StartingPayer = starter.Payer.CONSUMER  # type: ignore[valid-type]
    """Who pays for sending the goods back."""
    fee_percent: int = 0
    """Of the price, the fee where the consumer has changed its mind."""
    original_packaging: bool = False
    """Whether the original packaging is required."""


@strawberry.input(description="A draft to keep in place of the version that you have seen.")
class SaveDraftInput:
    """Somebody else's newer version is never lost: it comes back as a problem."""

    policy: str
    yaml: str
    """The text of the policy."""
    expected_version: int = 0
    """The version that you have seen; 0 where there was no draft."""


@strawberry.input(description="A draft to forget.")
class DiscardDraftInput:
    """The version that you have seen."""

    policy: str
    expected_version: int
    """The version that you have seen."""


def change_of(said: ChangePolicyTextInput) -> Change | SeasonInput:
    """The one change that is asked for; raises `RequestFault` `wrong_size` for none or several."""
    found: list[Change | SeasonInput] = []
    if said.set:
        found.append(Set(at=_place(said.set.at), value=said.set.value))
    if said.remove is not None:
        found.append(Remove(at=_place(said.remove)))
    if said.add:
        found.append(Add(at=_place(said.add.at), value=said.add.value, after=said.add.after))
    if said.move:
        found.append(Move(at=_place(said.move.at), after=said.move.after))
    if said.season:
        found.append(said.season)
    if len(found) != 1:
        raise RequestFault("wrong_size", "Ask for exactly one change.", "input")
    return found[0]


def _place(at: list[str]) -> tuple[str, ...]:
    if not 1 <= len(at) <= MOST_STEPS:
        raise RequestFault("wrong_size", f"A place has 1 to {MOST_STEPS} steps.", "at")
    return tuple(at)
