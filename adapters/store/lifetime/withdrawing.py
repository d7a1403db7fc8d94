"""Withdraws an edition, wholly or from a day on, or says why not; nothing is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.store.audiences.of_policies import PolicyAudience
from adapters.store.editions import Editions
from adapters.store.ids import new_id
from adapters.store.partners import Partners
from adapters.store.records import Edition, Withdrawal
from adapters.store.withdrawals import Withdrawals
from engine.dates import day_text
from engine.errors import RequestFault
from engine.policy.selection import DATES, NoPolicy, choose, days_left, known

MOST_CHARACTERS: Final = 2_000
"""Longest reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """A withdrawal to be made: from an ordinal day on, or wholly; `by` is its author."""

    edition: Edition
    first: int | None
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A recorded withdrawal and its effects.

    `instead` is the edition of the same policy that is in force on its first day, if any;
    `children` are the editions that keep this one as their base.
    """

    edition: Edition
    withdrawal: Withdrawal
    instead: str | None
    children: tuple[str, ...]


class Withdrawing:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        partners: Partners,
        editions: Editions,
        withdrawals: Withdrawals,
        audience: PolicyAudience,
    ) -> None:
        self._partners = partners
        self._editions = editions
        self._withdrawals = withdrawals
        self._audience = audience

    def withdraw(self, said: WithdrawalRequest) -> Withdrawn:
        """Records a withdrawal; raises `RequestFault` for no reason or if it takes no day away."""
        why, edition = said.why.strip(), said.edition
        if not 1 <= len(why) <= MOST_CHARACTERS:
            message = f"Say in 1 to {MOST_CHARACTERS:,} characters why the edition is withdrawn."
            raise RequestFault("missing_reason", message, "why")
        self._partners.hold(edition.owner.id)
        first = self._first_taken(edition, said.first)
        day = None if first <= edition.effective.first else first
        recorded = self._withdrawals.add(new_id(), edition.id, (day, why), said.by)
        self._audience.withdrawn(edition, recorded, self._editions.versions_of(edition.policy))
        return self.told(edition, recorded)

    def told(self, edition: Edition, withdrawal: Withdrawal) -> Withdrawn:
        """A recorded withdrawal with its effects as of now."""
        return Withdrawn(
            edition=edition,
            withdrawal=withdrawal,
            instead=self._instead(edition, withdrawal.first or edition.effective.first),
            children=self._editions.children(edition),
        )

    def _first_taken(self, edition: Edition, first: int | None) -> int:
        """The first day that is taken away; raises `RequestFault` if there is none."""
        day = max(first or edition.effective.first, edition.effective.first)
        before = self._withdrawals.of_editions([edition.id]).get(edition.id, ())
        left = days_left(edition.effective, (each.known for each in before))
        if left is None:
            message = f"`{edition.reference}` is withdrawn already."
            raise RequestFault("withdrawn_already", message, "edition")
        if left.last is not None and day > left.last:
            message = (
                f"`{edition.reference}` is not in force from {day_text(day)} on: it ends on "
                f"{day_text(left.last)}."
            )
            raise RequestFault("not_in_force", message, "from")
        return day

    def _instead(self, edition: Edition, day: int) -> str | None:
        pool = known(self._editions.versions_of(edition.policy))
        same = (replace(each, scope=()) for each in pool)
        found = choose(same, {}, dict.fromkeys(DATES, day))
        return None if isinstance(found, NoPolicy) else found.reference
