"""Leaves entries of a policy out, one at a time, and tells which of them change no decision.

Two policies are held against each other over the same returns: those that are given, and each of
them with one change at the edges of every test, clock and amount of either policy.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any

from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.errors import RequestFault
from engine.policy.faults import Source
from engine.policy.model import Policy
from engine.policy.reading import read as read_tree
from engine.policy.text import Items, Map, Node, scalar
from engine.publishing.checks.trying.bench import Bench

Path = tuple[str | int, ...]
Given = Mapping[str, object]
Lines = tuple[Given, list[Given]]
"""What all lines of a return share, and the lines."""

SPOKEN = (
    "policy",
    "because",
    "sentence",
    "for_agent",
    "also_true",
    "nearly",
    "decided_by",
    "steps",
    "facts",
    "not_needed",
    "inputs_ignored",
    "main_deadline",
)
"""What a record says beside the outcome: who decided and why, in words."""
OF_A_CLOCK = ("name", "state", "first_day", "last_day", "last_moment", "days_left")
OF_A_FEE = ("kind", "amount", "per", "taken", "owed_by", "owed_to", "certainty", "to_settle")


def read(data: object, file: str = "made.yaml") -> Policy:
    """The policy of plain data in full forms, each value on a line of its own."""
    tree = _nodes(data, file, count(1))
    assert isinstance(tree, Map)
    return read_tree(tree, file)


def _nodes(data: object, file: str, lines: Iterator[int]) -> Node:
    source = Source(file, next(lines), 1)
    if isinstance(data, dict):
        found = {key: _nodes(child, file, lines) for key, child in data.items()}
        keys = {key: child.source for key, child in found.items()}
        return Map(source=source, entries=found, keys=keys)
    if isinstance(data, list):
        return Items(source=source, items=tuple(_nodes(each, file, lines) for each in data))
    return scalar(data, source)


def entries(node: object, at: Path = ()) -> Iterator[Path]:
    """The path of every entry of every map, however deep."""
    for key, child in node.items() if isinstance(node, dict) else ():
        yield (*at, key)
        yield from entries(child, (*at, key))
    for index, child in enumerate(node if isinstance(node, list) else ()):
        yield from entries(child, (*at, index))


def at(data: Any, path: Path) -> Any:
    """What stands at a path."""
    for key in path:
        data = data[key]
    return data


def without(data: Any, path: Path) -> Any:
    """The data without one entry; shared where it is the same."""
    if len(path) == 1:
        return {key: child for key, child in data.items() if key != path[0]}
    first, rest = path[0], path[1:]
    if isinstance(data, list):
        return [without(each, rest) if n == first else each for n, each in enumerate(data)]
    return {key: without(each, rest) if key == first else each for key, each in data.items()}


def outcome(decision: Decision) -> object:
    """All that a decision comes to, without the words."""
    data = {key: value for key, value in decision.to_data().items() if key not in SPOKEN}
    data["deadlines"] = [{key: each[key] for key in OF_A_CLOCK} for each in data["deadlines"]]
    data["fees"] = [{key: fee[key] for key in OF_A_FEE} for fee in data["fees"]]
    for reading in data["readings"]:
        reading["fees"] = [{key: fee[key] for key in OF_A_FEE} for fee in reading["fees"]]
        del reading["sentence"], reading["clause"]
    return data


def whole_outcome(whole: ReturnDecision) -> object:
    """The same of a return of several lines."""
    fees = [(fee.kind, str(fee.amount), fee.taken, fee.certainty) for fee in whole.fees]
    lines = [outcome(line) for line in whole.lines]
    return (whole.answer, whole.code, whole.net, whole.shares, whole.waived, fees, lines)


def same(
    one: Policy,
    other: Policy,
    seeds: Sequence[Given],
    several: Iterable[Lines] = (),
    near: int = 60,
) -> bool:
    """Whether two policies decide all returns alike, as far as they are tried."""
    pair = Bench(one), Bench(other)
    for given in _returns(pair, seeds, near):
        if len({repr(_decided(bench.decider, given)) for bench in pair}) > 1:
            return False
    return all(
        len({repr(_decided_whole(bench.decider, lines)) for bench in pair}) == 1
        for lines in several
    )


def _returns(pair: tuple[Bench, Bench], seeds: Sequence[Given], near: int) -> Iterator[Given]:
    yield from seeds
    for seed in seeds[:8]:
        for bench in pair:
            tried = bench.tried(dict(seed))
            yield from islice(bench.moves(tried), near) if tried else ()


def _decided(decider: Decider, given: Given) -> object:
    try:
        return outcome(decider.decide(given))
    except RequestFault as fault:
        return fault.code


def _decided_whole(decider: Decider, lines: Lines) -> object:
    try:
        return whole_outcome(decider.decide_return(*lines))
    except RequestFault as fault:
        return fault.code
