"""Typed decorators for fields with descriptions: Strawberry's own decorator loses the
types here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import strawberry

from adapters.identity.principal import Scope
from engine.characters import check_texts
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.types.problems import Problem, found_in, input_problem
from returns_api.types.texts import texts_of

F = TypeVar("F", bound=Callable[..., Any])


def described(text: str, *, asks: Scope | None = None) -> Callable[[F], F]:
    """Makes a method a field with this description.

    A field that leads to objects of another scope `asks` for that scope, so that a narrowed key
    cannot read them by way of other objects: it raises `RequestFault` `not_allowed`.
    """

    def made(method: F) -> F:
        asking = method if asks is None else _asking(method, asks)
        return cast("F", strawberry.field(description=text)(asking))

    return made


def refusable(text: str) -> Callable[[F], F]:
    """As `described`, for a field that returns an `InputProblem` for every refusal."""

    def made(method: F) -> F:
        return described(text)(cast("F", _told(method)))

    return made


def mutation(text: str) -> Callable[[F], F]:
    """As `refusable`, for a mutation, which has one answer per idempotency key.

    Rejects inputs with hidden characters, as `engine.characters` defines them.

    If two requests with one idempotency key run at once, one may be refused because of what the
    other did; it is run again, and then gets the answer of the other.
    """

    def made(method: F) -> F:
        told = _told(method)

        @wraps(method)
        def answered(self: Any, info: Any, *sent: Any, **named: Any) -> Any:
            try:
                check_texts(texts_of(named.get("input")))
            except RequestFault as fault:
                return input_problem(fault, "input")
            answer = told(self, info, *sent, **named)
            key = getattr(named.get("input"), "idempotency_key", None)
            if isinstance(answer, Problem) and key and _done_meanwhile(info.context, key):
                return told(self, info, *sent, **named)
            return answer

        return described(text)(cast("F", answered))

    return made


def _asking(method: Callable[..., Any], scope: Scope) -> Callable[..., Any]:
    @wraps(method)
    def asked(self: Any, info: Any, *sent: Any, **named: Any) -> Any:
        info.context.principal.must(scope)
        return method(self, info, *sent, **named)

    asked.asks = scope  # type: ignore[attr-defined]
    return asked


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the problem if a fault is raised, with its path in the arguments."""

    @wraps(method)
    def answered(*sent: Any, **named: Any) -> Any:
        try:
            answer = method(*sent, **named)
        except RequestFault as fault:
            answer = input_problem(fault, "input" if fault.path else "")
        return found_in(named, answer) if isinstance(answer, Problem) else answer

    return answered


def _done_meanwhile(context: Context, key: str) -> bool:
    context.store.rest()
    return context.store.idempotency.knows(context.principal, key)
