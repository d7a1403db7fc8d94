"""The endpoints for Stripe's webhooks: one for each partner, and one for all connected accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.gateways.webhooks import MOST_BYTES
from engine.errors import RequestFault
from returns_api.serving.outside import OutsideWork
from services.payments.webhook_inbox import WebhookInbox

_LATER = ("conflict", "unavailable", "took_too_long")


def stripe_webhooks(news: WebhookInbox, work: OutsideWork) -> tuple[Route, ...]:
    """Returns the endpoints; Stripe sends an event again until it is answered with 200."""
    door = partial(_door, work)

    def of_partner(request: Request, body: bytes, signature: str) -> None:
        news.take(request.path_params["partner"], body, signature)

    def of_connected(_: Request, body: bytes, signature: str) -> None:
        news.take_connected(body, signature)

    return (
        Route("/webhooks/stripe/{partner}", door(of_partner), methods=["POST"]),
        Route("/webhooks/stripe-connect", door(of_connected), methods=["POST"]),
    )


def _door(
    work: OutsideWork, take: Callable[[Request, bytes, str], None]
) -> Callable[[Request], Awaitable[Response]]:
    async def taken(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return JSONResponse({"error": "too_large"}, 400)
        signature = request.headers.get("stripe-signature", "")
        try:
            await work.run(request, request.url.path, take, request, body, signature)
        except RequestFault as fault:
            return JSONResponse({"error": fault.code}, 503 if fault.code in _LATER else 400)
        return JSONResponse({"taken": True})

    return taken


async def _read(request: Request) -> bytes | None:
    """Returns the body; None if it is too large, and then it is not read to its end."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
