"""Formats a policy text, and checks that it still says the same."""

from __future__ import annotations

from collections import Counter

from ruamel.yaml.events import ScalarEvent

from engine.errors import PolicyFaults, TakebackError
from engine.policy.layout.reading import Lines, gaps, in_header, read_layout
from engine.policy.layout.writing import write_layout
from engine.policy.scanning import scan
from engine.policy.text import Items, Map, Node, Scalar, parse


class LayoutFault(TakebackError):
    """A text that cannot be formatted without changing what it says."""


def formatted(text: str, file: str) -> str:
    """Returns a policy text in its canonical layout; keeps comments, meaning and line endings.

    Raises `PolicyFaults` for a text that is not YAML of the language. The policy may otherwise be
    wrong: its words are not checked.
    """
    before = parse(text, file)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    after = write_layout(read_layout(plain))
    if not _says(before, plain, after):
        raise LayoutFault(
            f"`{file}` is left as it is: formatted, it would not say the same. This is a bug."
        )
    windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    return after.replace("\n", "\r\n") if windows else after


def is_policy(text: str, file: str) -> bool:
    """Returns whether a YAML text has the key `policy`; raises `PolicyFaults` like `formatted`."""
    return "policy" in parse(text, file).entries


def _says(before: Map, plain: str, after: str) -> bool:
    """Returns whether two texts say the same; only top-level keys may be in another order."""
    try:
        read = parse(after, "")
    except PolicyFaults:
        return False
    same = dict(_entries(before)) == dict(_entries(read))
    return same and _comments(plain) == _comments(after)


def _entries(node: Map) -> list[tuple[str, object]]:
    return [(key, _said(child)) for key, child in node.entries.items()]


def _said(node: Node) -> object:
    if isinstance(node, Map):
        return "map", _entries(node)
    if isinstance(node, Scalar):
        numberless = isinstance(node.value, str | float)  # the text counts: `1.50` is not `1.5`
        return type(node.value).__name__, node.text if numberless else node.value
    return "list", [_said(item) for item in node.items] if isinstance(node, Items) else []


def _comments(text: str) -> Counter[str]:
    events = list(scan(text))
    found = [gap.text for gap in gaps(text, events, Lines(text)) if gap.text]
    headers = (in_header(text, event) for event in events if isinstance(event, ScalarEvent))
    return Counter(found + [said for said in headers if said])
