"""Makes the rows of a new return, without arrivals and payments."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from adapters.store.connection.rows import Row
from adapters.store.ids import new_id
from adapters.store.returns import reading
from adapters.store.returns.records import NewLine, NewReturn
from adapters.store.returns.wholes import Whole
from adapters.store.timestamps import written
from engine.returns.lifecycle import State

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that are easily confused on a label."""


def asked_for(new: NewReturn) -> Whole:
    """Makes a new return with its lines and a random number."""
    row = Row(
        {
            "id": new_id(),
            "number": f"R-{_drawn(10)}",
            "part_of": new.part_of,
            "supplier": new.supplier,
            "retailer": new.retailer,
            "order": new.order,
            "state": str(State.REQUESTED),
            "held_for": "",
            "waits_for": "",
            "requested_at": written(new.requested_at),
            "expires_on": "",
            "wakes_at": None,
            "parcels": "[]",
            "events": reading.NOTHING,
            "taken": reading.NOTHING,
            "waits": "",
            "changed_at": None,
            "settled_at": None,
            "steps": "[]",
        },
        new=True,
    )
    lines = [_new_line(row, place, line) for place, line in enumerate(new.lines)]
    return Whole(row=row, lines=lines)


def reason_in(facts: str) -> str:
    """The return reason in the facts of a line, which are canonical JSON; empty without one."""
    return str(msgspec.json.decode(facts or "{}", type=dict).get("reason") or "").strip()


def _drawn(letters: int) -> str:
    """Draws letters, all equally likely."""
    found, left = "", secrets.randbelow(len(_LETTERS) ** letters)
    for _ in range(letters):
        left, place = divmod(left, len(_LETTERS))
        found += _LETTERS[place]
    return found


def _new_line(of: Row, place: int, line: NewLine) -> Row:
    """Makes a line without arrivals and payments."""
    counted = ("reserved", "received", "inspected", "refused", "planned", "planned_tax")
    given = ("outbound", "value", "ever_settled", "stays", "stays_units", "stays_more")
    return Row(
        {
            **dict.fromkeys((*counted, *given), 0),
            "id": line.id,
            "part_of": of["id"],
            "supplier": of["supplier"],
            "retailer": of["retailer"],
            "requested_on": of["requested_at"][:10],
            "place": place,
            "order_line": line.order_line,
            "sku": line.sku,
            "reason": reason_in(line.facts),
            "quantity": line.quantity,
            "expected": line.expected,
            "worth": line.worth.minor,
            "currency": line.worth.currency,
            "facts": line.facts,
            "told": line.told,
            "edition": line.edition,
            "digest": line.digest,
            "terms": line.terms,
            "location": line.location,
            "return_to": reading.kept_json(line.return_to) if line.return_to else reading.NOTHING,
            "outcome": reading.kept_json(line.outcome),
            "answer": line.outcome.answer,
        },
        new=True,
    )
