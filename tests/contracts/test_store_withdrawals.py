"""An edition is withdrawn from a moment on, for some days or all; nothing of it is ever removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address, SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.lifetime.bases import base_notices
from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.publishing import Draft, Refused, publish
from adapters.store.records import Edition, Partner
from adapters.store.tables import Unchangeable
from engine.dates import parse_day
from engine.errors import RequestFault
from engine.policy.selection import NoPolicy, choose, known
from tests.contracts.test_migrations import run_sql

START = datetime(2025, 6, 1, 12, tzinfo=UTC)
POLICY = """\
policy: acme/{name}
version: {version}
effective: {{from: {first}{until}}}
currency: USD
for: {{category: [{name}]}}
window: {{days: 30, counted_from: delivered}}
"""
CHILD = """\
policy: acme/child
version: 1
extends: acme/lamps@1
for: {retailer: northwind}
effective: {from: 2025-01-01}
changes: [{set: window.days, to: 45, why: contract}]
"""


class Clock:
    """Moves on by an hour whenever it is told to."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def tick(self) -> datetime:
        self.moment += timedelta(hours=1)
        return self.moment


class Shop:
    """One supplier, its store and the clock of both."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        with store.session():
            self.owner: Partner = store.partners.add("acme", "Acme", Kind.SUPPLIER)

    def publish(self, version: int, first: str, until: str = "", name: str = "lamps") -> Edition:
        end = f", until: {until}" if until else ""
        return self.publish_text(POLICY.format(name=name, version=version, first=first, until=end))

    def publish_text(self, text: str) -> Edition:
        found = self.answer(text)
        assert isinstance(found, Edition), found
        return found

    def answer(self, text: str) -> Edition | Refused:
        with self.store.session(), self.store.atomic():
            return publish(self.store, self.owner, Draft(text=text, by="tests"))

    def withdraw(self, edition: Edition, first: str | None = None, why: str = "wrong") -> Withdrawn:
        day = parse_day(first) if first else None
        with self.store.session(), self.store.atomic():
            said = WithdrawalRequest(edition=edition, first=day, why=why, by="tests")
            return self.store.withdrawing.withdraw(said)

    def governing(self, day: str, at: datetime | None = None) -> str:
        with self.store.session():
            pool = known(self.store.editions.candidates(self.owner.id), at or self.clock())
        ordinal = parse_day(day)
        found = choose(pool, {"category": "lamps"}, {"ordered": ordinal, "requested": ordinal})
        return found.code if isinstance(found, NoPolicy) else found.reference


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    clock = Clock()
    store = open_store(address, clock)
    yield Shop(store, clock)
    store.close()


def code(shop: Shop, edition: Edition, first: str | None = None, why: str = "wrong") -> str:
    with pytest.raises(RequestFault) as caught:
        shop.withdraw(edition, first, why)
    return caught.value.code


def test_what_is_withdrawn_gives_way_to_the_version_before_from_then_on(shop: Shop) -> None:
    shop.publish(1, "2025-01-01")
    published = shop.clock.tick()
    second = shop.publish(2, "2025-07-01")
    withdrawn = shop.clock.tick()
    answer = shop.withdraw(second)

    assert shop.governing("2025-07-01") == "acme/lamps@1"
    assert answer.instead == "acme/lamps@1"
    assert shop.governing("2025-07-01", published) == "acme/lamps@2"
    assert shop.governing("2025-07-01", withdrawn - timedelta(seconds=1)) == "acme/lamps@2"
    assert shop.governing("2025-07-01", START) == "acme/lamps@1"


def test_the_only_version_leaves_no_policy_behind(shop: Shop) -> None:
    only = shop.publish(1, "2025-01-01")

    answer = shop.withdraw(only, why="  never agreed  ")

    assert shop.governing("2025-07-01") == "no_policy"
    assert (answer.instead, answer.withdrawal.why, answer.withdrawal.by) == (
        None,
        "never agreed",
        "tests",
    )


def test_a_withdrawal_from_a_day_on_keeps_the_orders_before_it(shop: Shop) -> None:
    only = shop.publish(1, "2025-01-01")

    answer = shop.withdraw(only, "2025-09-01")

    assert answer.withdrawal.first == parse_day("2025-09-01")
    assert shop.governing("2025-08-31") == "acme/lamps@1"
    assert shop.governing("2025-09-01") == "no_policy"


def test_a_withdrawal_from_the_first_day_or_before_takes_everything(shop: Shop) -> None:
    one, other = shop.publish(1, "2025-01-01"), shop.publish(1, "2025-01-01", name="hats")

    assert shop.withdraw(one, "2025-01-01").withdrawal.first is None
    assert shop.withdraw(other, "2020-01-01").withdrawal.first is None


def test_more_may_be_withdrawn_later_but_never_less(shop: Shop) -> None:
    only = shop.publish(1, "2025-01-01", "2025-12-31")
    shop.withdraw(only, "2025-10-01")
    shop.withdraw(only, "2025-09-01")

    assert code(shop, only, "2025-09-01") == "not_in_force"
    assert code(shop, only, "2025-10-01") == "not_in_force"
    assert code(shop, only, "2026-01-01") == "not_in_force"
    shop.withdraw(only)
    assert code(shop, only) == "withdrawn_already"
    with shop.store.session():
        (kept,) = shop.store.withdrawals.of_owner(shop.owner.id).values()
    assert [each.first for each in kept] == [
        parse_day("2025-10-01"),
        parse_day("2025-09-01"),
        None,
    ]


@pytest.mark.parametrize("why", ["", "  ", "x" * 2_001])
def test_a_withdrawal_needs_a_reason(shop: Shop, why: str) -> None:
    assert code(shop, shop.publish(1, "2025-01-01"), why=why) == "missing_reason"


def test_a_withdrawn_edition_stays_as_it_was_and_so_does_its_withdrawal(shop: Shop) -> None:
    only = shop.publish(1, "2025-01-01")
    recorded = shop.withdraw(only, "2025-09-01").withdrawal
    rows = shop.store.withdrawals._tables.Withdrawal

    with pytest.raises(Unchangeable), shop.store.session():
        rows[recorded.id].why = "another"
    with pytest.raises(Unchangeable), shop.store.session():
        rows[recorded.id].delete()
    with shop.store.session():
        assert shop.store.editions.by_id(only.id) == only
        assert shop.store.withdrawals.by_id(recorded.id) == recorded


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE withdrawal SET first = NULL",
        "DELETE FROM withdrawal",
        "INSERT OR REPLACE INTO withdrawal SELECT * FROM withdrawal",
        "TRUNCATE withdrawal",
    ],
)
def test_a_withdrawal_is_kept_even_from_plain_sql(shop: Shop, address: Address, sql: str) -> None:
    only = shop.publish(1, "2025-01-01")
    recorded = shop.withdraw(only, "2025-09-01").withdrawal
    foreign = "TRUNCATE" if isinstance(address, SqliteFile) else "INSERT OR"
    said = "syntax error" if sql.startswith(foreign) else "withdrawal is written once"

    with pytest.raises(Exception, match=said):
        run_sql(address, sql)

    with shop.store.session():
        assert shop.store.withdrawals.by_id(recorded.id) == recorded


def test_children_keep_a_withdrawn_base_and_are_named(shop: Shop) -> None:
    base = shop.publish(1, "2025-01-01")
    child = shop.publish_text(CHILD)
    other = shop.publish(1, "2025-01-01", name="hats")

    assert shop.withdraw(base).children == ("acme/child@1",)
    assert shop.withdraw(other).children == ()
    with shop.store.session():
        assert shop.store.editions.base(shop.owner.id, "acme/lamps", 1) == base.text
    assert shop.publish_text(CHILD) == child


def test_what_became_of_a_base_is_told(shop: Shop) -> None:
    base = shop.publish(1, "2025-01-01")
    child = shop.publish_text(CHILD)

    def told() -> list[str]:
        with shop.store.session():
            published = shop.store.editions.candidates(shop.owner.id)
        return [each.code for each in base_notices(child, published, shop.clock())]

    assert told() == []
    newer = shop.publish(2, "2025-07-01")
    assert told() == ["newer_base"]
    shop.withdraw(newer)
    assert told() == []
    shop.withdraw(base)
    assert told() == ["withdrawn_base"]


# --- publishing -----------------------------------------------------------------------------------


def refused(shop: Shop, version: int, first: str, until: str = "") -> str:
    end = f", until: {until}" if until else ""
    text = POLICY.format(name="lamps", version=version, first=first, until=end)
    found = shop.answer(text)
    assert isinstance(found, Refused), found
    assert found.code == "policy_faults"
    assert {fault.source.line for fault in found.faults} == {3}
    return ",".join(fault.code for fault in found.faults)


def test_a_version_follows_the_one_before_without_a_gap(shop: Shop) -> None:
    shop.publish(1, "2025-01-01", "2025-06-30")

    assert refused(shop, 2, "2025-07-02") == "edition_gap"
    assert refused(shop, 2, "2024-12-31", "2025-12-31") == "reaches_back"
    assert refused(shop, 2, "2025-02-01", "2025-06-29") == "edition_overlap"
    shop.publish(2, "2025-07-01")
    assert shop.governing("2025-06-30") == "acme/lamps@1"
    assert shop.governing("2025-07-01") == "acme/lamps@2"


def test_a_version_that_has_not_begun_may_be_corrected(shop: Shop) -> None:
    shop.publish(1, "2025-01-01")
    shop.publish(2, "2025-10-01")

    shop.publish(3, "2025-09-01")

    assert shop.governing("2025-10-01") == "acme/lamps@3"
    assert shop.governing("2025-08-31") == "acme/lamps@1"


def test_a_version_may_take_the_place_of_a_withdrawn_one(shop: Shop) -> None:
    shop.publish(1, "2025-01-01", "2025-06-30")
    second = shop.publish(2, "2025-07-01")
    shop.withdraw(second)

    assert refused(shop, 3, "2025-08-01") == "edition_gap"
    shop.publish(3, "2025-07-01", "2025-12-31")
    assert shop.governing("2025-07-01") == "acme/lamps@3"


def test_a_withdrawn_policy_ties_with_none(shop: Shop) -> None:
    shop.withdraw(shop.publish(1, "2025-01-01"))

    shop.publish_text(
        POLICY.format(name="lights", version=1, first="2025-01-01", until="").replace(
            "[lights]", "[lamps]"
        )
    )


def test_all_editions_of_a_file_count_for_ties(shop: Shop) -> None:
    shop.publish(1, "2025-01-01")
    trial = CHILD.replace("acme/child", "acme/trial").replace(
        "why: contract}", "why: contract, effective: {from: 2025-07-01}}"
    )
    shop.publish_text(trial)
    rival = POLICY.format(name="rival", version=1, first="2025-02-01", until=", until: 2025-02-02")

    found = shop.answer(rival.replace("category: [rival]", "retailer: northwind"))

    assert isinstance(found, Refused)
    assert found.code == "selection_tie"
