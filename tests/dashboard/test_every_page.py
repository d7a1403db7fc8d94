"""What holds of every page, of every area, for everybody; new pages are found by themselves."""

from __future__ import annotations

import re
from typing import Final

import pytest
from starlette.routing import Route

from dashboard.areas import areas
from tests.dashboard.reading import read
from tests.dashboard.world import EVERYBODY, OTHER, STRANGER, SUPPLIER, Who, World

ROUTES: Final = [route for area in areas() for route in area.routes]
PAGES: Final = [each for each in ROUTES if "GET" in (each.methods or ()) and each.name != "sign_in"]
OWN: Final = [each for each in PAGES if each.param_convertors]
POSTS: Final = [each for each in ROUTES if "POST" in (each.methods or ())]


def path_of(route: Route, ids: dict[str, str]) -> str:
    return route.url_path_for(route.name, **{name: ids[name] for name in route.param_convertors})


@pytest.mark.parametrize("route", PAGES, ids=lambda each: each.path)
@pytest.mark.parametrize("who", EVERYBODY, ids=lambda each: f"{each[0]}-{each[1]}")
def test_a_page_is_there_for_whom_it_may_be_and_needs_no_style_or_script(
    world: World, who: Who, route: Route
) -> None:
    own = world.ids.get(who[0])
    if route.param_convertors and own is None:
        pytest.skip("this partner has none")

    answer = world.person(who).get(path_of(route, dict(own or {})))

    assert answer.status_code == 200, answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    found = read(answer.text)
    assert found.wrong == []
    assert sorted(found.ids) == sorted(set(found.ids))
    if "html" in answer.headers["content-type"]:
        assert found.clumsy == []


@pytest.mark.parametrize("route", OWN, ids=lambda each: each.path)
@pytest.mark.parametrize("who", [OTHER, STRANGER], ids=lambda each: each[0])
def test_what_belongs_to_others_is_not_there(world: World, who: Who, route: Route) -> None:
    theirs = dict(world.ids[SUPPLIER[0]])

    answer = world.person(who).get(path_of(route, theirs))

    assert answer.status_code == 404
    assert "Page not found" in answer.text


@pytest.mark.parametrize("route", PAGES, ids=lambda each: each.path)
def test_who_is_not_signed_in_is_asked_to_and_comes_back(world: World, route: Route) -> None:
    path = path_of(route, dict(world.ids[SUPPLIER[0]]))

    answer = world.client().get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?to=%2F")


@pytest.mark.parametrize("route", POSTS, ids=lambda each: each.path)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", ""], ids=["other", "null", "no"]
)
def test_nothing_is_done_for_another_site(world: World, route: Route, origin: str) -> None:
    person = world.person(SUPPLIER)
    before = len(re.findall("current</span>", person.get("/sessions").text))

    answer = person.post(path_of(route, dict(world.ids[SUPPLIER[0]])), headers={"origin": origin})

    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert len(re.findall("current</span>", person.get("/sessions").text)) == before == 1
