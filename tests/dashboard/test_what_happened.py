"""What a return's page says of what came and why it was decided, each thing once and as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from dashboard.returns.decision import explained, seen_once
from tests.dashboard import making
from tests.dashboard.world import SUPPLIER, World

TIMES = "\N{MULTIPLICATION SIGN}"
NEXT = "query($n: String!) { returnByNumber(number: $n) { state nextSteps } }"


def words(text: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", text)).split())


def looked_at(world: World, number: str, units: str, sku: str) -> None:
    person, page = world.person(SUPPLIER), f"/dock/{number}"
    text = person.get(page).text
    (name,) = re.findall(rf'mono">{sku}</b>.*?name="([^"]+)-disposition"', text, re.DOTALL)
    typed = {f"{name}-units": units, f"{name}-disposition": "RESTOCK"}
    for other in set(re.findall(r'name="([^"]+)-disposition"', text)) - {name}:
        typed[f"{other}-units"] = "0"
    making.flashed(making.sure(person, f"{page}/inspect", text, typed))


def test_units_that_nobody_announced_are_a_next_step_whatever_became_of_the_lines(
    busy: World,
) -> None:
    number, person = making.return_(busy)["number"], busy.person(SUPPLIER)
    page = f"/dock/{number}"
    came = {"line-1": "2", "sku": "FLASK-1L", "units": "1", "complete": "yes"}
    making.flashed(making.sent(person, page, f"{page}/receive", **came))

    looked_at(busy, number, "1", "TENT-2P")
    looked_at(busy, number, "1", "TENT-2P")

    now = making.asked(busy, SUPPLIER, NEXT, n=number)["returnByNumber"]
    assert now["state"] not in ("RECEIVED", "PARTLY_RECEIVED")
    assert "INSPECT" in now["nextSteps"], now
    looked_at(busy, number, "1", "FLASK-1L")
    now = making.asked(busy, SUPPLIER, NEXT, n=number)["returnByNumber"]
    assert "INSPECT" not in now["nextSteps"]
    text = words(person.get(f"/returns/{number}").text)
    assert f"1 {TIMES} FLASK-1L restock" in text
    story = text.partition("History")[2].partition("Return address")[0]
    assert story.count(f"Inspected 1 {TIMES} TENT-2P restock") == 2
    assert story.count(f"Inspected 1 {TIMES} FLASK-1L restock") == 1


@pytest.mark.parametrize(("ago", "over"), [(1, True), (0, False), (-60, False)])
@pytest.mark.parametrize("answer", ["ACCEPT", "REFUSE", "REVIEW"])
def test_a_last_day_is_over_once_it_has_passed(ago: int, over: bool, answer: str) -> None:
    last = datetime.now(UTC).date() - timedelta(days=ago)
    decision: dict[str, Any] = {"answer": answer, "lastDay": str(last), "because": [], "facts": []}

    found = explained({"outcome": {"decision": decision}})

    assert found["outcome"]["decision"]["over"] is over


def test_a_value_is_shown_once_for_a_row_and_yes_is_a_word() -> None:
    ordered = {"fact": "ordered", "value": "2026-11-01", "test": "from 2026-10-01"}
    until = {**ordered, "test": "until 2026-12-01"}
    opened = {"fact": "opened", "value": "true", "test": "true"}

    assert seen_once([ordered, until, opened]) == [ordered, {**opened, "value": "yes"}]
