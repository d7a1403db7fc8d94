"""Shows what the search box finds, or goes there where it is one thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.asking import ask
from dashboard.view import link, show

LISTS: Final = ("returns", "orders", "stock", "settlements")
NOTHING: Final[dict[str, Any]] = {name: {"nodes": []} for name in LISTS}


async def search(request: Request) -> Response:
    """Returns, orders, stock and settlements that fit; of nothing said, nothing."""
    text = request.query_params.get("q", "").strip()
    if not text:
        await ask(request, "Frame")
        return show(request, "searching/found.html", text="", found=NOTHING)
    found = await _found(request, text)
    if where := _jump(request, found, text.lower()):
        return RedirectResponse(where, 303)
    return show(request, "searching/found.html", text=text, found=found)


async def _found(request: Request, text: str) -> dict[str, Any]:
    """All lists; payments for what looks like a gateway's reference: `re_…`, `cn_…`.

    By an order or a return they are found with it, and their list finds them by all else.
    """
    found = {**NOTHING, **await ask(request, "Search", text=text)}
    if "_" in text and "READ_MONEY" in request.state.me["scopes"]:
        found |= await ask(request, "SearchPayments", text=text)
    return found


def _jump(request: Request, found: dict[str, Any], text: str) -> str:
    """Where to go at once: to what was named whole, or to the only thing there is; else empty."""
    things = list(_things(request, found))
    named = {where for name, where in things if where and name.lower() == text}
    if len(named) == 1:
        return named.pop()
    return things[0][1] if len(things) == 1 else ""


def _things(request: Request, found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each thing that fits: what it is named by, and its page.

    A SKU names its returns and orders too, so that nobody is sent to its stock who means those.
    """
    for each in found["returns"]["nodes"]:
        yield each["number"], link(request, "return", number=each["number"])
    for each in found["orders"]["nodes"]:
        yield each["number"], link(request, "order", order=each["id"])
    for each in found["stock"]["nodes"]:
        yield "", link(request, "sku", sku=each["sku"])
    for each in found["settlements"]["nodes"]:
        yield each["reference"] or "", link(request, "settlement", settlement=each["id"])


ROUTES: Final = (Route("/search", search, name="search"),)
