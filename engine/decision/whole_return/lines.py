"""Works out what is owed for the settled units of one line.

Value, bonus and outbound shipping are amounts of the whole line, of which each group has its share.
A fee per line is charged once over all its groups, for the units to which its row applies; if
groups have different rows of a fee, the highest is charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.decision.compiled import CompiledTable
from engine.decision.encoding import ABSENT
from engine.decision.outcome_builder import OutcomeBuilder
from engine.decision.record import FeeLine, LineMoney
from engine.decision.topics.money import fee_rows_of
from engine.decision.topics.sums import take_fee
from engine.decision.whole_return.groups import Group, shared, summed_evaluation
from engine.money import Money
from engine.policy.model import Fee
from engine.policy.words import TAKEN_ONCE, WORTHLESS


@dataclass(frozen=True, kw_only=True)
class AmountsDue:
    """The amounts of one line in minor units; None while open. `fees` are those of the line.

    `groups` are settled in money, `swapped` exchanged. `difference` is how much less the new goods
    cost than the old ones: the claimant gets it, or pays it if it is below zero.
    """

    line: int
    groups: tuple[Group, ...]
    value: int | None
    bonus: int | None
    outbound: int | None
    fees: tuple[FeeLine, ...]
    swapped: tuple[Group, ...] = ()
    difference: int = 0

    @property
    def deducted(self) -> int | None:
        """The sum of the deducted fees; None while one of them is open."""
        amounts = [fee.amount for fee in self.fees if fee.is_deducted]
        known = [amount.minor for amount in amounts if amount is not None]
        return sum(known) if len(known) == len(amounts) else None

    @cached_property
    def net(self) -> int | None:
        """What is owed before fees per return, never below zero; None while it is open."""
        value, bonus, outbound, fees = self.value, self.bonus, self.outbound, self.deducted
        if value is None or bonus is None or outbound is None or fees is None:
            return None
        return max(0, value - fees + bonus + outbound)

    @property
    def weights(self) -> list[int]:
        """The value of each group, by which the line's amount is shared over them."""
        return [(_value(each) or 0) * each.units.units // each.of for each in self.groups]

    def without(self, kinds: set[str]) -> AmountsDue:
        """Returns the amounts without fees that were waived (`fees.NAME`)."""
        if not kinds:
            return self
        return replace(
            self, fees=tuple(fee for fee in self.fees if f"fees.{fee.kind}" not in kinds)
        )

    def record(self, currency: str) -> LineMoney:
        """Returns the form that the decision records."""

        def money(minor: int | None) -> Money | None:
            return None if minor is None else Money(minor, currency)

        return LineMoney(
            line=self.line,
            units=sum(each.units.units for each in (*self.groups, *self.swapped)),
            of=(*self.groups, *self.swapped)[0].of,
            value=money(self.value),
            bonus=money(self.bonus),
            outbound=money(self.outbound),
            fees=self.fees,
            net=money(self.net),
            difference=money(self.difference) if self.swapped else None,
        )


def owed_for(groups: Sequence[Group]) -> AmountsDue:
    """Works out what is owed for the settled groups of one line, in money or by exchange."""
    paid = [each for each in groups if each.moves_money]
    swapped = [each for each in groups if each.difference is not None]
    swaps = [each.difference for each in swapped]
    return AmountsDue(
        line=groups[0].line,
        groups=tuple(paid),
        value=_shared(paid, [_value(each) for each in paid]),
        bonus=_shared(paid, [_bonus(each) for each in paid]),
        outbound=_shared(paid, [_outbound(each) for each in paid]),
        fees=_fees(paid),
        swapped=tuple(swapped),
        difference=-(_shared(swapped, swaps) or 0) if swapped else 0,
    )


def _value(group: Group) -> int | None:
    if group.decision.remedy in WORTHLESS:
        return 0
    amount = group.step("value")
    return None if amount is None or _is_open(group) else amount.minor


def _is_open(group: Group) -> bool:
    """Whether the net is open, as when it depends on a fact that was not sent."""
    return any(each.name == "net" for each in group.decision.open)


def _bonus(group: Group) -> int | None:
    amount = group.step("bonus")
    return (amount.minor if amount else None) if group.has_step("bonus") else 0


def _outbound(group: Group) -> int | None:
    decision = group.decision
    if decision.remedy in WORTHLESS:
        return 0
    return decision.outbound_refunded.minor if decision.outbound_refunded else None


def _shared(groups: Sequence[Group], amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(groups):
        return None
    return shared(groups, known) if groups else 0


# --- fees -----------------------------------------------------------------------------------------


def _fees(groups: Sequence[Group]) -> tuple[FeeLine, ...]:
    """Returns the fees per line and per unit; a line of one group has those of its decision."""
    worth = [each for each in groups if each.decision.remedy not in WORTHLESS]
    if len(worth) == 1 and worth[0].units.units == worth[0].of:
        return worth[0].decision.fees
    if not worth:
        return ()
    known: dict[str, int] = {}
    found: list[FeeLine] = []
    for table in worth[0].evaluated.compiled.fees:
        fees = _of_table(table, worth, known)
        amounts = [fee.amount for fee in fees]
        sure = bool(amounts) and None not in amounts
        known[f"fees.{table.part}"] = (
            sum(each.minor for each in amounts if each) if sure else ABSENT
        )
        found += fees
    tables = {table.part for table in worth[0].evaluated.compiled.fees}
    return (*found, *_highest_read([fee for fee in _read(worth) if fee.kind not in tables]))


def _of_table(
    table: CompiledTable[Fee], groups: Sequence[Group], known: dict[str, int]
) -> list[FeeLine]:
    having: dict[int, list[Group]] = {}
    for each in groups:
        if not any(fee.kind == table.part for fee in _read([each])):
            for row in fee_rows_of(table, each.evaluated.evaluation):
                if row.body.fee is not None and row.body.per not in TAKEN_ONCE:
                    having.setdefault(row.asked.mask, []).append(each)
    taken = {mask: _taken(table, mask, those, known) for mask, those in having.items()}
    by_unit = [mask for mask in taken if table.by_mask[mask].body.per == "unit"]
    by_line = [taken[mask] for mask in taken if mask not in by_unit]
    by_line += [fee for fee in _read(groups) if fee.kind == table.part]
    if table.table.decide != "add_up":
        by_line = highest(by_line)
    return [taken[mask] for mask in by_unit] + by_line


def _taken(
    table: CompiledTable[Fee], mask: int, groups: Sequence[Group], known: dict[str, int]
) -> FeeLine:
    """Charges one row over its groups; if their facts differ, by those with the highest fee."""
    found = []
    for each in groups:
        evaluation, builder = summed_evaluation(groups, each), OutcomeBuilder()
        for name, value in known.items():
            evaluation.facts.write(name, value)
        take_fee(table.by_mask[mask], evaluation, builder)
        found += builder.fees
    return highest(found)[0]


def highest(fees: Sequence[FeeLine]) -> list[FeeLine]:
    """Returns the highest of several rows of one fee; an open amount counts as the highest."""
    return [max(fees, key=_size)] if fees else []


def _size(fee: FeeLine) -> tuple[bool, int]:
    return (fee.amount is None, fee.amount.minor if fee.amount else 0)


def _read(groups: Sequence[Group]) -> list[FeeLine]:
    """Returns the fees that a reading sets."""
    return [fee for each in groups for fee in each.decision.fees if fee.row == "reading"]


def _highest_read(fees: Sequence[FeeLine]) -> list[FeeLine]:
    kinds = dict.fromkeys(fee.kind for fee in fees)
    return [highest([fee for fee in fees if fee.kind == kind])[0] for kind in kinds]
