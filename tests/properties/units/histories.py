"""Ways in which the units of an order come back, and the ledger of what is paid for them.

After each piece its return is decided as it stands. The difference from what was planned before is
paid or claimed back, line by line after netting; what waits for other units is decided again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from engine.decision.decide import Decider
from engine.decision.record import ReturnDecision
from engine.decision.standing import OrderUnits, Standing, Taken, Units
from engine.policy.editions import load
from tests.properties.units.oracle import Beside, Owed, owed
from tests.properties.units.orders import ARRIVED, GONE, SETTLED, Back, Order, Unit, random_order
from tests.properties.units.terms import Terms, money, random_terms

AUTHORIZED = date(2025, 3, 10)
ARRIVE, LOOK, COMPLETE, BEGIN = "arrive", "look", "complete", "begin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An event that happens to several units of a return at once."""

    of: int
    kind: str
    units: frozenset[int] = frozenset()


@dataclass(slots=True, kw_only=True)
class Account:
    """What is known of a return: planned by line, paid, claimed, and what others must know."""

    planned: dict[int, int] = field(default_factory=dict)
    paid: int = 0
    claimed: int = 0
    shipping: dict[int, int] = field(default_factory=dict)
    taken: dict[str, Taken] = field(default_factory=dict)
    waits: bool = False
    owed: Owed | None = None


class Wrong(AssertionError):
    """A law that does not hold, with the history that shows it."""


@lru_cache(maxsize=64)
def decider_of(text: str) -> Decider:
    return Decider(load(text, "units.yaml").policy, native=False)


class Ledger:
    """One order under one policy, from its first piece to its last."""

    def __init__(self, terms: Terms, order: Order, random: Random) -> None:
        self.terms, self.order, self.random = terms, order, random
        self.decider = decider_of(terms.text())
        self.accounts = [Account() for _ in order.returns]
        self.by_line: dict[int, int] = {}

    def happen(self, piece: Piece) -> None:
        """Applies a piece to its return, and settles again every return that waits."""
        back = self.order.returns[piece.of]
        for unit in back.units:
            if piece.kind == COMPLETE and not unit.here:
                unit.stands = GONE
            elif unit.id in piece.units:
                unit.stands = ARRIVED if piece.kind == ARRIVE else SETTLED
        self.settle(piece.of)
        for place, account in enumerate(self.accounts):
            if account.waits and place != piece.of:
                self.settle(place)

    @property
    def total(self) -> int:
        """What was paid for the order and not claimed back."""
        return sum(each.paid - each.claimed for each in self.accounts)

    # --- one return -------------------------------------------------------------------------------

    def settle(self, place: int) -> None:
        """Pays the difference, and compares with the oracle."""
        back, account = self.order.returns[place], self.accounts[place]
        expected = owed(self.terms, self.order, back, self.beside(place))
        amounts: dict[int, int] = {}
        if back.present:
            found = self.decided(place)
            amounts = self.by_line
            account.shipping = {
                back.lines[each.line]: each.outbound.minor for each in found.money if each.outbound
            }
            account.taken, account.waits = found.taken, bool(found.waits)
        else:
            account.shipping, account.taken, account.waits = {}, {}, False
        self.pay(account, amounts)
        account.owed = expected
        if account.paid - account.claimed != expected.net:
            said = f"{account.paid} paid less {account.claimed} claimed, owed {expected.net}"
            raise Wrong(said)

    def pay(self, account: Account, amounts: dict[int, int]) -> None:
        lines = {*account.planned, *amounts}
        change = sum(amounts.get(each, 0) - account.planned.get(each, 0) for each in lines)
        if change > 0:
            account.paid += change
        if -change > account.paid - account.claimed:
            raise Wrong("more is claimed than was paid")
        if change < 0:
            account.claimed -= change
        if any(each < 0 for each in amounts.values()):
            raise Wrong("less than nothing is owed for a line")
        account.planned = dict(amounts)

    def decided(self, place: int) -> ReturnDecision:
        back = self.order.returns[place]
        groups = self.groups(back)
        places = {line: at for at, line in enumerate(back.lines)}
        units = tuple(
            Units(
                line=places[each[0].line],
                units=len(each),
                arrived=each[0].here,
                settled=each[0].stands == SETTLED or self.order.early,
            )
            for each in groups
        )
        standing = Standing(units=units, order=self.stands(place, places), taken=self.taken(place))
        found = self.decider.decide_return(
            self.shared(), [self.facts(back, each) for each in groups], standing
        )
        self.by_line = {}
        for each, share in zip(groups, found.shares, strict=True):
            if share is not None:
                line = each[0].line
                self.by_line[line] = self.by_line.get(line, 0) + share.minor
        return found

    def groups(self, back: Back) -> list[list[Unit]]:
        """Units that are alike, all of them together or split at random, in any order."""
        found: dict[tuple[object, ...], list[Unit]] = {}
        split = self.random.random() < 0.5
        for each in back.present:
            day = each.day if each.here else None
            part = self.random.randrange(3) if split else 0
            found.setdefault((each.line, each.state, each.stands, day, part), []).append(each)
        groups = list(found.values())
        self.random.shuffle(groups)
        return groups

    def facts(self, back: Back, group: list[Unit]) -> dict[str, object]:
        unit = group[0]
        line = self.order.lines[unit.line]
        found: dict[str, object] = {
            "quantity": sum(each.line == unit.line for each in back.present),
            "unit_price": money(line.price),
            "category": line.category,
            "condition": unit.state,
        }
        if unit.here:
            found["received_back"] = (AUTHORIZED + timedelta(days=unit.day)).isoformat()
        return found

    def shared(self) -> dict[str, object]:
        day = AUTHORIZED.isoformat()
        found: dict[str, object] = {
            "ordered": "2025-03-01",
            "requested": day,
            "rma_issued": day,
            "now": day,
            "reason": "change_of_mind",
            "outbound_paid": money(self.order.paid),
        }
        if self.order.standard is not None:
            found["outbound_standard"] = money(self.order.standard)
        return found

    # --- beside it --------------------------------------------------------------------------------

    def others(self, place: int) -> list[tuple[Back, Account]]:
        every = zip(self.order.returns, self.accounts, strict=True)
        return [each for at, each in enumerate(every) if at != place]

    def counted(self, place: int) -> tuple[dict[int, int], dict[int, int]]:
        """Counts by order line other returns' units that are here, or will be, and not refused."""
        here: dict[int, int] = {}
        coming: dict[int, int] = {}
        for back, account in self.others(place):
            fine = {each.id for each in account.owed.accepted} if account.owed else None
            for each in back.present:
                if fine is None or each.id in fine:
                    of = here if each.here else coming
                    of[each.line] = of.get(each.line, 0) + 1
        return here, coming

    def beside(self, place: int) -> Beside:
        """Returns what the oracle itself worked out for the other returns."""
        here, coming = self.counted(place)
        own = self.accounts[place].owed
        found = Beside(here=here, coming=coming, own=own.shipping if own else 0)
        for _, account in self.others(place):
            if account.owed is not None:
                found.shipping += account.owed.shipping
                for name, fee in account.owed.fees.items():
                    found.fees[name] = found.fees.get(name, 0) + fee
                for key, (n, price) in account.owed.sums.items():
                    there = found.sums.get(key, [0, 0])
                    found.sums[key] = [there[0] + n, there[1] + price]
        return found

    def stands(self, place: int, places: dict[int, int]) -> tuple[OrderUnits, ...]:
        here, coming = self.counted(place)
        given: dict[int, int] = {}
        for _, account in self.others(place):
            for line, part in account.shipping.items():
                given[line] = given.get(line, 0) + part
        own = self.accounts[place].shipping
        return tuple(
            OrderUnits(
                kept=line.kept,
                lines=(places[at],) if at in places else (),
                arrived=here.get(at, 0),
                coming=coming.get(at, 0),
                outbound=given.get(at, 0),
                own=own.get(at, 0),
                facts={} if at in places else self.known(at),
            )
            for at, line in enumerate(self.order.lines)
        )

    def known(self, at: int) -> dict[str, object]:
        line = self.order.lines[at]
        more = {"unit_price": money(line.price), "category": line.category, "quantity": line.kept}
        return {**self.shared(), **more}

    def taken(self, place: int) -> dict[str, Taken]:
        found: dict[str, Taken] = {}
        for _, account in self.others(place):
            for kind, each in account.taken.items():
                found[kind] = found[kind] + each if kind in found else each
        return found


def random_history(seed: int) -> tuple[Terms, Order, Random]:
    """A policy (the same for four seeds in a row), an order under it, and a source of chance."""
    random = Random(seed)
    terms = random_terms(Random(seed // 4))
    return terms, random_order(random), random


def played(terms: Terms, order: Order, random: Random, way: Sequence[Piece]) -> Ledger:
    """Plays a history and returns its ledger; raises `Wrong` if a law does not hold."""
    ledger = Ledger(terms, order, random)
    for piece in way:
        ledger.happen(piece)
    return ledger


# --- ways of coming back --------------------------------------------------------------------------


def pieces(order: Order, random: Random, *, size: int = 3) -> list[Piece]:
    """Deliveries and inspections of up to `size` units, in any order, then completion."""
    of_returns = [_of_one(each, place, random, size) for place, each in enumerate(order.returns)]
    found: list[Piece] = []
    while any(of_returns):
        mine = random.choice([each for each in of_returns if each])
        found.append(mine.pop(0))
    return found


def _of_one(back: Back, place: int, random: Random, size: int) -> list[Piece]:
    coming = [each.id for each in back.units if each.comes]
    random.shuffle(coming)
    found: list[Piece] = []
    seen: list[int] = []
    while coming or seen:
        if coming and (not seen or random.random() < 0.6):
            some, coming = _some(coming, random, size)
            at_once = random.random() < 0.6
            found.append(Piece(of=place, kind=LOOK if at_once else ARRIVE, units=frozenset(some)))
            seen += [] if at_once else some
        else:
            random.shuffle(seen)
            some, seen = _some(seen, random, size)
            found.append(Piece(of=place, kind=LOOK, units=frozenset(some)))
    complete = Piece(of=place, kind=COMPLETE)
    at = random.choice((len(found), _last_arrival(found)))
    begin = Piece(of=place, kind=BEGIN)
    return [begin, *found[:at], complete, *found[at:]]


def _last_arrival(found: list[Piece]) -> int:
    """Finds the last delivery, before which no return is complete; inspections may follow."""
    here: set[int] = set()
    last = 0
    for place, piece in enumerate(found):
        last = last if piece.units <= here else place + 1
        here |= piece.units
    return last


def _some(units: list[int], random: Random, size: int) -> tuple[list[int], list[int]]:
    many = random.randint(1, size)
    return units[:many], units[many:]


def at_once(order: Order) -> list[Piece]:
    """Each return comes and is looked at in one piece."""
    found = []
    for place, back in enumerate(order.returns):
        every = frozenset(each.id for each in back.units if each.comes)
        found += [Piece(of=place, kind=LOOK, units=every), Piece(of=place, kind=COMPLETE)]
    return found
