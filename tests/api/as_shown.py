"""Compares what the preview of an inspection told with what the inspection then did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from msgspec import json

from adapters.store.money.records import Claim, Settlement
from adapters.store.returns.arrived import Inspection
from adapters.store.returns.records import Return
from engine.decision.record import ReturnDecision
from engine.money import Money
from returns_api.types.ids import NodeKind, encode
from tests.contracts.returns.building import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What an inspection changes."""

    of: Return
    inspections: dict[str, Inspection]
    settlements: dict[str, Settlement]
    claims: dict[str, Claim]
    available: Counter[str]


def check_done(shop: Shop, seen: dict[str, Any], before: Stands, after: Stands) -> None:
    """Raises AssertionError unless what was told is what was done."""
    assert (seen["state"], seen["heldFor"]) == (
        after.of.state.name,
        after.of.held_for or None,
    )
    for share, was, now in zip(seen["shares"], before.of.lines, after.of.lines, strict=True):
        currency = now.worth.currency
        amounts = [money(Money(each, currency)) for each in (was.planned, now.planned)]
        assert [share["money"]["owedBefore"], share["money"]["owedAfter"]] == amounts, share
        check_money(share["money"], now.id, before, after)
    found = [each for key, each in after.inspections.items() if key not in before.inspections]
    check_units(seen["units"], found)
    restocked = Counter[str]()
    for each in seen["units"]:
        restocked[each["sku"]] += each["restocked"]
    assert after.available == before.available + restocked, (seen["units"], after.available)
    check_fees(shop, seen, found)


def check_money(share: dict[str, Any], line: str, before: Stands, after: Stands) -> None:
    """What is planned, withdrawn and claimed of a line is what was told."""
    moved = [
        each
        for key, each in after.settlements.items()
        if key not in before.settlements and each.return_line == line
    ]
    told = [
        (each["way"], each["amount"], each["claimed"], each["state"], each["sentence"])
        for each in share["movements"]
    ]
    assert told == [
        (m.instrument.name, money(m.amount), money(m.claimed), m.state.name, m.sentence or None)
        for m in moved
    ]
    gone = sum(
        each.open_amount.minor - after.settlements[key].open_amount.minor
        for key, each in before.settlements.items()
        if each.return_line == line
    )
    currency = share["withdrawn"]["currency"]
    assert share["withdrawn"] == money(Money(gone, currency))
    made = [
        (money(each.amount), each.by == "offset", each.due_on)
        for key, each in after.claims.items()
        if key not in before.claims and each.return_line == line
    ]
    assert [(each["amount"], each["offset"], each["dueOn"]) for each in share["claims"]] == made
    moved_before = [
        each.amount.minor
        for each in before.settlements.values()
        if each.return_line == line and each.state in ("submitted", "succeeded")
    ]
    assert share["sent"] == money(Money(sum(moved_before), currency))


def check_units(told: list[dict[str, Any]], found: list[Inspection]) -> None:
    """What is recorded and decided of units is what was told."""
    assert len(told) == len(found)
    for seen, each in zip(told, found, strict=True):
        assert (seen["units"], seen["disposition"]) == (each.units, each.disposition.name)
        assert seen["arrival"] == encode(NodeKind.ARRIVAL, each.arrival or "")
        outcome = each.outcome
        if outcome is None:
            assert (seen["answer"], seen["amount"]) == (None, None)
            continue
        assert seen["answer"].lower() == outcome.answer
        assert seen["code"] == outcome.code
        assert (seen["remedy"] or "").lower() == (outcome.remedy or "")
        assert seen["amount"] == (money(outcome.amount) if outcome.amount else None)
        assert seen["byPerson"] == bool(outcome.judged_by)


def check_fees(shop: Shop, seen: dict[str, Any], found: list[Inspection]) -> None:
    """The fees that were told are those of the decision of the whole return."""
    keys = [each.outcome.decision for each in found if each.outcome and not each.outcome.judged_by]
    with shop.store.session():
        wholes = [each.whole for each in shop.store.decisions.some(keys).values()]
        records = [each.record for each in shop.store.decisions.some(wholes).values()]
    for each in (json.decode(record, type=ReturnDecision) for record in records):
        assert fees(seen["fees"]) == [(fee.kind, money_or_none(fee.amount)) for fee in each.fees]
        of_lines = [(fee.kind, money_or_none(fee.amount)) for m in each.money for fee in m.fees]
        told = [one for share in seen["shares"] for one in fees(share["money"]["fees"])]
        assert Counter(map(str, told)) == Counter(map(str, of_lines))


def fees(told: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(each["kind"], each["amount"]) for each in told]


def money(amount: Money) -> dict[str, str]:
    digits = f"{amount.minor // 100}.{amount.minor % 100:02}"
    return {"amount": digits, "currency": amount.currency}


def money_or_none(amount: Money | None) -> dict[str, str] | None:
    return money(amount) if amount else None
