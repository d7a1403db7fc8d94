"""The endpoint: one request in, one operation run in one thread, one answer out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, cast

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationType, execute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from returns_api.serving.bodies import GRAPHQL, JSON, Ask, Refused, media_type, read
from returns_api.serving.documents import Documents
from returns_api.serving.errors import masked, named, shown

OpenContext = Callable[[str | None], AbstractContextManager[object]]
"""Opens what resolvers work with for an `Authorization` header; raises `Refused`."""

_NO_STORE: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Endpoint:
    """An ASGI app. Resolvers run in a pool thread, never on the event loop."""

    def __init__(self, schema: GraphQLSchema, context: OpenContext, *, open_: bool) -> None:
        self._schema = schema
        self._context = context
        self._documents = Documents(schema, open_=open_)
        self._open = open_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        media = JSON
        try:
            media = media_type(request.headers.get("accept"))
            ask = await read(request)
            key = request.headers.get("authorization")
            status, body = await run_in_threadpool(self._answer, ask, key)
            return _response(body, media, status if media == GRAPHQL else 200)
        except Refused as refused:
            body = {"errors": [named(refused.message, refused.code)]}
            return _response(body, media, refused.status, refused.headers)
        except Exception as error:  # noqa: BLE001 - the last door before the client
            said = masked(error)
            gone = said["extensions"]["code"] == "unavailable"
            return _response({"errors": [said]}, media, 503 if gone else 500)

    def _answer(self, ask: Ask, authorization: str | None) -> tuple[int, dict[str, Any]]:
        with self._context(authorization) as context:
            prepared = self._documents.prepare(ask.query)
            if prepared.document is None:
                return 400, {"errors": shown(prepared.errors)}
            kind = prepared.kind(ask.operation)
            if ask.reads_only and kind is OperationType.MUTATION:
                raise Refused(
                    405, "method_not_allowed", "Mutations are sent by POST.", allow="POST"
                )
            plan = self._documents.plan(ask.query, ask.operation)
            planned = plan.run(context, ask.variables) if plan else None
            if planned is not None:
                return _told(ExecutionResult(*planned))
            return _told(self._executed(prepared.document, ask, context))

    def _executed(self, document: DocumentNode, ask: Ask, context: object) -> ExecutionResult:
        """By graphql-core, for all that has no plan."""
        result = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=ask.variables,
            operation_name=ask.operation,
            is_awaitable=_never,  # type: ignore[arg-type]
            hide_suggestions=not self._open,
        )
        return cast("ExecutionResult", result)


def _never(_value: object) -> bool:
    """Resolvers are plain functions; asking each value would cost more than many of them do."""
    return False


def _told(result: ExecutionResult) -> tuple[int, dict[str, Any]]:
    """Status and body; `data` is left out where nothing was run (a wrong variable, say)."""
    errors = shown(result.errors or ())
    ran = result.data is not None or any(error.path for error in result.errors or ())
    body: dict[str, Any] = {"data": result.data} if ran else {}
    return (200 if ran else 400), {**body, **({"errors": errors} if errors else {})}


def _response(
    body: dict[str, Any], media: str, status: int, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=f"{media}; charset=utf-8",
        headers={**_NO_STORE, **(headers or {})},
    )
