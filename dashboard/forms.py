"""Reads forms, addresses and cookies, whoever sent them.

A value that no page of ours would send is refused with the name of its field and status 422. Values
that a user may have mistyped are reported on the page itself, by its own view.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import orjson
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dashboard.doing import Refused

MOST_INT: Final = 2**31 - 1
"""The largest integer of the API."""
MOST_PACKED: Final = 400_000
"""Maximum characters of JSON in a button: edits of a text, or the whole text."""
MOST_FIELDS: Final = 1_000
"""Maximum fields of a form, in any encoding; files are counted separately."""
LAST_YEAR: Final = 2999
"""The last year that the API's policies accept."""
_FIRST_YEAR: Final = 1900
_UNSEEN: Final = re.compile("[\0\ud800-\udfff]")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"[0-9]{1,15}")


async def form_of(request: Request, *, files: bool = False) -> FormData:
    """Returns the form, whose names and texts are valid characters; raises `Refused`.

    With `files`, the caller has to close it; otherwise files are closed and cannot be read.
    """
    try:
        form = await request.form(max_fields=MOST_FIELDS)
    except (UnicodeError, LookupError):  # it names a character set of its own
        raise Refused("The form cannot be read: send it as UTF-8.") from None
    except HTTPException as error:  # it is cut off, or has more than it may
        if error.status_code != 400:
            raise
        said = f"The form cannot be read; the limit is {MOST_FIELDS:,} fields."
        raise Refused(f"{said} {error.detail}") from None
    odd = next((name for name, value in form.multi_items() if _is_odd(name, value)), None)
    if odd is not None or not files:
        await form.close()
    if odd is not None:
        raise Refused(f"{called(odd)} contains U+0000 or an invalid character. Remove it.")
    return form


def _is_odd(name: str, value: str | UploadFile) -> bool:
    said = value if isinstance(value, str) else value.filename or ""
    return bool(_UNSEEN.search(name) or _UNSEEN.search(said))


def texts(form: FormData) -> list[tuple[str, str]]:
    """Returns every field with its text; raises `Refused` for a file instead of a text."""
    found = []
    for name, value in form.multi_items():
        if not isinstance(value, str):
            raise Refused(f"{called(name)} takes text, but a file was sent.")
        found.append((name, value))
    return found


def called(name: str) -> str:
    """Returns a field's name for a sentence."""
    return f"“{_UNSEEN.sub('?', name)[:60]}”"


def whole(typed: str, name: str, most: int = MOST_INT) -> int:
    """Reads a non-negative integer; raises `Refused`."""
    if not _WHOLE.fullmatch(typed) or int(typed) > most:
        raise Refused(
            f"{called(name)} takes a whole number, such as 1; you entered “{typed[:40]}”."
        )
    return int(typed)


def day(typed: str, name: str) -> date:
    """Reads a date; raises `Refused`."""
    found = as_day(typed)
    if found is None:
        raise Refused(
            f"{called(name)} takes a date such as 2026-11-29, up to the year {LAST_YEAR}."
        )
    return found


def as_day(text: object, last: int = LAST_YEAR) -> date | None:
    """Reads a date such as 2026-11-29; None for no date, and for one after the last year."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= last else None


def packed(text: str, name: str, fits: Callable[[Any], bool]) -> Any:
    """Reads JSON that satisfies `fits`; raises `Refused`."""
    found = unpacked(text, MOST_PACKED)
    if found is None or not fits(found):
        raise Refused(f"{called(name)} was altered. Reload the page.")
    return found


def unpacked(text: str | bytes, most: int) -> Any:
    """Reads JSON of at most `most` characters.

    None if it is invalid, nested a thousand levels deep, or contains half of a surrogate pair.
    """
    try:
        return orjson.loads(text) if len(text) <= most else None
    except ValueError:
        return None
