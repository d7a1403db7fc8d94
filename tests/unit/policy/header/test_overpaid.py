"""What becomes of money that was paid and is not owed: offset, or billed, within a time or none."""

from collections.abc import Callable

import pytest

from engine.dates import parse_length
from engine.policy.faults import Fault
from engine.policy.model import Overpaid, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("written", "by", "within"),
    [
        ("", "offset", None),
        ("overpaid: offset\n", "offset", None),
        ("overpaid: billed\n", "billed", None),
        ("overpaid: {by: billed}\n", "billed", None),
        ("overpaid: {by: billed, within: 30 days}\n", "billed", "30 days"),
        ("overpaid: {within: 10 business days}\n", "offset", "10 business days"),
    ],
)
def test_a_policy_says_how_what_was_overpaid_comes_back(
    read: Read, written: str, by: str, within: str | None
) -> None:
    length = parse_length(within) if within else None

    assert read(written).overpaid == Overpaid(by=by, within=length)


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("overpaid: kept\n", "unknown_word", "offset or billed"),
        ("overpaid: {by: bill}\n", "unknown_word", "`billed`"),
        ("overpaid: {by: billed, in: 30 days}\n", "unknown_key", "`overpaid`"),
        ("overpaid: {}\n", "missing_key", "`by`"),
        ("overpaid: [offset]\n", "wrong_shape", "`overpaid`"),
        ("overpaid: {within: 30}\n", "bare_number", "30 days"),
        ("overpaid: {within: 48 hours}\n", "wrong_type", "days, weeks, months or years"),
    ],
)
def test_what_cannot_be_meant_of_it(faults: Faults, written: str, code: str, said: str) -> None:
    (fault,) = faults(written)

    assert fault.code == code
    assert said in fault.sentence


def test_the_short_form_says_what_the_full_one_says(read: Read) -> None:
    assert read("overpaid: billed\n").digest == read("overpaid: {by: billed}\n").digest


def test_it_may_be_agreed_with_a_partner(read: Read) -> None:
    policy = read(
        "agreed:\n"
        "  recovery: {type: word, of: [offset, billed], default: billed}\n"
        "  pay_back: {type: length, default: 14 days}\n"
        "overpaid: {by: agreed.recovery, within: agreed.pay_back}\n"
    )

    assert policy.overpaid == Overpaid(by="billed", within=parse_length("14 days"))
