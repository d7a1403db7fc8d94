"""The forms of short topics, and of a policy that extends a base: its edits and permissions."""

from __future__ import annotations

import re
from typing import Final

from engine.policy.editions import COMPARE
from engine.policy.inheritance import edits, permissions
from engine.policy.inheritance.shorthand import BESIDE_ROWS, REQUIRED, TO
from engine.policy.inheritance.shorthand import SHORT_TOPICS as SHORT
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, fields_of, line_of, rows_of, table_of
from engine.policy.schema.values import Schema, enum, or_agreed, ref, text_like, typed
from engine.policy.topics.catalogue import TOPICS


def shortened(forms: dict[str, Schema]) -> dict[str, Schema]:
    """Returns the forms of short topics by name; `forms` are the full ones."""
    found = {f"topic_{short}": ref(f"table_of_{full[0]}") for short, full in SHORT.items()}
    return found | {
        **fields_of(TOPICS["remedies"], {"give": TO}),
        "line_of_remedy": line_of(TOPICS["remedies"], {"give": TO}),
        "rows_of_remedy": rows_of(TOPICS["remedies"], {"give": TO}),
        "topic_remedy": table_of("remedy"),
        "topic_packaging": _packaging(forms),
        "row_of_packaging": _row_of_packaging(forms),
    }


def clashes() -> list[Schema]:
    """Returns the rules that a short topic and its full form exclude each other."""
    found = [_beside("remedy", ("remedies",))]
    return [*found, *(_beside(short, full) for short, full in SHORT.items())]


def _beside(short: str, full: tuple[str, ...]) -> Schema:
    refused: Schema | bool = False
    for key in reversed(full):
        refused = {"properties": {key: refused}}
    return {"if": {"required": [short]}, "then": refused}


def _packaging(forms: dict[str, Schema]) -> Schema:
    line = closed(forms["row_of_demands"]["properties"], {"required": [REQUIRED]})
    row: Schema = {"type": "array", "items": ref("row_of_packaging")}
    table = dict(zip(BESIDE_ROWS, (row, {"const": "first"}), strict=True))
    return {
        "type": "object",
        "if": {"required": ["rows"]},
        "then": closed(described("table", table)),
        "else": line,
    }


def _row_of_packaging(forms: dict[str, Schema]) -> Schema:
    """Returns the form of a row of `packaging`; one that requires nothing is left out unread."""
    read = forms["row_of_demands"]["properties"]
    names = {key: form["$ref"].removeprefix("#/$defs/") for key, form in read.items()}
    unread = {key: {"description": forms[name]["description"]} for key, name in names.items()}
    required = {"required": [REQUIRED]}
    nothing = {"properties": {REQUIRED: {"const": False}}, **required}
    return {"if": nothing, "then": closed(unread), "else": closed(read, required)}


_PATH: Final = text_like(
    r"^[^.\s]+(?:\.[^.\s]+)*$", "A path is topic.part.row.field, as in `window.days`."
)
_KINDS: Final = {"set": ("to",), "add": ("into",), "drop": ()}
_MAY_BE_PARTS: Final = ("window",)
"""Paths of one word that may name a part that does not exist yet."""
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
    """Returns the rule for a row that is added to a table of a topic, or for a new part of it."""
    full = SHORT.get(name, (name,))[0] if name != "remedy" else "remedies"
    row, rows = forms[f"row_of_{full}"], forms[f"rows_of_{full}"]
    added = closed(row["properties"] | rows["properties"])
    part = {"if": _into(name), "then": {"properties": {"add": added}}}
    if name in _MAY_BE_PARTS:
        return part
    table = {"properties": {"add": ref(f"row_of_{full}")}}
    return {"if": _into(name, "$"), "then": table, "else": part}


def changed(forms: dict[str, Schema]) -> dict[str, Schema]:
    """Returns the named forms of this module."""
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
