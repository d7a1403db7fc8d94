"""Signs users in with a key, shows their sessions, and ends them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import SignedOut, Unanswered, ask, ask_as
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.session import DemoPerson, kept, signed_in, signed_out
from dashboard.view import ZONE, link, show
from dashboard.writing import values

_WRONG_KEY: Final = "This key is not valid. It may have been revoked; ask whoever issued it."
_UNSENT: Final = (
    "Your session had ended, so the form was not submitted. Enter it again, then submit it."
)
_YEAR: Final = 365 * 24 * 3600


async def sign_in_page(request: Request) -> Response:
    """Shows the sign-in form; in the demo also the users to sign in as."""
    return _form(request, request.query_params)


def _form(
    request: Request, asked: Mapping[str, object], wrong: str = "", status: int = 200
) -> Response:
    return show(
        request,
        "account/sign_in.html",
        status,
        to=local(str(asked.get("to", "/"))),
        unsent="unsent" in asked,
        wrong=wrong,
        people=_people(request),
    )


async def sign_in(request: Request) -> Response:
    """Signs in with a key, which the API checks first, since it slows down guessing."""
    form = await form_of(request)
    key = str(form.get("key", "")).strip()
    try:
        await ask_as(request, key, "Frame")
    except SignedOut:
        return _form(request, form, _WRONG_KEY, 401)
    except Unanswered as error:
        return _form(request, form, error.message, error.status)
    return await _begun(request, key, form)


async def sign_in_as(request: Request) -> Response:
    """Signs in as one of the demo's users, with a click."""
    form = await form_of(request)
    people, wanted = _people(request), str(form.get("person", ""))
    person = {str(number): each for number, each in enumerate(people)}.get(wanted)
    if person is None:
        return _form(request, form, "This way of signing in is not available here.", 403)
    return await _begun(request, person.key, form)


async def _begun(request: Request, key: str, form: FormData) -> Response:
    to = local(str(form.get("to", "/")))
    unsent = flash.said_at(to, request, _UNSENT, "warn")
    response = unsent if form.get("unsent") else RedirectResponse(to, 303)
    good = await signed_in(request, response, key)
    return response if good else _form(request, form, _WRONG_KEY, 401)


def _people(request: Request) -> tuple[DemoPerson, ...]:
    """Returns the users that a click signs in: only on this machine.

    The host name must be local, so that no site whose name resolves to this machine (DNS rebinding)
    gets in; and the client address must be local, whatever host name it sends.
    """
    people: tuple[DemoPerson, ...] = request.app.state.people
    client = request.client.host if request.client else ""
    return people if _loopback(client) and _loopback(request.base_url.hostname or "") else ()


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def local(address: str) -> str:
    """Returns a path of this host to go to; `/` for an address of any other host."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else "/"


async def sign_out(request: Request) -> Response:
    """Ends this session."""
    token = request.state.token
    await kept(request, "end", token, token[4:16])
    response = RedirectResponse(link(request, "sign_in"), 303)
    signed_out(request, response)
    return response


async def sessions(request: Request) -> Response:
    """Shows the user's sessions and time zone."""
    await ask(request, "Frame")
    found = await kept(request, "listed", request.state.token)
    return show(request, "account/sessions.html", sessions=found)


async def end_page(request: Request) -> Response:
    """Asks for confirmation before all sessions end."""
    await ask(request, "Frame")
    return show(request, "account/end.html")


async def end(request: Request) -> Response:
    """Ends one session, or all of them."""
    form = await form_of(request)
    session, token = str(form.get("session", "")), request.state.token
    if session and session != token[4:16]:
        done = await kept(request, "end", token, session)
        text = "Session ended." if done else "That session had already ended."
        return flash.said_at(link(request, "sessions"), request, text)
    if session:
        return await sign_out(request)
    await kept(request, "end_all", token)
    response = flash.said_at(link(request, "sign_in"), request, "All your sessions have ended.")
    signed_out(request, response)
    return response


async def set_zone(request: Request) -> Response:
    """Stores the user's time zone in a cookie."""
    zone, back = str((await form_of(request)).get("zone", "")).strip(), link(request, "sessions")
    if zone not in values.zones():
        return await again(request, f"“{zone[:60]}” is not a known time zone.", back)
    response = flash.said_at(back, request, f"Times are shown in {zone}.")
    response.set_cookie(ZONE, zone.replace("/", "%2F"), max_age=_YEAR, samesite="strict")
    return response


ROUTES: Final = (
    Route("/sign-in", sign_in_page, name="sign_in"),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/demo", sign_in_as, methods=["POST"], name="sign_in_as"),
    Route("/sign-out", sign_out, methods=["POST"], name="sign_out"),
    Route("/sessions", sessions, name="sessions"),
    Route("/sessions/end", end_page, name="end_sessions"),
    Route("/sessions/end", end, methods=["POST"]),
    Route("/zone", set_zone, methods=["POST"], name="zone"),
)
