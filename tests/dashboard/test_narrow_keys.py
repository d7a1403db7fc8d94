"""A key for a few things: where it begins, and that no page leads it to what it may not see."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import Final

import pytest
from starlette.testclient import TestClient

from adapters.identity.principal import SCOPES, Scope
from dashboard.areas import menu
from dashboard.partners.presets import PRESETS
from tests.dashboard.reading import read
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, Who, World

MOST: Final = 2
"""Pages of one kind that are opened; the others have the same links."""
REFUSED: Final = re.compile(r"Your key may not [^.<]+|You may not (do|see) this")
KEYS: Final[dict[str, tuple[Who, frozenset[Scope]]]] = {
    **{
        f"{name} of a supplier": (SUPPLIER, frozenset(Scope[each] for each in preset.scopes))
        for name, preset in PRESETS.items()
        if preset.scopes
    },
    "a supplier": (SUPPLIER, SCOPES[SUPPLIER[1]]),
    "another": (OTHER, SCOPES[OTHER[1]]),
    "a retailer": (RETAILER, SCOPES[RETAILER[1]]),
    "returns": (RETAILER, frozenset({Scope.READ_RETURNS, Scope.REQUEST_RETURNS})),
    "orders and returns": (SUPPLIER, frozenset({Scope.READ_ORDERS, Scope.READ_RETURNS})),
    "returns at the dock": (
        SUPPLIER,
        frozenset({Scope.READ_RETURNS, Scope.HANDLE_RETURNS, Scope.JUDGE_RETURNS}),
    ),
    "policies": (RETAILER, frozenset({Scope.READ_POLICIES})),
    "invitations": (RETAILER, frozenset({Scope.JOIN_PARTNERS})),
    "money and partners": (SUPPLIER, frozenset({Scope.READ_MONEY, Scope.READ_POLICIES})),
    "money of a retailer": (RETAILER, frozenset({Scope.READ_MONEY})),
    **{f"{each} alone": (SUPPLIER, frozenset({each})) for each in sorted(SCOPES[SUPPLIER[1]])},
}
HOMES: Final = {
    Scope.JOIN_PARTNERS: "/partners/invitations",
    Scope.READ_KEYS: "/partners/keys",
    Scope.READ_MONEY: "/payments",
    Scope.SET_GATEWAY: "/payments/gateway",
    Scope.RESOLVE_SETTLEMENTS: "/payments/reconciliation",
}


@pytest.mark.parametrize("name", KEYS)
def test_no_link_leads_a_key_to_what_it_may_not_see(world: World, name: str) -> None:
    who, scopes = KEYS[name]

    assert refused(world.narrow(*scopes, who=who)) == []


def refused(person: TestClient) -> list[str]:
    """The pages that a person may not see, each with the page that leads there."""
    begin = person.get("/").headers["location"]
    wrong, waiting, opened = [], [("/", begin)], {begin}
    kinds: dict[str, int] = {}
    while waiting:
        source, where = waiting.pop(0)
        kind = re.sub(r"/[^/?]*\d[^/?]*|\?.*", "/*", where)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > MOST:
            continue
        answer = person.get(where, follow_redirects=True)
        said = REFUSED.search(answer.text)
        if answer.status_code == 403 or said:
            wrong.append(f"{source} leads to {where}")
        if "html" in answer.headers["content-type"]:
            wrong += [f"{where}: {each}" for each in read(answer.text).clumsy]
        if 'href=""' in answer.text:
            wrong.append(f"{where} leads nowhere")
        found = [each.partition("#")[0] for each in links(answer.text)] if not said else []
        fresh = dict.fromkeys(each for each in found if each.startswith("/"))
        waiting += [(where, each) for each in fresh if each not in opened]
        opened |= set(fresh)
    return wrong


def links(text: str) -> Collection[str]:
    return [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]*)"', text)]


@pytest.mark.parametrize(
    ("scopes", "home"),
    [
        *(({scope}, home) for scope, home in HOMES.items()),
        ({Scope.READ_RETURNS, Scope.READ_ORDERS, Scope.HANDLE_RETURNS}, "/dock"),
        ({Scope.HANDLE_RETURNS}, "/sessions"),
        ({Scope.RUN_FEEDS}, "/sessions"),
    ],
)
def test_a_key_begins_where_it_may_do_something(
    world: World, scopes: set[Scope], home: str
) -> None:
    person = world.narrow(*scopes)

    assert person.get("/").headers["location"] == home
    entries = [each.home for each in menu([each.name for each in scopes])]
    assert entries[:1] == ([home] if home != "/sessions" else [])
    assert all(f'<a href="{each}"' in person.get(home).text for each in entries)
