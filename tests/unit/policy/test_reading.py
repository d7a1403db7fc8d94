"""A whole policy is read in one go: every fault at once, and one digest for what it says."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.reading import KEYS, STEPS, wrong_policy_id
from engine.policy.topics.catalogue import main_deadline

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def test_every_fault_is_reported_in_the_order_of_the_file(faults: Faults) -> None:
    found = faults("""\
widnow: {days: 30}
fees: {a: {fee: 5}}
groups: {a: {is: b}}
goods: {do: kep}
""")

    assert [(fault.source.line, fault.code) for fault in found] == [
        (5, "unknown_key"),
        (6, "bare_number"),
        (7, "unknown_group"),
        (8, "unknown_word"),
    ]
    assert "Did you mean `window`?" in found[0].sentence


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ("title: x\n", ["missing_key"] * 4),
        ("policy: a b\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n", ["wrong_type"]),
        (
            "policy: a//b\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n",
            ["wrong_type"],
        ),
        ("policy: a\nversion: 1.1\neffective: {from: 2024-01-01}\ncurrency: USD\n", ["wrong_type"]),
    ],
)
def test_a_policy_has_a_name_a_version_days_and_a_currency(
    faults: Faults, head: str, codes: list[str]
) -> None:
    assert [fault.code for fault in faults("", head=head)] == codes


def test_a_policy_without_a_title_is_called_by_its_name(read: Read) -> None:
    assert read("").title == "acme/standard"
    assert read("title: Our returns\n").title == "Our returns"


def test_the_digest_is_of_what_a_policy_says_and_not_of_its_tests_or_layout(read: Read) -> None:
    plain = read("goods: {do: keep}\nshipping: {return_paid_by: nobody}\n")
    other = read("shipping:\n  return_paid_by: nobody # !\ngoods: {do: keep}\ntests: {cases: []}\n")
    different = read("goods: {do: donate}\nshipping: {return_paid_by: nobody}\n")

    assert plain.digest == other.digest
    assert plain.digest != different.digest


def test_a_short_form_and_its_full_form_are_one_policy(read: Read) -> None:
    short = read("window: {days: 30, counted_from: delivered}\n")
    full = read("deadlines: {request: {within: 30 days, counted_from: delivered}}\n")

    assert short.digest == full.digest


def test_topics_are_asked_in_one_order() -> None:
    assert list(STEPS) == sorted(STEPS, key=lambda topic: STEPS[topic])
    assert set(STEPS) - {"must"} <= set(KEYS)


def test_names_without_a_prefix_mean_the_request_or_else_the_first_deadline() -> None:
    assert main_deadline(["claim", "request"]) == "request"
    assert main_deadline(["claim", "arrival"]) == "claim"
    assert main_deadline([]) is None


@pytest.mark.parametrize(
    ("topics", "code"),
    [
        ("limits: {request: {adds: 1, at_most: 4}}\nwindow: {no_limit: true}\n", "name_taken"),
        ("deadlines: {reason: {no_limit: true}}\n", "name_taken"),
        ("deadlines: {goods: {no_limit: true}}\n", "name_taken"),
        ("deadlines: {Request: {no_limit: true}}\n", "wrong_type"),
    ],
)
def test_a_part_has_a_name_that_nothing_else_has(faults: Faults, topics: str, code: str) -> None:
    assert [fault.code for fault in faults(topics)] == [code]


def test_what_is_left_of_a_limit_is_a_count_or_money(read: Read, faults: Faults) -> None:
    limits = (
        "limits: {pieces: {adds: 1, at_most: 4}, worth: {adds: item_price, at_most: USD 9.00}}\n"
    )
    rows = "fees: {a: {rows: [{id: A, when: {%s: {over: %s}}, fee: none}]}}\n"

    assert faults(limits + rows % ("pieces.left", "2")) == []
    assert faults(limits + rows % ("worth.left", "USD 2.00")) == []
    assert faults(limits + rows % ("worth.left", "2"))[0].code == "bare_number"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acme/Füße", "`acme/Füße` holds `ü`"),
        ("acme/winter terms", "holds a blank"),
        ("acme//a", "joined by `/`"),
        ("a" * 101, "at most 100 characters"),
        ("acme/winter-terms", ""),
    ],
)
def test_an_id_that_cannot_be_says_which_character_is_wrong(name: str, said: str) -> None:
    found = wrong_policy_id(name)

    assert said in found
    assert bool(found) == bool(said)
