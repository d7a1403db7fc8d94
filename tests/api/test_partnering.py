"""Suppliers invite, retailers answer and accept; a key never gives what its issuer has not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from adapters.identity.principal import SCOPES, Role
from tests.api.conftest import Caller, Served, refused
from tests.api.test_authoring import ask

SCOPE_NAMES = {role: {scope.name for scope in found} for role, found in SCOPES.items()}


@pytest.fixture(scope="module")
def acme(served: Served) -> Caller:
    return served.callers["acme"]


def once() -> dict[str, str]:
    return {"idempotencyKey": uuid4().hex}


def with_key(served: Served, secret: str) -> Caller:
    return Caller(http=served.http, key=secret)


def test_a_new_retailer_joins_by_the_key_of_its_invitation_once(
    served: Served, acme: Caller
) -> None:
    made = ask(
        acme, "InviteRetailer", **once(), handle="newcomer", name="New Comer", note="Welcome"
    )
    opening = with_key(served, made["secret"])
    assert opening.ask("WhoAmI")["me"]["scopes"] == ["JOIN_PARTNERS"]
    (waiting,) = opening.ask("MyInvitations")["invitations"]
    assert (waiting["note"], waiting["state"]) == ("Welcome", "OPEN")

    done = ask(opening, "AnswerInvitation", invitation=waiting["id"], accept=True)

    assert done["partnership"]["supplier"]["handle"] == "acme"
    assert opening.post({"query": "{ me { keyId } }"}).status_code == 401
    own = with_key(served, done["secret"])
    assert set(own.ask("WhoAmI")["me"]["scopes"]) == SCOPE_NAMES[Role.RETAILER]
    again = own.answer("AnswerInvitation", input={"invitation": waiting["id"], "accept": False})
    assert refused(again) == "answered_already"
    assert (
        refused(acme.answer("InviteRetailer", input={**once(), "handle": "newcomer"}))
        == "joined_already"
    )
    facts = [each["fact"] for each in journal(acme)]
    assert facts.count("retailer_invited") == facts.count("invitation_answered") > 0


def journal(caller: Caller) -> list[dict[str, Any]]:
    found = caller.ask("{ journal(first: 500) { fact } }")["journal"]
    return list(found)


def test_a_retailer_that_is_there_answers_by_its_own_key(served: Served) -> None:
    globex, northwind = served.callers["globex"], served.callers["northwind"]
    made = ask(globex, "InviteRetailer", **once(), handle="northwind")
    assert made["secret"] is None
    said = {"invitation": made["invitation"]["id"], "accept": True}

    for other in ("southgate", "acme", "globex", "northwind support"):
        answer = served.callers[other].answer("AnswerInvitation", input=said)
        assert refused(answer) in ("not_found", "not_allowed")
    ids = [each["id"] for each in northwind.ask("MyInvitations")["invitations"]]
    assert said["invitation"] in ids
    assert served.callers["southgate"].ask("MyInvitations")["invitations"] == []
    declined = ask(northwind, "AnswerInvitation", **{**said, "accept": False})
    assert (declined["partnership"], declined["secret"]) == (None, None)


def test_an_invitation_that_is_withdrawn_opens_nothing(served: Served, acme: Caller) -> None:
    made = ask(acme, "InviteRetailer", **once(), handle="too-late")
    said = {"invitation": made["invitation"]["id"]}
    globex = served.callers["globex"]
    assert refused(globex.answer("WithdrawInvitation", input=said)) == "not_found"

    done = ask(acme, "WithdrawInvitation", **said)

    assert done["invitation"]["state"] == "WITHDRAWN"
    opening = with_key(served, made["secret"])
    assert opening.post({"query": "{ me { keyId } }"}).status_code == 401


def test_a_retailer_accepts_the_terms_that_it_has_read(served: Served, acme: Caller) -> None:
    northwind = served.callers["northwind"]
    joined = next(
        each
        for each in northwind.ask("WhoAmI")["me"]["partnerships"]
        if each["supplier"]["handle"] == "acme"
    )
    versions = northwind.ask('{ policy(id: "acme/standard") { editions { id } } }')
    edition = versions["policy"]["editions"][0]["id"]
    named = {"partnership": joined["id"], "policy": "acme/standard"}
    digest = northwind.ask("MyAgreement", **named)["agreement"]["termsDigest"]
    said = {"partnership": joined["id"], "edition": edition, "termsDigest": digest}

    wrong = northwind.answer("AcceptPolicy", input={**said, "termsDigest": "0" * 64})
    assert refused(wrong) == "terms_changed"
    assert refused(acme.answer("AcceptPolicy", input=said)) == "not_allowed"
    assert refused(served.callers["southgate"].answer("AcceptPolicy", input=said)) == "not_found"
    first, again = (ask(northwind, "AcceptPolicy", **said) for _ in range(2))

    assert first == again
    for caller in (acme, northwind):
        seen = caller.ask("MyAgreement", **named)["agreement"]["acceptances"]
        assert [each["edition"]["id"] for each in seen] == [edition]
        assert "edition_accepted" in {each["fact"] for each in journal(caller)}
    assert served.callers["globex"].ask("MyAgreement", **named)["agreement"] is None


@pytest.mark.parametrize("handle", ["acme", "northwind"])
def test_no_key_may_do_more_than_the_one_that_issued_it(served: Served, handle: str) -> None:
    issuer = served.callers[handle]
    own = set(issuer.ask("WhoAmI")["me"]["scopes"])

    made = ask(issuer, "IssueKey", **once(), role="SUPPORT", name="desk")
    support = with_key(served, made["secret"])
    scopes = set(support.ask("WhoAmI")["me"]["scopes"])
    assert scopes == SCOPE_NAMES[Role.SUPPORT] & own
    assert refused(support.answer("IssueKey", input={**once(), "role": "SUPPORT"})) == "not_allowed"

    narrow = ["ISSUE_KEYS", "READ_KEYS", "READ_POLICIES"]
    made = ask(issuer, "IssueKey", **once(), role=handle_role(handle), scopes=narrow)
    small = with_key(served, made["secret"])
    below = ask(small, "IssueKey", **once(), role=handle_role(handle))
    assert sorted(below["key"]["scopes"]) == narrow
    beyond = {"role": handle_role(handle), "scopes": ["READ_MONEY"]}
    assert refused(small.answer("IssueKey", input={**once(), **beyond})) == "not_allowed"
    assert refused(small.answer("RevokeKey", input={"key": issuer_key(issuer)})) == "not_allowed"
    other = "RETAILER" if handle == "acme" else "SUPPLIER"
    assert refused(issuer.answer("IssueKey", input={**once(), "role": other})) == "wrong_role"


def handle_role(handle: str) -> str:
    return "SUPPLIER" if handle == "acme" else "RETAILER"


def issuer_key(issuer: Caller) -> str:
    return str(issuer.ask("{ me { keyId } }")["me"]["keyId"])


def test_keys_are_listed_without_their_secrets_and_ended_by_their_owner(
    served: Served, acme: Caller
) -> None:
    made = ask(acme, "IssueKey", **once(), role="SUPPLIER", name="dock 1")
    key, secret = made["key"]["key"], made["secret"]
    listed = acme.ask("MyKeys")
    assert secret.split("_", 2)[2] not in str(listed)
    assert key in {each["key"] for each in listed["apiKeys"]}
    globex = served.callers["globex"]
    assert key not in {each["key"] for each in globex.ask("MyKeys")["apiKeys"]}
    assert refused(globex.answer("RevokeKey", input={"key": key})) == "not_found"

    ended = ask(acme, "RevokeKey", key=key)

    assert ended["key"]["revokedAt"]
    assert with_key(served, secret).post({"query": "{ me { keyId } }"}).status_code == 401
    assert {"key_issued", "key_revoked"} <= {each["fact"] for each in journal(acme)}


def test_a_repeated_request_issues_and_invites_once_and_shows_no_secret_again(
    acme: Caller,
) -> None:
    issued = {**once(), "role": "SUPPORT", "name": "repeated"}
    invited = {**once(), "handle": "asked-twice"}

    keys = [ask(acme, "IssueKey", **issued) for _ in range(2)]
    sent = [ask(acme, "InviteRetailer", **invited) for _ in range(2)]

    assert keys[0]["key"] == keys[1]["key"]
    assert sent[0]["invitation"] == sent[1]["invitation"]
    assert all(each[0]["secret"] and each[1]["secret"] is None for each in (keys, sent))
    other = acme.answer("IssueKey", input={**issued, "name": "another"})
    assert refused(other) == "idempotency_key_reused"


def test_a_secret_that_was_lost_is_replaced_for_its_supplier_alone(
    served: Served, acme: Caller
) -> None:
    lost = ask(acme, "InviteRetailer", **once(), handle="lost-it")
    globex = served.callers["globex"]
    ask(acme, "WithdrawInvitation", invitation=lost["invitation"]["id"])

    assert ask(globex, "InviteRetailer", **once(), handle="lost-it")["secret"] is None
    again = ask(acme, "InviteRetailer", **once(), handle="lost-it")["secret"]

    assert with_key(served, again).ask("WhoAmI")["me"]["scopes"] == ["JOIN_PARTNERS"]


def test_a_retailer_that_had_a_key_of_its_own_is_opened_by_no_invitation(
    served: Served, acme: Caller
) -> None:
    made = ask(acme, "InviteRetailer", **once(), handle="grown-up")
    own = with_key(served, made["secret"])
    (waiting,) = own.ask("MyInvitations")["invitations"]
    first = ask(own, "AnswerInvitation", invitation=waiting["id"], accept=True)["secret"]
    keeper = with_key(served, first)
    (key,) = [each for each in keeper.ask("MyKeys")["apiKeys"] if each["name"] == "first key"]
    ask(keeper, "RevokeKey", key=key["key"])

    answer = acme.answer("InviteRetailer", input={**once(), "handle": "grown-up"})

    assert refused(answer) == "joined_already"
    globex = served.callers["globex"]
    assert ask(globex, "InviteRetailer", **once(), handle="grown-up")["secret"] is None
