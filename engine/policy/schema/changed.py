"""The form of a policy that extends a base: its edits, and what a base permits and compares."""

from __future__ import annotations

import re
from typing import Final

from engine.policy.changes import edits, permissions
from engine.policy.changes.shorthand import SHORT_TOPICS as SHORT
from engine.policy.editions import COMPARE
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed
from engine.policy.schema.values import (
    Schema,
    enum,
    or_agreed,
    ref,
    text_like,
    typed,
)
from engine.policy.topics.catalogue import TOPICS

_PATH: Final = text_like(
    r"^[^.\s]+(?:\.[^.\s]+)*$", "A path is topic.part.row.field, as in `window.days`."
)
_KINDS: Final = {"set": ("to",), "add": ("into",), "drop": ()}
_MAY_BE_PARTS: Final = ("window",)
"""A path of one word that may name a part which is not there yet."""
_BOUND: Final[Schema] = {
    "anyOf": [ref(each) for each in ("length", "percent", "money", "count", "day")]
}


def _edit(forms: dict[str, Schema]) -> Schema:
    path = {"type": "string", **_PATH}
    row = {"type": ["string", "integer", "boolean"]}
    keys = {
        "set": path,
        "to": {},
        "add": {"type": "object"},
        "into": path,
        "before": row,
        "after": row,
        "drop": path,
        "why": {"type": "string", "pattern": r"\S"},
        "effective": ref("effective"),
    }
    properties = described("edit", typed(edits.KEYS, keys))
    one = {"oneOf": [{"required": [kind]} for kind in _KINDS]}
    beside = [
        {"if": {"required": [kind]}, "then": {"required": list(needed)}}
        for kind, needed in _KINDS.items()
        if needed
    ]
    added = [_added(name, forms) for name in (*TOPICS, *SHORT, "remedy")]
    promise = {"if": _into("must"), "then": {"properties": {"add": ref("promise")}}}
    return closed(properties, {"required": ["why"]}, one, *beside, *added, promise)


def _into(name: str, then: str = r"(?:\.|$)") -> Schema:
    into = {"type": "string", "pattern": f"^{re.escape(name)}{then}"}
    return {"required": ["into"], "properties": {"into": into}}


def _added(name: str, forms: dict[str, Schema]) -> Schema:
    """A row that is added to a table of a topic, or a new part of it."""
    full = SHORT.get(name, (name,))[0] if name != "remedy" else "remedies"
    row, rows = forms[f"row_of_{full}"], forms[f"rows_of_{full}"]
    added = closed(row["properties"] | rows["properties"])
    part = {"if": _into(name), "then": {"properties": {"add": added}}}
    if name in _MAY_BE_PARTS:
        return part
    table = {"properties": {"add": ref(f"row_of_{full}")}}
    return {"if": _into(name, "$"), "then": table, "else": part}


def changed(forms: dict[str, Schema]) -> dict[str, Schema]:
    """The named forms of this module."""
    rules = or_agreed(enum(permissions.RULES))
    bounds = dict.fromkeys(permissions.BOUNDS, ref("bound_of_partners"))
    known = (*permissions.EDITABLE, *SHORT, "remedy", "packaging")
    compared: dict[str, Schema] = {"with": ref("reference"), "never": {}}
    return {
        "edit": _edit(forms),
        "bound_of_partners": _BOUND,
        "permission": {
            "if": {"type": "object"},
            "then": closed(described("permission", bounds)),
            "else": {"if": {"type": "array"}, "then": {}, "else": rules},
        },
        "partners_may": {
            "type": "object",
            "properties": dict.fromkeys(known, ref("permission")),
            "additionalProperties": ref("permission"),
        },
        "compare": closed(described("compare", typed(COMPARE, compared))),
    }
