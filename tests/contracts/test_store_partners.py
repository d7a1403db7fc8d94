"""Partners, partnerships and keys: each tenant finds its own and nobody else's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from adapters.identity.principal import Kind, Role, Scope
from adapters.store.records import Location
from engine.errors import RequestFault
from tests.contracts.conftest import World


def test_a_key_names_its_tenant_and_role(world: World) -> None:
    with world.store.session():
        text = world.store.partners.issue_key(world.partners["northwind"], Role.SUPPORT)
        found = world.store.partners.principal(text)

    assert found is not None
    assert (found.handle, found.kind, found.role) == ("northwind", Kind.RETAILER, Role.SUPPORT)


def test_the_list_of_keys_says_what_each_really_may(world: World) -> None:
    with world.store.session():
        for handle in ("northwind", "acme"):
            text = world.store.partners.issue_key(world.partners[handle], Role.SUPPORT)
            may = world.store.partners.principal(text)
            assert may
            keys = world.store.keys.of(world.partners[handle].id)
            (listed,) = (each for each in keys if each.id == may.key_id)
            assert listed.scopes == may.scopes
            assert (Scope.JUDGE_RETURNS in listed.scopes) == (handle == "acme")


def test_a_revoked_or_altered_key_names_nobody(world: World) -> None:
    partners = world.store.partners
    with world.store.session():
        text = partners.issue_key(world.partners["acme"], Role.SUPPLIER)
        altered = text[:-1] + ("A" if text[-1] != "A" else "B")
        assert partners.principal(altered) is None
        found = partners.principal(text)
        assert found is not None
        assert partners.revoke_key(found.key_id)
        assert partners.principal(text) is None
        assert not partners.revoke_key(found.key_id)


def test_a_partner_that_has_no_name_but_its_handle_takes_one(world: World) -> None:
    partners = world.store.partners
    with world.store.session():
        partners.add("hearth", "hearth", Kind.SUPPLIER)
        named = partners.add("hearth", "Hearth Home", Kind.SUPPLIER)
        again = partners.add("hearth", "Another", Kind.SUPPLIER)

    assert (named.name, again.name) == ("Hearth Home", "Hearth Home")


def test_a_supplier_gets_no_key_of_a_retailer(world: World) -> None:
    with world.store.session(), pytest.raises(RequestFault) as fault:
        world.store.partners.issue_key(world.partners["acme"], Role.RETAILER)

    assert fault.value.code == "wrong_role"


def test_handles_are_known_by_their_kind(world: World) -> None:
    of: dict[Kind | None, set[str]] = {None: {*world.partners}}
    for handle, partner in world.partners.items():
        of.setdefault(partner.kind, set()).add(handle)

    with world.store.session():
        for kind, handles in of.items():
            assert world.store.partners.known(kind) == sorted(handles)


def test_only_partners_see_each_other(world: World) -> None:
    northwind = world.principals["northwind"]
    with world.store.session():
        seen = {
            handle: world.store.partners.visible(northwind, partner.id) is not None
            for handle, partner in world.partners.items()
        }

    assert seen == {"acme": True, "globex": False, "northwind": True, "southgate": False}


def test_each_lists_its_own_partnerships(world: World) -> None:
    with world.store.session():
        listed = {
            handle: [
                (each.supplier.handle, each.retailer.handle)
                for each in world.store.partnerships.all_of(principal)
            ]
            for handle, principal in world.principals.items()
        }

    assert listed["acme"] == [("acme", "northwind"), ("acme", "southgate")]
    assert listed["northwind"] == [("acme", "northwind")]
    assert listed["globex"] == [("globex", "southgate")]


def test_terms_are_set_by_the_supplier_of_the_partnership_alone(world: World) -> None:
    partnerships = world.store.partnerships
    acme, globex = world.principals["acme"], world.principals["globex"]
    with world.store.session():
        key = partnerships.all_of(world.principals["northwind"])[0].id
        assert partnerships.set_terms(globex, key, "acme/standard", {"rate": "5%"}) is None
        with pytest.raises(RequestFault):
            partnerships.set_terms(world.principals["northwind"], key, "acme/standard", {})
        changed = partnerships.set_terms(acme, key, "acme/standard", {"rate": "5%"})

    assert changed is not None
    assert changed.terms == {"acme/standard": {"rate": "5%"}}
    with world.store.session():
        agreed = partnerships.terms_of(acme.tenant)["acme/standard"]
        assert [each.terms for each in agreed] == [{"rate": "5%"}]


def test_an_idempotency_key_remembers_its_answer_and_refuses_another_request(world: World) -> None:
    answered, acme = world.store.idempotency, world.principals["acme"]
    with world.store.session():
        assert answered.before(acme, "k1", "publish", {"yaml": "a"}) is None
        answered.keep(acme, "k1", ("publish", {"yaml": "a"}), {"edition": "e1"})
    with world.store.session():
        assert answered.before(acme, "k1", "publish", {"yaml": "a"}) == {"edition": "e1"}
        assert answered.before(world.principals["globex"], "k1", "publish", {"yaml": "a"}) is None
        with pytest.raises(RequestFault) as fault:
            answered.before(acme, "k1", "publish", {"yaml": "b"})

    assert fault.value.code == "idempotency_key_reused"


class _Colour(StrEnum):
    RED = "red"


@dataclass(kw_only=True)
class _Part:
    size: int | None
    colour: _Colour
    on: date


@dataclass(kw_only=True)
class _Input:
    parts: list[_Part]
    words: tuple[str, ...]
    at: datetime
    beyond: int


@pytest.mark.parametrize("number", [1, 2**70])
def test_an_input_is_the_same_request_as_what_it_says_in_plain_values(
    world: World, number: int
) -> None:
    answered, acme = world.store.idempotency, world.principals["acme"]
    at = datetime(2025, 5, 2, 10, tzinfo=UTC)
    part = _Part(size=None, colour=_Colour.RED, on=at.date())
    said = _Input(parts=[part], words=("a", "b"), at=at, beyond=number)
    with world.store.session():
        answered.keep(acme, "k1", ("publish", said), "made")
    with world.store.session():
        assert answered.before(acme, "k1", "publish", said) == "made"
        if number < 2**63:
            assert answered.before(acme, "k1", "publish", asdict(said)) == "made"
        with pytest.raises(RequestFault):
            answered.before(acme, "k1", "publish", replace(said, beyond=number + 1))


def test_a_place_is_found_with_its_newest_address(world: World) -> None:
    goods, acme = world.store.goods, world.partners["acme"]
    moved = Location(handle="main", name="Dock 2", lines=("2 Dock Road",), country="CA")
    with world.store.session():
        goods.put_location(acme, moved)
    with world.store.session():
        assert goods.location(acme.id, "main") == moved
        assert goods.location(acme.id, "nowhere") is None
        assert goods.location(world.partners["northwind"].id, "main") is None


@pytest.mark.parametrize("text", [" ", "\u00a0", "x" * 201, "a\0", "a\nb", "\udcff"], ids=ascii)
def test_a_name_that_nobody_could_see_or_keep_is_refused(world: World, text: str) -> None:
    acme, northwind = world.partners["acme"], world.partners["northwind"]
    with world.store.session():
        with pytest.raises(RequestFault) as name:
            world.store.partners.add("newcomer", text, Kind.SUPPLIER)
        with pytest.raises(RequestFault) as programme:
            world.store.partnerships.join(acme, northwind, text)

    assert (name.value.code, programme.value.code) == ("wrong_name", "wrong_programme")


@pytest.mark.parametrize("text", ["", " ", "\udcff", "a\0", "x" * 5_000], ids=ascii)
def test_what_can_be_no_handle_and_no_key_is_not_found(world: World, text: str) -> None:
    with world.store.session():
        assert world.store.partners.by_handle(text) is None
        assert not world.store.partners.revoke_key(text)


def test_handles_are_found_by_id_in_their_order(world: World) -> None:
    keys = [world.partners[handle].id for handle in ("northwind", "acme")]
    with world.store.session():
        found = world.store.partners.handles([*keys, "nobody"])
        assert world.store.partners.handles([]) == {}

    assert list(found.values()) == ["acme", "northwind"]
    assert set(found) == set(keys)
