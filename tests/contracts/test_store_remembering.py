"""What a process remembers is what a fresh one reads, whatever another process has changed."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.identity.principal import Role
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.lifetime.withdrawing import WithdrawalRequest
from adapters.store.records import Edition, Partner, Telling
from engine.errors import RequestFault
from engine.policy.editions import load
from services.orders.adding import add_orders
from tests.contracts.conftest import NOW, World
from tests.contracts.orders.building import order
from tests.contracts.test_migrations import run_sql
from tests.contracts.test_store_editions import POLICY

SUPPLIERS, RETAILERS = ("acme", "globex"), ("northwind", "southgate")
STEPS = 12


@dataclass(slots=True)
class Change:
    """Changes the store of one process, as commands and the API do, or as a hand in the database.

    `keys` are the texts of all keys that were ever issued; a key that was revoked stays among them.
    """

    world: World
    address: Address
    chance: random.Random
    keys: list[str] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    orders: int = 0

    @property
    def _store(self) -> Store:
        return self.world.store

    def _one(self, of: tuple[str, ...]) -> Partner:
        return self.world.partners[self.chance.choice(of)]

    def issue(self) -> None:
        one = self._one(SUPPLIERS + RETAILERS)
        self.keys.append(self._store.partners.issue_key(one, Role(one.kind.value)))

    def revoke(self) -> None:
        self._store.partners.revoke_key(self._working().split("_")[1])

    def _working(self) -> str:
        """A key that works, issued if there is none."""
        works = [each for each in self.keys if self._store.partners.principal(each)]
        if not works:
            self.issue()
            return self.keys[-1]
        return self.chance.choice(works)

    def join(self) -> None:
        self._store.partnerships.join(self._one(SUPPLIERS), self._one(RETAILERS), "gold")

    def agree(self) -> None:
        terms = {"days": self.chance.randint(1, 90)}
        self._with(lambda acting, key: self._store.partnerships.set_terms(acting, key, "p", terms))

    def allow(self) -> None:
        allow = self.chance.random() < 0.5
        self._with(
            lambda acting, key: self._store.partnerships.allow_refunds(acting, key, allow=allow)
        )

    def let_tell(self) -> None:
        may = self.chance.sample(list(Telling), 2)
        self._with(lambda acting, key: self._store.partnerships.let_tell(acting, key, may))

    def _with(self, done: Callable[[Any, str], object]) -> None:
        supplier = self._one(SUPPLIERS)
        acting = self._store.partners.acting(supplier)
        if found := self._store.partnerships.all_of(acting):
            done(acting, self.chance.choice(found).id)

    def publish(self) -> None:
        owner = self._one(SUPPLIERS)
        scope = self.chance.choice(("", "for: {retailer: northwind}", "for: {retailer: southgate}"))
        self._publish(owner, f"{owner.handle}/{self.chance.choice(('one', 'two'))}", scope)

    def publish_again(self) -> None:
        """For whom it was meant before, so that only an edition is added."""
        before = self.editions[0]
        handle = dict(before.scope).get("retailer", ("",))[0]
        scope = f"for: {{retailer: {handle}}}" if handle else ""
        self._publish(before.owner, before.policy, scope)

    def _publish(self, owner: Partner, name: str, scope: str) -> None:
        version = 1 + sum(each.policy == name for each in self.editions)
        text = POLICY.format(policy=name, version=version, more=scope)
        self.editions.append(self._store.editions.add(owner, load(text, name), "tests", {}))

    def withdraw(self) -> None:
        edition = self.chance.choice(self.editions)
        first = self.chance.choice((None, edition.effective.first + self.chance.randint(1, 999)))
        said = WithdrawalRequest(edition=edition, first=first, why="a mistake", by="tests")
        with suppress(RequestFault):  # nothing is left of it
            self._store.withdrawing.withdraw(said)

    def rename(self) -> None:
        one = self.chance.choice(SUPPLIERS + RETAILERS)
        self._by_hand(f"UPDATE partner SET name = 'N{self.chance.random()}' WHERE handle = '{one}'")

    def forget_key(self) -> None:
        with self._store.session():
            key = self._working().split("_")[1]
        self._by_hand(f"DELETE FROM api_key WHERE id = '{key}'")

    def part(self) -> None:
        southgate = self.world.partners["southgate"].id
        self._by_hand(f"DELETE FROM partnership WHERE retailer = '{southgate}'")

    def replace_key(self) -> None:
        """On SQLite, where no trigger hears of a row that another one replaces."""
        with self._store.session():
            key = self._working().split("_")[1]
        ended = f"UPDATE api_key SET revoked_at = issued_at WHERE id = '{key}'"
        self._by_hand(
            "INSERT OR REPLACE INTO api_key (id, hash, partner, role, issued_at, revoked_at) SELECT"
            f" id, hash, partner, role, issued_at, issued_at FROM api_key WHERE id = '{key}'"
            if isinstance(self.address, SqliteFile)
            else ended
        )

    def hand_over(self) -> None:
        one, other = (self.world.partners[each].id for each in SUPPLIERS)
        retailer = self.world.partners["northwind"].id
        self._by_hand(
            f"UPDATE partnership SET supplier = '{other}' WHERE supplier = '{one}' AND retailer = "
            f"'{retailer}' AND NOT EXISTS (SELECT 1 FROM partnership p WHERE p.supplier = "
            f"'{other}' AND p.retailer = '{retailer}')"
        )

    def mean_otherwise(self) -> None:
        self._by_hand("UPDATE meant_for SET retailer = 'nobody' WHERE retailer = '*'")

    def mean_nobody(self) -> None:
        self._by_hand("DELETE FROM meant_for WHERE retailer <> '*'")

    def mean_all(self) -> None:
        edition = self.editions[0]
        self._by_hand(
            "INSERT INTO meant_for (owner, retailer, policy) VALUES "
            f"('{edition.owner.id}', 'r{self.chance.random()}', '{edition.policy}'),"
            f"('{edition.owner.id}', 'southgate', '{edition.policy}') ON CONFLICT DO NOTHING"
        )

    def order_more(self) -> None:
        self.orders += 1
        draft = replace(order(), number=f"R-{self.orders}")
        add_orders(self._store, self.world.principals["northwind"], [draft])

    def amend(self) -> None:
        day = (NOW - timedelta(days=self.chance.randint(1, 20))).date()
        said = f'{{"ordered": "2025-05-01", "delivered": "{day}"}}'
        self._by_hand(f"UPDATE purchase SET dates = '{said}' WHERE number = 'R-1'")

    def _by_hand(self, sql: str) -> None:
        run_sql(self.address, f"{sql};")

    def undone(self) -> None:
        """Something that another change begins and does not keep, though it was read meanwhile."""
        with suppress(ZeroDivisionError), self._store.atomic():
            self.chance.choice((self.issue, self.agree, self.publish))()
            seen(self._store, self)
            raise ZeroDivisionError
        self.keys = [each for each in self.keys if self._store.partners.principal(each)]
        known = {each.id for each in self._kept_editions()}
        self.editions = [each for each in self.editions if each.id in known]

    def _kept_editions(self) -> Iterator[Edition]:
        for each in self.editions:
            found = self._store.editions.named(each.policy, each.version)
            if found is not None:
                yield found


CHANGES = (
    *(Change.issue, Change.revoke, Change.join, Change.agree, Change.allow, Change.let_tell),
    *(Change.publish, Change.publish_again, Change.withdraw, Change.order_more, Change.undone),
    *(Change.rename, Change.forget_key, Change.part, Change.amend),
    *(Change.mean_all, Change.mean_otherwise, Change.mean_nobody),
    *(Change.replace_key, Change.hand_over),
)
BY_HAND = {
    *("rename", "forget_key", "part", "amend", "mean_all", "mean_otherwise", "mean_nobody"),
    *("replace_key", "hand_over"),
}
Changed = Callable[[Change], None]


def seen(store: Store, change: Change) -> dict[str, object]:
    """All that is remembered, and the orders, as a store gives them; inside a session."""
    found: dict[str, object] = {}
    partners = change.world.partners
    for text in change.keys:
        found[text] = store.partners.principal(text)
    for supplier in SUPPLIERS:
        for retailer in RETAILERS:
            pair = (partners[supplier].id, partners[retailer].id)
            found[f"{supplier} {retailer}"] = store.partnerships.between(*pair)
            candidates = store.editions.candidates_for(pair[0], [retailer])
            found[f"for {supplier} {retailer}"] = sorted(candidates, key=lambda each: each.key)
            governs = store.governing.between(pair[0], partners[retailer])
            both = (governs.partnership, sorted(governs.candidates, key=lambda each: each.key))
            found[f"{supplier} governs {retailer}"] = both
    numbers = [f"R-{at}" for at in range(1, 1 + change.orders)]
    families = store.orders.numbered(change.world.principals["northwind"], numbers)
    found["orders"] = sorted(families, key=lambda each: each.order.id)
    return found


@dataclass(slots=True)
class Two:
    """Another process changes; this one has asked for everything before."""

    change: Change
    reader: Store
    other: Store
    address: Address

    def do(self, changed: Changed) -> None:
        if changed.__name__ in BY_HAND:
            changed(self.change)
            return
        with self.change.world.store.session():
            changed(self.change)

    def read(self) -> dict[str, object]:
        with self.reader.session():
            return seen(self.reader, self.change)

    def fresh(self) -> dict[str, object]:
        self.other._reads[1]._remembered.clear()
        with self.other.session():
            return seen(self.other, self.change)

    def begin(self) -> None:
        """Something of each kind is there, and known to the reader."""
        for changed in (Change.issue, Change.publish, Change.publish, Change.order_more):
            self.do(changed)
        self.read()


@pytest.fixture
def two(world: World, address: Address) -> Iterator[Two]:
    reader, other = open_store(address, lambda: NOW), open_store(address, lambda: NOW)
    yield Two(Change(world, address, random.Random(1)), reader, other, address)
    reader.close()
    other.close()


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_fresh_process_reads(two: Two, seed: int) -> None:
    two.change.chance = random.Random(seed)
    two.begin()

    for _ in range(STEPS):
        two.do(two.change.chance.choice(CHANGES))
        assert two.read() == two.fresh()


def test_an_order_by_any_of_its_keys_is_the_same_and_nobody_elses(two: Two) -> None:
    two.begin()
    store, principals = two.reader, two.change.world.principals

    with store.session():
        (family,) = store.orders.numbered(principals["northwind"], ["R-1"])
        line = family.lines[0].id
        for handle in ("acme", "northwind"):
            assert store.orders.by_key(principals[handle], [family.order.id]) == (family,)
            assert store.orders.of_lines(principals[handle], [line]) == (family,)
            assert store.orders.line(principals[handle], line) == family.lines[0]
        assert store.orders.of_line(line) == (family, family.lines[0])
        for handle in ("globex", "southgate"):
            assert store.orders.order(principals[handle], family.order.id) is None
            assert store.orders.line(principals[handle], line) is None


def test_a_session_that_goes_on_sees_what_was_committed_meanwhile(two: Two) -> None:
    """Pony gives a session twice what it has read once; what is remembered must not come of it."""
    two.begin()

    with two.reader.session(), ThreadPoolExecutor(1) as other:
        seen(two.reader, two.change)
        for changed in (Change.revoke, Change.agree, Change.publish, Change.withdraw):
            other.submit(two.do, changed).result()
            seen(two.reader, two.change)
        other.submit(two.change.world.store.close).result()

    assert two.read() == two.fresh()


def test_a_change_is_seen_by_who_made_it_before_it_is_committed(two: Two) -> None:
    two.begin()
    store, partners = two.change.world.store, two.change.world.partners
    pair = (partners["acme"].id, partners["northwind"].id)

    with suppress(ZeroDivisionError), store.session(), store.atomic():
        two.change.chance = random.Random(5)
        before = store.partnerships.between(*pair)
        acting = store.partners.acting(partners["acme"])
        assert before is not None
        store.partnerships.set_terms(acting, before.id, "p", {"days": 7})
        changed = store.partnerships.between(*pair)
        assert changed is not None
        assert changed.terms == {"p": {"days": 7}}
        raise ZeroDivisionError
    with store.session():
        assert store.partnerships.between(*pair) == before


def triggers(file: SqliteFile) -> list[str]:
    with closing(sqlite3.connect(file.path)) as found:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%stamped%'"
        return sorted(name for (name,) in found.execute(sql))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_without_any_one_of_the_triggers_something_stale_is_read(two: Two) -> None:
    """Each is there for a reason, and the law above would show that one is missing."""
    assert isinstance(two.address, SqliteFile)
    names = triggers(two.address)
    with closing(sqlite3.connect(two.address.path)) as file:
        texts = dict(file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    two.begin()

    noticed = {name for name in names if _goes_stale(two, name, texts[name])}

    assert len(names) == 13
    assert noticed == set(names)


def _goes_stale(two: Two, name: str, text: str) -> bool:
    run_sql(two.address, f'DROP TRIGGER "{name}";')
    try:
        for changed in CHANGES:
            two.change.chance = random.Random(name + changed.__name__)
            two.read()
            two.do(changed)
            if two.read() != two.fresh():
                return True
        return False
    finally:
        run_sql(two.address, f"{text};")
