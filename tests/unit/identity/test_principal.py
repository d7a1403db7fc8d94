"""What a principal may do follows from its role."""

import pytest

from adapters.identity.principal import Kind, Principal, Role, Scope
from engine.errors import RequestFault


def principal(role: Role) -> Principal:
    return Principal(tenant="t", handle="northwind", kind=Kind.RETAILER, role=role, key_id="k")


def test_a_retailer_may_ask_and_may_not_publish() -> None:
    retailer = principal(Role.RETAILER)

    retailer.must(Scope.ASK)
    with pytest.raises(RequestFault) as fault:
        retailer.must(Scope.PUBLISH_POLICIES)

    assert fault.value.code == "not_allowed"


def test_support_may_preview_and_changes_nothing() -> None:
    support = principal(Role.SUPPORT)

    assert Scope.PREVIEW_POLICIES in support.scopes
    assert not support.scopes & {Scope.PUBLISH_POLICIES, Scope.ADD_ORDERS, Scope.SET_TERMS}
