"""Cuts rules into parts that stay within the limits of durable-rules, whatever the message is.

Thresholds are sent in the message, so rules that differ only in numbers give the same native source
and share one native rule set. This module knows the limits of the native code, but must not call
it. The native code does not check them: beyond them the process hangs, reads foreign memory or
answers with an error that depends on the data.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase, digits
from typing import Final, get_args

from engine.decision.encoding import ABSENT, LIMIT, UNKNOWN, Op, Rule, Test

RULES: Final = 255
"""The most native rules of a part: 255 may end on one condition, 511 first ones may differ."""

PENDING: Final = 63
"""The most conditions that may be pending while a message is matched; the native stack holds 64."""

FIELDS: Final = 240
"""The most fields and numbers in a message; the native code refuses more than 254 properties."""

NAMES: Final = tuple(a + b for a in ascii_uppercase[:8] for b in ascii_uppercase + digits)[:RULES]
"""Names of fields and rules, of two characters each; the native code compares only their hashes."""

SENTINEL: Final = "ZZ"
"""An extra rule and field of every part; no message about a return has this field."""

NUMBER: Final = LIMIT + 1
"""A constant from here on stands for a number in the message: `NUMBER + 2` for the third one."""

_SIZES: Final = ("lt", "le", "gt", "ge")
_OPS: Final = {"eq": "$eq", "ne": "$neq", "lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}

Condition = tuple[int, Op, int]  # field, operator, constant or number
Numbers = dict[tuple[int, int], int]  # field and threshold -> its number, in order of appearance
Path = tuple[Condition, ...]  # the conditions of one native rule, in the order of the network


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one native rule set needs; only `source` is shared with other rules."""

    source: str  # the rule set in durable-rules' JSON, without a threshold
    message: str  # %-template of a fact with the thresholds in it; takes the values of `fields`
    fields: tuple[int, ...]  # the fields that its rules test, ascending
    masks: dict[str, int]  # name of a native rule -> bits of the rows that it makes true


def cut(rules: Sequence[Rule], width: int) -> list[Part]:
    """Returns parts that together answer like `rules`; raises `ValueError` for a wrong rule."""
    for rule in rules:
        _check(rule, width)
    numbers = numbers_of(rules)
    portions = _portions(_merge(rules, numbers, equal_first=False))
    if len(portions) > 1:
        portions = min(portions, _portions(_merge(rules, numbers, equal_first=True)), key=len)
    thresholds = [threshold for _, threshold in numbers]
    return [_part(portion, thresholds) for portion in portions]


def numbers_of(rules: Sequence[Rule]) -> Numbers:
    """Numbers the thresholds that go into the message: all, or none if a rule has too many."""
    numbers: Numbers = {}
    for rule in rules:
        own = {(test.field, test.value) for test in rule.tests if _is_threshold(test)}
        if len(own) + len({test.field for test in rule.tests}) > FIELDS:
            return {}
        for test in rule.tests:
            if _is_threshold(test):
                numbers.setdefault((test.field, test.value), len(numbers))
    return numbers


def _is_threshold(test: Test) -> bool:
    return test.op in _SIZES and test.value > ABSENT


def _check(rule: Rule, width: int) -> None:
    if rule.row < 0 or not rule.tests:
        raise ValueError(f"a rule needs a row from 0 and one test or more: `{rule}`")
    if len({test.field for test in rule.tests}) > FIELDS:
        raise ValueError(f"a rule of row {rule.row} tests more than {FIELDS} fields")
    for test in rule.tests:
        if not 0 <= test.field < width or test.op not in get_args(Op):
            raise ValueError(f"`{test}` needs a field from 0 to {width - 1} and a known operator")
        if not UNKNOWN <= test.value <= LIMIT:
            raise ValueError(f"`{test}` needs an integer from {UNKNOWN} to {LIMIT}")


def _merge(rules: Sequence[Rule], numbers: Numbers, *, equal_first: bool) -> dict[Path, int]:
    """Returns rows by path; conditions that most rules share come first: they are tested once.

    Comparisons with a number come last, because the network tests them again for every rule.

    With `equal_first`, equalities come before all others: that makes fewer parts if each rule names
    one of many categories. Equal conjunctions become one path, so that no condition ends more than
    one native rule.
    """
    conditions = [{_condition(test, numbers) for test in rule.tests} for rule in rules]
    shared = Counter(condition for each in conditions for condition in each)

    def rank(condition: Condition) -> tuple[bool, bool, int, bool, Condition]:
        other, number = condition[1] != "eq", condition[2] >= NUMBER
        return (number, equal_first and other, -shared[condition], other, condition)

    rows: defaultdict[Path, int] = defaultdict(int)
    for rule, each in zip(rules, conditions, strict=True):
        rows[tuple(sorted(each, key=rank))] |= 1 << rule.row
    return {path: rows[path] for path in sorted(rows, key=lambda path: [*map(rank, path)])}


def _condition(test: Test, numbers: Numbers) -> Condition:
    number = numbers.get((test.field, test.value)) if _is_threshold(test) else None
    return (test.field, test.op, test.value if number is None else NUMBER + number)


def _portions(rows: dict[Path, int]) -> list[dict[Path, int]]:
    """Cuts `rows`, in the same order, where the next path would no longer fit."""
    paths = list(rows)
    portions = []
    while paths:
        sizes = range(1, min(RULES, len(paths)) + 1)
        size = bisect_left(sizes, True, key=lambda size: not _fits(paths[:size]))
        portions.append({path: rows[path] for path in paths[:size]})
        paths = paths[size:]
    return portions


def _fits(paths: list[Path]) -> bool:
    fields = {field for path in paths for field, _, _ in path}
    return len(fields) + len(_numbers_in(paths)) <= FIELDS and pending(paths) <= PENDING


def pending(paths: list[Path], depth: int = 0) -> int:
    """Returns the most conditions that can be pending at once, for any message.

    `paths` are in network order. Pending conditions are true and none is below another, so there
    are at most as many as paths. Of several equalities of one field under the same conditions, only
    one can be true.
    """
    branches = _branches(paths, depth)
    while len(branches) == 1 and len(branches[0][1]) > 1:
        depth += 1
        branches = _branches(branches[0][1], depth)
    equal: dict[int, int] = {}
    others = 0
    for (field, op, _), below in branches:
        weight = 1 if len(below) == 1 else max(1, pending(below, depth + 1))
        if op == "eq":
            equal[field] = max(equal.get(field, 0), weight)
        else:
            others += weight
    return others + sum(equal.values())


def _branches(paths: list[Path], depth: int) -> list[tuple[Condition, list[Path]]]:
    """Returns the conditions at `depth`, each with the paths through it."""
    longer = (path for path in paths if len(path) > depth)
    grouped = groupby(longer, lambda path: path if path[depth][2] >= NUMBER else path[depth])
    groups = [list(below) for _, below in grouped]
    return [(below[0][depth], below) for below in groups]


def _numbers_in(paths: Iterable[Path]) -> list[int]:
    return sorted({value for path in paths for _, _, value in path if value >= NUMBER})


def _part(rows: dict[Path, int], thresholds: Sequence[int]) -> Part:
    fields = tuple(sorted({field for path in rows for field, _, _ in path}))
    numbers = _numbers_in(rows)
    names = dict(zip((*fields, *numbers), NAMES, strict=False))

    def native(condition: Condition) -> dict[str, dict[str, object]]:
        field, op, value = condition
        return {_OPS[op]: {names[field]: {"$m": names[value]} if value >= NUMBER else value}}

    rules = {
        name: {"all": [{"m": {"$and": [native(condition) for condition in path]}}]}
        for name, path in zip(NAMES, rows, strict=False)
    }
    rules[SENTINEL] = {"all": [{"m": {"$and": [{"$eq": {SENTINEL: 1}}]}}]}
    values = [f'"{names[field]}":%d' for field in fields]
    values += [f'"{names[number]}":{thresholds[number - NUMBER]}' for number in numbers]
    return Part(
        source=json.dumps(rules),
        message=f'{{"id":1,{",".join(values)}}}',
        fields=fields,
        masks=dict(zip(NAMES, rows.values(), strict=False)) | {SENTINEL: 0},
    )
