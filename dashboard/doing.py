"""Does what a form asks for, once, through a mutation of the API, and reads what forms hold."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request

from dashboard.asking import ask

_LIMIT: Final = 10**15
"""Minor units: what is more cannot be meant."""


class Refused(Exception):
    """The API refused what was asked for, or a form holds what cannot be meant; for people."""


def new_key() -> str:
    """The key under which a form does its work once, however often it is sent.

    A form that is shown again has another one: what was refused was not done under the first.
    """
    return secrets.token_urlsafe(18)


async def do(request: Request, operation: str, /, **said: Any) -> dict[str, Any]:
    """What a mutation did, whose field is called `done`; raises `Refused`."""
    return _done(await ask(request, operation, input=said))


def _done(data: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = data["done"]
    if "message" in done:
        raise Refused(done["message"])
    return done


def text(form: FormData, name: str) -> str:
    """A text that was typed; empty where there is none."""
    found = form.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def count(form: FormData, name: str, label: str = "A number") -> int:
    """A whole number that is not negative, 0 where nothing was typed; raises `Refused`."""
    typed = text(form, name) or "0"
    if not typed.isdecimal() or len(typed) > 9:
        raise Refused(f"{label} is a whole number, such as 1; you typed “{typed[:40]}”.")
    return int(typed)


def minor(typed: str, like: Mapping[str, Any]) -> int | None:
    """An amount as people type it, in minor units of `like`, an amount of the API.

    None where nothing was typed; raises `Refused`.
    """
    if not typed:
        return None
    digits = len(str(like["amount"]).partition(".")[2])
    try:
        amount = Decimal(typed.replace(",", "")).scaleb(digits)
    except InvalidOperation:
        amount = Decimal("0.5")
    if not amount.is_finite() or amount != int(amount) or not 0 <= amount < _LIMIT:
        said = f"An amount is a number such as 12.50, in {like['currency']}"
        raise Refused(f"{said}; you typed “{typed[:40]}”.")
    return int(amount)
