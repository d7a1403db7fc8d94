"""Random rows of the lists, kept beside the database as plain Python, and changed in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from adapters.store.lists.declared import ListOf
from adapters.store.lists.of_money import CLAIMS, SETTLEMENTS
from adapters.store.lists.of_orders import ORDERS
from adapters.store.lists.of_records import DECISIONS
from adapters.store.lists.of_returns import CONSUMER_RETURNS, RETURNS
from tests.contracts.conftest import World

STATES: Final = ("in_review", "approved", "refused", "closed")
START: Final = datetime(2025, 3, 1, tzinfo=UTC)
PAIRS: Final = (("acme", "northwind"), ("acme", "southgate"), ("globex", "southgate"))

Row = dict[str, Any]
Match = Callable[[Row, Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A list, its table, and what each of its filters and sorts means in plain Python."""

    of: ListOf
    table: str
    moment: str
    made: Callable[[Random, Row], Row]
    changed: Callable[[Random], Row]
    filters: Mapping[str, Match]
    sorts: Mapping[str, Callable[[Row], Any]]


def _within(name: str, moment: str) -> dict[str, Match]:
    return {
        f"{name}_from": lambda row, day: str(row[moment])[:10] >= day.isoformat(),
        f"{name}_to": lambda row, day: str(row[moment])[:10] <= day.isoformat(),
    }


def _is(column: str) -> Match:
    return lambda row, value: row[column] == value


def _in(column: str) -> Match:
    return lambda row, values: row[column] in values


def _both_ways(moment: str) -> dict[str, Callable[[Row], Any]]:
    return {"NEWEST": lambda row: row[moment], "OLDEST": lambda row: row[moment]}


def _order(random: Random, row: Row) -> Row:
    return {
        "number": f"N{random.randrange(10_000):04}",
        "currency": "USD",
        "country": "",
        "channel": "",
        "said_by": "",
        "dates": "{}",
        "facts": "{}",
        "waits_for": "[]",
        "tracking": "[]",
        "standing": random.choice(("proposed", "confirmed", "declined")),
        "ordered_on": row["at"][:10],
    }


def _return(random: Random, row: Row) -> Row:
    return {
        "number": f"R{random.randrange(10**9):09}",
        "part_of": row["whole"],
        "order": f"order-{random.randrange(5)}",
        "state": random.choice(STATES),
        "held_for": random.choice(("", "a photo")),
        "requested_at": row["at"],
        "expires_on": "",
        "waits": "",
        "parcels": "[]",
        "events": "{}",
        "taken": "{}",
    }


def _settlement(random: Random, row: Row) -> Row:
    return {
        "return_line": row["id"],
        "sequence": 1,
        "order_line": "",
        "instrument": random.choice(("card", "credit")),
        "currency": random.choice(("USD", "EUR")),
        "amount": random.randrange(5) * 100,
        "tax": 0,
        "state": random.choice(("planned", "sent", "succeeded")),
        **dict.fromkeys(("trouble", "sentence", "why", "reference", "owner"), ""),
        "instead_of": "",
        **dict.fromkeys(("line_most", "claimed", "attempts", "polls"), 0),
        "generation": 1,
        "made_at": row["at"],
    }


def _claim(random: Random, row: Row) -> Row:
    return {
        "return_line": "",
        "order_line": "",
        "currency": "USD",
        "amount": 100,
        "paid": 0,
        "by": "offset",
        "state": random.choice(("open", "paid")),
        **dict.fromkeys(("due_on", "why", "ended_why"), ""),
        "made_at": row["at"],
    }


def _decision(random: Random, row: Row) -> Row:
    return {
        "kind": random.choice(("line", "line", "return")),
        "order_line": f"line-{random.randrange(3)}",
        "edition": random.choice(("one", "two")),
        **dict.fromkeys(("edition_digest", "whole", "versions", "asked_by"), ""),
        **dict.fromkeys(("terms", "considered", "facts", "told", "record", "digest"), "{}"),
        "decided_at": row["at"],
    }


KINDS: Final = (
    Kind(
        of=ORDERS,
        table="purchase",
        moment="ordered_on",
        made=_order,
        changed=lambda r: {"standing": r.choice(("proposed", "confirmed", "declined"))},
        filters={
            "standings": _in("standing"),
            "number": _is("number"),
            **_within("ordered", "ordered_on"),
        },
        sorts={**_both_ways("ordered_on"), "NUMBER": lambda row: row["number"]},
    ),
    Kind(
        of=RETURNS,
        table="goods_return",
        moment="requested_at",
        made=_return,
        changed=lambda r: {"state": r.choice(STATES), "held_for": r.choice(("", "a photo"))},
        filters={
            "states": _in("state"),
            "order": _is("order"),
            "held_for": _is("held_for"),
            **_within("requested", "requested_at"),
        },
        sorts={**_both_ways("requested_at"), "NUMBER": lambda row: row["number"]},
    ),
    Kind(
        of=SETTLEMENTS,
        table="settlement",
        moment="made_at",
        made=_settlement,
        changed=lambda r: {"state": r.choice(("planned", "sent", "succeeded"))},
        filters={
            "states": _in("state"),
            "ways": _in("instrument"),
            "currency": _is("currency"),
            **_within("made", "made_at"),
        },
        sorts={**_both_ways("made_at"), "LARGEST": lambda row: row["amount"]},
    ),
    Kind(
        of=CLAIMS,
        table="claim",
        moment="made_at",
        made=_claim,
        changed=lambda r: {"state": r.choice(("open", "paid"))},
        filters={"state": _is("state"), **_within("made", "made_at")},
        sorts=_both_ways("made_at"),
    ),
    Kind(
        of=DECISIONS,
        table="decision",
        moment="decided_at",
        made=_decision,
        changed=lambda _: {},
        filters={
            "order_line": _is("order_line"),
            "edition": _is("edition"),
            **_within("decided", "decided_at"),
        },
        sorts=_both_ways("decided_at"),
    ),
    Kind(
        of=CONSUMER_RETURNS,
        table="consumer_return",
        moment="requested_at",
        made=lambda r, row: {
            "reference": r.choice(("", "A-1", "A-2")),
            "requested_at": row["at"],
        },
        changed=lambda r: {"reference": r.choice(("", "A-1"))},
        filters={"reference": _is("reference"), **_within("requested", "requested_at")},
        sorts=_both_ways("requested_at"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Rows:
    """The rows of one list; every call runs inside a session of the store."""

    kind: Kind
    world: World
    random: Random
    kept: dict[str, Row] = field(default_factory=dict)
    numbers: int = 0

    def add(self) -> None:
        """One more row of somebody, at one of a few moments, so that many are at the same one."""
        self.numbers += 1
        supplier, retailer = self.random.choice(PAIRS)
        partners = self.world.partners
        row: Row = {
            "id": f"{self.random.randrange(16**8):08x}{self.numbers:04}",
            "supplier": partners[supplier].id,
            "retailer": partners[retailer].id,
        }
        moment = START + timedelta(hours=9 * self.random.randrange(8))
        row["at"] = moment.replace(tzinfo=None).isoformat(" ", "microseconds")
        row["whole"] = self.whole(retailer)
        row = {**row, **self.kind.made(self.random, row)}
        del row["at"], row["whole"]
        if self.kind.table == "consumer_return":
            del row["supplier"]
        insert: Callable[..., Any] = self.world.store.lists._database.insert
        insert(self.kind.table, **row)
        self.kept[row["id"]] = row

    def whole(self, retailer: str) -> str:
        """What returns are a part of; there must be one."""
        if self.kind.table != "goods_return":
            return ""
        return self.world.store.returns.begin(self.world.partners[retailer].id, "").id

    def change(self) -> None:
        """Something happens to a row that no list is sorted by."""
        key, said = self.random.choice(list(self.kept)), self.kind.changed(self.random)
        if said:
            columns = ", ".join(f'"{name}" = ${name}' for name in said)
            self._run(
                f'UPDATE "{self.kind.table}" SET {columns} WHERE id = $id', {**said, "id": key}
            )
            self.kept[key] = {**self.kept[key], **said}

    def remove(self) -> None:
        if self.kind.table != "decision":
            key = self.random.choice(list(self.kept))
            self._run(f'DELETE FROM "{self.kind.table}" WHERE id = $id', {"id": key})
            del self.kept[key]

    def _run(self, sql: str, values: Row) -> None:
        execute: Callable[..., Any] = self.world.store.lists._database.execute
        execute(sql, {}, values)

    def filters(self) -> Row:
        """Some filters, with values that rows have."""
        chosen = self.random.sample(sorted(self.kind.filters), self.random.randrange(3))
        return {name: self._value(name) for name in chosen}

    def _value(self, name: str) -> Any:
        if name.endswith(("_from", "_to")):
            return START.date() + timedelta(days=self.random.randrange(4))
        rows = self.random.choices(list(self.kept.values()), k=self.random.randrange(1, 4))
        column = {"standings": "standing", "states": "state", "ways": "instrument"}.get(name)
        return [row[column] for row in rows] if column else rows[0][name]

    def wanted(self, by: str, filters: Mapping[str, Any], sort: str) -> list[str]:
        """The keys that a plain reading gives, in order."""
        tenant = self.world.partners[by].id
        rows = [
            row
            for row in self.kept.values()
            if tenant in (row.get("supplier"), row["retailer"])
            and all(self.kind.filters[name](row, value) for name, value in filters.items())
            and row.get("kind") != "return"
        ]
        by_ = self.kind.sorts[sort]
        down = self.kind.of.sorts[sort].descending
        return [row["id"] for row in sorted(rows, key=lambda r: (by_(r), r["id"]), reverse=down)]


def day(text: str) -> date:
    return date.fromisoformat(text)
