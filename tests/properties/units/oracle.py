"""What is owed for a return as its units stand: the six laws in plain arithmetic, no engine.

Rows are tested with the quantity and the price of all units of a line that come back, those still
expected among them. Value and outbound shipping of the settled units are their share of the line's,
summed and rounded once. A fee per line, return or order is taken once over the settled units that
have its row, on their share; where units have other rows of it, the highest. No net is below zero,
first of a line and then of the return. What depends on units still to come is owed when they are
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.properties.units.orders import JUDGED, SETTLED, Back, Order, Unit
from tests.properties.units.terms import PERCENTS, SUITE, Fee, FeeRow, Terms, When

YES, NO, OPEN = "yes", "no", "open"


@dataclass(slots=True, kw_only=True)
class Beside:
    """What other returns of an order did: units not refused, shipping, fees per order.

    `own` is the shipping that this return gave back before. `sums` are the units and their price
    that had a row of a fee per order, by fee and row; `fees` is what was taken by it.
    """

    here: dict[int, int] = field(default_factory=dict)
    coming: dict[int, int] = field(default_factory=dict)
    shipping: int = 0
    own: int = 0
    fees: dict[tuple[str, str], int] = field(default_factory=dict)
    sums: dict[tuple[str, str], list[int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Owed:
    """Amounts owed, in minor units; `accepted` are the units that are not refused."""

    net: int
    lines: dict[int, int]
    shipping: int
    shipping_of_all: int
    fees: dict[tuple[str, str], int]
    sums: dict[tuple[str, str], list[int]]
    accepted: list[Unit]
    waits: bool


def rounded(amount: Fraction | int) -> int:
    """Rounds to an integer; halves go up."""
    return int((Fraction(amount) * 2 + 1) // 2)


def owed(terms: Terms, order: Order, back: Back, beside: Beside) -> Owed:
    """Returns what is surely owed while something waits: the smaller of with it and without it."""
    if not back.present:
        return Owed(
            net=0,
            lines={},
            shipping=0,
            shipping_of_all=0,
            fees={},
            sums={},
            accepted=[],
            waits=False,
        )
    hoped = _Case(terms, order, back, beside, surely=False).owed()
    if not hoped.waits:
        return hoped
    sure = _Case(terms, order, back, beside, surely=True).owed()
    found = hoped if hoped.net < sure.net else sure
    found.accepted, found.waits = hoped.accepted, True
    return found


class _Case:
    def __init__(
        self, terms: Terms, order: Order, back: Back, beside: Beside, *, surely: bool
    ) -> None:
        self.terms, self.order, self.beside, self.surely = terms, order, beside, surely
        self.units = back.present
        self.count = {line: sum(each.line == line for each in self.units) for line in back.lines}
        self.price = {line: order.lines[line].price * n for line, n in self.count.items()}
        self.whole = self.holds(self.all_back(self.units, range(len(order.lines))))
        self.held: set[int] = set()

    def holds(self, state: str) -> bool:
        return state == YES or (state == OPEN and not self.surely)

    def all_back(self, units: Sequence[Unit], lines: Iterable[int]) -> str:
        """Whether all units of order lines are back, `units` of this return among them."""
        some_here = any(each.here for each in units)
        found = YES
        for line in lines:
            mine = [each for each in units if each.line == line]
            here = self.beside.here.get(line, 0) + sum(each.here for each in mine)
            more = self.beside.coming.get(line, 0) + sum(not each.here for each in mine)
            if here + more < self.order.lines[line].kept:
                return NO
            if here < self.order.lines[line].kept and some_here:
                found = OPEN
        return found

    def is_true(self, when: When, unit: Unit) -> bool:
        return (
            when.state in ("", unit.state)
            and self.count[unit.line] >= when.quantity
            and self.price[unit.line] >= when.price
            and when.whole in (None, self.whole)
        )

    # --- who is accepted --------------------------------------------------------------------------

    def accepted(self) -> tuple[list[Unit], bool]:
        """Returns the units that are not refused, and whether a set waits for some of its own."""
        late = self.terms.days is not None
        found = [each for each in self.units if not (late and each.here and each.day > 10)]
        if not self.terms.sets:
            return found, False
        suite = [n for n, line in enumerate(self.order.lines) if line.category in SUITE]
        within = [each for each in self.units if each.line in suite]
        if not within:
            return found, False
        some_refused = any(each not in found for each in within)
        state = NO if some_refused else self.all_back(within, suite)
        if state == NO:
            return [each for each in found if each.line not in suite], False
        if state == OPEN and self.surely:
            self.held = {each.id for each in within if each.here}
        return found, state == OPEN

    # --- money ------------------------------------------------------------------------------------

    def owed(self) -> Owed:
        accepted, waits = self.accepted()
        state = self.all_back(accepted, range(len(self.order.lines)))
        if state == OPEN and self._looks_at_the_whole_order():
            waits = True
        due = [each for each in accepted if each.stands == SETTLED or self.early(each)]
        settled = [each for each in due if each.id not in self.held]
        lines = [line for line in self.count if any(each.line == line for each in settled)]
        of = {line: [each for each in settled if each.line == line] for line in lines}
        shipping, all_of_it = self.shipping(of, accepted)
        taken, sums = self.fees_taken(settled)
        gone = self.waived(accepted, self.holds(state))
        nets = {line: self.net(units, shipping[line], gone) for line, units in of.items()}
        total = sum(nets.values())
        once = 0
        orders: dict[tuple[str, str], int] = {}
        of_order = {fee.name for fee in self.terms.fees if fee.per == "order"} - gone
        for (name, row), amount in taken.items():
            if name not in gone:
                if name in of_order:
                    orders[name, row] = min(amount, max(0, total - once))
                once += amount
        return Owed(
            net=max(0, total - once),
            lines=nets,
            shipping=sum(shipping.values()),
            shipping_of_all=all_of_it,
            fees=orders,
            sums={key: each for key, each in sums.items() if key[0] in of_order},
            accepted=accepted,
            waits=waits,
        )

    def early(self, unit: Unit) -> bool:
        return self.order.early and unit.stands != JUDGED

    def net(self, units: Sequence[Unit], shipping: int, gone: set[str]) -> int:
        line = units[0].line
        whole = [
            rounded(Fraction(self.price[line] * self.percent(each), 1_000_000)) for each in units
        ]
        value = rounded(Fraction(sum(whole), self.count[line]))
        fees = sum(
            self.fee_of(fee, units)
            for fee in self.terms.fees
            if fee.per in ("line", "unit") and fee.name not in gone
        )
        return max(0, value - fees + shipping)

    def percent(self, unit: Unit) -> int:
        return PERCENTS[next(of for when, of in self.terms.value if self.is_true(when, unit))]

    def _looks_at_the_whole_order(self) -> bool:
        whens = [when for when, _ in (*self.terms.value, *self.terms.outbound)]
        whens += [row.when for fee in self.terms.fees for row in fee.rows]
        return any(each.whole is not None for each in whens) or any(
            each.whole for each in self.terms.waivers
        )

    # --- fees -------------------------------------------------------------------------------------

    def rows(self, fee: Fee, unit: Unit) -> list[FeeRow]:
        true = [row for row in fee.rows if self.is_true(row.when, unit)]
        if fee.decide == "first":
            return true[:1]
        if fee.decide == "highest":
            n, price = self.count[unit.line], self.price[unit.line]
            return [max(true, key=lambda row: size(row, n, price))]
        return true

    def having(self, fee: Fee, units: Sequence[Unit]) -> dict[str, list[int]]:
        """Returns by row the number of units that have it, and their price."""
        found: dict[str, list[int]] = {}
        for each in units:
            for row in self.rows(fee, each):
                sums = found.setdefault(row.id, [0, 0])
                sums[0] += 1
                sums[1] += self.order.lines[each.line].price
        return {row.id: found[row.id] for row in fee.rows if row.id in found}

    def fee_of(self, fee: Fee, units: Sequence[Unit]) -> int:
        """Returns a fee of one line: the highest row once, and for each unit its own row."""
        rows = {row.id: row for row in fee.rows}
        sums = self.having(fee, units)
        if fee.per == "unit":
            return sum(rows[key].amount * n for key, (n, _) in sums.items())
        sizes = [size(rows[key], n, price) for key, (n, price) in sums.items()]
        return sum(sizes) if fee.decide == "add_up" else max(sizes, default=0)

    def fees_taken(
        self, settled: Sequence[Unit]
    ) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], list[int]]]:
        """Returns the fees per return and order, less what others took, and what each row is of."""
        taken: dict[tuple[str, str], int] = {}
        sums: dict[tuple[str, str], list[int]] = {}
        for fee in self.terms.fees:
            own = self.having(fee, settled) if fee.per in ("return", "order") else {}
            if not own:
                continue
            before: dict[str, int] = {}
            all_of = {key: list(each) for key, each in own.items()}
            if fee.per == "order":
                sums |= {(fee.name, key): each for key, each in own.items()}
                before = {key: n for (name, key), n in self.beside.fees.items() if name == fee.name}
                for (name, key), (n, price) in self.beside.sums.items():
                    if name == fee.name:
                        there = all_of.setdefault(key, [0, 0])
                        all_of[key] = [there[0] + n, there[1] + price]
            taken |= {(fee.name, key): n for key, n in _once(fee, own, all_of, before).items()}
        return taken, sums

    def waived(self, accepted: Sequence[Unit], whole: bool) -> set[str]:
        worth = sum(self.order.lines[each.line].price for each in accepted)
        for each in self.terms.waivers:
            if accepted and worth >= each.worth and (whole or not each.whole):
                return {each.fee} if each.fee else {fee.name for fee in self.terms.fees}
        return set()

    # --- shipping ---------------------------------------------------------------------------------

    def shipping(
        self, of: dict[int, list[Unit]], accepted: Sequence[Unit]
    ) -> tuple[dict[int, int], int]:
        """Returns shipping by line, limited to the rest of the order's, and the unlimited total."""
        weights = list(self.price.values())
        paid = dict(zip(self.count, parts(self.order.paid, weights), strict=True))
        standard = self.order.standard
        part = paid
        if standard is not None:
            those = dict(zip(self.count, parts(standard, weights), strict=True))
            part = {line: min(each, those[line]) for line, each in paid.items()}
        given = {"none": dict.fromkeys(paid, 0), "full": paid, "standard_part": part}
        found = {
            line: rounded(Fraction(sum(given[self.rule(each)][line] for each in units), n))
            for line, units in of.items()
            for n in [self.count[line]]
        }
        full = any(self.rule(each) == "full" for each in accepted)
        most = sum((paid if full else part).values())
        total = sum(found.values())
        left = max(most - self.beside.shipping, min(self.beside.own, total), 0)
        if not self.beside.shipping or total <= left:
            return found, total
        kept = lessened(list(found.values()), total - left)
        return dict(zip(found, kept, strict=True)), total

    def rule(self, unit: Unit) -> str:
        return next(rule for when, rule in self.terms.outbound if self.is_true(when, unit))


def size(row: FeeRow, units: int, price: int) -> int:
    """Works out a row on several units with their total price."""
    if row.kind == "percent":
        return rounded(Fraction(price * row.amount, 100))
    return row.amount * (units if row.kind == "each" else 1)


def _once(
    fee: Fee, own: dict[str, list[int]], all_of: dict[str, list[int]], before: dict[str, int]
) -> dict[str, int]:
    """Returns by row each fee of this return alone, or the highest of all, less what was taken.

    No return pays more than its own units add, so that none pays for those of another.
    """
    if fee.decide == "add_up":
        return {
            key: _rest(fee, {key: own[key]}, {key: all_of[key]}, before.get(key, 0)) for key in own
        }
    rows = {row.id: row for row in fee.rows}
    most = max(own, key=lambda key: size(rows[key], *own[key]))
    return {most: _rest(fee, own, all_of, sum(before.values()))}


def _rest(fee: Fee, own: dict[str, list[int]], all_of: dict[str, list[int]], taken: int) -> int:
    rows = {row.id: row for row in fee.rows}
    most = max(size(rows[key], *each) for key, each in all_of.items())
    alone = max(size(rows[key], *each) for key, each in own.items())
    adds = max(
        size(rows[key], *all_of[key])
        - (size(rows[key], all_of[key][0] - n, all_of[key][1] - price) if all_of[key][0] > n else 0)
        for key, (n, price) in own.items()
    )
    return max(0, min(most - taken, max(alone, adds)))


def parts(total: int, weights: Sequence[int]) -> list[int]:
    """Splits a total over lines by their price; the last line takes the rest."""
    found = [total * each // sum(weights) for each in weights[:-1]]
    return [*found, total - sum(found)]


def lessened(amounts: list[int], by: int) -> list[int]:
    """Reduces amounts in proportion by a sum not above theirs; the last ones take the rest."""
    total = sum(amounts)
    found = [each - each * by // total for each in amounts]
    odd = sum(found) - (total - by)
    for place in reversed(range(len(found))):
        less = min(odd, found[place])
        found[place] -= less
        odd -= less
    return found
