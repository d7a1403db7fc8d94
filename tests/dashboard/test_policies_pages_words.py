"""The law of what a draft's page writes: whatever may be chosen leaves a text that reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from dashboard.policies import controls
from dashboard.policies.typical import TYPICAL
from engine.decision.decide import Decider
from engine.policy.editions import PolicyFile, load
from engine.policy.rewriting import Add, Change, Remove, Set
from engine.publishing.suite import run_suite
from services.policies.changing import changed, with_season
from services.policies.sentences import topics_of
from services.policies.starter import Answers, Payer, Remedy, policy_text
from services.policies.written import written as plain

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
            change: Change = (
                Remove(at=tuple(said))
                if way == "remove"
                else {"set": Set, "add": Add}[way](at=tuple(said["at"]), value=said["value"])
            )
            text = changed(text, change).text
    return text


def offered(text: str) -> Iterator[controls.Control]:
    """Every control of a page."""
    tree = plain(text)
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
    tree = plain(text)

    for control in offered(text):
        for value in choices(control):
            after = written(text, controls.changes([(control.name, value)], tree))
            assert after != text
            read(after)
            tried += 1

    assert tried > 3


def test_there_and_back_again_is_the_same_text_byte_for_byte() -> None:
    text = with_sentence(with_sentence(TEXTS["typical"], "damaged"), "final_sale")
    tree = plain(text)
    lost = []

    for control in offered(text):
        typed = [f"{control.value} more"] if control.kind == "text" else []
        for value in (*choices(control), *typed):
            there = written(text, controls.changes([(control.name, value)], tree))
            now = replace(control, value=value)
            back = [(now.name, control.value)]
            if written(there, controls.changes(back, plain(there))) != text:
                lost.append(f"{'/'.join(control.at)}: {control.value} by {value}")

    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("sentence", TYPICAL)
def test_every_sentence_and_then_each_of_its_controls_leaves_a_text_that_reads(
    sentence: str,
) -> None:
    for name in ("typical", "with a fee", "standard"):
        text = TEXTS[name]

        more = with_sentence(text, sentence)

        read(more)
        was = {json.dumps(each.at) for each in offered(text)}
        for control in (each for each in offered(more) if json.dumps(each.at) not in was):
            for value in choices(control):
                tree = plain(more)
                read(written(more, controls.changes([(control.name, value)], tree)))


def with_sentence(text: str, name: str) -> str:
    """The text with a sentence more; as it was where it is refused."""
    try:
        return written(text, TYPICAL[name][1](FORM, plain(text)))
    except ValueError:
        return text


SELLERS: Final = [
    "defective arrived_dead died damaged_in_transit missing_item wrong_item wrong_size_sent",
    "not_as_specified misprinted stained",
]
"""Reasons that are the seller's, the maker's or the carrier's doing (docs, section 14)."""


@pytest.mark.parametrize("sentence", ["fee", "opened_fee", "final_sale"])
@pytest.mark.parametrize("reason", " ".join(SELLERS).split())
def test_no_sentence_makes_goods_dearer_or_refused_with_which_something_is_wrong(
    sentence: str, reason: str
) -> None:
    for name in ("typical", "with a fee", "in its own words"):
        if name == "in its own words" and reason != "defective":
            continue
        found = [
            decided(text, {"reason": reason, "opened": True, "final_sale": True})
            for text in (TEXTS[name], with_sentence(TEXTS[name], sentence))
        ]
        assert found[0] == found[1], (name, found)


def decided(text: str, said: dict[str, Any]) -> tuple[str, object]:
    """The answer and the net of a usual return of which more is said."""
    usual = {"ordered": "2026-03-01", "delivered": "2026-03-04", "requested": "2026-03-10"}
    given = {**usual, "item_price": "USD 40.00", "packaging": "opened_original", **said}
    found = Decider(read(text).policy, native=False).decide(given)
    return found.answer, found.net


def test_a_sentence_for_what_another_row_is_for_is_refused() -> None:
    tree = plain(TEXTS["with a fee"])

    with pytest.raises(ValueError, match="Row F-MIND already covers this"):
        list(TYPICAL["fee"][1](FORM, tree))


@pytest.mark.parametrize("name", ["typical", "with a fee"])
def test_a_season_of_the_days_of_a_policys_own_tests_breaks_none_of_them(name: str) -> None:
    first, later = TYPICAL_POLICY.first_day, timedelta(days=1)
    for began, ended in [(first, first), (first - 9 * later, first + 80 * later)]:
        text = TEXTS[name]
        for days in ((began, ended), (ended, ended + 40 * later)):
            form = dict(zip(FORM, [*map(str, days), str(days[1] + 90 * later)], strict=False))
            text = written(text, TYPICAL["holiday"][1](form, plain(text)))
            kept = {"name": f"in {days[0]}", "given": {"ordered": str(days[0])}, "expect": {}}
            report = run_suite(read(text), native=False)
            assert [each.failures for each in report.cases if each.failures] == []
            text = written(text, iter([{"add": {"at": ["tests", "cases"], "value": kept}}]))


@pytest.mark.parametrize("sentence", TYPICAL)
def test_the_tests_of_a_policy_still_pass_with_a_sentence_more_and_with_two(sentence: str) -> None:
    for name in ("typical", "with a fee", "standard"):
        once = with_sentence(TEXTS[name], sentence)
        for other in TYPICAL:
            report = run_suite(read(with_sentence(once, other)), native=False)

            failures = {each for case in report.cases for each in case.failures}
            # the shipped policy tests a change of mind, of which a fee rightly takes its share
            assert not any("got ask" in each or name != "standard" for each in failures), failures
