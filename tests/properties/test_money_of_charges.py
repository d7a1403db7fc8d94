"""Whatever is stated, refunded, disputed or restored, no more than was paid goes back.

Payments by hand count, too. Walks are drawn by a seed, with few charges and with amounts near their
ceilings. Each is around a plot that only one guard stops; and each plot succeeds if its guard is
removed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final, cast

import pytest

from adapters.gateways import listing, stripe_gateway
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.gateways.simulated.wire import Refusal
from adapters.identity.vault import Vault, new_master_key
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import open_store
from adapters.store.money.adopting import Adopting
from adapters.store.money.charges.ceilings import Carried
from engine.errors import RequestFault
from engine.settlement.plan import Ceiling
from services.payments.gateways import Gateways
from tests.properties.backups import saver
from tests.properties.till import CHARGE, INVOICE, WHOLE, Clock, Till

WALKS: Final = 12
BESIDE: Final = 5
OURS: Final = ("owe", "owe", "refund", "die", "back_up_planned", "restore")
OTHERS: Final = ("hand", "hand", "hand", "lose", "dispute", "end", "settle_invoice", "jump")
CENTS: Final = (1, 400, 500, 600, WHOLE)
Step = tuple[str, int, int, int, int]
_CREDIT: Final = 2
PLOTS: Final[dict[str, tuple[bool, tuple[Step, ...]]]] = {
    "the charge": (
        True,
        (
            ("lose", 0, CHARGE, 500, 0),
            ("owe", 0, CHARGE, 500, _CREDIT),
            ("owe", 1, CHARGE, 500, _CREDIT),
        ),
    ),
    "the payment": (True, (("refund", 0, CHARGE, 400, 0), ("owe", 0, CHARGE, 400, 0))),
    "the line": (False, (("owe", 0, CHARGE, 400, 0), ("owe", 0, CHARGE, 400, _CREDIT))),
    "the line of what was forgotten": (
        False,
        (
            ("owe", 0, CHARGE, 400, 0),
            ("restore", 0, 0, 0, 0),
            ("owe", 0, CHARGE, 400, 0),
        ),
    ),
    "the look at first": (
        False,
        (
            ("jump", 0, 0, 0, 0),
            ("back_up_planned", 0, CHARGE, 200, 0),
            ("restore", 0, 0, 0, 0),
            ("back_up_planned", 1, INVOICE, 200, 0),
            ("restore", 0, 0, 0, 0),
        ),
    ),
    "the whole list": (False, (("jump", 0, 0, 0, 0), ("die", 0, CHARGE, 400, 0))),
}
"""Plots that only the named guard stops; orders have half a charge each, or a whole one."""
GUARDS: Final = tuple(PLOTS)
KEYS = count()


class Walk:
    """Runs one till step by step; `excused` moved before the payment was stated."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.excused: set[str] = set()
        self.unseen = False

    def go(self, steps: list[Step]) -> None:
        till = self.till
        till.open()
        for name, *arguments in steps:
            if name in OTHERS:
                self._done(name, arguments)
                self.unseen = True
                continue
            if self.unseen:
                self.compare()
            before = till.totals()
            self._done(name, arguments)
            till.work()
            self.check(before)
        before = till.totals()
        till.clock.off += timedelta(hours=7)  # what waits for a lease, or for our clock, is due
        self.compare()
        till.work()
        self.check(before)
        assert not till.compare().adopted, "something counts twice"

    def _done(self, name: str, arguments: list[int]) -> None:
        of, till = arguments[1], self.till
        is_first = name == "pay" and not self._is_known(of)
        with suppress(RequestFault, Refusal):
            getattr(till, name)(*arguments)
        if is_first:
            self.excused |= {each.reference for each in till.moved() if each.of == of}

    def _is_known(self, of: int) -> bool:
        till = self.till
        names = (till.intent, till.charge(CHARGE) or "") if of == CHARGE else (till.invoice,)
        with till.store.session():
            return till.store.payments.known_by(till.supplier, *names) is not None

    def check(self, before: dict[tuple[str, int], int]) -> None:
        """Others may exceed a ceiling; we never do, and nothing that we send moves twice."""
        most, now = self.till.most(), self.till.totals()
        over = {key: now[key] for key in now if now[key] > max(most[key], before[key])}
        assert not over, f"{over} passes what there is"
        ours = [each for each in self.till.moved() if each.reference not in self.till.by_hand]
        twice = Counter(each.settlement for each in ours)
        assert max(twice.values(), default=1) == 1, f"{twice} moved twice"

    def compare(self) -> None:
        """Reconciliation names everything that moved and is on no record."""
        ours = self.till.settlements()
        known = {each.reference for each in ours}
        waiting = {each.id for each in ours if not each.reference}
        done = self.till.compare()
        named = {each.reference for each in (*done.adopted, *done.differing)}
        expected = {
            each.reference
            for each in self.till.moved()
            if each.settlement not in waiting and self._is_known(each.of)
        }
        assert expected - known - self.excused <= named, (done, expected)
        self.unseen = False


class Place:
    """A store and a stand-in for many walks, each of which begins with nothing in the store."""

    def __init__(self, address: Address, folder: Path, stripe: SimulatedStripe) -> None:
        self.clock = Clock()
        self.store = open_store(address, self.clock)
        self.stripe = stripe
        self.save = saver(self.store, address, folder)
        self._empty = self.save() if isinstance(address, SqliteFile) else None
        self._gateways = Gateways(self.store, Vault.of(new_master_key()), base=stripe.address)

    def walk(self, steps: list[Step]) -> None:
        self.clock.off = timedelta()
        if self._empty is not None:
            self._empty()
        till = Till(
            store=self.store,
            stripe=self.stripe,
            gateways=self._gateways,
            clock=self.clock,
            key=f"rk_test_{next(KEYS)}",
            save=self.save,
        )
        Walk(till).go(steps)


@pytest.fixture(scope="module")
def stripe() -> Iterator[SimulatedStripe]:
    with SimulatedStripe(later=3_600) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, stripe: SimulatedStripe) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("walks")
    place = Place(SqliteFile(path=folder / "takeback.sqlite"), folder, stripe)
    yield place
    place.store.close()


def paid(*, half: bool, name: int) -> list[Step]:
    """Two orders with half of one charge each, by other names, or each with its own payment."""
    if half:
        return [("pay", 0, CHARGE, WHOLE // 2, name), ("pay", 1, CHARGE, WHOLE // 2, name + 1)]
    return [("pay", 0, CHARGE, WHOLE, name), ("pay", 1, INVOICE, WHOLE, name)]


def drawn(seed: int) -> list[Step]:
    """A plot that only one guard stops, with other steps before and between."""
    draw = random.Random(seed)
    half, plot = PLOTS[GUARDS[seed % len(GUARDS)]]
    walked = list(plot)
    for _ in range(BESIDE):
        name = draw.choice(OURS if draw.random() < 0.6 else OTHERS)
        step = (name, draw.randrange(2), draw.randrange(2), draw.choice(CENTS), draw.randrange(60))
        walked.insert(draw.randrange(len(walked) + 1), step)
    return [*paid(half=half, name=draw.randrange(60)), ("back_up", 0, 0, 0, 0), *walked]


@pytest.mark.parametrize("seed", range(WALKS))
def test_never_more_goes_back_than_was_paid(place: Place, seed: int) -> None:
    place.walk(drawn(seed))


@pytest.mark.parametrize("guard", GUARDS)
def test_a_walk_tells_a_guard_that_is_gone(
    place: Place, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, plot = PLOTS[guard]
    steps = [*paid(half=half, name=1), ("back_up", 0, 0, 0, 0), *plot]
    place.walk(steps)

    _take_away(guard, place, monkeypatch)
    with pytest.raises(AssertionError, match=r"passes|twice"):
        place.walk(steps)


def _take_away(guard: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    listed, of_ways = listing.of_movement, listing.of_ways
    purpose = Adopting._purpose
    steps = place.store.settlements._steps
    ceilings, carried = steps.ceilings, cast("property", Carried.__dict__["ceilings"])
    if guard == "the look at first":
        monkeypatch.setattr(stripe_gateway.StripeGateway, "listed", lambda *_: ())
    elif guard == "the whole list":
        early = timedelta(hours=1)
        for name, whole in (("of_movement", listed), ("of_ways", of_ways)):
            monkeypatch.setattr(
                listing,
                name,
                lambda *asked, whole=whole: (
                    e for e in whole(*asked) if e.at and e.at >= place.clock() - early
                ),
            )
    elif guard == "the line of what was forgotten":
        alone = {"order_line": "nobody's", "return_line": "nobody's"}
        monkeypatch.setattr(
            Adopting,
            "_purpose",
            lambda *asked: (found := purpose(*asked)) and found._replace(**alone),
        )
    else:
        others = Ceiling(name="nothing", most=10**9, taken=0)

        def without(found: Iterable[Ceiling]) -> tuple[Ceiling, ...]:
            return (others, *(each for each in found if each.name != guard))

        monkeypatch.setattr(
            Carried, "ceilings", property(lambda one: without(carried.__get__(one)))
        )
        monkeypatch.setattr(steps, "ceilings", lambda *asked: without(ceilings(*asked)))


def test_it_holds_after_a_restore_of_any_database(
    address: Address, tmp_path: Path, stripe: SimulatedStripe
) -> None:
    place = Place(address, tmp_path, stripe)
    for guard in ("the charge", "the line of what was forgotten", "the look at first"):
        half, plot = PLOTS[guard]
        place.walk([*paid(half=half, name=1), ("back_up", 0, 0, 0, 0), *plot])
    place.store.close()
