"""What a retailer may think of saying: each fact of the register, likely and unlikely values."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact, FactType, Owner

_OF_TYPE: Final[dict[FactType, tuple[Any, ...]]] = {
    FactType.WORD: ("approved", "other"),
    FactType.YES_NO: (True, False),
    FactType.COUNT: (0, 1, 2, 1000),
    FactType.NUMBER: (0, 5),
    FactType.PERCENT: ("0%", "100%"),
    FactType.MONEY: ("USD 0.01", "USD 35.00", "USD 80.00", "USD 5000.00"),
    FactType.DATE: ("2025-02-01", "2025-03-05", "2025-05-31", "2025-07-01"),
}
_OWN: Final = (
    Fact(name="agreed_before", type=FactType.YES_NO),
    Fact(name="spent", type=FactType.MONEY),
)
"""Facts of the supplier's own in its policies."""
CLAIMS: Final = tuple(fact for fact in SENT.values() if fact.told_by is Owner.RETAILER)
OTHERS: Final = (*(fact for fact in SENT.values() if fact.told_by is not Owner.RETAILER), *_OWN)
_GAINFUL: Final = tuple(
    fact
    for fact in OTHERS
    if fact.name
    in (
        *("outbound_paid", "item_price", "delivered", "supplier_decision", "requested"),
        *("whole_order_back", "agreed_before", "order_lines"),
    )
)
"""What the policies of the trial look at, and what a retailer would gain by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of a return: `lines` are an order, a line of it, and units, each by its place."""

    lines: tuple[tuple[int, int, int], ...]
    reason: str
    facts: tuple[dict[str, Any], ...]
    on: str | None

    @property
    def said(self) -> dict[str, Any]:
        """The facts by name."""
        return {each["name"]: each["value"] for each in self.facts}


def asked(random: Random) -> Asked:
    """Mostly a line as it was sold with a claim; now and then several, too many, or too much."""
    units = random.choice((1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 9, -1))
    lines = [(random.randrange(4), random.randrange(2), units)]
    if random.random() < 0.2:
        lines.append((lines[0][0], random.randrange(2), 1))
    facts = [each for each in claims(random) if each["name"] != "reason"] + sneaked(random)
    reason = random.choice(("defective", "change_of_mind", "wrong_item"))
    return Asked(lines=tuple(lines), reason=reason, facts=tuple(facts), on=a_day(random))


def a_day(random: Random) -> str | None:
    """Mostly none."""
    return random.choice(("2025-03-05", "2025-05-31")) if random.random() < 0.12 else None


def claims(random: Random) -> list[dict[str, Any]]:
    """What is the retailer's to say."""
    return [said(each, random) for each in random.sample(CLAIMS, random.choice((0, 1, 1, 2)))]


def sneaked(random: Random) -> list[dict[str, Any]]:
    """What is not, mostly nothing: a request is refused with all that is said beside it."""
    if random.random() < 0.7:
        return []
    return [said(random.choice(_GAINFUL if random.random() < 0.7 else OTHERS), random)]


def said(fact: Fact, random: Random) -> dict[str, Any]:
    """A fact of its type with whatever could be asked for beside it."""
    return {"name": fact.name, "value": value(fact, random), "source": "UPS 1Z", "why": "So."}


def value(fact: Fact, random: Random) -> Any:
    """Of a closed list one of its words, with those that somebody else says."""
    words = (*(fact.words or ("approved", "other")), *fact.others_words)
    if fact.type is FactType.SET:
        some = random.sample(words, random.randrange(min(3, len(words)) + 1))
        return [*some, *fact.others_words] if random.random() < 0.1 else some
    return random.choice(words if fact.words else _OF_TYPE[fact.type])
