"""A server to compare with.

Run: python -m bench.serving.peer ours|strawberry|plain, with the settings of a server.

`strawberry` executes the same schema as strawberry does by itself, over the reads of `frozen.py`,
without limits. `plain` answers as much and does nothing: what Starlette and orjson take.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.serving.frozen import frozen
from returns_api.context import opener
from returns_api.schema import SCHEMA
from returns_api.serving.threads import THREADS
from takeback.components import made
from takeback.server import bound, run, serve
from takeback.settings import Settings

Answer = Callable[[Request], Awaitable[Response]]


def strawberry_itself(settings: Settings) -> Answer:
    """Every request is parsed, validated and executed anew."""
    parts = made(settings)
    frozen(parts.store)
    opened = opener(parts)

    def executed(ask: dict[str, Any], key: str | None) -> dict[str, Any]:
        with opened(key) as context:
            result = SCHEMA.execute_sync(
                ask["query"],
                variable_values=ask.get("variables"),
                operation_name=ask.get("operationName"),
                context_value=context,
            )
        if result.errors:
            return {"data": result.data, "errors": [each.formatted for each in result.errors]}
        return {"data": result.data}

    async def answer(request: Request) -> Response:
        ask, key = orjson.loads(await request.body()), request.headers.get("authorization")
        made = await run_in_threadpool(executed, ask, key)
        return Response(orjson.dumps(made), media_type="application/json")

    return answer


def plain(_: Settings) -> Answer:
    """What is sent comes back as the answer: the driver sends an answer of the real size."""

    async def answer(request: Request) -> Response:
        ask = orjson.loads(await request.body())
        return Response(orjson.dumps(ask["variables"]["answer"]), media_type="application/json")

    return answer


@asynccontextmanager
async def _with_few_threads(_: Starlette) -> AsyncIterator[None]:
    """As many as ours has."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def main() -> None:
    """Serves until it is ended."""
    settings = Settings.from_environment()
    if sys.argv[1] == "ours":
        serve(settings)
        return
    answer = {"strawberry": strawberry_itself, "plain": plain}[sys.argv[1]](settings)
    routes = [Route("/graphql", answer, methods=["POST"]), Route("/health", _health)]
    app = Starlette(routes=routes, lifespan=_with_few_threads)
    run(app, bound(settings.host, settings.port))


if __name__ == "__main__":
    main()
