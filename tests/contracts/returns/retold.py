"""What a side's journal tells of a return, replayed entry by entry."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from adapters.store.returns.records import Return
from tests.contracts.returns.building import Shop

_MOST = 10_000


@dataclass(slots=True)
class Retold:
    """The state of a return, and the units of each of its lines, as a journal has them."""

    state: str = "requested"
    units: dict[str, int] = field(default_factory=dict)


def retold(shop: Shop, made: Return, side: str) -> Retold:
    """Replays the journal of a side; each step has to begin where the one before it ended."""
    found, store = Retold(), shop.store
    with store.session():
        entries = [e for e in store.journal.after(side, 0, _MOST) if e.subject == made.id]
    for each in entries:
        body = json.loads(each.body)
        if "after" in body:
            assert body["before"] == found.state, (each.fact, body, found)
            found.state = body["after"]
        if each.fact == "return_request":
            found.units = {line["line"]: line["units"] for line in body["lines"]}
        if each.fact == "return_shortened":
            found.units[body["line"]] = body["units"]
    return found


def check_told(shop: Shop, made: Return) -> None:
    """Raises AssertionError unless the journals of both sides explain how a return stands."""
    stands = Retold(str(made.state), {line.id: line.quantity for line in made.lines})
    for side in (made.supplier, made.retailer):
        told = retold(shop, made, side)
        assert told == stands, f"{made.number} is {stands}, and was told as {told}"
