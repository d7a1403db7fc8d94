"""The JSON Schema refuses what the reader refuses, and accepts what it accepts."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator as Explaining
from jsonschema_rs import Draft202012Validator

from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.policy.schema.document import schema
from engine.policy.text import Items, Map, Node, Scalar, parse
from engine.policy.topics.catalogue import TOPICS
from tests.faults.fuzzing.corpus import base_of, examples, shipped
from tests.properties.judging import judged, readable
from tests.properties.misspelling import broken, smaller, spots

SEEDS = range(2)
EACH = 300
SURROGATES = r"\ud800-\udfff"
"""Surrogates, which no text of these tests has and native patterns cannot name."""
VALIDATOR = Draft202012Validator(
    json.loads(json.dumps(schema()).replace(json.dumps(SURROGATES)[1:-1], ""))
)
"""A native validator, many times as fast as the one that explains."""


def plain(node: Node) -> Any:
    """What an editor sees: values by YAML's core schema, so that days stay texts."""
    if isinstance(node, Map):
        return {key: plain(child) for key, child in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def faults(text: str) -> tuple[Fault, ...]:
    try:
        load(text, "a.yaml", base_of)
    except PolicyFaults as found:
        return found.faults
    return ()


@cache
def policies() -> tuple[Any, ...]:
    """Shipped policies and the examples of the guide that the reader accepts."""
    return tuple(plain(parse(text, "")) for text in (*shipped(), *examples()) if not faults(text))


@cache
def pool() -> list[tuple[str, Any]]:
    """Every key with each of its values, to be written where it does not belong."""
    found = [spot for data in policies() for spot in spots(data) if isinstance(spot.key, str)]
    return [(str(spot.key), spot.value) for spot in found]


def verdicts(seed: int, count: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts the verdicts of reader and schema, and lists each case on which they disagree."""
    draw, found, disagreed = Random(seed), Counter[tuple[str, str]](), []
    while found.total() < count:
        whole = smaller(draw.choice(policies()), draw)
        way, data = broken(whole, draw, pool())
        if readable(data) == readable(whole):
            continue
        reader, verdict, why = verdicts_on(data)
        found[reader, verdict] += 1
        if reader not in (verdict, "leaves open"):
            disagreed.append(f"seed {seed}, {way}: the reader {reader}: {why}")
    return found, disagreed


def verdicts_on(data: Any) -> tuple[str, str, str]:
    """What the reader and the schema say of one policy, and why one of them refuses it."""
    line = json.dumps(data, ensure_ascii=False)
    said = faults(line)
    hard = [fault for fault in said if judged(fault, line)]
    reader = "refuses" if hard else "leaves open" if said else "accepts"
    verdict = "accepts" if VALIDATOR.is_valid(data) else "refuses"
    why = hard[0].sentence if hard else "" if said or verdict == "accepts" else _refusal(data)
    return reader, verdict, why


def _refusal(data: Any) -> str:
    error = next(Explaining(schema()).iter_errors(data), None)
    if error is None:
        return "the native validator alone"
    while error.context:
        error = error.context[-1]
    return f"schema at {'/'.join(map(str, error.absolute_path))}: {error.message[-200:]}"


@pytest.mark.parametrize("seed", SEEDS)
def test_reader_and_schema_agree_on_broken_policies(seed: int) -> None:
    found, disagreed = verdicts(seed, EACH)

    print(*(f"reader {a}, schema {b}: {count}" for (a, b), count in found.items()), sep="\n")  # noqa: T201
    assert disagreed == []
    assert found["refuses", "refuses"] > EACH // 4
    assert found["accepts", "accepts"] > EACH // 10


HEAD: dict[str, Any] = {
    "policy": "a/b",
    "version": 1,
    "effective": {"from": "2024-01-01"},
    "currency": "USD",
}
LEAST: dict[str, dict[str, Any]] = {
    "deadlines": {"within": "3 days", "counted_from": "ordered"},
    "eligibility": {"answer": "accept"},
    "limits": {"at_most": 3},
    "demands": {"need": ["rma"]},
    "remedies": {"give": "refund"},
    "goods": {"chosen_by": "supplier"},
    "fees": {"fee": "none"},
}
"""The keys that a row of each topic needs."""


def tables(name: str, one: dict[str, Any], other: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields two keys of a topic in a row, beside the rows, and across, with and without `LEAST`.

    A single line, and a table without another row, are tried too.
    """
    ends = {"id": "A", "otherwise": True}
    least = LEAST.get(name, {})
    for row, beside in ((one | other, {}), ({}, one | other), (one, other), (other, one)):
        yield {"rows": [ends | least | row], **beside}
        yield {"rows": [ends | row], **least, **beside}
        yield {"rows": [ends | row], **beside}
    yield least | one | other
    yield one | other


@cache
def written(name: str, key: str) -> list[Any]:
    """The values that policies give to a key of a topic; else to a key of that name elsewhere."""
    topics = [data[name] for data in policies() if name in data]
    values = [spot.value for topic in topics for spot in spots(topic) if spot.key == key]
    return values or [value for at, value in pool() if at == key] or ["none"]


@pytest.mark.parametrize("name", TOPICS)
def test_reader_and_schema_agree_on_every_two_keys_of_a_topic(name: str) -> None:
    draw, disagreed = Random(1), []
    for keys in combinations_with_replacement(TOPICS[name].keys, 2):
        one, other = ({key: draw.choice(written(name, key))} for key in keys)
        for table in {json.dumps(each): each for each in tables(name, one, other)}.values():
            part = "retailer" if name == "remedies" else "a_part"
            topic = {part: table} if TOPICS[name].plural else table
            reader, verdict, why = verdicts_on(HEAD | {name: topic})
            if reader not in (verdict, "leaves open"):
                disagreed.append(f"{json.dumps(table)}: the reader {reader}: {why}")

    assert disagreed == []
