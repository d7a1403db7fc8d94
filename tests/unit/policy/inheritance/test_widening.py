"""A permission that goes past what the base permits has no effect, and that is said."""

import pytest

from engine.policy.editions import load
from engine.policy.faults import Fault, Level
from engine.publishing.structure import structure_faults
from tests.unit.policy.inheritance.conftest import BASE, CHILD


def found(own: str, *bases: str) -> list[Fault]:
    """What is said of the permissions of a policy on bases with theirs, the nearest first."""
    texts = {}
    for number, rules in enumerate(bases):
        last = number == len(bases) - 1
        text = BASE if last else CHILD.replace("acme/base@4", f"acme/base-{number + 1}@4")
        texts[f"acme/base-{number}"] = f"{text}partners_may: {{{rules}}}\n"
    child = CHILD.replace("acme/base@4", "acme/base-0@4") + f"partners_may: {{{own}}}\n"
    file = load(child, "shop.yaml", lambda name, _version: texts[name])
    return list(structure_faults(file))


WIDER = [
    ("fees: anything", "fees: lower_only"),
    ("fees: lower_only", "fees: never"),
    ("fees: lower_only", "window: anything"),
    ("fees: anything", "fees.handling: anything"),
    ("fees: anything", "fees: anything, fees.handling: never"),
    ("fees.handling: anything", "fees: lower_only"),
    ("window.days: anything", "window.days: {at_least: 15}"),
    ("window.days: {at_least: 14}", "window.days: {at_least: 15}"),
    ("window.days: {at_least: 14 days}", "window.days: {at_least: 15}"),
    ("window.days: {at_least: 14}", "window.days: {at_least: 15 days}"),
    ("window.days: {at_least: 15, at_most: 61}", "window.days: {at_least: 15, at_most: 60}"),
    ("window.days: {at_most: 60}", "window.days: {at_least: 15, at_most: 60}"),
    ("window.days: longer_only", "window.days: {at_most: 60}"),
    ("window.days: loosen_only", "window.days: {at_most: 60}"),
    ("fees.handling.fee: lower_only", "fees.handling.fee: {at_least: USD 1.00}"),
    ("shipping: [supplier, consumer]", "shipping: [supplier, retailer]"),
    ("shipping: anything", "shipping: [supplier, retailer]"),
]


@pytest.mark.parametrize(("own", "base"), WIDER)
def test_a_permission_past_that_of_the_base_is_told(own: str, base: str) -> None:
    (fault,) = found(own, base)

    assert (fault.code, fault.level) == ("wider_than_base", Level.WARNING)
    assert fault.source.file == "shop.yaml"


@pytest.mark.parametrize(
    ("own", "base"),
    [
        ("fees: lower_only", "fees: lower_only"),
        ("fees: never", "fees: lower_only"),
        ("fees: never", "window: anything"),
        ("fees.handling: lower_only", "fees: lower_only"),
        ("fees: lower_only", "fees: anything"),
        ("fees: loosen_only", "fees: lower_only"),
        ("fees: anything, fees.handling: never", "fees: anything, fees.handling: never"),
        ("window.days: {at_least: 15}", "window.days: {at_least: 15}"),
        ("window.days: {at_least: 20 days}", "window.days: {at_least: 15}"),
        ("window.days: {at_least: 15, at_most: 60}", "window.days: {at_least: 15}"),
        ("window.days: longer_only", "window.days: {at_least: 15}"),
        ("window.days: {at_least: 45}", "window.days: longer_only"),
        ("shipping: [supplier]", "shipping: [supplier, retailer]"),
    ],
)
def test_a_permission_that_is_no_wider_is_left_alone(own: str, base: str) -> None:
    assert found(own, base) == []


def test_both_places_and_both_rules_are_told() -> None:
    (fault,) = found("window.days: {at_least: 10}", "window.days: {at_least: 15}")
    line = (CHILD + "partners_may").count("\n") + 1

    assert fault.source.line == line
    assert fault.sentence == (
        "`{at_least: 10}` permits more for `deadlines.request.within` than the base does: there it "
        f"is `{{at_least: 15}}` (`acme/base-0@4`, line {BASE.count(chr(10)) + 1}). Both bind "
        "whoever extends this policy, so what is beyond the base has no effect."
    )


def test_what_the_base_leaves_out_is_told_with_what_it_permits() -> None:
    (fault,) = found("fees: lower_only", "window: anything, shipping: [supplier]")

    assert "it permits edits of `window`, `shipping` alone (`acme/base-0@4`, line" in fault.sentence


def test_every_base_of_the_chain_is_looked_at() -> None:
    (fault,) = found("fees: anything", "fees: anything", "fees: lower_only")

    assert "there it is `lower_only` (`acme/base-1@4`, line" in fault.sentence


def test_one_permission_is_told_once() -> None:
    assert len(found("fees: anything", "fees: lower_only", "fees: lower_only")) == 1


def test_a_base_without_permissions_permits_everything() -> None:
    text = CHILD + "partners_may: {fees: anything}\n"

    assert structure_faults(load(text, "shop.yaml", lambda _name, _version: BASE)) == ()
