"""Random policies whose money the plain oracle can work out, and their text for the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

STATES = ("new_unused", "used_clean", "worn")
"""What may be found of a unit."""
PERCENTS = {"100%": 1_000_000, "50%": 500_000, "33.333%": 333_330, "12.5%": 125_000, "0%": 0}
FLAT = (25, 50, 300, 500, 600)
SIZES = (5, 10, 1_000, 2_500, 5_000, 10_000)
SUITE = ("table", "chair")
"""Categories of a set that comes back whole or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a row tests; None or empty: nothing of it. Sizes are minor units."""

    state: str = ""
    quantity: int = 0
    price: int = 0
    whole: bool | None = None

    def text(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.state:
            found["condition"] = self.state
        if self.quantity:
            found["quantity"] = {"at_least": self.quantity}
        if self.price:
            found["item_price"] = {"at_least": money(self.price)}
        if self.whole is not None:
            found["whole_order_back"] = self.whole
        return {"when": found} if found else {"otherwise": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """`kind` is `flat`, `percent` (of the price) or `each` (for every unit)."""

    id: str
    when: When
    kind: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One fee with its rows: `per` is `line`, `unit`, `return` or `order`."""

    name: str
    per: str
    decide: str
    rows: tuple[FeeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Waives a fee (empty: all) of a return worth so much, or where the whole order is back."""

    id: str
    worth: int
    whole: bool
    fee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A policy: percents of the value by row, fees, outbound shipping, waivers, sets."""

    value: tuple[tuple[When, str], ...]
    fees: tuple[Fee, ...]
    outbound: tuple[tuple[When, str], ...]
    waivers: tuple[Waiver, ...]
    sets: bool
    days: int | None

    def text(self) -> str:
        """JSON, which is YAML too."""
        found: dict[str, Any] = {
            "policy": "random/units",
            "version": 1,
            "effective": {"from": "2000-01-01"},
            "currency": "USD",
            "values": {"category": ["table", "chair", "lamp"]},
            "groups": {"suite": {"category": list(SUITE)}},
            "value": {"rows": [_row("V", at, when, percent=of) for at, (when, of) in self._value]},
            "fees": {each.name: _fee(each) for each in self.fees},
            "outbound_shipping": {
                "rows": [_row("O", at, when, refund=of) for at, (when, of) in self._outbound]
            },
            "whole_return": {"rows": [_waiver(each) for each in self.waivers]},
        }
        if self.days is not None:
            found["deadlines"] = {"arrival": _arrival(self.days)}
        if self.sets:
            all_of = {"all_of": "suite", "else": "refuse", "code": "quantity_rule"}
            found["whole_return"]["sets"] = all_of
        if not found["whole_return"]["rows"]:
            del found["whole_return"]["rows"]
        return json.dumps({key: each for key, each in found.items() if each})

    @property
    def _value(self) -> list[tuple[int, tuple[When, str]]]:
        return list(enumerate(self.value))

    @property
    def _outbound(self) -> list[tuple[int, tuple[When, str]]]:
        return list(enumerate(self.outbound))


def money(minor: int) -> str:
    return f"USD {minor // 100}.{minor % 100:02d}"


def _row(letter: str, at: int, when: When, **body: Any) -> dict[str, Any]:
    return {"id": f"{letter}{at}", **when.text(), **body}


def _arrival(days: int) -> dict[str, Any]:
    return {
        "event": "received_back",
        "within": f"{days} days",
        "counted_from": "rma_issued",
        "if_late": "authorization_expired",
    }


def _fee(fee: Fee) -> dict[str, Any]:
    rows = []
    for each in fee.rows:
        amount: Any = money(each.amount)
        if each.kind == "percent":
            amount = f"{each.amount}% of item_price"
        elif each.kind == "each":
            amount = {"each": money(each.amount), "per": "unit"}
        rows.append({"id": each.id, **each.when.text(), "fee": amount, "per": fee.per})
    return {"decide": fee.decide, "rows": rows}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    when: dict[str, Any] = {}
    if waiver.worth:
        when["return_value"] = {"at_least": money(waiver.worth)}
    if waiver.whole:
        when["whole_order_back"] = True
    return {
        "id": waiver.id,
        "when": when,
        "waive": [f"fees.{waiver.fee}" if waiver.fee else "fees"],
    }


# --- at random ------------------------------------------------------------------------------------


def random_terms(random: Random) -> Terms:
    """A policy in which each kind of row appears now and then."""
    fees = tuple(_random_fee(random, at) for at in range(random.choice((0, 1, 1, 2, 3))))
    value = [
        (random_when(random), random.choice(list(PERCENTS))) for _ in range(random.randint(0, 2))
    ]
    outbound = [
        (random_when(random), random.choice(("none", "full", "standard_part")))
        for _ in range(random.randint(0, 2))
    ]
    rest = random.choice(("none", "full", "full", "standard_part"))
    return Terms(
        value=(*value, (When(), random.choice(("100%", "100%", "50%")))),
        fees=fees,
        outbound=(*outbound, (When(), rest)),
        waivers=tuple(_random_waiver(random, at, fees) for at in range(random.randint(0, 1))),
        sets=random.random() < 0.3,
        days=random.choice((None, 10)),
    )


def random_when(random: Random) -> When:
    """One or two tests."""
    found: dict[str, Any] = {}
    for name in random.sample(
        ("state", "state", "quantity", "price", "whole"), random.choice((1, 1, 2))
    ):
        found[name] = {
            "state": random.choice(STATES),
            "quantity": random.randint(2, 4),
            "price": random.choice(SIZES),
            "whole": random.random() < 0.5,
        }[name]
    return When(**found)


def _random_fee(random: Random, at: int) -> Fee:
    per = random.choice(("line", "line", "unit", "return", "order"))
    rows = [_random_fee_row(random, f"F{at}{n}", per, random_when(random)) for n in range(2)]
    rest = _random_fee_row(random, f"F{at}R", per, When())
    decide = random.choice(("first", "first", "highest", "add_up"))
    keep = random.randint(0, 2)
    return Fee(
        name=("handling", "label", "repacking")[at],
        per=per,
        decide=decide,
        rows=(*rows[:keep], rest),
    )


def _random_fee_row(random: Random, key: str, per: str, when: When) -> FeeRow:
    kind = "flat" if per == "unit" else random.choice(("flat", "flat", "percent", "each"))
    amount = random.choice((5, 10, 25)) if kind == "percent" else random.choice(FLAT)
    amount = random.choice((2, 25, 50)) if kind == "each" or per == "unit" else amount
    return FeeRow(id=key, when=when, kind=kind, amount=amount)


def _random_waiver(random: Random, at: int, fees: tuple[Fee, ...]) -> Waiver:
    whole = random.random() < 0.5
    return Waiver(
        id=f"W{at}",
        worth=0 if whole else random.choice(SIZES[2:]),
        whole=whole,
        fee=random.choice(("", *(each.name for each in fees))),
    )
