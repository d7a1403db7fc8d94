"""Whoever has one key tries to do what it is not for; each of these worked once."""

from __future__ import annotations

import pytest

from adapters.identity.principal import Kind, Principal, Role, Scope
from adapters.store.keys import NewKey
from adapters.store.records import Partner
from engine.errors import RequestFault
from services.partners import keys as own_keys
from tests.api.conftest import Caller, Served, refused
from tests.api.test_authoring import ask, started
from tests.api.test_partnering import once, with_key


@pytest.fixture(scope="module")
def suppliers(served: Served) -> dict[str, Caller]:
    """Two that no other test counts the invitations of."""
    partners = served.parts.store.partners
    with served.parts.store.session():
        made = {name: partners.add(name, name, Kind.SUPPLIER) for name in ("inviter", "bystander")}
        keys = {name: partners.issue_key(each, Role.SUPPLIER) for name, each in made.items()}
    return {name: with_key(served, key) for name, key in keys.items()}


@pytest.fixture
def inviter(suppliers: dict[str, Caller]) -> Caller:
    return suppliers["inviter"]


@pytest.fixture
def bystander(suppliers: dict[str, Caller]) -> Caller:
    return suppliers["bystander"]


def narrowed(served: Served, handle: str, *scopes: Scope) -> Caller:
    """A key of a supplier that may do these things alone."""
    with served.parts.store.session():
        wanted = NewKey(
            partner=partner(served, handle).id, name="", role=Role.SUPPLIER, scopes=scopes
        )
        return with_key(served, served.parts.store.keys.issue(wanted, "tests")[1])


def partner(served: Served, handle: str) -> Partner:
    found = served.parts.store.partners.by_handle(handle)
    assert found
    return found


# --- retailers that are somebody's ---------------------------------------------------------------


def test_a_retailer_without_keys_is_opened_by_no_invitation(
    served: Served, inviter: Caller
) -> None:
    """Its supplier keeps its orders for it; another supplier must not become it."""
    store = served.parts.store
    with store.session():
        kept = store.partners.add("keyless", "Keyless", Kind.RETAILER)
        store.partnerships.join(partner(served, "bystander"), kept)

    assert ask(inviter, "InviteRetailer", **once(), handle="keyless")["secret"] is None


def test_a_retailer_that_trades_with_others_is_opened_by_no_second_invitation(
    served: Served, inviter: Caller
) -> None:
    lost = ask(inviter, "InviteRetailer", **once(), handle="trades-by-now")
    ask(inviter, "WithdrawInvitation", invitation=lost["invitation"]["id"])
    with served.parts.store.session():
        joined = partner(served, "bystander"), partner(served, "trades-by-now")
        served.parts.store.partnerships.join(*joined)

    assert ask(inviter, "InviteRetailer", **once(), handle="trades-by-now")["secret"] is None


@pytest.mark.parametrize("grown", ["by a key", "by a partnership"])
def test_an_invitation_of_before_opens_no_retailer_that_is_somebodys_by_now(
    served: Served, inviter: Caller, grown: str
) -> None:
    handle = f"grown-{grown[-3:]}"
    made = ask(inviter, "InviteRetailer", **once(), handle=handle)
    with served.parts.store.session():
        found = partner(served, handle)
        if grown == "by a key":
            served.parts.store.partners.issue_key(found, Role.RETAILER)
        else:
            served.parts.store.partnerships.join(partner(served, "bystander"), found)

    said = {"invitation": made["invitation"]["id"], "accept": True}
    answer = with_key(served, made["secret"]).answer("AnswerInvitation", input=said)

    assert refused(answer) == "not_allowed"


def test_the_key_of_an_invitation_sees_and_answers_no_other(
    served: Served, inviter: Caller, bystander: Caller
) -> None:
    opening = with_key(served, ask(inviter, "InviteRetailer", **once(), handle="sought")["secret"])
    other = ask(bystander, "InviteRetailer", **once(), handle="sought", note="for you alone")
    said = {"invitation": other["invitation"]["id"], "accept": True}

    assert [each["note"] for each in opening.ask("MyInvitations")["invitations"]] == [""]
    assert refused(opening.answer("AnswerInvitation", input=said)) == "not_found"
    assert opening.post({"query": "{ me { keyId } }"}).status_code == 200


def test_the_key_of_an_invitation_ends_whoever_answers_it(served: Served, inviter: Caller) -> None:
    made = ask(inviter, "InviteRetailer", **once(), handle="answers-itself")
    with served.parts.store.session():
        found = partner(served, "answers-itself")
        own = with_key(served, served.parts.store.partners.issue_key(found, Role.RETAILER))

    ask(own, "AnswerInvitation", invitation=made["invitation"]["id"], accept=True)

    opening = with_key(served, made["secret"])
    assert opening.post({"query": "{ me { keyId } }"}).status_code == 401


# --- keys ----------------------------------------------------------------------------------------


def test_a_key_that_was_ended_meanwhile_issues_no_other(served: Served) -> None:
    """Its request was on its way, and waited for the one that ended it."""
    issuer = narrowed(served, "globex", Scope.ISSUE_KEYS, Scope.READ_KEYS)
    store = served.parts.store
    with store.session():
        asks = store.partners.principal(issuer.key)
        assert isinstance(asks, Principal)
        own_keys.revoke(store, asks, asks.key_id)

        with pytest.raises(RequestFault, match="ended"):
            own_keys.issue(store, asks, Role.SUPPLIER, None, "outlives it")


def test_lines_that_were_decided_are_tried_by_who_may_read_decisions(served: Served) -> None:
    """A draft asks whatever it likes of the facts of a line, so its answers tell them."""
    previews = narrowed(served, "acme", Scope.PREVIEW_POLICIES)
    said = {"yaml": started(previews, policy="acme/standard"), "recent": 5}

    assert refused(previews.answer("TryPolicy", input=said)) == "not_allowed"
    assert ask(previews, "TryPolicy", **{**said, "recent": 0})["scenarios"] == []


def test_a_key_that_reads_nothing_sees_nothing_that_is_not_its_business(served: Served) -> None:
    """Neither by a list nor by an id that somebody told it."""
    whole, narrow = served.callers["acme"], narrowed(served, "acme", Scope.SET_STOCK)
    order = "orders { nodes { id lines { id } } }"
    found = whole.ask(f"{{ {order} me {{ partnerships {{ id }} }} }}")
    lines = [line["id"] for each in found["orders"]["nodes"] for line in each["lines"]]
    ids = [each["id"] for each in [*found["orders"]["nodes"], *found["me"]["partnerships"]]]
    assert ids
    assert lines

    others = ('policy(id: "acme/standard") { name }', "waitingOrders { nodes { id } }")
    for listed in (order, "partnerships { nodes { id } }", *others):
        (error,) = narrow.answer(f"{{ {listed} }}")["errors"]
        assert error["extensions"]["code"] == "not_allowed"
    assert narrow.ask("{ me { partnerships { id } } }")["me"]["partnerships"] == []
    for key in ids + lines:
        seen = "query($id: ID!) { node(id: $id) { id } }"
        assert whole.ask(seen, id=key)["node"]
        assert narrow.ask(seen, id=key)["node"] is None
