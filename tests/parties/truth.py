"""What a retailer may gain at most, worked out apart from Takeback by the true record alone.

The record is what the supplier put there. A claim changes what is the claimant's to say, until an
inspection finds otherwise; a person's word counts for what it gives. The plain evaluator decides
on these facts, whatever Takeback kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return, ReturnLine
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.money import Money
from engine.policy.editions import load
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Owner
from engine.returns.lifecycle import State
from tests.parties.policies import text_of

TODAY: Final = "2025-06-01"
_ASKED: Final = (State.REQUESTED, State.IN_REVIEW, State.REFUSED, State.CANCELLED)
"""States in which nothing was approved."""
_DECIDERS: dict[str, Decider] = {}

Facts = Mapping[str, object]
Came = tuple[Return, Sequence[Inspection]]
"""A return with what was found of its units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueLine:
    """What was sold, for how much, and how it comes back."""

    price: int
    quantity: int
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueOrder:
    """An order that the supplier recorded or confirmed, as it was; `outbound` in minor units.

    `keys` are those of its lines.
    """

    number: str
    channel: str
    delivered: str
    outbound: int
    lines: tuple[TrueLine, ...]
    keys: tuple[str, ...] = ()

    @property
    def worth(self) -> int:
        """The price of all that was sold."""
        return sum(line.price * line.quantity for line in self.lines)

    def facts(self, place: int) -> dict[str, object]:
        """What is on record of a line, and the moment of asking by the clock."""
        line = self.lines[place]
        shipped = {"outbound_paid": _usd(self.outbound)} if self.outbound else {}
        return {
            "retailer": "mallory",
            "channel": self.channel,
            "country": "US",
            "sku": "LAMP",
            "ordered": "2025-02-01",
            "delivered": self.delivered,
            "unit_price": _usd(line.price),
            "quantity_ordered": line.quantity,
            "order_lines": len(self.lines),
            "order_total": _usd(self.worth),
            "requested": TODAY,
            **shipped,
        }


@dataclass(slots=True, kw_only=True)
class Claims:
    """What was said of lines of returns, by their keys, as far as it was the sayer's to say."""

    of_line: dict[str, dict[str, object]] = field(default_factory=dict)
    judged: dict[str, int] = field(default_factory=dict)

    def note(self, line: str, facts: Facts) -> None:
        """Takes over what a claimant may legitimately say, and leaves the rest."""
        mine = {name: value for name, value in facts.items() if _is_claim(name, value)}
        self.of_line.setdefault(line, {}).update(mine)


def _is_claim(name: str, value: object) -> bool:
    if name == "evidence" and isinstance(value, list) and "approval" in value:
        return False
    return name in SENT and name != "quantity" and SENT[name].told_by is Owner.RETAILER


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a line may give at most, whether before its goods come, and the shipping in it."""

    amount: int = 0
    ahead: bool = False
    shipping: int = 0


def most_of(order: TrueOrder, claims: Claims, returns: Sequence[Came]) -> int:
    """What the returns of an order may give at most by its policy: paid ahead, found, or judged."""
    dues = [due for found, looked in returns for due in _dues(order, claims, found, looked)]
    twice = max(0, sum(due.shipping for due in dues) - order.outbound)
    return min(order.worth + order.outbound, sum(due.amount for due in dues) - twice)


def _dues(
    order: TrueOrder, claims: Claims, found: Return, looked: Sequence[Inspection]
) -> list[Due]:
    judged = {line.id: Due(amount=claims.judged.get(line.id, 0)) for line in found.lines}
    if found.state in _ASKED and not any(line.received for line in found.lines):
        return list(judged.values())
    decider = _decider(order.channel)
    lines = [line for line in found.lines if line.edition]
    asked = _decided(decider, [_facts(order, found, line, claims, {}) for line in lines])
    came = _by_receipt(order, claims, found, looked)
    dues = []
    for line, at_request in zip(lines, asked, strict=True):
        by_policy = at_request if at_request.ahead else came.get(line.id, Due())
        dues.append(max(by_policy, judged[line.id], key=lambda due: due.amount))
    return dues


def _by_receipt(
    order: TrueOrder, claims: Claims, found: Return, looked: Sequence[Inspection]
) -> dict[str, Due]:
    """By line, what arrived: pile by pile or as one, whichever gives more."""
    lines = {line.id: line for line in found.lines}
    piles = [(each.line, each.units, each.found) for each in looked if each.line]
    whole: dict[str, tuple[int, Facts]] = {}
    for line, units, facts in piles:
        whole[line] = (units + whole.get(line, (0, {}))[0], facts)  # alike, as the truth has it
    as_one = [(line, units, facts) for line, (units, facts) in whole.items()]
    best: dict[str, Due] = {}
    for groups in (piles, as_one):
        facts_of = [
            {**_facts(order, found, lines[line], claims, facts), "quantity": units}
            for line, units, facts in groups
        ]
        sums: dict[str, Due] = {}
        for (line, _, _), due in zip(
            groups, _decided(_decider(order.channel), facts_of), strict=True
        ):
            before = sums.get(line, Due())
            amount, shipping = before.amount + due.amount, before.shipping + due.shipping
            sums[line] = Due(amount=amount, shipping=shipping)
        for line, due in sums.items():
            best[line] = max(due, best.get(line, Due()), key=lambda each: each.amount)
    return best


def _facts(
    order: TrueOrder, found: Return, line: ReturnLine, claims: Claims, more: Facts
) -> dict[str, object]:
    place = order.keys.index(line.order_line)
    facts = {**order.facts(place), **claims.of_line.get(line.id, {}), **more}
    events = {name: on for name, on in found.events.items() if name in SENT}
    evidence = facts.get("evidence")
    if isinstance(evidence, list) and "rma" not in evidence:
        facts["evidence"] = [*evidence, "rma"]
    return {**facts, **events, "now": TODAY, "quantity": line.quantity}


def _decided(decider: Decider, lines: Sequence[Facts]) -> list[Due]:
    """What each line of a return is due, the whole order being back or not."""
    if not lines:
        return []
    either = [_one_way(decider, lines, whole=whole) for whole in (True, False)]
    return [max(dues, key=lambda due: due.amount) for dues in zip(*either, strict=True)]


def _one_way(decider: Decider, lines: Sequence[Facts], *, whole: bool) -> list[Due]:
    first = lines[0]
    shared = {
        name: value
        for name, value in first.items()
        if all(name in line and line[name] == value for line in lines)
    }
    own = [{n: v for n, v in line.items() if n not in shared} for line in lines]
    try:
        found = decider.decide_return({**shared, "whole_order_back": whole}, own)
    except RequestFault:
        return [Due()] * len(lines)  # what cannot be right is worth nothing
    return [_due(line, share) for line, share in zip(found.lines, found.shares, strict=True)]


def _due(line: Decision, share: Money | None) -> Due:
    if share is None or line.answer != "accept":
        return Due(ahead=_ahead(line))
    shipping = line.outbound_refunded.minor if line.outbound_refunded else 0
    return Due(amount=share.minor, ahead=_ahead(line), shipping=shipping)


def _ahead(line: Decision) -> bool:
    return line.timing == "immediate" or line.goods not in (None, "ship_back")


def _decider(channel: str) -> Decider:
    if channel not in _DECIDERS:
        policy = load(text_of("sturdy", channel), channel).policy
        _DECIDERS[channel] = Decider(policy, native=False)
    return _DECIDERS[channel]


def _usd(minor: int) -> str:
    return f"USD {minor // 100}.{minor % 100:02d}"
