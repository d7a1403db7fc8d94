"""What holds of every page, of every area, for everybody; new pages are found by themselves."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import pytest
from starlette.routing import Route

from dashboard.areas import areas
from tests.dashboard.world import EVERYBODY, OTHER, STRANGER, SUPPLIER, Who, World

ROUTES: Final = [route for area in areas() for route in area.routes]
PAGES: Final = [each for each in ROUTES if "GET" in (each.methods or ()) and each.name != "sign_in"]
OWN: Final = [each for each in PAGES if each.param_convertors]
POSTS: Final = [each for each in ROUTES if "POST" in (each.methods or ())]


def path_of(route: Route, ids: dict[str, str]) -> str:
    return route.url_path_for(route.name, **{name: ids[name] for name in route.param_convertors})


AS_WRITTEN: Final = ("pre", "textarea", "code", "script")
"""Elements whose text is somebody's own."""
A_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")


class Styled(HTMLParser):
    """Finds what the content security policy would refuse, names used twice, and what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.said: list[str] = []
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        inline = tag == "style" or (tag == "script" and "src" not in said)
        inline = inline or any("<Macro" in str(value) for value in said.values())  # a name twice
        if inline or any(name == "style" or name.startswith("on") for name in said):
            self.wrong.append(f"{tag} {said}")
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag in AS_WRITTEN or "mono" in str(said.get("class")):
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if not self._in:
            self.said.append(data)


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
    found = Styled()
    found.feed(answer.text)
    assert found.wrong == []
    assert sorted(found.ids) == sorted(set(found.ids))
    if "html" in answer.headers["content-type"]:
        assert [each for each in found.said if A_DAY.search(each)] == []  # days are as people write


@pytest.mark.parametrize("route", OWN, ids=lambda each: each.path)
@pytest.mark.parametrize("who", [OTHER, STRANGER], ids=lambda each: each[0])
def test_what_belongs_to_others_is_not_there(world: World, who: Who, route: Route) -> None:
    theirs = dict(world.ids[SUPPLIER[0]])

    answer = world.person(who).get(path_of(route, theirs))

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


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
    before = len(re.findall("this one", person.get("/sessions").text))

    answer = person.post(path_of(route, dict(world.ids[SUPPLIER[0]])), headers={"origin": origin})

    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert len(re.findall("this one", person.get("/sessions").text)) == before == 1
