"""What a principal may do follows from its role."""

import pytest

from adapters.identity.principal import SCOPES, Kind, Principal, Role, Scope, scopes_of
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


def test_support_of_a_retailer_may_do_no_step_of_its_suppliers() -> None:
    own = scopes_of(Role.SUPPORT, Kind.RETAILER)

    assert own < scopes_of(Role.SUPPORT, Kind.SUPPLIER) == SCOPES[Role.SUPPORT]
    assert SCOPES[Role.SUPPORT] - own == {
        Scope.HANDLE_RETURNS,
        Scope.JUDGE_RETURNS,
        Scope.CONFIRM_ORDERS,
    }
    assert scopes_of(Role.RETAILER, Kind.RETAILER) == SCOPES[Role.RETAILER]


@pytest.mark.parametrize("only", [None, frozenset({Scope.JUDGE_RETURNS, Scope.READ_RETURNS})])
def test_whatever_a_key_of_a_retailer_was_given_it_decides_nothing(
    only: frozenset[Scope] | None,
) -> None:
    who = Principal(
        tenant="t", handle="shop", kind=Kind.RETAILER, role=Role.SUPPORT, key_id="k", only=only
    )

    assert Scope.JUDGE_RETURNS not in who.scopes
    assert Scope.READ_RETURNS in who.scopes
    with pytest.raises(RequestFault, match=r"role `support` may not do this \(`JUDGE_RETURNS`\)"):
        who.must(Scope.JUDGE_RETURNS)
