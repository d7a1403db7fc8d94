"""The reader reports all faults in the order of the file, but never without end."""

import pytest

from engine.errors import PolicyFaults
from engine.policy.context import MOST_FAULTS, MOST_HINTS, Context
from engine.policy.faults import Source
from engine.policy.text import parse


def at(line: int) -> Source:
    return Source("a.yaml", line, 1)


def faults_of(ctx: Context) -> list[str]:
    with pytest.raises(PolicyFaults) as caught:
        ctx.refuse_faults()
    return [str(fault) for fault in caught.value.faults]


def test_faults_are_told_in_the_order_of_the_file() -> None:
    ctx = Context("a.yaml")
    ctx.fault("b", at(9), "Nine.")
    ctx.fault("a", at(2), "Two.")

    assert faults_of(ctx) == ["a.yaml:2:1: a: Two.", "a.yaml:9:1: b: Nine."]


def test_no_faults_are_no_error() -> None:
    Context("a.yaml").refuse_faults()


def test_the_last_of_too_many_faults_says_how_many_more_there_are() -> None:
    ctx = Context("a.yaml")
    for line in range(1, MOST_FAULTS + 51):
        ctx.fault("x", at(line), f"Fault {line}.")

    found = faults_of(ctx)

    assert len(found) == MOST_FAULTS + 1
    assert found[-1] == "a.yaml:200:1: more_faults: There are 50 more faults like these."


def test_an_unknown_key_gets_the_nearest_key_or_a_list() -> None:
    ctx = Context("a.yaml")

    ctx.only_keys(parse("widnow: 1\nzzz: 2\n", "a.yaml"), ("window", "fees"), "a policy")

    assert faults_of(ctx) == [
        "a.yaml:1:1: unknown_key: `widnow` is not a key of a policy. Did you mean `window`?",
        "a.yaml:2:1: unknown_key: `zzz` is not a key of a policy. Known here: `window`, `fees`.",
    ]


def test_hints_cost_time_and_are_given_only_so_often() -> None:
    ctx = Context("a.yaml")

    hints = [ctx.nearest("widnow", ("window",)) for _ in range(MOST_HINTS + 1)]

    assert hints[-2:] == [" Did you mean `window`?", ""]


def test_a_sentence_split_at_a_comma_is_recognised() -> None:
    ctx = Context("a.yaml")
    row = parse("{because: Sorry, this is final, id: A}\n", "a.yaml")

    ctx.only_keys(row, ("id", "because"), "a row")

    (found,) = faults_of(ctx)
    assert "split_text" in found
    assert "as a block" in found


def test_what_groups_add_is_counted_and_told_once() -> None:
    ctx = Context("a.yaml")

    enough = [ctx.expand(25_000, at(line)) for line in (1, 2, 3, 4)]

    assert enough == [True, True, False, False]
    assert len(faults_of(ctx)) == 1
