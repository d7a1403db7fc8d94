"""What mutants are made of: the shipped policies and the guide's examples, as text and data."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import PolicyFaults
from engine.policy.text import parse, resolve, to_data

ROOT = Path(__file__).parents[3]
HEAD = "policy: a/b\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
REFERENCE = re.compile(r"^policy: (\S+)\s*\nversion: ([0-9]+)\b", re.MULTILINE)
PLAIN = re.compile(r"[A-Za-z0-9%][A-Za-z0-9_.,/%@+ -]*\Z")


@cache
def shipped() -> tuple[str, ...]:
    """The texts of `policies/`."""
    folder = ROOT / "policies"
    files = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("real/*.yaml"))]
    return tuple(path.read_text(encoding="utf-8") for path in files)


@cache
def examples() -> tuple[str, ...]:
    """The blocks of YAML in the guide, each with a header."""
    guide = (ROOT / "docs" / "policy-language.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    return tuple(each if "policy:" in each else HEAD + each for each in blocks)


@cache
def trees() -> tuple[dict[str, Any], ...]:
    """Shipped policies and examples as plain data."""
    found = []
    for text in (*shipped(), *examples()):
        try:
            found.append(to_data(parse(text, "")))
        except PolicyFaults:
            continue  # an example that shows what cannot be read
    return tuple(each for each in found if isinstance(each, dict))


@cache
def _named() -> dict[tuple[str, int], str]:
    found = {}
    for text in (*shipped(), *examples()):
        if match := REFERENCE.search(text):
            found[match[1], int(match[2])] = text
    return found


def base_of(name: str, version: int) -> str | None:
    """The text of a shipped policy or an example that another one extends."""
    return _named().get((name, version))


def written(node: Any, indent: int = 0) -> str:
    """Data as YAML: blocks outside, braces from the fourth level on."""
    pad = "  " * indent
    if isinstance(node, dict) and node and indent < 4:
        return "".join(f"\n{pad}{_word(k)}: {written(v, indent + 1)}" for k, v in node.items())
    if isinstance(node, list) and node and indent < 4:
        return "".join(f"\n{pad}- {written(each, indent + 1)}" for each in node)
    return _flow(node)


def _flow(node: Any) -> str:
    if isinstance(node, dict):
        return "{" + ", ".join(f"{_word(k)}: {_flow(v)}" for k, v in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_flow, node)) + "]"
    return _word(node) if isinstance(node, str) else json.dumps(node)


def _word(text: str) -> str:
    """Plain where that reads as a text or a number of its own; otherwise in quotes."""
    fits = PLAIN.match(text) and ", " not in text and not text.endswith((" ", ","))
    if fits and isinstance(resolve(text), str | int | float) and len(text) < 400:
        return text if "," not in text else json.dumps(text, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False)
