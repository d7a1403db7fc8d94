"""Stripe's wire format: parameters as nested form fields, objects and errors as JSON.

Which parameters a call takes is read from the request types that stripe-python ships, so the
stand-in refuses exactly those that Stripe would not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from stripe import RequestOptions

Params = dict[str, Any]
Body = dict[str, Any]

MOST_METADATA: Final = 50
MOST_NAME: Final = 40
MOST_VALUE: Final = 500
_OPTIONS: Final = frozenset(RequestOptions.__annotations__)
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_NAME: Final = re.compile(r"[^\[\]]+")


@dataclass(slots=True)
class Refusal(Exception):
    """An error answer; `stored` means that execution had begun, so the idempotency key keeps it."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    stored: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Body:
        """The body as Stripe writes it."""
        said = {"type": self.type, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in said.items() if value is not None}}


def invalid(message: str, code: str | None = None, param: str | None = None) -> Refusal:
    """An error found during execution, so the idempotency key keeps it."""
    return Refusal(400, "invalid_request_error", message, code, param)


def declined() -> Refusal:
    """A card that is declined."""
    return Refusal(402, "card_error", "Your card was declined.", "card_declined")


def unknown(kind: str, key: str) -> Refusal:
    """An object that this account does not have."""
    return Refusal(
        404, "invalid_request_error", f"No such {kind}: '{key}'", "resource_missing", "id"
    )


def decoded(form: str) -> Params:
    """Decodes nested parameters such as `a[b]=1&c[0][d]=2`; raises `Refusal` if it cannot."""
    params: Params = {}
    for name, value in parse_qsl(form, keep_blank_values=True, max_num_fields=1_000):
        first = _NAME.match(name)
        if first is None:
            raise _unread(name)
        path = [first[0], *_PART.findall(name[first.end() :])]
        _put(params, path, value, name)
    return {key: _as_list(value) for key, value in params.items()}


def check(params: Params, known: type, required: tuple[str, ...] = ()) -> None:
    """Raises `Refusal`, which no key keeps, for unknown or missing parameters."""
    legal = set(known.__annotations__) - _OPTIONS
    for name in params:
        if name not in legal:
            raise _early(f"Received unknown parameter: {name}", "parameter_unknown", name)
    for name in required:
        if name not in params:
            raise _early(f"Missing required param: {name}.", "parameter_missing", name)
    _check_metadata(params.get("metadata"))


def whole(params: Params, name: str, *, least: int = 1) -> int | None:
    """Returns a parameter as a whole number, or None; raises `Refusal`."""
    text = params.get(name)
    if text is None or isinstance(text, int):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise _early(f"Invalid integer: {text}", "parameter_invalid_integer", name)
    if int(text) < least:
        raise _early(f"Invalid {name}: must be at least {least}", "parameter_invalid_integer", name)
    return int(text)


def _early(message: str, code: str, param: str) -> Refusal:
    return Refusal(400, "invalid_request_error", message, code, param, stored=False)


def _check_metadata(metadata: Any) -> None:
    if metadata in (None, ""):
        return
    if not isinstance(metadata, dict) or len(metadata) > MOST_METADATA:
        raise _early(f"Metadata has at most {MOST_METADATA} keys.", "parameter_invalid", "metadata")
    for name, value in metadata.items():
        if len(name) > MOST_NAME or not isinstance(value, str) or len(value) > MOST_VALUE:
            raise _early(f"Metadata `{name}` is too long.", "parameter_invalid", "metadata")


def _put(params: Params, path: list[str], value: str, name: str) -> None:
    at = params
    for part in path[:-1]:
        at = at.setdefault(part, {})
        if not isinstance(at, dict):
            raise _unread(name)
    last = path[-1] or str(len(at))
    at[last] = value


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _unread(name: str) -> Refusal:
    return _early(f"Could not read the parameter {name[:60]}", "parameter_invalid", name[:60])
