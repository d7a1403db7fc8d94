"""Generates the function that works out the figures of chosen rows: value, fees, shipping, net.

Each term is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from engine.decision.compiled import CompiledPolicy, CompiledRow
from engine.decision.figures.amounts import NAMES, Part, Writer
from engine.decision.outcome_builder import Basis, Figures, OutcomeBuilder
from engine.decision.prepared import fee_of
from engine.decision.record import Deadline, FeeLine, Leg, Step
from engine.decision.topics.remedies import WHOLE
from engine.meaning.code import function_of
from engine.money import Money, decimal_text, percent_text
from engine.policy.model import Amount, Fee, Waiver

Sums = Callable[[list[int], dict[str, Deadline], dict[str, Leg], dict[str, str]], Figures]
"""Returns the figures for slot values; takes their deadlines, legs and open fields as given."""

_NAMES: Final = {
    **NAMES,
    "Figures": Figures,
    "Money": Money,
    "Step": Step,
    "replace": replace,
}


def amount_read(kind: str, chosen: OutcomeBuilder) -> Amount:
    """Returns the amount of a fee that a reading sets."""
    amount: Amount = chosen.sets[f"fees.{kind}"]
    return amount


def waived(rows: Sequence[CompiledRow[Waiver]], kinds: Sequence[str]) -> dict[int, str]:
    """Returns the indexes of waived fees, in the order of the rows, each with its row's id."""
    found: dict[int, str] = {}
    for row in rows:
        for name in row.body.waive:
            for place, kind in enumerate(kinds):
                if name in ("fees", f"fees.{kind}"):
                    found.setdefault(place, row.row.id)
    return found


class _Fee(NamedTuple):
    """A fee of a line, with the variables of its minor units and of its amount."""

    line: FeeLine
    minor: str
    amount: str


class SumsWriter(Writer):
    """Writes the function: `d`, `l` and `o` are deadlines, legs and what is open, `s` the steps,
    `t` the fees that are deducted, `x` outbound shipping, `n` the net and `c` its certainty."""

    def __init__(self, compiled: CompiledPolicy, chosen: OutcomeBuilder) -> None:
        super().__init__(compiled.slots)
        self._policy, self._chosen = compiled.policy, chosen
        self._steps: list[str] = []

    def function(self) -> Sums:
        """Generates the function for the chosen rows."""
        chosen, basis = self._chosen, self._chosen.basis
        base, worth, bonus = self._value(basis) if basis else ("None", "None", "0")
        found = [fee for kind, row in chosen.charged if (fee := self._fee(kind, row))]
        gone = waived(chosen.waivers, [fee.line.kind for fee in found])
        fees = [fee for place, fee in enumerate(found) if place not in gone]
        sure = [fee.minor for fee in fees if fee.line.is_deducted]
        open_ = f"None if {' or '.join(f'{minor} is None' for minor in sure)} else " if sure else ""
        self.lines += [
            f"t = {open_}{' + '.join(sure) or '0'}",
            f"s = [{', '.join(self._steps)}]",
            f"x, n, c = {'0' if basis else 'None'}, None, 'exact'",
        ]
        if basis and chosen.outbound_rule != "none":
            self._outbound(str(chosen.outbound_rule))
        for place, by in gone.items():
            self._waive(found[place], by)
        if basis:
            self._net(worth, bonus, fees)
        each = [f"replace({self.parameter(fee.line)}, amount={fee.amount})" for fee in fees]
        names = self.parameter([f"fees.{found[place].line.kind}" for place in gone])
        sums = f"{base}, {worth}, t, {bonus}, x, n, c, d, o, l, [{', '.join(each)}], s, [*{names}]"
        return function_of(
            "v, d, l, o", [*self.lines, f"return Figures({sums})"], self.given, _NAMES
        )

    def _value(self, basis: Basis) -> tuple[str, str, str]:
        """Writes the base, its share and the bonus, and returns their variables."""
        self.parameter(basis)  # kept alive with the function, which is cached by its amounts' ids
        found = self.write(basis.of)
        base = found.minor
        if basis.percent != WHOLE:
            rate = self.parameter(percent_text(basis.percent))
            by = f"{self.parameter(basis.percent)}, {self.parameter(self._policy.rounding)}"
            said = f"f'{{{found.working}}} x {{{rate}}}'"
            open_ = f"None, {said}, {found.waits_for}"
            found = self.part(f"share({base}, {by}), {said}, None", (f"{base} is None", open_))
        self._step("value", "net", found)
        if basis.bonus is None:
            return base, found.minor, "0"
        bonus = self.write(basis.bonus)
        self._step("bonus", "net", bonus)
        return base, found.minor, bonus.minor

    def _step(self, label: str, name: str, part: Part) -> str:
        """Writes a step and returns its amount's variable; an open amount opens field `name`."""
        amount, name = f"a{len(self.lines)}", self.parameter(name)
        self.lines += [
            f"if {part.minor} is None: {amount}, o[{name}] = None, {part.waits_for}",
            f"else: {amount} = {self._money(part.minor)}",
        ]
        self._steps.append(f"Step({self.parameter(label)}, {part.working}, {amount})")
        return amount

    def _money(self, minor: str) -> str:
        return f"Money({minor}, {self.currency})"

    # --- fees -------------------------------------------------------------------------------------

    def _fee(self, kind: str, row: CompiledRow[Fee] | None) -> _Fee | None:
        """Writes the fee of a row, or the one that a reading sets; None if there is no fee."""
        amount = row.body.fee if row else amount_read(kind, self._chosen)
        if amount is None:
            return None
        found = self.write(amount)
        self.parameter(amount)  # kept alive like a basis
        line: FeeLine = (
            row.prepared if row else fee_of(Fee(fee=amount), kind, "reading", self._policy)
        )
        if line.per == "unit":
            count = f"max(1, {self.value('quantity')})"
            known = f"{found.minor} * {count}, f'{{{found.working}}} x {{{count}}} units', None"
            found = self.part(known, (f"{found.minor} is None", str(found)))
        said = ", billed apart" if line.taken == "billed" else ""
        if line.certainty == "may":
            said += ", not deducted: it may be charged"
        if said:
            found = found._replace(working=f"{found.working} + {said!r}")
        return _Fee(line, found.minor, self._step(f"fee {kind}", f"fees.{kind}", found))

    def _waive(self, fee: _Fee, by: str) -> None:
        kind = fee.line.kind
        label, working = self.parameter(f"waived {kind}"), self.parameter(f"by {by}")
        self.lines += [
            f"o.pop({self.parameter(f'fees.{kind}')}, None)",
            f"s.append(Step({label}, {working}, {fee.amount}))",
        ]

    # --- outbound shipping and net ----------------------------------------------------------------

    def _outbound(self, rule: str) -> None:
        """Writes the outbound shipping that is refunded; open if what was paid is unknown."""
        paid, standard = self.value("outbound_paid"), self.value("outbound_standard")
        name = self.parameter(rule.replace("_", " "))
        said = f"f'{{{name}}} of {{{self.text(paid)}}} paid'"
        given = paid
        if rule == "standard_part":
            given = f"min({paid}, {standard}) if {standard} > A else {paid}"
            more = ", at most: `outbound_standard` is not known"
            said += f" + ({more!r} if {standard} == U else '')"
        self.lines += [
            f"if {paid} <= A: x, o['outbound_refunded'] = None, 'outbound_paid'",
            f"else: x = {given}; s.append(Step('outbound shipping', {said}, {self._money('x')}))",
        ]

    def _net(self, worth: str, bonus: str, fees: Sequence[_Fee]) -> None:
        """Writes the net: value - deducted fees + bonus + outbound shipping, never below zero."""
        chosen, rule = self._chosen, self._chosen.outbound_rule
        if chosen.pays in ("no_money", "nothing"):
            self.lines.append("c = 'no_money'" if chosen.pays == "no_money" else "n = 0")
            return
        deducted = [each for each in fees if each.line.taken == "deducted"]
        added = {"bonus": bonus} if bonus != "0" else {}
        added |= {"outbound": "x"} if rule != "none" else {}
        nothing = self.parameter(decimal_text(0, self._policy.currency))
        taken = self.text("t") if any(each.line.is_deducted for each in fees) else nothing
        lines = [
            f"m = {worth} - t{''.join(f' + {part}' for part in added.values())}",
            f"n, y, z = m if m > 0 else 0, {self.text(worth)}, {taken}",
            "w = f'value {y} - fees {z}'",
            *(f"if {n}: w += f' + {name} {{{self.text(n)}}}'" for name, n in added.items()),
            "if m < 0: w += ', never below zero'",
            f"s.append(Step('net', w, {self._money('n')}))",
            *self._net_if_charged(
                [each.minor for each in deducted if each.line.certainty == "may"]
            ),
        ]
        if chosen.pays == "in_kind" or any(e.line.certainty == "at_least" for e in deducted):
            lines.append("c = 'at_most'")
        elif rule == "standard_part":
            lines.append(f"if {self.value('outbound_standard')} == U: c = 'at_most'")
        open_ = " or ".join(f"{part} is None" for part in (worth, "t", *added.values()))
        self.lines += [f"if {open_}: c = 'open'", "else:", *(f"    {line}" for line in lines)]

    def _net_if_charged(self, minors: Sequence[str]) -> Iterator[str]:
        """Yields the lines for the net if all fees that may be charged are charged."""
        if minors:
            open_ = " or ".join(f"{minor} is None" for minor in minors)
            said = "'net - what may be charged, which is not known yet'"
            yield f"if {open_}: s.append(Step('net if charged', {said}, None))"
            yield "else:"
            yield f"    k = {' + '.join(minors)}"
            yield f"    w = f'net - {{{self.text('k')}}} that may be charged'"
            yield f"    s.append(Step('net if charged', w, {self._money('max(0, m - k)')}))"
