"""Assembles the app and serves it over HTTP."""

from __future__ import annotations

import contextlib
import errno
import gc
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.live import Live
from dashboard.session import DemoPerson
from engine.errors import RequestFault
from returns_api.context import opener
from returns_api.filing.routes import file_routes
from returns_api.prices import PRICES
from returns_api.schema import core_schema
from returns_api.serving.endpoint import Endpoint
from returns_api.serving.guesses import Guesses
from returns_api.serving.operations import Operations
from returns_api.serving.outside import THREADS as OTHER_THREADS
from returns_api.serving.outside import OutsideWork
from returns_api.serving.settings import Limits
from returns_api.serving.threads import PATIENCE, Threads
from returns_api.serving.trusted import Texts
from services.payments.webhook_inbox import WebhookInbox
from services.returns.filing import Filing
from services.workers.running import at_work
from takeback.components import Components, lacking, started
from takeback.elsewhere import Elsewhere
from takeback.health import health
from takeback.page import page
from takeback.pages import StoredJournals, Web, at_api_path, web_pages
from takeback.settings import Profile, Settings
from takeback.trusting import texts_of
from takeback.webhooks import stripe_webhooks

API: Final = "/graphql"
Tell = Callable[[str], None]
NEW_OBJECTS: Final = 20_000
"""Objects created and not freed before the garbage collector runs."""


def application(  # noqa: PLR0913 - as many as there are settings of it
    parts: Components,
    profile: Profile,
    limits: Limits = Limits(),  # noqa: B008 - never changed
    texts: Texts | None = None,
    *,
    trusted_proxies: Sequence[str] = (),
    origins: Sequence[str] = (),
    web: Web = Web(),  # noqa: B008 - never changed
) -> Starlette:
    """Returns the ASGI app: the API, the web pages or one page about the API, and a health check.

    Web pages of other `origins` may call it; by default none may.
    """
    open_ = profile is Profile.DEVELOPMENT or web.explorer
    operations = Operations(core_schema(), PRICES, limits, texts, open_=open_)
    context, guesses = opener(parts), Guesses()
    outside = OutsideWork(limits.seconds)
    files = file_routes(Filing(parts.store, parts.files), context, guesses, outside)
    endpoint = Endpoint(operations, context, limits, guesses, _threads(parts))
    live = Live(StoredJournals(parts.store), web.streams)
    app = web_pages(web, Router([Route(API, endpoint), *files]), parts.store, live)
    routes = [
        health(parts.store),
        *files,
        *stripe_webhooks(WebhookInbox(parts.store, parts.gateways), outside),
        *([] if web.dashboard else [Route("/", _home)]),
        Mount("/", Elsewhere(API, app)),
    ]
    forwarded = Middleware(ProxyHeadersMiddleware, trusted_hosts=list(trusted_proxies))
    middleware = [forwarded, *([_shared_with(origins)] if origins else [])]
    made = _WithApi(
        at_api_path(web, endpoint, app), middleware, routes=routes, lifespan=_ending(endpoint)
    )
    made.state.live = live
    return made


def _threads(parts: Components) -> Threads:
    """Returns the API's threads; a server of databases commits for its connections together."""
    store = parts.store
    return (
        Threads(patience=PATIENCE, together=store.group_commit) if store.in_process else Threads()
    )


class _WithApi(Starlette):
    """An app that passes API requests straight on: the API handles its own errors, and most
    requests are its.

    The middleware `around` wraps both.
    """

    def __init__(
        self,
        api: ASGIApp,
        around: Sequence[Middleware],
        *,
        routes: Sequence[BaseRoute],
        lifespan: Lifespan[Starlette],
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self._api, self._around = api, around

    def build_middleware_stack(self) -> ASGIApp:
        api, others = self._api, super().build_middleware_stack()

        async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
            is_api = scope["type"] == "http" and scope["path"] in (API, f"{API}/")
            await (api if is_api else others)(scope, receive, send)

        made: ASGIApp = chosen
        for each in reversed(self._around):
            made = each.cls(made, *each.args, **each.kwargs)
        return made


def app_of(parts: Components, settings: Settings, people: Sequence[DemoPerson] = ()) -> Starlette:
    """Returns the ASGI app by the settings; `people` may sign in at its pages with a click."""
    return application(
        parts,
        settings.profile,
        settings.limits,
        texts_of(settings.documents),
        trusted_proxies=settings.trusted_proxies,
        origins=settings.origins,
        web=Web(
            dashboard=settings.dashboard,
            explorer=settings.explorer,
            people=people,
            streams=settings.streams,
        ),
    )


def serve(settings: Settings, parts: Components | None = None, tell: Tell | None = None) -> None:
    """Serves until interrupted; raises `RequestFault` if the address is not available.

    `tell` receives sentences: where it starts, once the address is bound, and what it lacks.
    """
    listening = bound(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    say = tell or (lambda _: None)
    say(f"Starting at http://{host}:{listening.getsockname()[1]}/ ; Ctrl-C stops it.")
    parts = parts or started(settings)
    for each in lacking(parts):
        say(each)
    try:
        with at_work(parts, settings.workers):
            app = app_of(parts, settings)
            _leave_what_stays()
            run(app, listening, app.state.live)
    finally:
        parts.close()


def _leave_what_stays() -> None:
    """Makes the garbage collector skip everything created at startup, and run less often.

    A request of many lines makes thousands of objects that all live until its answer: frequent
    collections cost 7 % of the processor time of such a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def run(app: Starlette, listening: socket.socket, live: Live | None = None) -> None:
    """Serves an app on a bound socket; `live` are the event streams of its open pages."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # done by our own setting
        timeout_graceful_shutdown=5,
    )
    _Server(config, live).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Closes the streams of open pages first, which would delay the shutdown."""

    def __init__(self, config: uvicorn.Config, live: Live | None) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._live:
            self._live.close()
        await super().shutdown(sockets)


def bound(host: str, port: int) -> socket.socket:
    """Returns a listening socket; raises `RequestFault` `address_taken` or `wrong_address`.

    It listens at once: before, another process could bind the same port on Linux.
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
                f"Port {port} of {host} is in use; stop what uses it, or take another by `--port` "
                "or TAKEBACK_PORT.",
            ) from None
        raise RequestFault(
            "wrong_address", f"{host}:{port} cannot be listened on: {error.strerror or error}."
        ) from None
    return listening


def _shared_with(origins: Sequence[str]) -> Middleware:
    """Allows no credentials: keys are sent in a header, never as a cookie."""
    return Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["location", "content-disposition", "retry-after"],
        max_age=600,
    )


def _ending(endpoint: Endpoint) -> Lifespan[Starlette]:
    """Closes the API's threads with the app, and limits the threads for everything else."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = OTHER_THREADS
        yield
        endpoint.threads.close()

    return lifespan


async def _home(request: Request) -> HTMLResponse:
    return HTMLResponse(
        page(str(request.base_url)),
        headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )
