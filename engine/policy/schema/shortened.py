"""The form of the short topics, and which of them cannot stand beside their full forms."""

from __future__ import annotations

from engine.policy.changes.shorthand import BESIDE_ROWS, REQUIRED, TO
from engine.policy.changes.shorthand import SHORT_TOPICS as SHORT
from engine.policy.schema.help import described
from engine.policy.schema.topics import closed, fields_of, line_of, rows_of, table_of
from engine.policy.schema.values import Schema, ref
from engine.policy.topics.catalogue import TOPICS


def shortened(forms: dict[str, Schema]) -> dict[str, Schema]:
    """The short topics, by name; `forms` are the full ones."""
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
    """A short topic and its full form, of which one may be written."""
    found = [_beside("remedy", ("remedies",))]
    return [*found, *(_beside(short, full) for short, full in SHORT.items())]


def _beside(short: str, full: tuple[str, ...]) -> Schema:
    refused: Schema | bool = False
    for key in reversed(full):
        refused = {"properties": {key: refused}}
    return {"if": {"required": [short]}, "then": refused}


def _packaging(forms: dict[str, Schema]) -> Schema:
    demand = forms["row_of_demands"]
    line = closed(demand["properties"], {"required": [REQUIRED]})
    row: Schema = {"type": "array", "items": ref("row_of_packaging")}
    table = dict(zip(BESIDE_ROWS, (row, {"const": "first"}), strict=True))
    return {
        "type": "object",
        "if": {"required": ["rows"]},
        "then": closed(described("table", table)),
        "else": line,
    }


def _row_of_packaging(forms: dict[str, Schema]) -> Schema:
    """A row that requires nothing falls away and is not read."""
    read = forms["row_of_demands"]["properties"]
    names = {key: form["$ref"].removeprefix("#/$defs/") for key, form in read.items()}
    unread = {key: {"description": forms[name]["description"]} for key, name in names.items()}
    required = {"required": [REQUIRED]}
    nothing = {"properties": {REQUIRED: {"const": False}}, **required}
    return {"if": nothing, "then": closed(unread), "else": closed(read, required)}
