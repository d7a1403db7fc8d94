"""Shows channels and their health, the feeds of one; pauses, resumes, retries and resends."""

from __future__ import annotations

from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.asking import ask
from dashboard.doing import text
from dashboard.forms import form_of
from dashboard.view import address_of, link, show

SIZE: Final = 25
ONLY: Final = {"BEHIND": "Behind", "PARKED": "Parked", "DRIFTING": "Partner's count differs"}
DEEDS: Final = {
    "pause": (
        "PauseFeeds",
        "Pause",
        "Nothing is sent to {retailer} until you resume. Changes made meanwhile are sent then.",
        "Channel paused.",
    ),
    "resume": (
        "ResumeFeeds",
        "Resume",
        "{retailer} gets the changes made meanwhile.",
        "Channel resumed.",
    ),
    "retry": (
        "RetryFeeds",
        "Retry now",
        "Failed and parked updates are sent to {retailer} immediately.",
        "Retrying now.",
    ),
    "resend": (
        "ResendFeeds",
        "Resend all",
        "The stock level of every SKU is sent to {retailer} again, changed or not.",
        "Resending.",
    ),
}
"""A supplier's actions: operation, button, what will happen, and message afterwards."""


async def listed(request: Request) -> Response:
    """Lists all channels with their state."""
    found = await ask(request, "Channels", **address_of(request).window(SIZE))
    return show(request, "stock/channels.html", found=found["channels"])


async def one(request: Request) -> Response:
    """Shows a channel with its feeds, by the parameters of its address."""
    address = address_of(request)
    only = address.one_of("only", ONLY) or None
    asked = {"only": only, "sku": address["sku"] or None, **address.window(SIZE)}
    found = await found_channel(request, **asked)
    deeds = {name: words[1] for name, words in DEEDS.items() if fits(name, found)}
    return show(request, "stock/channel.html", found=found, only=list(ONLY.items()), deeds=deeds)


def fits(deed: str, channel: dict[str, Any]) -> bool:
    """Whether an action makes sense now: only a paused or stopped channel can be resumed."""
    still = bool(channel["pausedAt"] or channel["stoppedAt"])
    return deed != ("pause" if still else "resume")


async def found_channel(request: Request, **asked: Any) -> dict[str, Any]:
    """Returns the channel that the path names; 404 for another partner's."""
    asked = asked or {"first": 1}
    found = (await ask(request, "Channel", id=request.path_params["channel"], **asked))["node"]
    if not found:
        raise HTTPException(404)
    return dict(found)


async def do_page(request: Request) -> Response:
    """Says what will happen, and asks for confirmation."""
    found, deed = await found_channel(request), request.path_params["deed"]
    if deed not in DEEDS:
        raise HTTPException(404)
    sku = address_of(request)["sku"] if deed == "resend" else ""
    return show(request, "stock/do.html", found=found, deed=deed, words=DEEDS[deed], sku=sku)


async def done(request: Request) -> Response:
    """Runs the action."""
    path, form = request.path_params, await form_of(request)
    if path["deed"] not in DEEDS:
        raise HTTPException(404)
    operation, _, _, says = DEEDS[path["deed"]]
    asked: dict[str, Any] = {"channel": path["channel"]}
    if sku := text(form, "sku"):
        asked["sku"] = sku
    at = link(request, "channel", channel=path["channel"])
    return await act(request, operation, at=at, says=says, **asked)


ROUTES: Final = (
    Route("/stock/channels", listed, name="channels"),
    Route("/stock/channels/{channel}", one, name="channel"),
    Route("/stock/channels/{channel}/do/{deed}", do_page, name="do_channel"),
    Route("/stock/channels/{channel}/do/{deed}", done, methods=["POST"]),
)
