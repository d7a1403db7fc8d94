"""Puts the parts together and serves them over HTTP."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import AsyncIterator
from typing import Final

import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from engine.errors import RequestFault
from returns_api.context import opener
from returns_api.schema import core_schema
from returns_api.serving.endpoint import Endpoint
from services.payments.news import News
from services.workers.running import at_work
from takeback.page import page
from takeback.parts import Parts, made
from takeback.settings import Profile, Settings
from takeback.webhooks import stripe_webhooks

THREADS: Final = 8
"""More bring nothing on SQLite, and each would hold a connection to a larger database."""


def application(parts: Parts, profile: Profile) -> Starlette:
    """The ASGI app: the API, a page that explains it, and a check of health."""
    endpoint = Endpoint(
        core_schema(),
        opener(parts),
        open_=profile is Profile.DEVELOPMENT,
    )
    routes = [
        Route("/", _home),
        Route("/health", _health),
        Route("/graphql", endpoint),
        stripe_webhooks(News(parts.store, parts.gateways)),
    ]
    return Starlette(routes=routes, lifespan=_with_few_threads)


def serve(settings: Settings, parts: Parts | None = None) -> None:
    """Serves until interrupted; raises `RequestFault` if the address cannot be had."""
    listening = bound(settings.host, settings.port)
    parts = parts or made(settings)
    try:
        with at_work(parts, settings.workers):
            run(application(parts, settings.profile), listening)
    finally:
        parts.close()


def run(app: Starlette, listening: socket.socket) -> None:
    """Serves an app on a socket that is bound already."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listening])


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; raises `RequestFault` `address_taken` or `wrong_address`.

    Until it listens, another process could bind the same port on Linux.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and an answer waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2_048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise RequestFault(
                "address_taken",
                f"Port {port} of {host} is in use; stop what uses it, or set TAKEBACK_PORT.",
            ) from None
        raise RequestFault(
            "wrong_address", f"{host}:{port} cannot be listened on: {error.strerror or error}."
        ) from None
    return listening


@contextlib.asynccontextmanager
async def _with_few_threads(_app: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


async def _home(request: Request) -> HTMLResponse:
    return HTMLResponse(
        page(str(request.base_url)),
        headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
