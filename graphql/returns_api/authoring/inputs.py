"""Inputs of the fields for authors of policies."""

from __future__ import annotations

from datetime import date
from typing import Final

import strawberry

from engine.errors import RequestFault
from engine.policy.reading import wrong_policy_id
from engine.policy.rewriting import MOST_STEPS, Add, Change, Move, Remove, Set
from returns_api.types.scalars import JSON, Currency
from services.policies import starter

StartingRemedy = strawberry.enum(
    starter.Remedy, name="StartingRemedy", description="What a first policy gives the retailer."
)
StartingPayer = strawberry.enum(
    starter.Payer,
    name="StartingPayer",
    description="Who pays for return shipping by a first policy.",
)
StartingEvent = strawberry.enum(
    starter.Start,
    name="StartingEvent",
    description="The event from which a first policy counts its days.",
)


@strawberry.input(description="A value to set for a key, which is added if missing.")
class SetValueInput:
    """`at` is the path of keys and row ids to it, such as `window`, `days`."""

    at: list[str]
    """The path to it: keys, row ids, test names, or indexes from 0."""
    value: JSON | None = None
    """A word, a number, a list or a map."""


@strawberry.input(description="A row or another item to add to a list.")
class AddItemInput:
    """Inserted after another item, or first."""

    at: list[str]
    """The path to the list: keys and row ids, such as `window`, `rows`."""
    value: JSON
    """The row, as a map."""
    after: str | None = None
    """The id of the row before it; null to insert it first."""


@strawberry.input(description="A row to move to another position in its list.")
class MoveItemInput:
    """Moved after another row, or to the first position."""

    at: list[str]
    """The path to the row: keys and row ids."""
    after: str | None = None
    """The id of the row before it; null for the first position."""


@strawberry.input(
    description="A holiday extension: orders of a period may be returned until a later day."
)
class SeasonInput:
    """Added as a row to the policy's window, of which the row that allows most time counts."""

    ordered_from: date
    """The first day of the orders."""
    ordered_to: date
    """The last day of the orders, included."""
    until: date
    """The last day on which they may be returned."""


@strawberry.input(description="One change of a policy text: set exactly one of these.")
class ChangePolicyTextInput:
    """The result is the text with the change; everything else stays as it is."""

    yaml: str
    """The whole text before the change."""
    set: SetValueInput | None = None
    """Set a value."""
    remove: list[str] | None = None
    """Remove the key or row at this path of keys and row ids."""
    add: AddItemInput | None = None
    """Add a row."""
    move: MoveItemInput | None = None
    """Move a row."""
    season: SeasonInput | None = None
    """Add a holiday extension."""


@strawberry.input(description="A policy text to check.")
class CheckPolicyInput:
    """The limits are those of publishing."""

    yaml: str
    """The text of the policy."""


@strawberry.input(description="Scenarios to decide by a draft; up to 100 in total.")
class TryPolicyInput:
    """The draft is compared with the edition of the same policy that is in force today."""

    yaml: str
    """The text of the policy."""
    scenarios: list[JSON] | None = None
    """The facts of one return line each, by name, as in a test of the policy."""
    tests: bool = False
    """Also decide the scenarios of the draft's own tests."""
    recent: int = 0
    """Also decide this many of the last lines that the edition in force decided, up to 50; needs
    `READ_DECISIONS`.
    """


@strawberry.input(description="A policy to compare: set exactly one of these.")
class PolicySourceInput:
    """Editions need `READ_POLICIES`, drafts and texts `PREVIEW_POLICIES`."""

    edition: strawberry.ID | None = None
    """The id of a published edition that you may see."""
    in_force: str | None = None
    """The name of a policy that you may see: its edition in force is taken."""
    draft: str | None = None
    """The name of a policy of which you have a draft."""
    yaml: str | None = None
    """The text of the policy."""


@strawberry.input(description="Two policies to compare.")
class ComparePoliciesInput:
    """The comparison goes from `before` to `after`."""

    after: PolicySourceInput
    """The second policy."""
    before: PolicySourceInput | None = None
    """The first policy; null for the base of your own `after`, or else its edition in force."""
    on: date | None = None
    """The day of which the editions are taken; null for the last edition of each, and today for
    those in force.
    """
    most: int = 20
    """The maximum number of changes of each field, up to 100."""


@strawberry.input(description="The answers from which a first policy is written.")
class StartPolicyInput:
    """The defaults are the usual ones: 30 days from delivery, credit, the consumer pays."""

    policy: str
    currency: Currency
    first_day: date
    """The first day on which it is in force."""
    days: int = 30
    """The number of days within which goods may be returned."""
    counted_from: StartingEvent = starter.Start.DELIVERED  # type: ignore[valid-type]
    """The event from which the days are counted."""
    remedy: StartingRemedy = starter.Remedy.CREDIT  # type: ignore[valid-type]
    """What the retailer gets."""
    percent: int = 100
    """The percentage of the price that is given back."""
    return_paid_by: StartingPayer = starter.Payer.CONSUMER  # type: ignore[valid-type]
    """Who pays for sending the goods back."""
    fee_percent: int = 0
    """The fee, in percent of the price, if the consumer changed its mind."""
    original_packaging: bool = False
    """Whether the original packaging is required."""


@strawberry.input(description="A draft to save in place of the version that you have read.")
class SaveDraftInput:
    """A newer version that somebody else saved is never overwritten: it is returned as
    a problem.
    """

    policy: str
    yaml: str
    """The text of the policy."""
    expected_version: int = 0
    """The version that you have read; 0 if there was no draft."""


@strawberry.input(description="A draft to discard.")
class DiscardDraftInput:
    """Names the version that was read."""

    policy: str
    expected_version: int
    """The version that you have read."""


def check_policy_id(policy: str) -> None:
    """Raises `RequestFault` `wrong_name` for what no policy is named."""
    if wrong := wrong_policy_id(policy):
        raise RequestFault("wrong_name", wrong, "policy")


CHANGES: Final = ("set", "remove", "add", "move", "season")
"""The fields of `ChangePolicyTextInput`, of which one is sent."""


def change_of(said: ChangePolicyTextInput) -> Change | SeasonInput:
    """Returns the one change; raises `RequestFault` `wrong_size` for none or several."""
    found: list[Change | SeasonInput] = []
    if said.set:
        found.append(Set(at=_place(said.set.at, "set.at"), value=said.set.value))
    if said.remove is not None:
        found.append(Remove(at=_place(said.remove, "remove")))
    if said.add:
        at = _place(said.add.at, "add.at")
        found.append(Add(at=at, value=said.add.value, after=said.add.after))
    if said.move:
        found.append(Move(at=_place(said.move.at, "move.at"), after=said.move.after))
    if said.season:
        found.append(said.season)
    if len(found) != 1:
        raise RequestFault("wrong_size", "Ask for exactly one change.", "input")
    return found[0]


def _place(at: list[str], path: str) -> tuple[str, ...]:
    if not 1 <= len(at) <= MOST_STEPS:
        raise RequestFault("wrong_size", f"A place has 1 to {MOST_STEPS} steps.", path)
    return tuple(at)
