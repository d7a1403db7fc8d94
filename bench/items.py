"""Makes the returns that the benchmarks decide: seeded, in the proportions of a real shop.

An item comes in two shapes: `facts` as a caller sends them to us (dates and money as text), and
`plain` as the peers get it (integers, words and booleans, nothing left to parse).
"""

from __future__ import annotations

import random
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

Plain = dict[str, str | int | bool]

_FIRST: Final = date(2025, 1, 1)
_ALWAYS_SENT: Final = ("ordered", "delivered", "requested", "item_price")
_REASONS: Final = {
    "change_of_mind": 52,
    "wrong_size": 24,
    "defective": 12,
    "damaged_in_transit": 7,
    "wrong_item": 5,
}
_COUNTRIES: Final = {"US": 82, "CA": 10, "MX": 3, "DE": 2, "GB": 2, "JP": 1}
_MEMBERSHIPS: Final = {"standard": 72, "plus": 22, "gold": 6}
_PACKAGINGS: Final = {
    "opened_original": 62,
    "sealed_original": 30,
    "substitute_box": 5,
    "none": 3,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One return line, as we get it and as the peers get it."""

    facts: dict[str, object]
    plain: Plain


def make_items(
    categories: tuple[str, ...], tested: Container[str], count: int, seed: int
) -> list[Item]:
    """`count` items with the facts that are `tested`; the first of the `categories` come most."""
    chance = random.Random(seed)
    weights = {word: 100 // (rank + 2) + 3 for rank, word in enumerate(categories)}
    return [_item(chance, weights, tested) for _ in range(count)]


def _item(chance: random.Random, categories: Mapping[str, int], tested: Container[str]) -> Item:
    dates, price = _dates(chance), _price(chance)
    words: Plain = {
        "category": _one(chance, categories),
        "reason": _one(chance, _REASONS),
        "country": _one(chance, _COUNTRIES),
        "membership": _one(chance, _MEMBERSHIPS),
        "packaging": _one(chance, _PACKAGINGS),
        "opened": chance.random() < 0.6,
        "final_sale": chance.random() < 0.06,
    }
    sent = {name: day.isoformat() for name, day in dates.items()}
    facts = {**sent, **words, "item_price": f"USD {price // 100}.{price % 100:02d}"}
    waited = (dates["requested"] - dates["delivered"]).days
    plain = {**words, "ordered": dates["ordered"].toordinal(), "item_price": price}
    return Item(
        {name: value for name, value in facts.items() if name in tested or name in _ALWAYS_SENT},
        {name: value for name, value in plain.items() if name in tested} | {"waited": waited},
    )


def _dates(chance: random.Random) -> dict[str, date]:
    """Every third order falls into the season from November on; half wait for 13 days or less."""
    day = chance.randrange(304, 365) if chance.random() < 0.33 else chance.randrange(304)
    ordered = _FIRST + timedelta(days=day)
    delivered = ordered + timedelta(days=chance.choice((2, 3, 3, 4, 4, 5, 6, 8)))
    waited = int(chance.lognormvariate(2.6, 0.9))
    requested = delivered + timedelta(days=waited)
    return {"ordered": ordered, "delivered": delivered, "requested": requested}


def _price(chance: random.Random) -> int:
    """Cents: half under 40.00, a tail over 500.00."""
    return max(299, int(chance.lognormvariate(8.3, 1.1)))


def _one(chance: random.Random, weights: Mapping[str, int]) -> str:
    return chance.choices(tuple(weights), tuple(weights.values()))[0]
