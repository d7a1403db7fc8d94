"""Formats errors for clients: expected ones by code, unexpected ones logged and masked by an id."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from typing import Any, Final

from graphql import GraphQLError

from adapters.store.connection.troubles import told
from engine.errors import RequestFault

log = logging.getLogger("takeback.api")

CODE = "code"
MOST_CHARACTERS: Final = 500


def shown(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Returns every error in the form of the specification."""
    return [_shown(error) for error in errors]


def named(message: str, code: str) -> dict[str, Any]:
    """Returns an error that does not refer to a place in the document."""
    return {"message": message, "extensions": {CODE: code}}


def masked(error: BaseException | None) -> dict[str, Any]:
    """Logs an unexpected error with an id, and returns an error with that id only.

    If the database is unavailable or changed meanwhile, the error says so.
    """
    fault = told(error) if error else None
    if fault:
        log.error("%s", fault.code, exc_info=error)
        return named(fault.message, fault.code)
    key = secrets.token_hex(8)
    log.error("unexpected error %s", key, exc_info=error)
    return {
        "message": f"Something went wrong on our side. Tell support this id: {key}",
        "extensions": {CODE: "internal", "id": key},
    }


def is_expected(error: GraphQLError) -> bool:
    """Whether an error is about the request rather than a failure of ours."""
    original = error.original_error
    return original is None or isinstance(original, GraphQLError | RequestFault)


def _shown(error: GraphQLError) -> dict[str, Any]:
    if not is_expected(error):
        place = {name: value for name, value in error.formatted.items() if name != "message"}
        return {**place, **masked(error.original_error)}
    fault = error.original_error
    said: dict[str, Any] = {**error.formatted}
    if len(error.message) > MOST_CHARACTERS:  # it repeats part of the request
        said["message"] = f"{error.message[:MOST_CHARACTERS]} …"
    if isinstance(fault, RequestFault):
        said["message"] = fault.message
        said["extensions"] = {CODE: fault.code, **({"path": fault.path} if fault.path else {})}
    said.setdefault("extensions", {}).setdefault(CODE, "graphql")
    return said
