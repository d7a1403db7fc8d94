"""Runs the mutation of a form once, and reads the values of its fields."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson
from starlette.datastructures import FormData
from starlette.requests import Request

from dashboard.asking import ask
from dashboard.writing.values import digits_of

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{24}")
_LIMIT: Final = 10**15
"""Maximum minor units: a larger amount must be a mistake."""
_THOUSANDTHS: Final = 3
_AMOUNT: Final = re.compile(r"([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.(?P<rest>[0-9]+))?")


CHANGED: Final = "This has changed since it was shown, or you edited it. Review it, then confirm."


class Refused(Exception):
    """Raised if the API refuses, or a form holds an invalid value; with a message for users."""


def new_key() -> str:
    """Returns an idempotency key for a form, which runs its mutation only once.

    A form that is shown again gets a new key: what was refused was not done under the first.
    """
    return secrets.token_urlsafe(18)


def key_of(form: FormData) -> str:
    """Returns the key in a page's address, so that going back to the page runs its mutation only
    once.
    """
    found = text(form, "key")
    return found if _KEY.fullmatch(found) else new_key()


def shown(*what: object) -> str:
    """Returns a digest of what a page shows before a confirmation; its form sends it as `seen`."""
    return hashlib.sha256(orjson.dumps(what, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


async def was_shown(request: Request, form: FormData, *what: object) -> bool:
    """Whether a form carries that very thing: what was typed since, or came, was not shown.

    What was done already was: the same form sent again gives the same answer.
    """
    return is_shown(form, *what) or await was_done(request, text(form, "key"))


def is_shown(form: FormData, *what: object) -> bool:
    """Whether a form carries that very thing, whatever was done before."""
    return text(form, "seen") == shown(*what)


async def was_done(request: Request, key: str) -> bool:
    """Whether some mutation was done under a key; the API refuses the key for any other."""
    return bool(key) and bool((await ask(request, "WasDone", key=key))["answered"])


def unchanged(found: Mapping[str, Any]) -> dict[str, str]:
    """Returns the input by which a mutation acts on a thing only as it was found here.

    Between the comparison of a form with what holds and the mutation, another may act.
    """
    return {"ifUnchanged": found["version"]}


def key_of_values(request: Request, form: FormData) -> str:
    """Returns an idempotency key for a form of this page with these very values.

    What was done under it was this, and not the same form with another value or on another page.
    """
    return shown(request.url.path, {name: text(form, name) for name in form})


async def check_shown(request: Request, form: FormData, *what: object) -> None:
    """Raises `Refused` for a form that does not carry what holds now."""
    if not await was_shown(request, form, *what):
        raise Refused(CHANGED)


async def do(request: Request, operation: str, /, **said: Any) -> dict[str, Any]:
    """Runs a mutation and returns its result, whose field is called `done`; raises `Refused`."""
    return _done(await ask(request, operation, input=said))


async def foretell(
    request: Request, operation: str, said: Mapping[str, Any], /, **variables: Any
) -> dict[str, Any]:
    """Returns what a mutation would do with an input, by its preview; raises `Refused`."""
    return _done(await ask(request, operation, input=said, **variables))


def _done(data: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = data["done"]
    if "message" in done:
        raise Refused(done["message"])
    return done


def text(form: FormData, name: str) -> str:
    """Returns a typed text; empty if there is none."""
    found = form.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def letters(form: FormData, name: str) -> str:
    """Returns a typed code in capital letters; other than ASCII letters stay as they are.

    Their capital letters may be different ones: those of `ß` are `SS`.
    """
    found = text(form, name)
    return found.upper() if found.isascii() else found


def count(form: FormData, name: str, label: str = "Number") -> int:
    """A whole number that is not negative, 0 where nothing was typed; raises `Refused`."""
    typed = text(form, name) or "0"
    if not typed.isdecimal() or len(typed) > 9:
        raise Refused(f"{label}: enter a whole number, such as 1; you entered “{typed[:40]}”.")
    return int(typed)


def minor(typed: str, currency: str) -> int | None:
    """Converts an amount as people type it, `1234.50` or `1,234.50`, to minor units.

    None if nothing was typed; raises `Refused` for an ambiguous amount.
    """
    if not typed:
        return None
    digits, found = digits_of(currency), _AMOUNT.fullmatch(typed)
    parted = "," in typed and not (found and _parts_thousands(typed, digits))
    if parted or not found or len(found["rest"] or "") > digits:
        hint = " Enter 1.50 for one and a half, not 1,50." if parted and digits else ""
        said = f"Enter an amount in {currency}, such as {'12.50' if digits else '12'}"
        raise Refused(f"{said}; you entered “{typed[:40]}”.{hint}")
    amount = int(Decimal(typed.replace(",", "")).scaleb(digits))
    if amount >= _LIMIT:
        raise Refused(f"“{typed[:40]}” exceeds the largest supported amount.")
    return amount


def _parts_thousands(typed: str, digits: int) -> bool:
    """Whether commas can only separate thousands; with three decimals, `1,500` might be 1.5."""
    return typed.count(",") > 1 or "." in typed or digits != _THOUSANDTHS
