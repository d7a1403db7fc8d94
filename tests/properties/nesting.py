"""Makes small policies whose conditions are alternatives over the same few words, and over what
earlier topics find.

Of two facts that were not sent, which matters then depends on which values of one meet which of the
other, and that depends on what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Final

from tests.properties.meaning.drawing import Given

VALUES: Final[dict[str, tuple[object, ...]]] = {
    "first": ("p", "q", "other"),
    "second": ("p", "q", "other"),
    "third": ("p", "q", "other"),
    "sent": (True, False),
}
_WORDS: Final[tuple[object, ...]] = ("p", "q", "p", "q", ["p", "q"], {"not": "p"})
_TESTS: Final = {"sent": VALUES["sent"]}
_CHOICE: Final = {"choice": ["refund", "store_credit", "gift_card"], "chosen_by": "retailer"}


class NestMaker:
    """Makes one policy."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows = 0
        self.known: dict[str, object] = {}

    def text(self) -> str:
        """The whole policy as JSON."""
        found: dict[str, object] = {}
        if self.chance(0.4):
            clock = {"if_late": "go_on", "counted_from": "delivered"}
            rows = self.table("within", ("5 days", "15 days"))
            found["deadlines"] = {"claim": {**clock, **rows}}
            self.known |= {"claim": "in_time", "claim.days_left": {"at_least": 1}}
        if self.chance(0.3):
            found["remedies"] = {"retailer": _CHOICE}
            self.known |= {"remedy": self.random.choice(("refund", "gift_card"))}
        found["goods"] = self.table("do", ("keep", "ship_back", "destroy"))
        self.known |= {"goods": "keep"}
        if self.chance(0.6):
            found["return_shipping"] = self.table("paid_by", ("supplier", "consumer"))
            self.known |= {"return_paid_by": "supplier"}
        if self.chance(0.6):
            found["fees"] = {"a": self.table("fee", ("none", "USD 5.00"))}
        facts = {
            name: {"type": "word" if "p" in each else "yes_no"} for name, each in VALUES.items()
        }
        head = {"policy": "random/nested", "version": 1, "effective": {"from": "2000-01-01"}}
        return json.dumps({**head, "currency": "USD", "facts": facts, **found})

    def table(self, key: str, values: tuple[str, ...]) -> dict[str, object]:
        """A table of one or two rows of alternatives, and one for all other cases."""
        one, count = self.random.choice, self.random.randint(1, 2)
        rows = [
            {"id": self.id(), "when": self.alternatives(), key: one(values)} for _ in range(count)
        ]
        return {"rows": [*rows, {"id": self.id(), "otherwise": True, key: one(values)}]}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def id(self) -> str:
        self.rows += 1
        return f"R-{self.rows}"

    def alternatives(self) -> dict[str, object]:
        """A condition of two to four alternatives, each of one to three facts."""
        return {"any_of": [self.tests() for _ in range(self.random.randint(2, 4))]}

    def tests(self) -> dict[str, object]:
        """Tests of one to three facts, now and then also of what earlier topics found."""
        names = self.random.sample(list(VALUES), self.random.randint(1, 3))
        found = {name: self.random.choice(_TESTS.get(name, _WORDS)) for name in names}
        if self.known and self.chance(0.3):
            name = self.random.choice(list(self.known))
            found[name] = self.known[name]
        return found


def lines(random: Random) -> Iterator[Given]:
    """Yields every line of which two facts, always the same, were not sent."""
    unsent = random.sample(list(VALUES), 2)
    known = [name for name in VALUES if name not in unsent]
    for values in product(*[VALUES[name] for name in known]):
        yield dict(zip(known, values, strict=True))
