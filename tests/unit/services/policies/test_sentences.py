"""A row in words says what it means among the others of its table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.policy.editions import load, nobody
from services.policies.sentences import Topic, topics_of

POLICIES = Path(__file__).parents[4] / "policies"
WAYS = {
    "longest": "later",
    "shortest": "earlier",
    "highest": "highest",
    "lowest": "lowest",
    "add_up": "added up",
}
FEES = """
policy: acme/fees
version: 1
effective: {from: 2025-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: credit}
fees:
  decide: DECIDE
  rows:
    - {id: F-MIND, when: {reason: change_of_mind}, fee: USD 5.00}
    - {id: F-ELSE, otherwise: true, fee: USD 4.00}
"""


def every() -> Iterator[Topic]:
    texts = [path.read_text() for path in POLICIES.rglob("*.yaml")]
    texts += [FEES.replace("DECIDE", each) for each in ("highest", "lowest", "add_up")]
    texts.append(
        texts[-1]
        .replace("window: {", "window: {decide: shortest, rows: [{")
        .replace(
            "delivered}",
            "delivered, id: W-1, when: {opened: true}}, "
            "{id: W-2, otherwise: true, days: 9, counted_from: ordered}]}",
        )
    )
    for text in (each for each in texts if "extends:" not in each):
        yield from topics_of(load(text, "policy.yaml", nobody))


def test_a_row_that_is_weighed_with_others_says_so_and_is_never_for_all_other_cases() -> None:
    seen = set()
    for topic in every():
        if topic.decide not in WAYS or len(topic.rows) < 2 or topic.name == "demands":
            continue
        seen.add(topic.decide)
        for row in topic.rows:
            assert row.sentence.endswith("."), row
            assert WAYS[topic.decide] in row.sentence, row
            assert row.when != "in all other cases", row
    assert seen == set(WAYS)


def test_a_row_that_stands_alone_or_comes_first_says_nothing_of_others() -> None:
    for topic in every():
        if topic.decide in ("first", "only_one") or len(topic.rows) == 1:
            assert not any("of these" in row.sentence for row in topic.rows)
