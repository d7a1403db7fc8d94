"""A promise tests the finished outcome, or keeps two groups apart."""

from collections.abc import Callable

import pytest

from engine.money import Money
from engine.policy.faults import Fault
from engine.policy.model import Fixed, FromFact, Op, Percent, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

TOPICS = """\
groups: {winter: {quantity: 1}, easter: {quantity: 2}}
window: {days: 30, counted_from: delivered}
fees: {restocking: {fee: none}}
must: [{id: M, %s}]
"""


@pytest.mark.parametrize(
    ("outcome", "op", "value"),
    [
        ("net: {at_least: USD 5.00}", Op.AT_LEAST, Fixed(Money(500, "USD"))),
        (
            "fees.restocking: {at_most: 10% of item_price}",
            Op.AT_MOST,
            Percent(100_000, FromFact("item_price")),
        ),
        ("request.days_allowed: {at_least: 14}", Op.AT_LEAST, 14),
        ("percent: {under: 50%}", Op.UNDER, 500_000),
        ("return_paid_by: supplier", Op.IN, ("supplier",)),
        ("goods: {not: [destroy]}", Op.NOT_IN, ("destroy",)),
        ("fees.restocking: none", Op.ABSENT, ()),
    ],
)
def test_a_promise_about_an_outcome(read: Read, outcome: str, op: Op, value: object) -> None:
    (test,) = read(TOPICS % f"outcome: {{{outcome}}}").must[0].outcome

    assert test.op is op
    assert value in (test.bound, test.words)


def test_two_groups_may_be_kept_apart(read: Read) -> None:
    (promise,) = read(TOPICS % "never_both: [winter, easter], code: overlapping_seasons").must

    assert promise.never_both == ("winter", "easter")


@pytest.mark.parametrize(
    ("said", "code", "hint"),
    [
        ("clause: c1", "missing_key", "`outcome` or `never_both`"),
        ("outcome: {}", "empty", "promises nothing"),
        ("outcome: {nett: {at_least: USD 0.00}}", "unknown_field", "Did you mean `net`?"),
        ("outcome: {net: {above: USD 0.00}}", "wrong_operator", "`at_least`"),
        ("outcome: {net: {}}", "empty", "The test of `net` is empty"),
        ("outcome: {net: {over: 5 apples}}", "wrong_type", "is not money"),
        ("never_both: [winter]", "wrong_shape", "two groups"),
        ("never_both: [winter, winter]", "wrong_shape", "two groups"),
        ("never_both: winter", "wrong_shape", "two groups"),
        ("never_both: [winter, estar]", "unknown_word", "Did you mean `easter`?"),
        ("never_both: [winter, easter], code: overlap", "unknown_word", "a known code"),
        ("never_both: [winter, easter], when: {a: b}", "unknown_fact", "no fact `a`"),
    ],
)
def test_a_promise_that_cannot_be_kept(faults: Faults, said: str, code: str, hint: str) -> None:
    (fault,) = faults(TOPICS % said)

    assert fault.code == code
    assert hint in fault.sentence


def test_a_promise_has_a_name(faults: Faults) -> None:
    found = faults("must: [{outcome: {net: {at_least: USD 0.00}}}]\n")

    assert [fault.code for fault in found] == ["missing_key"]
