"""Writes a given value as YAML: plain if that says the same, else quoted."""

from __future__ import annotations

from typing import Final

from engine.policy.layout.flow import flowed, in_double, in_single, one_line
from engine.policy.layout.nodes import Branch, Entry, Leaf

WIDTH: Final = 100
STEP: Final = 2
"""Blanks by which a block is indented."""


def on_one_line(value: object, style: str = "", *, flow: bool) -> str:
    """Writes a value on one line; `flow` if it stands in braces; a text keeps its quote `style`."""
    if isinstance(value, str) and style == '"':
        return in_double(value)
    if isinstance(value, str) and style == "'" and "\n" not in value:
        return in_single(value)
    node = _laid_out(value)
    return one_line(node, flow=flow) if isinstance(node, Leaf) else flowed(node)


def _laid_out(value: object) -> Leaf | Branch:
    if isinstance(value, dict):
        pairs = [Entry(key=_text(str(key)), value=_laid_out(each)) for key, each in value.items()]
        return Branch(is_map=True, flow=True, entries=pairs)
    if isinstance(value, list | tuple):
        items = [Entry(key=None, value=_laid_out(each)) for each in value]
        return Branch(is_map=False, flow=True, entries=items)
    if value is None or isinstance(value, bool):
        return Leaf(text={None: "null", True: "true", False: "false"}[value])
    return _text(value) if isinstance(value, str) else Leaf(text=str(value))


def _text(value: str) -> Leaf:
    return Leaf(text=value, style='"')


def item(value: object, column: int) -> str:
    """Writes a list item whose dash stands at `column`: on one line if it fits, else as a block."""
    line = f"- {on_one_line(value, flow=True)}"
    if column + len(line) <= WIDTH or not isinstance(value, dict) or not value:
        return line
    return "- " + _below(value, column + STEP).lstrip()


def behind(value: object, first: int, column: int) -> str:
    """Writes what follows the colon of a key: on its line if it fits, else as a block.

    The key begins at `column`, and what follows its colon at `first`.
    """
    line = f" {on_one_line(value, flow=False)}"
    if first + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    return _below(value, column + STEP)


def _below(value: dict[object, object] | list[object], column: int) -> str:
    """Writes the lines of a block, each with the line break before it."""
    if isinstance(value, list):
        said = [item(each, column) for each in value]
    else:
        keys = [(f"{on_one_line(str(key), flow=True)}:", each) for key, each in value.items()]
        said = [f"{key}{behind(each, column + len(key), column)}" for key, each in keys]
    return "".join(f"\n{' ' * column}{each}" for each in said)
