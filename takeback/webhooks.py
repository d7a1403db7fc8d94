"""Where Stripe tells its news: `POST /webhooks/stripe/PARTNER`; the work is done by workers."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.gateways.webhooks import MOST_BYTES
from engine.errors import RequestFault
from services.payments.news import News

_LATER = ("conflict", "unavailable")


def stripe_webhooks(news: News) -> Route:
    """The door for Stripe; it tells again what was not answered by 200."""

    async def taken(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return JSONResponse({"error": "too_large"}, 413)
        signature = request.headers.get("stripe-signature", "")
        try:
            await run_in_threadpool(news.take, request.path_params["partner"], body, signature)
        except RequestFault as fault:
            return JSONResponse({"error": fault.code}, 503 if fault.code in _LATER else 400)
        return JSONResponse({"taken": True})

    return Route("/webhooks/stripe/{partner}", taken, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    """The body; None for one that is too large, which is not read to its end."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
