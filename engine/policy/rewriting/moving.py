"""Moves an item of a list: with the lines above it, or from brace to brace."""

from __future__ import annotations

from engine.errors import RequestFault
from engine.policy.layout.nodes import Branch


def moved(
    text: str,
    held: Branch,
    places: tuple[int, int | None],
    lines: tuple[int | None, list[int]],
) -> tuple[int, int, str]:
    """The span of all items and what it is afterwards.

    `places` are the number of the item and of the one that it then follows; `lines` the end of the
    line over the first item, and of the last line of each. In a list of lines an item owns all that
    stands between the one before it and its own end, so that moving it back gives the same text.
    """
    order = _order(len(held.entries), *places)
    if held.flow:
        bounds = [(each.start, each.end) for each in held.entries]
    else:
        bounds = _bounds(text, held, *lines)
    said = [text[start:end] for start, end in bounds]
    between = [text[bounds[n][1] : bounds[n + 1][0]] for n in range(len(bounds) - 1)] + [""]
    whole = "".join(said[each] + gap for each, gap in zip(order, between, strict=True))
    return bounds[0][0], bounds[-1][1], whole


def _order(count: int, number: int, after: int | None) -> list[int]:
    order = [each for each in range(count) if each != number]
    if after == number:
        raise RequestFault("wrong_reference", "An item does not follow itself.", "change.after")
    order.insert(0 if after is None else order.index(after) + 1, number)
    return order


def _bounds(text: str, held: Branch, head: int | None, ends: list[int]) -> list[tuple[int, int]]:
    first = held.entries[0].start
    if head is None or head >= first or text[text.rfind("\n", 0, first) + 1 : first].strip():
        raise RequestFault("wrong_reference", "Only rows of a list are moved.", "change.at")
    return list(zip([head, *ends[:-1]], ends, strict=True))
