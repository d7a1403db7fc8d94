"""Formats a policy text, and makes sure that it says the same after it as before."""

from __future__ import annotations

from collections import Counter

from ruamel.yaml.events import ScalarEvent

from engine.errors import PolicyFaults, TakebackError
from engine.policy.layout.gaps import Lines, gaps, in_header
from engine.policy.layout.reading import read_layout
from engine.policy.layout.writing import write_layout
from engine.policy.reading import digest_of
from engine.policy.scanning import scan
from engine.policy.text import Items, Map, Node, Scalar, parse


class LayoutFault(TakebackError):
    """A text that cannot be formatted without a change of what it says."""


def formatted(text: str, file: str) -> str:
    """A policy text in its canonical layout; comments, meaning and kind of line breaks are kept.

    Raises `PolicyFaults` for what is not YAML of the language. A policy may otherwise be wrong:
    its words are not looked at.
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
    """Whether a YAML text says that it is a policy; raises `PolicyFaults` like `formatted`."""
    return "policy" in parse(text, file).entries


def _says(before: Map, plain: str, after: str) -> bool:
    try:
        return _same(before, parse(after, "")) and _comments(plain) == _comments(after)
    except PolicyFaults:
        return False


def _same(before: Map, after: Map) -> bool:
    """Whether two policies say the same; only the keys at the top may have another order."""
    top = {key: _said(node) for key, node in before.entries.items()}
    same = top == {key: _said(node) for key, node in after.entries.items()}
    return same and digest_of(before, ()) == digest_of(after, ())


def _said(node: Node) -> object:
    if isinstance(node, Map):
        return "map", [(key, _said(child)) for key, child in node.entries.items()]
    if isinstance(node, Items):
        return "list", [_said(item) for item in node.items]
    if not isinstance(node, Scalar):
        raise TypeError(node)
    numberless = isinstance(node.value, str | float)  # `1.50` is more than a number
    return type(node.value).__name__, node.text if numberless else node.value


def _comments(text: str) -> Counter[str]:
    events = list(scan(text))
    found = [gap.text for gap in gaps(text, events, Lines(text)) if gap.text]
    headers = (in_header(text, event) for event in events if isinstance(event, ScalarEvent))
    return Counter(found + [said for said in headers if said])
