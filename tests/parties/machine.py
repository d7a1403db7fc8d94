"""A retailer that calls everything it may, with anything, against a supplier that acts honestly.

The law: the retailer never gains more than the policy gives, by the true record, for units that
were received, that are kept by policy, or that are paid ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from returns_api.types.ids import NodeKind, encode, key_of
from tests.api.conftest import DOCUMENTS as OPERATIONS
from tests.faults.fuzzing import values as schema
from tests.parties import saying
from tests.parties.arena import Arena, new_number
from tests.parties.policies import text_of
from tests.parties.truth import Claims, TrueLine, TrueOrder, most_of

RETAILERS_ORDERS_COUNT_ONCE_CONFIRMED: Final = True
"""Orders that the retailer adds are worth nothing until their supplier confirms them."""

_ELSEWHERE: Final = ("SetGateway",)
"""Asks the gateway over the network; its own tests do so with a simulated one."""
MUTATIONS: Final = tuple(
    name
    for name, document in sorted(OPERATIONS.items())
    if document.startswith("mutation") and name not in _ELSEWHERE
)


def kept(line: dict[str, Any]) -> str:
    """The key of a return line that a client knows by its id."""
    return key_of(line["id"], NodeKind.RETURN_LINE) or ""


class Parties:
    """One run, with orders of its own in a store that goes on from run to run."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.orders: list[TrueOrder] = []
        self.waiting: list[tuple[TrueOrder, str]] = []
        self.opened: list[dict[str, Any]] = []
        self.claims = Claims()
        self.keys: list[str] = []
        self.ids: list[str] = ["x"]
        self.before = self.arena.gains()
        self.seen = self.before

    def begin(self, sold: Sequence[TrueOrder]) -> None:
        """What the supplier recorded."""
        for each in sold:
            made = self.add("sturdy", each, [])
            assert made is not None
            self.sold(each, made)

    # --- the retailer -----------------------------------------------------------------------------

    def request(self, who: str, asked: saying.Asked, again: bool) -> None:
        wanted = []
        for order, line, units in asked.lines:
            sold = self.orders[order % len(self.orders)]
            of = {"order": sold.number, "line": str(1 + line % len(sold.lines))}
            said = {"quantity": units, "reason": asked.reason, "facts": asked.facts}
            wanted.append({**of, **said, "requestedOn": asked.on, "requestedWhy": "It was then."})
        result = self.do(who, "requestReturn", again, lines=wanted)
        for made in result.get("returns", ()):
            if made["id"] not in [each["id"] for each in self.opened]:
                self.opened.append(made)
                self.ids += [made["id"], *(line["id"] for line in made["lines"])]
                for line in made["lines"]:
                    self.claims.note(kept(line), {**asked.said, "reason": asked.reason})

    def answer(
        self, who: str, place: int, claims: list[dict[str, Any]], sneaked: list[dict[str, Any]]
    ) -> None:
        for made in self.chosen(place):
            facts = claims + sneaked
            lines = [{"line": line["id"], "facts": facts} for line in made["lines"]]
            result = self.do(who, "answerReturn", False, lines=lines, **{"return": made["id"]})
            if "return" in result:
                said = {each["name"]: each["value"] for each in facts}
                for line in made["lines"]:
                    self.claims.note(kept(line), said)

    def ship(self, who: str, place: int, again: bool) -> None:
        for made in self.chosen(place):
            said = {"return": made["id"], "carrier": "UPS", "tracking": "1Z"}
            self.do(who, "shipReturn", again, **said)

    def cancel(self, who: str, place: int, again: bool) -> None:
        for made in self.chosen(place):
            self.do(who, "cancelReturn", again, why="So.", **{"return": made["id"]})

    def propose(self, sold: TrueOrder, facts: list[dict[str, Any]], paid: bool) -> None:
        """An order of its own making; what is said in it beside what was sold is made up."""
        plain = [{"name": each["name"], "value": each["value"]} for each in facts]
        payment = {"payment": {"amount": 10**6, "charge": "pi_1"}} if paid else {}
        made = self.add("mallory", sold, plain, **payment)
        if made is None:
            return
        if made["confirmed"]:
            assert not RETAILERS_ORDERS_COUNT_ONCE_CONFIRMED, made
        self.waiting.append((sold, made["number"]))
        self.ids.append(made["id"])

    def amend(self, place: int, units: int, on: str | None) -> None:
        sold = self.orders[place % len(self.orders)]
        dates = [{"name": "delivered", "on": on}] if on else []
        said = {"order": self.order_id(sold), "dates": dates, "reason": "So."}
        self.do("mallory", "updateOrder", False, lines=[{"line": "1", "cancel": units}], **said)

    def take_money(self, place: int, amount: int | None, paid: bool, consumer: bool) -> None:
        order = self.order_id(self.orders[place % len(self.orders)])
        if paid:
            payment = {"amount": amount or 10**6}
            said = {"order": order, "payment": payment, "toSupplier": not consumer}
            self.arena.do("mallory", "addPayment", **said)
        operation = "refundConsumer" if consumer else "refundOrder"
        refund = {"order": order, "amount": amount}
        self.do("mallory", operation, False, refund=refund, why="So.")

    def anything(self, who: str, name: str, seed: int) -> None:
        """Any mutation of the schema, with arguments made by their types."""
        document = OPERATIONS[name]
        made = schema.variables(document, tuple(self.ids), Random(seed))
        self.arena.caller(who).answer(document, **made)

    # --- the supplier -----------------------------------------------------------------------------

    def receive(self, place: int, units: int, split: bool) -> None:
        """Some units come, are counted, and are found to be what they are."""
        for made in self.chosen(place):
            of = {"return": made["id"]}
            come = {line["id"]: min(units, line["expected"]) for line in made["lines"]}
            arrived = [{"line": line, "units": n} for line, n in come.items() if n]
            said = {**of, "lines": arrived, "complete": True, "location": "main"}
            if "return" in self.do("sturdy", "receiveReturn", False, **said):
                first = {line: min(n, 1) if split else n for line, n in come.items()}
                for piece in (first, {line: n - first[line] for line, n in come.items()}):
                    self.inspect(made, piece)

    def inspect(self, made: dict[str, Any], units: dict[str, int]) -> None:
        looked = []
        for line, true in zip(made["lines"], self.true_lines(made), strict=True):
            found = [{"name": "condition", "value": true.condition}]
            said = {"line": line["id"], "units": units[line["id"]], "disposition": "RESTOCK"}
            looked += [{**said, "found": found}] if units[line["id"]] else []
        if looked:
            self.do("sturdy", "inspectReturn", False, lines=looked, **{"return": made["id"]})

    def judge(self, place: int, accept: bool) -> None:
        """Gives a dollar for a line in review, or nothing."""
        for made in self.chosen(place):
            verdict = {"accept": accept, "remedy": "ACCOUNT_CREDIT", "amount": 100}
            lines = [{"line": line["id"], **verdict} for line in made["lines"]]
            said = {"return": made["id"], "lines": lines, "why": "As I see it."}
            if "return" in self.do("sturdy", "decideReturn", False, **said) and accept:
                self.claims.judged.update((kept(line), 100) for line in made["lines"])

    def confirm(self) -> None:
        """Says yes to what was sold as it is proposed, and no more."""
        for sold, number in self.waiting:
            asked = self.arena.caller("sturdy").ask("WaitingOrders")["waitingOrders"]["nodes"]
            found = [each for each in asked if each["number"] == number]
            if found and self.is_true(sold, found[0]):
                key = f"yes {new_number()}"
                said = {"orders": [found[0]["id"]], "idempotencyKey": key}
                assert "orders" in self.arena.do("sturdy", "confirmOrders", **said)
                self.sold(sold, found[0])
        self.waiting.clear()

    @staticmethod
    def is_true(sold: TrueOrder, found: dict[str, Any]) -> bool:
        lines = zip(found["lines"], sold.lines, strict=True)
        shipped = {"outbound_paid": f"USD {sold.outbound // 100}.00"} if sold.outbound else {}
        return found["facts"] == shipped and all(
            (said["facts"], said["dates"], said["quantity"]) == ({}, [], true.quantity)
            for said, true in lines
        )

    def publish(self, channel: str) -> None:
        """Another edition that says the same."""
        if self.arena.versions[channel] < 4:
            self.arena.versions[channel] += 1
            text = text_of("sturdy", channel, self.arena.versions[channel])
            self.do("sturdy", "publishPolicy", False, yaml=text)

    # --- the law ----------------------------------------------------------------------------------

    def broken(self) -> str:
        """How the law is broken just now; empty where it holds."""
        gains = self.arena.gains()
        if gains == self.seen:
            return ""
        self.seen, most = gains, 0
        for order in self.orders:
            gained = sum(gains.get(key, 0) for key in order.keys)
            by_policy = most_of(order, self.claims, self.arena.returns(list(order.keys)))
            if gained > by_policy:
                return f"{gained} was given back, and the policy gives {by_policy}: {order}"
            most += by_policy
        gained = sum(gains.values()) - sum(self.before.values())
        return f"{gained} was given back for orders worth {most}" if gained > most else ""

    # --- what it needs ----------------------------------------------------------------------------

    def do(self, who: str, operation: str, again: bool, **said: Any) -> dict[str, Any]:
        """A mutation under a new key, or under one that was used before."""
        if not again or not self.keys:
            self.keys.append(f"key {new_number()}")
        return self.arena.do(who, operation, idempotencyKey=self.keys[-1], **said)

    def add(
        self, who: str, sold: TrueOrder, facts: Sequence[dict[str, Any]], **more: Any
    ) -> dict[str, Any] | None:
        shipped = [{"name": "outbound_paid", "value": f"USD {sold.outbound // 100}.00"}]
        own = [each for each in facts if each["name"] != "outbound_paid" or not sold.outbound]
        order = {
            "number": f"P-{new_number()}",
            "partner": "mallory" if who == "sturdy" else "sturdy",
            "currency": "USD",
            "country": "US",
            "channel": sold.channel,
            "dates": [
                {"name": "ordered", "on": "2025-02-01"},
                {"name": "delivered", "on": sold.delivered},
            ],
            "facts": own + (shipped if sold.outbound else []),
            "lines": [
                {
                    "number": str(place),
                    "sku": "LAMP",
                    "quantity": line.quantity,
                    "unitPrice": line.price,
                    "location": "main",
                }
                for place, line in enumerate(sold.lines, 1)
            ],
            **more,
        }
        result = self.do(who, "addOrders", False, orders=[order])
        return result["orders"][0] if "orders" in result else None

    def sold(self, order: TrueOrder, made: dict[str, Any]) -> None:
        """An order that counts from now on."""
        keys = tuple(self.arena.lines_of(made["number"]))
        of = {"channel": order.channel, "delivered": order.delivered, "lines": order.lines}
        true = TrueOrder(number=made["number"], outbound=order.outbound, keys=keys, **of)
        self.orders.append(true)
        self.ids.append(made["id"])

    def order_id(self, sold: TrueOrder) -> str:
        return encode(NodeKind.ORDER, self.arena.order_of(sold.keys[0]))

    def chosen(self, place: int) -> list[dict[str, Any]]:
        return [self.opened[place % len(self.opened)]] if self.opened else []

    def true_lines(self, made: dict[str, Any]) -> list[TrueLine]:
        """Of a return's lines, what they truly are."""
        keys = {key: line for o in self.orders for key, line in zip(o.keys, o.lines, strict=True)}
        return [keys[key] for key in self.arena.order_lines(made["id"])]
