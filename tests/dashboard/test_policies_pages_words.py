"""The law of what a draft's page writes: whatever may be chosen leaves a text that reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from dashboard.policies import controls
from dashboard.policies.typical import TYPICAL
from engine.policy.editions import PolicyFile, load
from engine.policy.rewriting import Add, Change, Set
from services.policies.changing import changed, with_season
from services.policies.sentences import topics_of
from services.policies.starter import Answers, Payer, Remedy, policy_text

POLICIES: Final = Path(__file__).parents[2] / "policies"
TYPICAL_POLICY: Final = Answers(
    policy="acme-supply/words",
    currency="USD",
    first_day=date(2026, 1, 1),
    days=30,
    remedy=Remedy.CREDIT,
    payer=Payer.CONSUMER,
    packaging=False,
)
TEXTS: Final = {
    "typical": policy_text(TYPICAL_POLICY),
    "with a fee": policy_text(replace(TYPICAL_POLICY, fee_percent=15, packaging=True)),
    "standard": (POLICIES / "standard.yaml").read_text(),
    "home goods": (POLICIES / "home-goods.yaml").read_text(),
    "group purchasing": (POLICIES / "real/73-group-purchasing-restocking-cap.yaml").read_text(),
    "sephora": (POLICIES / "real/45-sephora-us-60-90.yaml").read_text(),
}
TEXTS["in its own words"] = TEXTS["with a fee"].replace(
    "\ntests:", "\nvalues: {reason: [change_of_mind, defective, moth_eaten]}\n\ntests:", 1
)
FORM: Final = {
    "ordered_from": "2026-11-01",
    "ordered_to": "2026-12-25",
    "until": "2027-01-31",
    "retailer": "northwind",
}
NUMBERS: Final = {"number": ("1", "90"), "percent": ("0", "50", "100")}


def read(text: str) -> PolicyFile:
    return load(text, "policy.yaml", lambda _policy, _version: None)


def written(text: str, changes: Iterator[dict[str, Any]]) -> str:
    for each in changes:
        ((way, said),) = each.items()
        if way == "season":
            days = {key: date.fromisoformat(value) for key, value in said.items()}
            text = with_season(text, days["orderedFrom"], days["orderedTo"], days["until"]).text
        else:
            kind: type[Set | Add] = {"set": Set, "add": Add}[way]
            change: Change = kind(at=tuple(said["at"]), value=said["value"])
            text = changed(text, change).text
    return text


def offered(text: str) -> Iterator[controls.Control]:
    """Every control of a page."""
    tree = controls.read(text)
    yield from controls.about_controls(tree, (("northwind", "Northwind"),))
    for topic in topics_of(read(text)):
        for row in topic.rows:
            yield from controls.controls(tree, row.at)


def choices(control: controls.Control) -> Iterator[str]:
    values = [value for value, _ in control.options] or NUMBERS.get(control.kind, ())
    return (value for value in values if value != control.value)


@pytest.mark.parametrize("name", TEXTS)
def test_whatever_a_control_may_say_leaves_a_text_that_reads(name: str) -> None:
    text, tried = TEXTS[name], 0
    tree = controls.read(text)

    for control in offered(text):
        for value in choices(control):
            after = written(text, controls.changes([(control.name, value)], tree))
            assert after != text
            read(after)
            tried += 1

    assert tried > 3


@pytest.mark.parametrize("sentence", TYPICAL)
def test_every_sentence_and_then_each_of_its_controls_leaves_a_text_that_reads(
    sentence: str,
) -> None:
    for name in ("typical", "with a fee", "standard"):
        text = TEXTS[name]

        more = written(text, iter([TYPICAL[sentence][1](FORM, controls.read(text))]))

        read(more)
        was = {json.dumps(each.at) for each in offered(text)}
        for control in (each for each in offered(more) if json.dumps(each.at) not in was):
            for value in choices(control):
                tree = controls.read(more)
                read(written(more, controls.changes([(control.name, value)], tree)))
