"""Invites retailers, withdraws invitations, and answers them."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import ask
from dashboard.doing import new_key
from dashboard.forms import form_of
from dashboard.view import link, show


async def page(request: Request) -> Response:
    """Shows all invitations, and for suppliers the form for another."""
    return await _shown(request)


async def _shown(request: Request, **said: Any) -> Response:
    me = (await ask(request, "Frame"))["me"]
    may = "JOIN_PARTNERS" in me["scopes"]
    found = (await ask(request, "Invitations"))["invitations"] if may else []
    return _page(request, found, **said)


def _page(request: Request, found: list[dict[str, Any]], **said: Any) -> Response:
    usual = {"secret": "", "wrong": "", "form": {}, "for_whom": "", "own": False, "once": new_key()}
    return show(request, "partners/invitations.html", invitations=found, **{**usual, **said})


async def act(request: Request) -> Response:
    """Invites, withdraws, accepts or declines, depending on the button."""
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    do, _, invitation = form.get("do", "").partition(":")
    await ask(request, "Frame")  # the key of an invitation ends with its answer
    if do == "invite":
        return await _invite(request, form)
    if do == "withdraw":
        done = (await ask(request, "TakeBack", invitation={"invitation": invitation}))["done"]
        return _said(request, done, "Invitation withdrawn.")
    said = {"invitation": invitation, "accept": do == "accept"}
    done = (await ask(request, "AnswerInvited", answer=said))["done"]
    if done.get("secret"):
        return _page(request, [], secret=done["secret"], for_whom="yours", own=True)
    words = "You are now partners." if do == "accept" else "Invitation declined."
    return _said(request, done, words)


async def _invite(request: Request, form: dict[str, str]) -> Response:
    fields = ("handle", "name", "programme", "note")
    said = {name: form.get(name, "").strip() for name in fields}
    said["idempotencyKey"] = form.get("once", "")
    done = (await ask(request, "Invite", invitation=said))["done"]
    if "message" in done:
        return await _shown(request, wrong=done["message"], form=form)
    if done["secret"]:
        name = done["invitation"]["retailer"]["name"]
        return await _shown(request, secret=done["secret"], for_whom=f"for {name} to reply with")
    return _said(request, done, "Invitation sent. It is waiting for the retailer's reply.")


def _said(request: Request, done: dict[str, Any], good: str) -> Response:
    back, wrong = link(request, "invitations"), done.get("message")
    return flash.said_at(back, request, wrong or good, "bad" if wrong else "good")


ROUTES: Final = (
    Route("/partners/invitations", page, name="invitations"),
    Route("/partners/invitations", act, methods=["POST"]),
)
