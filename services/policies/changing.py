"""Changes the text of a policy for authors who may never have seen YAML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from adapters.reading import FILE
from engine.errors import RequestFault
from engine.policy.rewriting import Add, Change, Rewriter, Rewritten, Set, rewritten
from engine.policy.text import Items, Map, Node, parse, to_data

_SEASON: Final = "W-SEASON"
_BASE: Final = "W-BASE"
_BESIDE: Final = ("counted_from", "decide", "event", "by")


def changed(text: str, change: Change) -> Rewritten:
    """Returns the text after a change; raises `PolicyFaults` or `RequestFault`."""
    return rewritten(text, FILE, change)


def with_tests(text: str, cases: Iterable[dict[str, object]]) -> list[Rewritten]:
    """Returns for each case the text with that test added, and none of the others."""
    tests, rewriter = parse(text, FILE).get("tests"), Rewriter(text, FILE)
    return [rewriter.rewritten(_added_to(tests, case)) for case in cases]


def _added_to(tests: Node | None, case: dict[str, object]) -> Change:
    if not isinstance(tests, Map):
        return Set(at=("tests",), value={"cases": [case]})
    cases = tests.get("cases")
    if not isinstance(cases, Items):
        return Set(at=("tests", "cases"), value=[case])
    after = str(len(cases.items) - 1) if cases.items else None
    return Add(at=("tests", "cases"), value=case, after=after)


def with_season(text: str, first: date, last: date, until: date) -> Rewritten:
    """Returns the text with a holiday extension: a later last day for orders of a period.

    A `window` of one line becomes one of rows, of which the longest counts; a `window` of rows gets
    one more row. Raises `RequestFault` if the window is written in another way.
    """
    if not first <= last <= until:
        raise RequestFault("wrong_range", "A season begins, ends, and then its window ends.")
    at, window = _window(parse(text, FILE))
    rows = window.get("rows")
    when = {"ordered": {"between": [first.isoformat(), last.isoformat()]}}
    season: dict[str, object] = {
        "id": _free(_SEASON, rows),
        "when": when,
        "until": until.isoformat(),
    }
    if isinstance(rows, Items):
        if window.text_of("decide") != "longest":
            said = "The window is not of the kind `decide: longest`; add a row by hand."
            raise RequestFault("wrong_reference", said)
        return changed(text, Add(at=(*at, "rows"), value=season, after=_last_case(rows)))
    return changed(text, Set(at=at, value=_in_rows(window, season)))


def _last_case(rows: Items) -> str | None:
    """Returns the index of the last row before the `otherwise` row; None if there is none."""
    cases = [isinstance(row, Map) and row.get("otherwise") is None for row in rows.items]
    count = cases.index(False) if False in cases else len(cases)
    return str(count - 1) if count else None


def _in_rows(window: Map, season: dict[str, object]) -> dict[str, object]:
    said = {key: to_data(node) for key, node in window.entries.items()}
    beside: dict[str, object] = {str(key): said.pop(key) for key in _BESIDE if key in said}
    base: dict[str, object] = {"id": _BASE, "otherwise": True, **said}
    return {**beside, "decide": "longest", "rows": [season, base]}


def _window(tree: Map) -> tuple[tuple[str, ...], Map]:
    """Returns the deadline of requests, written as `window` or under `deadlines`, and its path."""
    found: list[tuple[tuple[str, ...], Node | None]] = [(("window",), tree.get("window"))]
    deadlines = tree.get("deadlines")
    if isinstance(deadlines, Map):
        found.append((("deadlines", "request"), deadlines.get("request")))
    for at, node in found:
        if isinstance(node, Map):
            return at, node
    said = "The policy has no `window` of its own that could have a season."
    raise RequestFault("not_found", said)


def _free(name: str, rows: Node | None) -> str:
    taken = (
        {row.text_of("id") for row in rows.items if isinstance(row, Map)}
        if isinstance(rows, Items)
        else set()
    )
    names = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in names if each not in taken)
