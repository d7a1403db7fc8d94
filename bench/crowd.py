"""Many partners for the benchmarks: each with a policy of its own, an order, and returns to ask.

Of twenty policies fourteen are the four lines, four have 25 rows, one extends a shipped policy of
13 rows, all of them with numbers of their own; one has rows that no other has.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from adapters.identity.principal import Kind, Role
from adapters.store.database import Store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.lifetime.withdrawing import WithdrawalRequest
from adapters.store.publishing import Draft
from adapters.store.records import Edition, Partner, Product, Telling
from engine.money import Money
from returns_api.types.inputs import EligibilityLineInput, SaidFactInput
from services.orders.adding import add_orders
from takeback.bases import Bases
from takeback.publishing import published
from takeback.settings import policies_folder

SUPPLIER: Final = "supplier"
RETAILER: Final = "retailer"
"""The one supplier of many retailers, and the one retailer of many suppliers."""

DELIVERED: Final = date(2025, 8, 5)

_TEXTS: Final = Path(__file__).parent / "policies"
_TYPICAL: Final = (_TEXTS / "typical.yaml").read_text(encoding="utf-8").partition("\ntests:")[0]
_ROWS: Final = (_TEXTS / "rows_25.yaml").read_text(encoding="utf-8").partition("\ntests:")[0]
_EXTENDING: Final = """
policy: bench/home
version: 1
extends: acme-supply/home-goods@2
effective: {from: 2025-01-01}
changes:
  - {set: window.W-BASE.days, to: 30, why: agreed}
"""
_TESTS: Final = """
tests:
  usual: {ordered: 2025-08-01, delivered: 2025-08-05, requested: 2025-08-06, reason: defective,
          category: textiles, item_price: USD 40.00, country: US, final_sale: false, opened: false,
          membership: standard, packaging: sealed_original}
  cases:
    - {name: the day after, expect: {answer: accept}}
"""
_ROW_TESTS: Final = (
    _TESTS
    + """
    - {name: plain, given: {reason: change_of_mind}, expect: {answer: accept}}
    - {name: tech, given: {reason: wrong_size, category: electronics}, expect: {answer: accept}}
    - {name: opened, given: {reason: change_of_mind, category: electronics, opened: true,
       packaging: opened_original}, expect: {answer: accept}}
    - {name: toys, given: {reason: change_of_mind, category: toys, opened: true,
       packaging: opened_original}, expect: {answer: accept}}
    - {name: plus, given: {reason: wrong_size, membership: plus}, expect: {answer: accept}}
    - {name: holiday, given: {ordered: 2025-11-01, delivered: 2025-11-05, requested: 2025-11-06,
       reason: change_of_mind}, expect: {answer: accept}}
    - {name: final, given: {reason: wrong_size, final_sale: true}, expect: {answer: refuse}}
    - {name: custom, given: {reason: wrong_size, category: custom}, expect: {answer: refuse}}
    - {name: broken custom, given: {category: custom}, expect: {answer: accept}}
    - {name: late, given: {requested: 2026-06-01}, expect: {answer: refuse}}
    - {name: abroad, given: {reason: wrong_size, country: MX}, expect: {answer: refuse}}
    - {name: cheap, given: {item_price: USD 1.00}, expect: {answer: accept}}
    - {name: chair, given: {reason: change_of_mind, category: furniture}, expect: {answer: accept}}
    - {name: sofa, given: {reason: change_of_mind, category: furniture, item_price: USD 600.00},
       expect: {answer: accept}}
""".lstrip("\n")
)
"""A return for every row."""

_BAND_TEST: Final = (
    "    - {{name: band {0}, given: {{reason: wrong_size, item_price: USD {0}10.00}}, "
    "expect: {{answer: accept}}}}\n"
)
BASES: Final = Bases((policies_folder(),))
_NUMBERS: Final = re.compile(
    r"(?<=within: )\d+(?= days)|(?<=days: )\d+|(?<=to: )\d+|\d+(?=% of)|\d+(?=\.00\})"
)
_REASONS: Final = ("change_of_mind", "wrong_size", "defective", "damaged_in_transit", "wrong_item")
_CATEGORIES: Final = ("furniture", "electronics", "textiles")


class Layout(StrEnum):
    """Who has the policies: one supplier a policy for each retailer, or each supplier its own."""

    ONE_SUPPLIER = "one supplier"
    MANY_SUPPLIERS = "many suppliers"


def policy_text(layout: Layout, number: int, version: int) -> str:
    """The policy of a partner with a test for every row; the same arguments give the same text."""
    chance = random.Random(number * 1_000 + version)
    body = _numbers_changed(_body(number, chance), chance)
    owner, scope = _names(layout, number)
    body = re.sub(
        r"policy: .*\nversion: .*", f"policy: {owner}/p{number}\nversion: {version}", body
    )
    return body.strip() + (f"\nfor: {{retailer: {scope}}}\n" if scope else "\n")


def _names(layout: Layout, number: int) -> tuple[str, str | None]:
    one = layout is Layout.ONE_SUPPLIER
    return (SUPPLIER, f"r{number}") if one else (f"s{number}", None)


def _body(number: int, chance: random.Random) -> str:
    kind = number % 20
    if kind < 14:
        return _TYPICAL + _TESTS
    if kind < 18:
        return _ROWS + _ROW_TESTS
    return _EXTENDING if kind == 18 else _own_rows(chance)


def _own_rows(chance: random.Random) -> str:
    """Price bands, of which each is for one reason or for two."""
    bands = range(1, chance.randint(2, 13))
    rows = "".join(
        f"      - {{id: X-{band}, when: {{category: textiles, reason: "
        f"[{', '.join(('wrong_size', 'change_of_mind')[: chance.randint(1, 2)])}], item_price: "
        f"{{at_least: USD {band}00.00, under: USD {band}50.00}}}}, fee: {band}% of item_price}}\n"
        for band in bands
    )
    head, mark, rest = _ROWS.partition("      - {id: F-NONE")
    return head + rows + mark + rest + _ROW_TESTS + "".join(map(_BAND_TEST.format, bands))


def _numbers_changed(text: str, chance: random.Random) -> str:
    return _NUMBERS.sub(lambda found: str(int(found[0]) + chance.randint(1, 9)), text)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Partners in a store, numbered from 0."""

    store: Store
    layout: Layout

    def join(self, numbers: range) -> None:
        """Adds partners, each with an order of one line, inside a session of its own."""
        with self.store.session():
            for number in numbers:
                self._join(number)

    def _join(self, number: int) -> None:
        partners, one = self.store.partners, self.layout is Layout.ONE_SUPPLIER
        supplier = partners.add(SUPPLIER if one else f"s{number}", "Supplier", Kind.SUPPLIER)
        retailer = partners.add(f"r{number}" if one else RETAILER, "Retailer", Kind.RETAILER)
        partnerships = self.store.partnerships
        joined = partnerships.join(supplier, retailer)
        partnerships.let_tell(partners.acting(supplier), joined.id, tuple(Telling))
        if number == 0 or not one:
            self.store.goods.put(supplier, [Product(sku="LAMP", title="Lamp", facts={})])
        line = LineDraft(number="1", sku="LAMP", quantity=1, unit_price=Money(20_000, "USD"))
        days = {"ordered": DELIVERED - timedelta(4), "delivered": DELIVERED}
        order = OrderDraft(
            number=f"N{number}",
            supplier=supplier.handle,
            retailer=retailer.handle,
            currency="USD",
            dates={name: day.isoformat() for name, day in days.items()},
            lines=[line],
            country="US",
        )
        add_orders(self.store, partners.acting(retailer), [order])

    def publish(self, number: int, text: str) -> Edition:
        """Publishes a text for a partner as `takeback publish` does."""
        with self.store.session(), self.store.atomic():
            owner = self.store.partners.by_handle(_names(self.layout, number)[0])
            assert owner is not None
            draft = Draft(text=text, by="bench")
            return published(self.store, owner, draft, BASES)

    def withdraw(self, edition: Edition) -> None:
        """Withdraws an edition wholly, so that the version before governs again."""
        said = WithdrawalRequest(edition=edition, first=None, why="a mistake", by="bench")
        with self.store.session(), self.store.atomic():
            self.store.withdrawing.withdraw(said)

    def retailer(self, number: int) -> str:
        """The handle of who asks for a partner's orders."""
        return f"r{number}" if self.layout is Layout.ONE_SUPPLIER else RETAILER

    def key(self, number: int) -> str:
        """A new API key of the retailer who asks for a partner's orders."""
        retailer: Partner | None = self.store.partners.by_handle(self.retailer(number))
        assert retailer is not None
        return self.store.partners.issue_key(retailer, Role.RETAILER)


def question(number: int, chance: random.Random) -> EligibilityLineInput:
    """One line of a partner's order that is asked back."""
    said: dict[str, Any] = {
        "category": chance.choice(_CATEGORIES),
        "opened": chance.random() < 0.4,
        "final_sale": chance.random() < 0.05,
        "membership": chance.choice(("standard", "plus")),
    }
    return EligibilityLineInput(
        order=f"N{number}",
        reason=chance.choice(_REASONS),
        packaging="sealed_original",
        facts=[SaidFactInput(name=name, value=value) for name, value in said.items()],
        requested_on=DELIVERED + timedelta(chance.randint(1, 40)),
    )
