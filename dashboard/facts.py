"""Facts as fields of a form: what one types becomes a value of the fact's type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from dashboard import doing

Definition = Mapping[str, Any]
"""What the API says of a fact: `name`, `type`, `words`, `question`."""
_YES: Final = {"yes": True, "no": False}
_COUNTED: Final = ("COUNT", "NUMBER", "PERCENT")


def read(definitions: Sequence[Definition], form: FormData, prefix: str) -> dict[str, Any]:
    """Values by name of what was typed, in fields named `prefix` and the fact; raises `Refused`."""
    found = {}
    for each in definitions:
        typed = [str(one).strip() for one in form.getlist(f"{prefix}{each['name']}")]
        said = [one for one in typed if one]
        if said:
            found[each["name"]] = value(each, ",".join(said))
    return found


def value(definition: Definition, typed: str) -> Any:
    """The value that a text means; raises `Refused`."""
    kind = definition["type"]
    if kind == "YES_NO":
        return _YES.get(typed.lower(), typed)
    if kind == "SET":
        return [each.strip() for each in typed.split(",") if each.strip()]
    if kind in _COUNTED:
        if not typed.isdecimal():
            raise doing.Refused(f"{definition['question']} It is a whole number, such as 1.")
        return int(typed)
    return typed


def said(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As the API takes facts."""
    return [{"name": name, "value": each} for name, each in values.items()]
