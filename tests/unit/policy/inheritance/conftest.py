"""Builders: a base and a partner's policy on it."""

from collections.abc import Callable

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.faults import Fault
from engine.policy.model import Policy

BASE = """\
policy: acme/base
version: 4
effective: {from: 2024-01-01}
currency: USD
values: {category: [hats, shoes]}
groups:
  our_fault: {reason: [defective, wrong_item]}
window:
  decide: longest
  counted_from: delivered
  rows:
    - {id: W-HATS, when: {category: hats}, days: 35}
    - {id: W-BASE, otherwise: true, days: 30}
eligibility:
  rows:
    - {id: E-FINAL, when: {final_sale: true}, answer: refuse, code: final_sale}
    - {id: E-ASK, when: {is: our_fault}, answer: ask, missing: [photos]}
fees:
  restocking:
    rows:
      - {id: F-FAULT, when: {is: our_fault}, fee: none}
      - {id: F-STD, otherwise: true, fee: 15% of item_price}
  handling: {fee: USD 5.00}
shipping: {return_paid_by: consumer}
"""

CHILD = """\
policy: acme/base--shop
version: 1
extends: acme/base@4
for: {retailer: shop}
effective: {from: 2024-03-01}
"""


def _changes(edits: tuple[str, ...]) -> str:
    return "changes:\n" + "".join(f"  - {{{edit}, why: contract}}\n" for edit in edits)


@pytest.fixture
def changed() -> Callable[..., Policy]:
    """The partner's policy after some edits of the base."""

    def build(*edits: str, base: str = BASE, more: str = "") -> Policy:
        text = CHILD + (_changes(edits) if edits else "") + more
        return load(text, "shop.yaml", lambda _name, _version: base).policy

    return build


@pytest.fixture
def refused() -> Callable[..., list[Fault]]:
    """What is wrong with some edits, under a base that may say more."""

    def found(*edits: str, base: str = BASE, more: str = "") -> list[Fault]:
        text = CHILD + (_changes(edits) if edits else "") + more
        try:
            load(text, "shop.yaml", lambda _name, _version: base)
        except PolicyFaults as error:
            return list(error.faults)
        return []

    return found


@pytest.fixture
def base() -> str:
    """A base that permits everything."""
    return BASE
