"""No form loses what was typed in it where what it asks for is refused, whatever form it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final, cast

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount

from tests.dashboard import making
from tests.dashboard.test_every_page import PAGES, path_of
from tests.dashboard.test_orders_pages import proposed
from tests.dashboard.world import RETAILER, SUPPLIER, Who, World

REFUSED: Final = {"data": {"done": {"__typename": "Problem", "message": "It is not to be."}}}
NOT_TYPED: Final = ("hidden", "file", "password", "submit")
Field = dict[str, str]


class Forms(HTMLParser):
    """The forms of a page that are posted: where each goes, and its fields as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[Field]]] = []
        self._in = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = said.get("method") == "post"
            if self._in:
                self.found.append((said.get("action", ""), []))
        elif self._in and tag in ("input", "select", "textarea") and said.get("name"):
            self.found[-1][1].append({"tag": tag, "type": "text", "value": "", **attributes(said)})
        elif self._in and tag == "button" and said.get("name"):
            self.found[-1][1].append({"tag": tag, **said, "type": "hidden"})
        elif self._in and tag == "option" and self.found[-1][1][-1]["tag"] == "select":
            field = self.found[-1][1][-1]
            field["options"] = f"{field.get('options', '')}\n{said.get('value', '')}"
            if "selected" in said or "\n" not in field["options"][1:]:
                field["value"] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in = False

    def handle_data(self, data: str) -> None:
        if self._in and self.found[-1][1] and self.found[-1][1][-1]["tag"] == "textarea":
            self.found[-1][1][-1]["value"] += data.strip()


def attributes(said: dict[str, str]) -> Field:
    on = "checked" in said
    return {**said, "value": said.get("value", ""), "on": "yes" if on else ""}


def forms(text: str) -> list[tuple[str, list[Field]]]:
    found = Forms()
    found.feed(text)
    return found.found


def typed_in(fields: list[Field]) -> dict[str, str]:
    """What a person types in each field that is there to be typed in."""
    typed = {}
    for each in fields:
        kind, name = each["type"], each["name"]
        if each["tag"] == "select":
            typed[name] = each["options"].split("\n")[-1]
        elif kind in ("checkbox", "radio"):
            typed[name] = each["value"] or "on"
        elif kind == "date":
            typed[name] = "2026-01-05"
        elif kind == "number" or each.get("inputmode") in ("numeric", "decimal"):
            typed[name] = "7"
        elif kind not in NOT_TYPED:
            typed[name] = 'so "it" <was>'
    return typed


def kept(fields: list[Field]) -> dict[str, str]:
    """What stands in the fields of a form."""
    chosen = ("checkbox", "radio")
    return {
        each["name"]: each["value"] or ("on" if each["type"] in chosen else "")
        for each in fields
        if each["type"] not in NOT_TYPED and (each["type"] not in chosen or each["on"])
    }


@pytest.fixture
def refusing(busy: World) -> Iterator[World]:
    """A world whose API refuses whatever is to be done."""
    ready(busy)
    (outer,) = [each.app for each in busy.app.routes if isinstance(each, Mount)]
    app = cast("Any", outer)._pages._app
    api = app.state.api

    async def refuses(scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()

        async def again() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        said = json.loads(body).get("query", "") if scope["path"] == "/graphql" else "mutation"
        if re.search(r"^mutation", said, re.MULTILINE):
            await JSONResponse(REFUSED)(scope, again, send)
        else:
            await api(scope, again, send)

    app.state.api = refuses
    yield busy
    app.state.api = api


def ready(world: World) -> None:
    """A parcel and an order that wait, so that all forms are there."""
    supplier = world.person(SUPPLIER)
    parcel = {"sku-1": "TENT-2P", "units-1": "2", "location": "supplier_warehouse"}
    making.flashed(making.sent(supplier, "/dock/parcels", **parcel))
    proposed(world)


@pytest.mark.parametrize("who", [SUPPLIER, RETAILER], ids=lambda each: each[0])
def test_what_was_typed_stands_in_the_form_that_is_shown_again(refusing: World, who: Who) -> None:
    person, ids, lost, count = refusing.person(who), dict(refusing.ids[who[0]]), [], 0
    number = making.return_(refusing)["number"]
    paths = [path_of(each, ids) for each in PAGES if each.name != "draft"]  # kept as one types
    for path in [*paths, f"/dock/{number}", f"/returns/{number}/steps/ship"]:
        for action, fields in forms(person.get(path).text):
            typed = typed_in(fields)
            if not typed or not action:
                continue
            count += 1
            held = [each for each in reversed(fields) if each["type"] == "hidden"]
            hidden = {each["name"]: each["value"] for each in held}  # of buttons the first
            answer = person.post(action, data={**hidden, **typed})
            shown = [kept(each) for where, each in forms(answer.text) if where == action]
            if not any(typed.items() <= each.items() for each in shown):
                lost.append(f"{action} {answer.status_code}: {typed} became {shown}")
            if action.endswith("/undo") and "<details open" not in answer.text:
                lost.append(f"{action}: its form is folded away")
    assert count > 5
    assert not lost, "\n".join(lost)
