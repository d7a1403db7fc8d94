"""Shows the partner's keys, issues keys whose secret is shown once, and revokes them."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import ask
from dashboard.doing import new_key
from dashboard.forms import form_of
from dashboard.partners.presets import asked_for, offered
from dashboard.refilling import again
from dashboard.view import link, show


async def page(request: Request) -> Response:
    """Shows all keys, and a form for another."""
    return await _shown(request)


async def _shown(request: Request, secret: str = "", wrong: str = "") -> Response:
    return show(
        request,
        "partners/keys.html",
        keys=await _keys(request),
        presets=offered(request.state.me),
        secret=secret,
        wrong=wrong,
        once=new_key(),
    )


async def _keys(request: Request) -> list[dict[str, Any]]:
    """Returns the partner's keys; none if the key may not read them."""
    me = (await ask(request, "Frame"))["me"]
    may = "READ_KEYS" in me["scopes"]
    found: list[dict[str, Any]] = (await ask(request, "Keys"))["apiKeys"] if may else []
    return found


async def issue(request: Request) -> Response:
    """Issues a key; only this page ever shows its secret."""
    form = await form_of(request)
    me = (await ask(request, "Frame"))["me"]
    ticked = [str(each) for each in form.getlist("scope")]
    may = asked_for(me, str(form.get("preset", "")), ticked)
    said = {"name": str(form.get("name", "")).strip(), **may}
    key = {**said, "idempotencyKey": str(form.get("once", ""))}
    done = (await ask(request, "IssueKey", key=key))["done"]
    if "message" in done:
        return await again(request, done["message"], link(request, "keys"))
    wrong = "" if done["secret"] else "This key was already issued; its secret is shown only once."
    return await _shown(request, done["secret"] or "", wrong)


async def revoke_page(request: Request) -> Response:
    """Asks for confirmation before a key is revoked."""
    return show(request, "partners/revoke.html", key=await _key(request))


async def _key(request: Request) -> dict[str, Any] | None:
    """Returns the key that the path names; None if the user may not revoke keys, 404
    for another's.
    """
    wanted, keys = request.path_params["key"], await _keys(request)
    found = next((each for each in keys if each["key"] == wanted), None)
    if found is None and "READ_KEYS" in request.state.me["scopes"]:
        raise HTTPException(404)
    return found


async def revoke(request: Request) -> Response:
    """Revokes a key."""
    await _key(request)
    wanted = request.path_params["key"]
    done = (await ask(request, "RevokeKey", key={"key": wanted}))["done"]
    back, wrong = link(request, "keys"), done.get("message")
    text = wrong or f"Key {wanted} revoked."
    return flash.said_at(back, request, text, "bad" if wrong else "good")


ROUTES: Final = (
    Route("/partners/keys", page, name="keys"),
    Route("/partners/keys", issue, methods=["POST"]),
    Route("/partners/keys/{key}/revoke", revoke_page, name="revoke_key"),
    Route("/partners/keys/{key}/revoke", revoke, methods=["POST"]),
)
