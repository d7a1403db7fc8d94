"""Writes a value that somebody gives as it stands in a text: plain where that says the same."""

from __future__ import annotations

from typing import Final

from engine.policy.layout.nodes import Leaf
from engine.policy.layout.scalars import one_line
from engine.policy.text import resolve

WIDTH: Final = 100


def in_flow(value: object, style: str = "") -> str:
    """A value on one line, as it may stand inside of braces; `style` is the quote to keep."""
    if isinstance(value, dict):
        said = (f"{in_flow(str(key))}: {in_flow(each)}" for key, each in value.items())
        return "{" + ", ".join(said) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(in_flow(each) for each in value) + "]"
    return scalar(value, style, flow=True)


def scalar(value: object, style: str, *, flow: bool) -> str:
    """One value; a text keeps the quote that was there."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return str(value)
    if style == "'" and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or resolve(value) != value:
        return _double(value)
    return one_line(Leaf(text=value, style='"'), flow=flow)


def item(value: object, column: int) -> str:
    """An item of a list whose dash stands at a column, without line break: in one line if short."""
    line = f"- {in_flow(value)}"
    if column + len(line) <= WIDTH or not isinstance(value, dict) or not value:
        return line
    blank = "\n" + " " * (column + 2)
    said = [f"{in_flow(str(key))}: {outside(each)}" for key, each in value.items()]
    return "- " + blank.join(said)


def outside(value: object, style: str = "") -> str:
    """A value behind a key or a dash outside of braces."""
    return (
        in_flow(value, style)
        if isinstance(value, dict | list)
        else scalar(value, style, flow=False)
    )


def _double(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
