"""Renders a page from a template: with the frame, the user, their zone and a waiting message."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import NoMatchFound

from dashboard import flash
from dashboard.address import Address
from dashboard.areas import closed, menu
from dashboard.assets import HERE, entry, style
from dashboard.paths import here, written
from dashboard.writing import charts, values, words

ZONE = "zone"
"""The cookie with the user's time zone."""


def show(request: Request, template: str, /, status: int = 200, **said: Any) -> HTMLResponse:
    """Renders a page; `said` are the values of its template."""
    context = {**_frame(request), **said}
    response = HTMLResponse(_environment().get_template(template).render(context), status)
    flash.shown(request, response)
    return response


def address_of(request: Request) -> Address:
    """Returns the state in a page's address, one object per request."""
    known: Address | None = getattr(request.state, "address", None)
    made = Address(here(request), request.query_params)
    if known is None or str(known) != str(made):
        known = request.state.address = made
    return known


_TEXTS: Final = {"policy", "sku"}
"""Path parameters of the type `text`."""


def link(request: Request, name: str, /, **parameters: str) -> str:
    """Returns the address of a page by the name of its route; empty if no area has it."""
    try:
        quoted = {
            each: written(value) if each in _TEXTS else quote(value, safe="")
            for each, value in parameters.items()
        }
        return str(request.app.url_path_for(name, **quoted))
    except NoMatchFound:
        return ""


def open_link(request: Request) -> Callable[..., str]:
    """Returns `link` for the user: empty also for pages that their key may not see."""
    scopes = request.state.me["scopes"] if request.state.me else []
    shut = closed(frozenset(scopes))

    def found(name: str, /, **parameters: str) -> str:
        return "" if name in shut else link(request, name, **parameters)

    return found


def _frame(request: Request) -> dict[str, Any]:
    me = request.state.me
    scopes = me["scopes"] if me else []
    zone = values.zone_of(request.cookies.get(ZONE, "").replace("%2F", "/"))
    return {
        "address": address_of(request),
        "can": lambda scope: scope in scopes,
        "flash": _said(request),
        "link": open_link(request),
        "me": me,
        "menu": menu(scopes),
        "moment": lambda value: values.moment(value, zone),
        "nonce": request.state.nonce,
        "script": entry("main").script,
        "sent_from": request.state.sent_from,
        "style": style()[0],
        "zone": zone.key,
    }


def _said(request: Request) -> tuple[str, str] | None:
    """Returns the page's message: why it is shown again, or the waiting one."""
    wrong = getattr(request.state, "wrong", "")
    return ("bad", wrong) if wrong else flash.waiting(request)


@cache
def _environment() -> Environment:
    """Makes the template environment: everything is escaped, and a missing value is an error."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=values.day, money=values.money, value=values.value, words=words.called)
    made.filters.update(lasts=values.lasts, in_order=values.in_order, dated=values.dated)
    made.filters.update(many=values.many, plain=values.plain, unbroken=values.unbroken)
    made.filters.update(usual_first=words.usual_first, held=words.held, unended=values.unended)
    made.globals.update(
        actors=words.ACTORS,
        bars=charts.bars,
        steps=words.STEPS,
        tag_of=words.tag,
        tellers=words.TELLERS,
        topic_of=words.topic,
    )
    return made
