"""The tables as Zen decision tables: one per topic, or all rows in one.

The static loader is Zen's best way (`create_decision` is ten times slower); a switch skips what a
refusal does not need; tables that say one thing only are joined to the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

import zen

from bench.expressions import LATER, literal
from bench.items import Plain
from bench.tables import LEFT, FirstHit, Line, Outcome, Test, Value, outcome

Node = dict[str, Any]

_FIELDS: Final = ("fee", "goods", "payer", "box")
_KEY: Final = "policy"


class ZenTables:
    """A table per topic, one after the other: answers by itself, as a Zen user would write it."""

    def __init__(self, tables: dict[str, FirstHit]) -> None:
        self._engine = _engine(*_topics(tables))

    def decide(self, plain: Plain) -> Node:
        """One item."""
        found: Node = self._engine.evaluate(_KEY, plain)["result"]
        return found

    def decide_traced(self, plain: Plain) -> Node:
        """One item with a record of which rows decided and what they saw."""
        found: Node = self._engine.evaluate(_KEY, plain, {"trace": True})["result"]
        return found

    def decide_many(self, batch: Sequence[Plain]) -> list[Node]:
        """Many items in one call."""
        found = self._engine.evaluate_batch([{"key": _KEY, "context": each} for each in batch])
        return [each["data"]["result"] for each in found]


def read_fields(raw: Node) -> Outcome:
    """The outcome in the fields that the tables filled."""
    refused = raw["answer"] != "accept"
    return outcome((raw["answer"], raw["code"]), () if refused else [raw[name] for name in _FIELDS])


class ZenCollect:
    """Every row in one table that gives all rows that hold; the first of each topic is taken here.

    Rows that test the days or what other rows say are judged in Python.
    """

    def __init__(self, tables: dict[str, FirstHit]) -> None:
        self._tables = tables
        self._rows = [
            (name, position)
            for name, table in tables.items()
            for position, line in enumerate(table.lines)
            if line.tests and not _is_late(line)
        ]
        lines = [Line(tables[name].lines[position].tests, ()) for name, position in self._rows]
        numbered = [Line(line.tests, (number,)) for number, line in enumerate(lines)]
        rows = FirstHit("rows", ("row",), tuple(numbered))
        self._late = {
            name: [(n, line) for n, line in enumerate(table.lines) if _is_late(line)]
            for name, table in tables.items()
        }
        self._engine = _engine([_table(rows, hit="collect")], [("in", "rows"), ("rows", "out")])

    def decide(self, plain: Plain) -> Outcome:
        """One item."""
        hits: Any = self._engine.evaluate(_KEY, plain)["result"]
        first: dict[str, int] = {}
        for hit in hits or ():
            name, position = self._rows[int(hit["row"])]
            first.setdefault(name, position)
        left = int(self._says("window", first, {})[0]) - int(plain["waited"])
        known = {**plain, LEFT: left}
        verdict = self._says("eligibility", first, known)
        if verdict[0] != "accept":
            return outcome(verdict, ())
        known["goods"] = self._says("disposition", first, known)[0]
        return outcome(verdict, [self._says(name, first, known)[0] for name in LATER])

    def _says(self, name: str, first: dict[str, int], known: Plain) -> tuple[Value, ...]:
        """What the first line says that Zen found, or an earlier one that only `known` decides."""
        lines = self._tables[name].lines
        end = first.get(name, len(lines) - 1)
        for position, line in self._late[name]:
            if position < end and all(_holds(test, known) for test in line.tests):
                return line.says
        return lines[end].says


def _is_late(line: Line) -> bool:
    return any(test.fact in (LEFT, "goods") for test in line.tests)


def _holds(test: Test, known: Plain) -> bool:
    value, (first, *_) = known[test.fact], test.values
    match test.op:
        case "in" | "==":
            return value in test.values
        case "not in" | "!=":
            return value not in test.values
        case "<":
            return int(value) < int(first)
    raise NotImplementedError(f"`{test.op}` in a row judged late")


def read_outcome(raw: Outcome) -> Outcome:
    """It is one already."""
    return raw


def _topics(tables: dict[str, FirstHit]) -> tuple[list[Node], list[tuple[str, str]]]:
    """The nodes and edges of a table per topic; constant ones go into the verdict."""
    later = [tables[name] for name in LATER]
    constant = [table for table in later if table.is_constant]
    asked = [table for table in later if not table.is_constant]
    window = tables["window"]
    days = literal(window.lines[0].says[0]) if window.is_constant else "days"
    verdict = _table(_joined(tables["eligibility"], constant), days=days)
    before = [] if window.is_constant else [_table(window)]
    if not asked:
        nodes = [*before, verdict]
        return nodes, _chain(["in", *_names(nodes), "out"])
    first, after = [*before, verdict, _SWITCH], [_table(table) for table in asked]
    chains = _chain(["in", *_names(first)]) + _chain([*_names(after), "out"])
    return [*first, *after], [*chains, ("switch:accepted", asked[0].name), ("switch:else", "out")]


def _joined(verdict: FirstHit, constant: list[FirstHit]) -> FirstHit:
    more = tuple(each.lines[0].says[0] for each in constant)
    outputs = verdict.outputs + tuple(each.outputs[0] for each in constant)
    lines = tuple(Line(line.tests, line.says + more) for line in verdict.lines)
    return FirstHit(verdict.name, outputs, lines)


_SWITCH: Final[Node] = {
    "id": "switch",
    "name": "switch",
    "type": "switchNode",
    "content": {
        "hitPolicy": "first",
        "statements": [
            {"id": "accepted", "condition": 'answer == "accept"', "isDefault": False},
            {"id": "else", "condition": "", "isDefault": True},
        ],
    },
}


def _names(nodes: Iterable[Node]) -> list[str]:
    return [str(node["id"]) for node in nodes]


def _chain(names: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(names))


def _engine(nodes: list[Node], edges: list[tuple[str, str]]) -> zen.ZenEngine:
    ends = [{"id": end, "name": end, "type": f"{end}putNode"} for end in ("in", "out")]
    graph = {"nodes": [*ends, *nodes], "edges": [_edge(*edge) for edge in edges]}
    return zen.ZenEngine({"loader": {"type": "static", "content": {_KEY: graph}}})


def _edge(source: str, target: str) -> Node:
    """An edge; `node:statement` starts at one way out of a switch."""
    node, _, handle = source.partition(":")
    found = {"id": f"{source}>{target}", "sourceId": node, "targetId": target, "type": "edge"}
    return found | ({"sourceHandle": handle} if handle else {})


def _table(table: FirstHit, *, hit: str = "first", days: str = "days") -> Node:
    facts, outputs = list(enumerate(table.facts)), list(enumerate(table.outputs))
    fields = {fact: f"{days} - waited" if fact == LEFT else fact for fact in table.facts}
    content = {
        "hitPolicy": hit,
        "inputs": [{"id": f"i{n}", "name": fact, "field": fields[fact]} for n, fact in facts],
        "outputs": [{"id": f"o{n}", "name": name, "field": name} for n, name in outputs],
        "rules": [_rule(line, number, table) for number, line in enumerate(table.lines)],
        "passThrough": hit == "first",
        "executionMode": "single",
    }
    return {"id": table.name, "name": table.name, "type": "decisionTableNode", "content": content}


def _rule(line: Line, number: int, table: FirstHit) -> Node:
    tests = {
        f"i{n}": " and ".join(_cell(test) for test in line.tests if test.fact == fact)
        for n, fact in enumerate(table.facts)
    }
    says = {f"o{n}": literal(value) for n, value in enumerate(line.says)}
    return {"_id": f"{table.name}{number}", **tests, **says}


def _cell(test: Test) -> str:
    values = ", ".join(map(literal, test.values))
    if test.op in ("in", "=="):
        return values
    return f"not in [{values}]" if test.op == "not in" else f"{test.op} {values}"
