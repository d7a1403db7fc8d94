"""A partner's policy is its base, changed, under a header of its own."""

from collections.abc import Callable, Mapping

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.policy.model import Policy

Changed = Callable[..., Policy]
Refused = Callable[..., list[Fault]]
Loaded = Callable[[str, Mapping[str, str]], PolicyFile]


def extending(name: str, base: str) -> str:
    return f"policy: {name}\nversion: 1\nextends: {base}\neffective: {{from: 2024-01-01}}\n"


def test_the_header_is_the_partners_and_the_rest_is_the_bases(changed: Changed) -> None:
    policy = changed()

    assert policy.reference == "acme/base--shop@1"
    assert policy.title == "acme/base--shop"
    assert policy.scope == (("retailer", ("shop",)),)
    assert policy.currency == "USD"
    assert [table.part for table in policy.fees] == ["restocking", "handling"]


def test_a_policy_names_its_base_with_a_digest(changed: Changed, base: str) -> None:
    plain = changed().extends
    other = changed(base=base.replace("days: 30", "days: 31")).extends

    (name,) = plain
    assert name.startswith("acme/base@4#")
    assert plain != other


def test_a_chain_of_bases_is_merged_from_the_far_end(loaded: Loaded, base: str) -> None:
    middle = extending("acme/middle", "acme/base@4") + (
        "changes: [{set: window.W-BASE.days, to: 45, why: a}]\n"
    )
    top = extending("acme/top", "acme/middle@1") + (
        "changes: [{set: window.W-BASE.days, to: 60, why: b}]\n"
    )

    policy = loaded(top, {"acme/base@4": base, "acme/middle@1": middle}).policy

    assert [each.partition("#")[0] for each in policy.extends] == ["acme/middle@1", "acme/base@4"]
    assert str(policy.deadlines[0].rows[1].body.within) == "60 days"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("bases", "code"),
    [
        ({}, "unknown_base"),
        ({"a/b@1": extending("a/b", "a/b@1")}, "circular"),
        ({"a/b@1": extending("a/b", "a/c@1"), "a/c@1": extending("a/c", "a/b@1")}, "circular"),
        ({f"a/b@{n}": extending("a/b", f"a/b@{n + 1}") for n in range(1, 9)}, "circular"),
        ({"a/b@1": "policy: [\n"}, "not_yaml"),
        ({"a/b@1": "# " + "x" * 130_000 + "\npolicy: a/b\n"}, "too_large"),
    ],
)
def test_a_base_that_cannot_be_had(loaded: Loaded, bases: dict[str, str], code: str) -> None:
    text = extending("a/top", "a/b@1") + "# " + "x" * 2_000 + "\n"

    with pytest.raises(PolicyFaults) as caught:
        loaded(text, bases)

    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize("reference", ["acme/base", "acme/base@new", "[a]", "acme/base@1.5"])
def test_a_base_is_pinned_to_a_version(loaded: Loaded, reference: str) -> None:
    with pytest.raises(PolicyFaults, match="pinned"):
        loaded(extending("a/top", reference), {})


def test_topics_of_a_partner_are_edits_and_nothing_else(refused: Refused) -> None:
    found = refused(more="fees: {handling: {fee: none}}\n")

    assert [fault.code for fault in found] == ["unknown_key"]
    assert "it changes the base by `changes`" in found[0].sentence


def test_changes_need_a_base(loaded: Loaded, base: str) -> None:
    with pytest.raises(PolicyFaults, match="unknown_key"):
        loaded(base + "changes: []\n", {})


def test_a_fault_in_a_base_stands_in_the_base(refused: Refused, base: str) -> None:
    found = refused(base=base.replace("final_sale}", "final_sal}"))

    assert [fault.source.file for fault in found] == ["acme/base@4"]


AGREED = "agreed: {rate: {type: percent, default: 15%, at_least: 5%, at_most: 25%}}\n"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("{type: percent, default: 20%, at_least: 10%, at_most: 25%}", None),
        ("{type: percent, default: 26%, at_least: 5%, at_most: 25%}", "out_of_bounds"),
        ("{type: percent, default: 15%, at_least: 5%, at_most: 90%}", "out_of_bounds"),
        ("{type: percent, default: 15%}", "out_of_bounds"),
        ("{type: percent, default: 15%, at_most: 25%}", "out_of_bounds"),
        ("{type: money, default: USD 5.00}", "wrong_type"),
    ],
)
def test_an_agreed_value_is_declared_again_only_within_its_bounds(
    refused: Refused, base: str, declared: str, code: str | None
) -> None:
    found = refused(base=base + AGREED, more=f"agreed: {{rate: {declared}}}\n")

    assert [fault.code for fault in found] == ([code] if code else [])
