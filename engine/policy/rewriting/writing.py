"""Writes a value that somebody gives as it stands in a text: plain where that says the same."""

from __future__ import annotations

from typing import Final

from engine.policy.layout.nodes import Leaf
from engine.policy.layout.scalars import one_line
from engine.policy.text import resolve

WIDTH: Final = 100
STEP: Final = 2
"""Blanks by which a block is indented."""


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
    return "- " + _below(value, column + STEP).lstrip()


def behind(value: object, first: int, column: int) -> str:
    """What stands behind the colon of a key: in its line if it fits there, else as a block.

    The key begins at `column`, and what is behind its colon at `first`.
    """
    line = f" {outside(value)}"
    if first + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    return _below(value, column + STEP)


def _below(value: dict[object, object] | list[object], column: int) -> str:
    """The lines of a block, each with the line break before it."""
    if isinstance(value, list):
        said = [item(each, column) for each in value]
    else:
        keys = [(f"{in_flow(str(key))}:", each) for key, each in value.items()]
        said = [f"{key}{behind(each, column + len(key), column)}" for key, each in keys]
    return "".join(f"\n{' ' * column}{each}" for each in said)


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
