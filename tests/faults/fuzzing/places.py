"""Every place in plain data, so that one can be looked at and written to."""

from __future__ import annotations

from typing import Any, NamedTuple


class Place(NamedTuple):
    """A value of a dict or a list, by where it is."""

    within: Any
    at: Any

    @property
    def value(self) -> Any:
        return self.within[self.at]


def places(tree: Any) -> list[Place]:
    """All of them, parents first; an empty tree gets one."""
    found: list[Place] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for at, value in pairs:
            found.append(Place(node, at))
            if isinstance(value, dict | list):
                waiting.append(value)
    if not found:
        tree["a"] = "b"
        found.append(Place(tree, "a"))
    return found


def put(place: Place, value: Any) -> None:
    """Writes a value there."""
    place.within[place.at] = value
