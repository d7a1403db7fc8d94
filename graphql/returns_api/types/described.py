"""Fields with their descriptions, typed: Strawberry's own decorator gives up on types here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import strawberry

from adapters.identity.principal import Scope
from engine.characters import check_texts
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.types.problems import Problem, input_problem
from returns_api.types.texts import texts_of

F = TypeVar("F", bound=Callable[..., Any])


def described(text: str, *, asks: Scope | None = None) -> Callable[[F], F]:
    """Marks a method as a field and says what it holds.

    What leads to objects of another scope `asks` for it, or a key that was narrowed would read them
    on the way through others: it raises `RequestFault` `not_allowed`.
    """

    def made(method: F) -> F:
        asking = method if asks is None else _asking(method, asks)
        return cast("F", strawberry.field(description=text)(asking))

    return made


def refusable(text: str) -> Callable[[F], F]:
    """The same of a field whose result may be an `InputProblem`: whatever it refuses is one."""

    def made(method: F) -> F:
        return described(text)(cast("F", _told(method)))

    return made


def mutation(text: str) -> Callable[[F], F]:
    """The same of what changes something, which is answered in one way under one key.

    What it is told holds no hidden characters: `engine.characters` says which.

    Of two that are sent at once under one idempotency key one may be refused for what the other
    did; it is asked again, and has the answer of the other.
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
    """Answers with the problem where a fault is raised."""

    @wraps(method)
    def answered(*sent: Any, **named: Any) -> Any:
        try:
            return method(*sent, **named)
        except RequestFault as fault:
            return input_problem(fault, "input" if fault.path else "")

    return answered


def _done_meanwhile(context: Context, key: str) -> bool:
    context.store.rest()
    return context.store.answered.knows(context.principal, key)
