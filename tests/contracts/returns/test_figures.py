"""What a dashboard counts: the lines of a time in one pass, money by way, the ends of journals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.figures import Bucket, Days, ReturnedIn
from adapters.store.journal.kinds import Sides
from tests.contracts.returns.building import Shop, opened
from tests.properties.placing import stocked


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = stocked(opened(address))
    found.orders("acme")
    yield found
    found.library.close()
    found.store.close()


def returned(shop: Shop, handle: str, days: Days) -> ReturnedIn:
    with shop.store.session():
        partner = shop.store.partners.by_handle(handle)
        assert partner is not None
        acting = shop.store.partners.acting(partner)
        shop.store.money_moved.moved(acting, days)
        return shop.store.figures.returned(acting, days)


def around(day: date) -> Days:
    return Days(first=day - timedelta(days=3), last=day + timedelta(days=3))


def test_lines_are_counted_once_in_each_way_and_for_their_partners_alone(shop: Shop) -> None:
    today = shop.clock().date()
    made = shop.one(condition="new_unused", reason="defective")
    line = made.lines[0]

    found = returned(shop, "acme", around(today))

    units = line.quantity
    assert [(each.what, each.lines, each.units) for each in found.skus] == [(line.sku, 1, units)]
    assert [(each.lines, each.units) for each in found.partners] == [(1, units)]
    assert [(each.lines, each.units) for each in found.reasons] == [(1, units)]
    assert [each.lines for each in found.days] == [1]
    assert [each.begins.day for each in found.outcomes(Bucket.MONTH)] == [1]
    with shop.store.session():
        shop.store.partners.add("globex", "Globex", Kind.SUPPLIER)
    earlier = returned(shop, "acme", around(today - timedelta(days=60)))
    assert earlier == returned(shop, "globex", around(today))
    assert (earlier.skus, earlier.partners, earlier.days, earlier.kept) == ((), (), (), ())


def test_the_end_of_a_journal_is_the_number_of_its_last_entry(shop: Shop) -> None:
    shop.one(condition="new_unused")

    with shop.store.session():
        partner = shop.store.partners.by_handle("acme")
        assert partner is not None
        last = shop.store.journal.after(partner.id, 0, 1_000)[-1].seq
        assert shop.store.journal_ends.of(["acme", "nobody"]) == {"acme": last}
        assert shop.store.journal_ends.of([]) == {}


def test_the_end_of_a_journal_is_after_what_this_session_has_told(shop: Shop) -> None:
    store, acme = shop.store, shop.partners["acme"].id
    with store.writing():
        before = store.journal_ends.of(["acme"])["acme"]
        store.journal.tell(Sides(own=acme), "tests", "stock", "stock_moved", moves=[])

        assert store.journal_ends.of(["acme"]) == {"acme": before + 1}
