"""The catalogue of problems names every code that the API may tell, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from returns_api.export import PROBLEMS
from returns_api.types.codes import CODES, OPERATORS, page

ROOT = Path(__file__).parents[2]
RAISED = {"RequestFault", "OrderFault", "Refused", "Wrong", "fault"}
"""What takes a code first, or as `code`."""
INNER = ("engine", "adapters", "services", "graphql/returns_api")
OTHERS = ("engine/policy", "engine/publishing", "engine/replay", "adapters/gateways/simulated")
"""These have codes of their own, for authors and for tests."""


def calls() -> Iterator[ast.Call]:
    for path in (path for folder in INNER for path in (ROOT / folder).rglob("*.py")):
        if not path.relative_to(ROOT).as_posix().startswith(OTHERS):
            yield from (each for each in ast.walk(ast.parse(path.read_text())) if _is_call(each))


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in RAISED


def codes() -> set[str]:
    """Every code that is written where something is refused."""
    first = [each for call in calls() for each in _said(call)]
    return {
        each.value
        for part in first
        for each in ast.walk(part)
        if isinstance(each, ast.Constant) and re.fullmatch("[a-z]+(_[a-z]+)*", str(each.value))
    }


def _said(call: ast.Call) -> list[ast.expr]:
    return [*call.args[:1], *(each.value for each in call.keywords if each.arg == "code")]


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    assert len(codes()) > 100
    assert codes() - set(CODES) - OPERATORS == set(), "say what it means in `types/codes.py`"


def test_the_page_is_made_of_the_catalogue() -> None:
    assert PROBLEMS.read_text(encoding="utf-8") == page(), "run `python -m returns_api.export`"
