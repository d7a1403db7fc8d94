"""Orders change by those who may say it, and their history tells who said what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.store.ordering.faults import OrderFaults
from adapters.store.ordering.records import Change, LineChange
from adapters.store.publishing import Draft
from adapters.store.records import Standing, Telling
from adapters.store.tables import Unchangeable
from services.orders.updating import update_order
from takeback.bases import Bases
from takeback.publishing import published
from takeback.settings import policies_folder
from tests.contracts.conftest import World
from tests.contracts.orders.building import (
    LINE,
    add,
    amend,
    answer,
    cancel,
    facts,
    found,
    now,
    order,
    refused,
    tell,
)

IN_OAKLAND = """
policy: acme/standard
version: 1
title: Standard returns
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
time_zone: America/Los_Angeles
window: {days: 30, counted_from: delivered}
"""


def test_a_supplier_amends_and_the_history_says_what_was_and_what_is(world: World) -> None:
    family = add(world, "acme", order(replace(LINE, dates={"delivered": "2025-05-04"})))

    amend(
        world,
        "acme",
        "the carrier says so",
        dates={"delivered": "2025-05-06"},
        tracking=({"carrier": "UPS", "number": "1Z"},),
        country="US",
        lines=(LineChange(line="1", cancel=1, location="main"),),
    )

    after = now(world)
    assert after.lines[0].dates == {"delivered": "2025-05-06"}
    assert after.order.tracking == ({"carrier": "UPS", "number": "1Z"},)
    assert (after.lines[0].returnable, after.lines[0].cancelled) == (2, 1)
    with world.store.session():
        history = world.store.order_history.of(family.order.id)
    assert [(each.told.what, each.told.old, each.told.new) for each in history] == [
        ("", None, None),
        ("delivered", None, "2025-05-06"),
        ("country", "", "US"),
        ("tracking", [], [{"carrier": "UPS", "number": "1Z"}]),
        ("line 1: delivered", "2025-05-04", "2025-05-06"),
        ("line 1: location", None, "main"),
        ("line 1: cancelled", 0, 1),
    ]
    key = world.principals["acme"].key_id
    assert {(each.speaker.by, each.told.why) for each in history[1:]} == {
        (f"key {key}", "the carrier says so")
    }
    assert facts(world, "northwind", family.order.id) == ["order_added"] + ["order_amended"] * 6


def test_a_history_is_never_changed(world: World) -> None:
    family = add(world, "acme", order())
    rows = world.store.order_history._tables.Change

    with pytest.raises(Unchangeable), world.store.session():
        rows[family.order.id, 1].why = "otherwise"
    with pytest.raises(Unchangeable), world.store.session():
        rows[family.order.id, 1].delete()


def test_a_retailer_says_a_day_that_is_not_on_record_where_it_may(world: World) -> None:
    add(world, "acme", order())
    tell(world, Telling.DELIVERED)

    first = amend(world, "northwind", dates={"delivered": "2025-05-06"})
    other = amend(world, "northwind", dates={"delivered": "2025-05-07"})

    assert first is None
    assert other is not None
    assert now(world).order.dates["delivered"] == "2025-05-06"


def test_what_a_retailer_may_not_say_waits_and_is_answered_by_itself(world: World) -> None:
    add(world, "acme", order())
    tell(world, Telling.ORDERS)
    one = amend(world, "northwind", dates={"delivered": "2025-05-06"})
    two = cancel(world, "northwind", 1)
    three = cancel(world, "northwind", 2)
    before = now(world)

    answer(world, one, two)
    answer(world, three, declined="they were shipped")

    assert before.order.dates == {"ordered": "2025-05-01"}
    assert before.lines[0].cancelled == 0
    after = now(world)
    assert (after.order.dates["delivered"], after.lines[0].cancelled) == ("2025-05-06", 1)
    assert refused(lambda: answer(world, three)) == "nothing_waits"
    with world.store.session():
        kept = world.store.amendments.of(after.order.id)
    assert [each.standing for each in kept] == [
        Standing.CONFIRMED,
        Standing.CONFIRMED,
        Standing.DECLINED,
    ]
    assert kept[2].answer_why == "they were shipped"


def test_a_proposal_that_does_not_fit_any_more_is_refused_and_goes_on_waiting(
    world: World,
) -> None:
    add(world, "acme", order())
    waits = cancel(world, "northwind", 3)
    cancel(world, "acme", 2)

    assert refused(lambda: answer(world, waits)) == "too_many_cancelled"
    assert now(world).lines[0].cancelled == 2
    with world.store.session():
        (kept,) = world.store.amendments.of(found(world).order.id)
    assert kept.standing is Standing.PROPOSED


def test_changes_of_an_order_that_waits_wait_too_and_are_confirmed_after_it(world: World) -> None:
    tell(world)
    add(world, "northwind", order())
    waits = amend(world, "northwind", dates={"delivered": "2025-05-06"})

    assert refused(lambda: answer(world, waits)) == "order_not_confirmed"
    assert refused(lambda: cancel(world, "acme", 1)) == "order_not_confirmed"
    answer(world, waits, order=True)
    assert now(world).order.dates["delivered"] == "2025-05-06"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(), "nothing_to_change"),
        (Change(dates={"ordered": "2025-05-02"}), "not_amendable"),
        (Change(dates={"deliverd": "2025-05-02"}), "unknown_date"),
        (Change(dates={"delivered": "soon"}), "wrong_date"),
        (Change(dates={"delivered": "2025-04-30"}), "dates_reversed"),
        (Change(country="usa"), "wrong_country"),
        (Change(tracking=({"carrier": "", "number": "1"},)), "wrong_tracking"),
        (Change(tracking=({"carrier": "UPS", "number": "-.-"},)), "wrong_tracking"),
        (Change(lines=(LineChange(line="7", cancel=1),)), "not_found"),
        (Change(lines=(LineChange(line="1", cancel=4),)), "too_many_cancelled"),
        (Change(lines=(LineChange(line="1", cancel=-1),)), "too_many_cancelled"),
        (Change(lines=(LineChange(line="1", location="nowhere"),)), "unknown_location"),
        (Change(lines=(LineChange(line="1", cancel=1),) * 2), "sent_twice"),
    ],
)
def test_a_change_that_cannot_be_right_is_refused_whoever_says_it(
    world: World, change: Change, code: str
) -> None:
    family = add(world, "acme", order())
    for by in ("acme", "northwind"):
        with world.store.session():
            key, principal = family.order.id, world.principals[by]
            assert (
                refused(lambda k=key, p=principal: update_order(world.store, p, k, change, "x"))
                == code
            )

    assert now(world) == family


def test_nobody_amends_an_order_of_others(world: World) -> None:
    family = add(world, "acme", order())
    change = Change(dates={"delivered": "2025-05-05"})
    for by in ("globex", "southgate"):
        with world.store.session():
            assert (
                refused(
                    lambda by=by: update_order(
                        world.store, world.principals[by], family.order.id, change, ""
                    )
                )
                == "not_found"
            )


def test_days_are_compared_where_the_policy_counts_them(world: World) -> None:
    with world.store.session():
        draft = Draft(text=IN_OAKLAND, by="tests")
        published(world.store, world.partners["acme"], draft, Bases((policies_folder(),)))
    night = {"ordered": "2025-05-02", "delivered": "2025-05-02T05:00:00+00:00"}  # 1 May in Oakland

    with pytest.raises(OrderFaults, match=r"time zone `America/Los_Angeles`") as raised:
        add(world, "northwind", order(dates=night))
    add(world, "northwind", order(dates={**night, "ordered": "2025-05-01"}))
    add(world, "southgate", order(supplier="globex", retailer="southgate", dates=night))

    assert [each.code for each in raised.value.faults] == ["dates_reversed"]
    said = {"delivered": "2025-05-01T03:00:00+00:00"}
    assert refused(lambda: amend(world, "acme", dates=said)) == "dates_reversed"
