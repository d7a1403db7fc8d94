"""A link leads to the page of the text that it is made of, as browsers read it, whatever it is."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Match, Route

from dashboard.areas import areas
from dashboard.paths import here
from dashboard.view import link

APP: Final = Starlette(routes=[route for area in areas() for route in area.routes])
ROUTES: Final = [each for each in APP.routes if isinstance(each, Route)]
NAMES: Final = {
    each.name: parameter
    for each in ROUTES
    for parameter in each.param_convertors
    if each.path.endswith(f"{{{parameter}:text}}")
}
"""Pages of texts that somebody chose, by the name of their route: the name of the parameter."""
OTHERS: Final = {
    each.name: {name: "one" for name in each.param_convertors if name != NAMES[each.name]}
    for each in ROUTES
    if each.name in NAMES
}
"""What the other parameters of these pages may be."""
STEPS: Final = st.lists(
    st.sampled_from(["..", ".", "/", "~", "%", "%2e", "2F", "\\", "?", "#", "a", " ", "é"])
)
TEXTS: Final = st.one_of(STEPS.map("".join), st.text(st.characters(exclude_categories=["Cs"])))


def seen(address: str) -> str:
    """The path that a browser asks for: WHATWG URL, path state."""
    path = address.partition("#")[0].partition("?")[0].replace("\\", "/")
    kept: list[str] = []
    segments = path.split("/")[1:]
    for at, segment in enumerate(segments, 1):
        said = segment.lower().replace("%2e", ".")
        if said == "..":
            kept = kept[:-1]
        elif said != ".":
            kept.append(segment)
        if said in (".", "..") and at == len(segments):
            kept.append("")
    return "/" + "/".join(kept)


def asked(path: str) -> Request:
    scope = {"type": "http", "app": APP, "method": "GET", "headers": [], "query_string": b""}
    return Request({**scope, "path": unquote(path), "raw_path": path.encode()})


def test_the_pages_of_texts_are_these() -> None:
    assert {"sku", "sku_facts", "sku_waiting", "policy", "draft", "publish"} <= set(NAMES)
    assert not [each.path for each in ROUTES if ":path}" in each.path]


@pytest.mark.parametrize("name", NAMES)
@given(text=TEXTS)
@example("../../sessions/end")
@example("..")
@example("~..")
@settings(deadline=None)
def test_a_link_leads_to_the_page_of_its_text(name: str, text: str) -> None:
    address = link(asked("/"), name, **OTHERS[name], **{NAMES[name]: text})

    request = asked(seen(address))
    path = next(each.path for each in ROUTES if each.name == name)
    found = [(each, each.matches(request.scope)) for each in ROUTES if each.path == path]
    first = next(each for each in ROUTES if each.matches(request.scope)[0] is not Match.NONE)

    assert first.path == path
    assert found[0][1][1]["path_params"] == {**OTHERS[name], NAMES[name]: text}
    assert here(request) == address
