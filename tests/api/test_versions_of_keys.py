"""A version changes with what a key may see, and with nothing else; any key acts on it."""

from __future__ import annotations

from typing import Any

from adapters.identity.principal import Scope
from adapters.store.money.steps import Asked
from engine.money import Money
from returns_api.types.ids import NodeKind, sought
from tests.api.conftest import Caller, Served, keyed
from tests.api.test_keys_attacked import narrowed
from tests.api.test_two_at_once import INSPECTIONS, RETURN, VERDICT, came, done, found

LISTED = "{ returns(first: 50) { nodes { id version } } }"
STEP = """mutation($input: ReturnReasonInput!) { done: closeReturn(input: $input) {
  __typename ... on Problem { code path } } }"""
WITHOUT_MONEY = (Scope.READ_RETURNS, Scope.HANDLE_RETURNS, Scope.JUDGE_RETURNS)


def version(caller: Caller, key: str) -> str:
    return str(caller.ask(RETURN, id=key)["node"]["version"])


def owed(served: Served) -> str:
    """A return of which a unit is owed, and the other came and was looked at too."""
    key = came(served)
    (line,) = served.callers["acme"].ask(RETURN, id=key)["node"]["lines"]
    units = [{"line": line["id"], "units": 2, "disposition": "SCRAP"}]
    done(served, "acme", "inspectReturn", **{"return": key}, lines=units)
    return key


def moves(served: Served, key: str) -> None:
    """Money moves for a return, as a worker sees it."""
    store = served.parts.store
    with store.writing():
        found = store.returns.now(sought(key, NodeKind.RETURN))
        (line,) = found.lines
        store.settlements.plan(
            Asked(
                return_line=line.id,
                sequence=9,
                order_line=line.order_line,
                supplier=found.supplier,
                retailer=found.retailer,
                remedy="account_credit",
                amount=Money(1, "USD"),
                line_most=0,
                payment=None,
                actor="tests",
            )
        )
    store.close()


def closed(caller: Caller, key: str, shown: str) -> dict[str, Any]:
    asked = keyed({"return": key, "why": "so", "ifUnchanged": shown})
    return dict(caller.ask(STEP, input=asked)["done"])


def test_money_that_moves_changes_the_version_only_for_keys_that_may_read_it(
    served: Served,
) -> None:
    key, whole = owed(served), served.callers["acme"]
    narrow = narrowed(served, "acme", *WITHOUT_MONEY)
    seen, shown = version(whole, key), version(narrow, key)

    moves(served, key)

    assert version(narrow, key) == shown
    assert version(whole, key) != seen
    assert closed(whole, key, seen) == {
        "__typename": "InputProblem",
        "code": "changed",
        "path": "input.ifUnchanged",
    }
    assert "code" not in closed(narrow, key, shown)


def test_a_version_that_one_key_was_shown_is_one_on_which_another_acts(served: Served) -> None:
    key, other = owed(served), owed(served)
    whole, narrow = served.callers["acme"], narrowed(served, "acme", *WITHOUT_MONEY)

    assert "code" not in closed(narrow, key, version(whole, key))
    assert "code" not in closed(whole, other, version(narrow, other))


def test_a_version_is_the_same_wherever_it_is_read(served: Served) -> None:
    key, acme = found(served), served.callers["acme"]
    (line,) = acme.ask(RETURN, id=key)["node"]["lines"]
    said = {"return": key, "lines": [{"line": line["id"], "accept": True}]}
    assert "version" not in acme.ask(VERDICT, input=said)["verdictPreview"]  # of no inspection
    (unit,) = acme.ask(INSPECTIONS, id=key)["node"]["inspections"]
    said = {"return": key, "lines": [{"line": unit["id"], "accept": False}]}

    listed = {each["id"]: each["version"] for each in acme.ask(LISTED)["returns"]["nodes"]}

    assert listed[key] == version(acme, key)
    assert listed[key] == version(served.callers["northwind"], key)
    of_effect = [acme.ask(VERDICT, input=said)["verdictPreview"]["version"] for _ in range(2)]
    assert of_effect[0] == of_effect[1] != listed[key]  # of what the decision would do
