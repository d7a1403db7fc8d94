"""Shows what the search box finds, or opens the only match."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.asking import ask
from dashboard.view import link, show

_RETURN: Final = re.compile(r"R-([0-9A-Z]{10})")
LISTS: Final = ("returns", "orders", "stock", "settlements")
NOTHING: Final[dict[str, Any]] = {name: {"nodes": []} for name in LISTS}


async def search(request: Request) -> Response:
    """Shows matching returns, orders, stock and settlements; nothing for an empty search."""
    text = request.query_params.get("q", "").strip()
    if not text:
        await ask(request, "Frame")
        return show(request, "searching/found.html", text="", found=NOTHING)
    found = await _found(request, text)
    if where := _jump(request, found, text):
        return RedirectResponse(where, 303)
    return show(request, "searching/found.html", text=text, found=found)


async def _found(request: Request, text: str) -> dict[str, Any]:
    """Returns all lists; settlements only for what looks like a gateway reference: `re_…`, `cn_…`.

    By an order or a return they are found with it, and their own list finds them by everything
    else.
    """
    found = {**NOTHING, **await ask(request, "Search", text=text)}
    if "_" in text and "READ_MONEY" in request.state.me["scopes"]:
        found |= await ask(request, "SearchPayments", text=text)
    return found


def _jump(request: Request, found: dict[str, Any], text: str) -> str:
    """Returns the page of an exact or only match; else empty."""
    things, said = list(_things(request, found)), _letters(text)
    named = {where for name, where in things if where and said and _names(said, name)}
    if len(named) == 1:
        return named.pop()
    return things[0][1] if len(things) == 1 else ""


def _names(said: str, number: str) -> bool:
    """Whether a number is named, a return's also without its `R` or after another word."""
    if said == _letters(number):
        return True
    of_return = _RETURN.fullmatch(number)
    return of_return is not None and said.endswith(of_return[1].lower())


def _letters(number: str) -> str:
    """Returns a number as people say it: its letters and digits, plain and in small letters."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", number))).lower()


def _things(request: Request, found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields each match: its name, and its page.

    A SKU also matches returns and orders, so that nobody who means those is sent to its stock.
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
