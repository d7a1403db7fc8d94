"""Editions are written once, and shown to their owner and to the retailers that they are for."""

from __future__ import annotations

import pytest

from adapters.store.records import Edition
from adapters.store.tables import Unchangeable
from engine.policy.editions import load
from tests.contracts.conftest import World

POLICY = """
policy: {policy}
version: {version}
title: Standard returns
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
{more}
window: {{days: 30, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
"""


def publish(world: World, policy: str, version: int = 1, more: str = "") -> Edition:
    text = POLICY.format(policy=policy, version=version, more=more)
    owner = world.partners[policy.partition("/")[0]]
    with world.store.session():
        return world.store.editions.add(owner, load(text, policy), "tests", {})


def seen_by(world: World, handle: str) -> list[str]:
    with world.store.session():
        listed = world.store.editions.listed(world.principals[handle])
    return [each.reference for each in listed]


def test_an_edition_comes_back_as_it_was_published(world: World) -> None:
    added = publish(world, "acme/standard", more="for: {country: [US, CA]}")

    with world.store.session():
        found = world.store.editions.visible(world.principals["acme"], added.id)

    assert found == added
    assert found.scope == (("country", ("US", "CA")),)
    assert found.text.startswith("\npolicy: acme/standard")


def test_an_edition_cannot_be_changed_or_removed(world: World) -> None:
    added = publish(world, "acme/standard")
    rows = world.store.editions._tables.Edition

    with pytest.raises(Unchangeable), world.store.session():
        rows[added.id].title = "Something else"
    with pytest.raises(Unchangeable), world.store.session():
        rows[added.id].delete()

    with world.store.session():
        assert rows[added.id].title == "Standard returns"


def test_retailers_see_what_their_suppliers_wrote_for_them_or_for_all(
    world: World,
) -> None:
    publish(world, "acme/standard")
    publish(world, "acme/southgate", more="for: {retailer: [southgate]}")
    publish(world, "globex/standard")

    assert seen_by(world, "acme") == ["acme/southgate@1", "acme/standard@1"]
    assert seen_by(world, "northwind") == ["acme/standard@1"]
    assert seen_by(world, "southgate") == [
        "acme/southgate@1",
        "acme/standard@1",
        "globex/standard@1",
    ]
    assert seen_by(world, "globex") == ["globex/standard@1"]


def test_versions_come_newest_first(world: World) -> None:
    publish(world, "acme/standard", 1)
    publish(world, "acme/standard", 2)

    with world.store.session():
        found = world.store.editions.versions(world.principals["northwind"], "acme/standard")
        none = world.store.editions.versions(world.principals["globex"], "acme/standard")

    assert [each.version for each in found] == [2, 1]
    assert none == ()


def test_nobody_extends_the_policy_of_another(world: World) -> None:
    publish(world, "acme/standard")
    acme, globex = world.partners["acme"].id, world.partners["globex"].id

    with world.store.session():
        assert world.store.editions.base(acme, "acme/standard", 1) is not None
        assert world.store.editions.base(globex, "acme/standard", 1) is None
        assert world.store.editions.base(acme, "acme/standard", 2) is None


def test_candidates_are_all_editions_of_their_owner(world: World) -> None:
    publish(world, "acme/standard", more="for: {country: [US]}")
    publish(world, "globex/standard")

    with world.store.session():
        (found,) = world.store.editions.candidates(world.partners["acme"].id)
        whole = world.store.editions.by_id(found.key)

    assert (found.policy, found.version, found.scope) == ("acme/standard", 1, whole.scope)
    assert found.effective == whole.effective
