"""Reads what forms, addresses and cookies hold, from whoever sends it.

What no page of ours would send is refused with the name of its field: the page is answered with
status 422. What a person may have typed wrong is said on the page itself, by whoever asks.
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
"""The largest whole number of the API."""
MOST_PACKED: Final = 400_000
"""Characters of what a button holds as JSON: edits of a text, or the whole of it."""
MOST_FIELDS: Final = 1_000
"""Of a form, however it is sent; files are counted apart."""
LAST_YEAR: Final = 2999
"""As of the API's policies; days of later years cannot be meant."""
_FIRST_YEAR: Final = 1900
_UNSEEN: Final = re.compile("[\0\ud800-\udfff]")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"[0-9]{1,15}")


async def form_of(request: Request, *, files: bool = False) -> FormData:
    """The form that was sent, whose names and texts are characters; raises `Refused`.

    With `files` whoever asks closes it; else what was sent as a file is closed and not to be read.
    """
    try:
        form = await request.form(max_fields=MOST_FIELDS)
    except (UnicodeError, LookupError):  # it names a character set of its own
        raise Refused("This form cannot be read: send it as UTF-8.") from None
    except HTTPException as error:  # it is cut off, or has more than it may
        if error.status_code != 400:
            raise
        said = f"This form cannot be read; it has at most {MOST_FIELDS:,} fields."
        raise Refused(f"{said} {error.detail}") from None
    odd = next((name for name, value in form.multi_items() if _is_odd(name, value)), None)
    if odd is not None or not files:
        await form.close()
    if odd is not None:
        raise Refused(f"{called(odd)} holds U+0000 or half of a character; take it out.")
    return form


def _is_odd(name: str, value: str | UploadFile) -> bool:
    said = value if isinstance(value, str) else value.filename or ""
    return bool(_UNSEEN.search(name) or _UNSEEN.search(said))


def texts(form: FormData) -> list[tuple[str, str]]:
    """Every field with its text; raises `Refused` for a file in place of one."""
    found = []
    for name, value in form.multi_items():
        if not isinstance(value, str):
            raise Refused(f"{called(name)} is a text, and a file was sent.")
        found.append((name, value))
    return found


def called(name: str) -> str:
    """A field in a sentence."""
    return f"“{_UNSEEN.sub('?', name)[:60]}”"


def whole(typed: str, name: str, most: int = MOST_INT) -> int:
    """A whole number that is not negative; raises `Refused`."""
    if not _WHOLE.fullmatch(typed) or int(typed) > most:
        raise Refused(f"{called(name)} is a whole number, such as 1; you typed “{typed[:40]}”.")
    return int(typed)


def day(typed: str, name: str) -> date:
    """A day; raises `Refused`."""
    found = as_day(typed)
    if found is None:
        raise Refused(f"{called(name)} is a day such as 2026-11-29, up to the year {LAST_YEAR}.")
    return found


def as_day(text: object, last: int = LAST_YEAR) -> date | None:
    """The day that a text is, such as 2026-11-29; None for none, and for one after a last year."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= last else None


def packed(text: str, name: str, fits: Callable[[Any], bool]) -> Any:
    """What a text holds as JSON; raises `Refused` for none, and for what does not fit."""
    found = unpacked(text, MOST_PACKED)
    if found is None or not fits(found):
        raise Refused(f"{called(name)} does not hold what the page wrote there; load it again.")
    return found


def unpacked(text: str | bytes, most: int) -> Any:
    """What a text of at most so many characters holds as JSON.

    None for what is none, is nested a thousand levels deep, or holds half of a character.
    """
    try:
        return orjson.loads(text) if len(text) <= most else None
    except ValueError:
        return None
