"""The version of what `eligibility` answers changes with the terms, and with nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.store.records import OrderLine
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.editions import load
from returns_api.types.versions import version_of_answer
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.drawing import Draw, Given
from tests.unit.decision.building import USUAL, policy_of

WINDOW = "window: {days: 30, counted_from: delivered}\n"
COUNTED = (
    "facts: {used: {type: money, counter: {of: returned_value, per: retailer, over: lifetime}}}\n"
    "limits: {yearly: {used: used, adds: item_price, at_most: USD 500.00}}\n"
)
ALONE = "deadlines: {arrival: {event: received_back, within: DAYS days, counted_from: requested}}\n"
PAID = "remedy: {give: refund, pay_within: {within: DAYS days, counted_from: requested}}\n"
AWAITED = (
    "deadlines: {request: {within: 30 days, counted_from: delivered},"
    " arrival: {event: received_back, within: DAYS days, counted_from: rma_issued}}\n"
)


def decided(text: str, **given: Any) -> Decision:
    return Decider(policy_of(text), native=False).decide(USUAL | given)


def version(decision: Decision, line: str = "L-1") -> str:
    return version_of_answer(cast("OrderLine", SimpleNamespace(id=line)), decision)


def reasons(decision: Decision) -> object:
    """What is decided, by which rows, and what it waits for."""
    rows = [(each.topic, each.row) for each in decision.because]
    amounts = decision.net, decision.fee_total, decision.outbound_refunded, decision.base
    waits = decision.missing, decision.open, decision.requires
    return decision.answer, decision.code, decision.last_day, rows, amounts, waits


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_next_day_has_the_same_version_if_the_same_rows_decide_the_same(path: Path) -> None:
    policy = load(path.read_text("utf-8"), name(path), base).policy
    decider, draw = Decider(policy, native=False), Draw(policy, 5, missing=0.15)

    for given in islice(iter(draw.one, None), 30):
        days = list(islice(on_days(given), 2))
        try:
            one, other = (decider.decide(each) for each in days)
        except (RequestFault, ValueError):
            continue  # intake takes one of them, or none
        if reasons(one) == reasons(other):
            assert version(one) == version(other), days


def on_days(given: Given) -> Any:
    """A return as it would be requested on its day, and on the days after it."""
    day = date.fromisoformat(str(given.get("requested", "2024-05-10"))[:10])
    while True:
        yield {**given, "requested": day.isoformat(), "now": day.isoformat()}
        day += timedelta(days=1)


@pytest.mark.parametrize("text", [ALONE, PAID, f"{WINDOW}{PAID}", AWAITED])
def test_no_day_counted_from_the_request_makes_another_version(text: str) -> None:
    text = text.replace("DAYS", "14")
    one, other = (decided(text, requested=day) for day in ("2024-05-06", "2024-05-07"))

    assert version(one) == version(other)


def test_what_is_left_of_a_limit_makes_no_other_version_while_it_is_kept() -> None:
    text = f"{WINDOW}{COUNTED}"
    none, some, much = (decided(text, used=f"USD {used}.00") for used in (0, 100, 500))

    assert version(none) == version(some) != version(much)


@pytest.mark.parametrize("text", [ALONE, PAID, AWAITED])
def test_another_length_makes_another_version_whatever_it_is_counted_from(text: str) -> None:
    one, other = (decided(text.replace("DAYS", days)) for days in ("14", "7"))

    assert version(one) != version(other)


def test_each_line_has_versions_of_its_own() -> None:
    decision = decided(WINDOW)

    assert version(decision, "L-1") != version(decision, "L-2")
