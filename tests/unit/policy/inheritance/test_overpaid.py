"""A partner's policy inherits what becomes of overpaid money, and edits it where it may."""

from collections.abc import Callable

import pytest

from engine.dates import parse_length
from engine.policy.faults import Fault
from engine.policy.model import Overpaid, Policy

Changed = Callable[..., Policy]
Refused = Callable[..., list[Fault]]

THIRTY = parse_length("30 days")


def test_it_is_inherited(changed: Changed, base: str) -> None:
    policy = changed(base=f"{base}overpaid: {{by: billed, within: 30 days}}\n")

    assert policy.overpaid == Overpaid(by="billed", within=THIRTY)


@pytest.mark.parametrize(
    ("said", "edit", "then"),
    [
        ("", "set: overpaid, to: billed", Overpaid(by="billed")),
        ("", "set: overpaid.by, to: billed", Overpaid(by="billed")),
        ("", "set: overpaid.within, to: 30 days", Overpaid(within=THIRTY)),
        ("billed", "set: overpaid.within, to: 30 days", Overpaid(by="billed", within=THIRTY)),
        ("{by: billed, within: 9 days}", "set: overpaid, to: {by: offset}", Overpaid()),
        ("{by: billed, within: 9 days}", "set: overpaid, to: offset", Overpaid()),
        ("{by: billed, within: 9 days}", "set: overpaid.within, to: 30 days", None),
        ("billed", "drop: overpaid", Overpaid()),
        ("{by: billed, within: 9 days}", "drop: overpaid.within", Overpaid(by="billed")),
    ],
)
def test_it_is_edited(
    changed: Changed, base: str, said: str, edit: str, then: Overpaid | None
) -> None:
    policy = changed(edit, base=f"{base}overpaid: {said}\n" if said else base)

    assert policy.overpaid == (then or Overpaid(by="billed", within=THIRTY))


def test_an_edit_that_says_what_holds_already_is_told(refused: Refused, base: str) -> None:
    (fault,) = refused("set: overpaid, to: billed", base=f"{base}overpaid: billed\n")

    assert fault.code == "no_effect"


@pytest.mark.parametrize(
    ("rule", "edit", "said"),
    [
        ("overpaid: anything", "set: overpaid, to: billed", ""),
        ("overpaid: [billed]", "set: overpaid, to: billed", ""),
        ("overpaid.by: [billed]", "set: overpaid.by, to: billed", ""),
        ("overpaid.within: {at_least: 14 days}", "set: overpaid.within, to: 30 days", ""),
        ("overpaid.within: {at_least: 14 days}", "set: overpaid.within, to: 9 days", "at least"),
        ("overpaid.within: anything", "set: overpaid, to: billed", "does not permit"),
        ("overpaid: [offset]", "set: overpaid, to: billed", "only become `offset`"),
        ("overpaid: never", "set: overpaid, to: {within: 9 days}", "never change"),
        ("window: anything", "set: overpaid.by, to: billed", "it permits `window`"),
    ],
)
def test_a_base_says_who_may_edit_it(
    refused: Refused, base: str, rule: str, edit: str, said: str
) -> None:
    found = refused(edit, base=f"{base}partners_may: {{{rule}}}\n")

    assert [fault.code for fault in found] == (["not_permitted"] if said else [])
    assert all(said in fault.sentence for fault in found)
