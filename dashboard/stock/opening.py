"""Opens or changes a channel, and gives it a new secret, which is shown once."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import flash
from dashboard.acting import scopes
from dashboard.asking import ask
from dashboard.doing import Refused, count, do, new_key, text
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.returns.views import partners
from dashboard.stock.channels import found_channel
from dashboard.view import link, show

KINDS: Final = {"WEBHOOK": "Webhook: sent to a URL", "CSV": "CSV: a file kept up to date"}
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]\S*\Z")
"""Addresses in the form that the API accepts; it decides itself which of them it may call."""


async def put_page(request: Request) -> Response:
    """Shows the form; users who may not run feeds are told who can."""
    if "RUN_FEEDS" not in await scopes(request):
        return show(request, "stock/refused.html")
    found = await ask(request, "Retailers")
    return show(request, "stock/put.html", **_form(found, {}, ""))


def _form(found: dict[str, Any], typed: dict[str, Any], wrong: str) -> dict[str, Any]:
    return {
        "kinds": list(KINDS.items()),
        "retailers": partners(found["me"]),
        "key": new_key(),
        "typed": {"partner": "", "kind": "WEBHOOK", "address": "", "buffer": "0", **typed},
        "wrong": wrong,
    }


async def put(request: Request) -> Response:
    """Opens the channel and shows its secret; after a refusal, shows the form as filled in."""
    form = await form_of(request)
    typed = {name: text(form, name) for name in ("partner", "kind", "address", "buffer")}
    found = await ask(request, "Retailers")
    try:
        asked = {**_read(form), "idempotencyKey": text(form, "key")}
        done = await do(request, "PutChannel", **asked)
    except Refused as refused:
        return show(request, "stock/put.html", 422, **_form(found, typed, str(refused)))
    return _secret(request, done)


def _read(form: FormData) -> dict[str, Any]:
    """Returns the values of the form; raises `Refused` for those that the API would
    call malformed.
    """
    kind, address = text(form, "kind"), text(form, "address")
    if kind not in KINDS:
        raise Refused("Choose a channel type.")
    if kind == "WEBHOOK" and not _ADDRESS.match(address):
        raise Refused("A webhook needs a URL, such as https://example.com/stock.")
    return {
        "partner": text(form, "partner"),
        "kind": kind,
        "address": address if kind == "WEBHOOK" else None,
        "buffer": count(form, "buffer", "Buffer"),
    }


def _secret(request: Request, done: dict[str, Any]) -> Response:
    at = link(request, "channel", channel=done["channel"]["id"])
    if done["secret"] is None:
        return flash.said_at(at, request, "Channel saved.")
    return show(request, "stock/secret.html", secret=done["secret"], at=at)


async def rotate_page(request: Request) -> Response:
    """Says what will happen, and asks for confirmation."""
    return show(request, "stock/rotate.html", found=await found_channel(request), key=new_key())


async def rotate(request: Request) -> Response:
    """Makes a new secret, and shows it."""
    form, channel = await form_of(request), request.path_params["channel"]
    asked = {"channel": channel, "idempotencyKey": text(form, "key")}
    try:
        hours = count(form, "hours", "Hours for the old secret")
        done = await do(request, "RotateChannelSecret", keepOldHours=hours, **asked)
    except Refused as refused:
        return await again(request, str(refused), link(request, "channel", channel=channel))
    return _secret(request, done)


ROUTES: Final = (
    Route("/stock/channels/new", put_page, name="new_channel"),
    Route("/stock/channels/new", put, methods=["POST"]),
    Route("/stock/channels/{channel}/secret", rotate_page, name="rotate_secret"),
    Route("/stock/channels/{channel}/secret", rotate, methods=["POST"]),
)
