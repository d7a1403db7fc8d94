"""However many decisions are made and policies opened, they leave nothing behind."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load

STATM = Path("/proc/self/statm")
needs_statm = pytest.mark.skipif(
    not STATM.exists(), reason="resident memory is read from /proc/self/statm, which Linux has"
)
POLICY = """
policy: acme/length
version: 1
effective: {from: 2000-01-01}
currency: USD
groups: {our_fault: {reason: [defective, wrong_item]}}
deadlines:
  request:
    rows:
      - {id: W-FAULT, when: {is: our_fault}, within: 90 days, counted_from: delivered}
      - {id: W-ELSE, otherwise: true, within: 30 days, counted_from: delivered}
eligibility:
  rows:
    - {id: E-FINAL, when: {tags: {has: final_sale}, is_not: our_fault}, answer: refuse,
       code: final_sale}
    - {id: E-LATE, when: {deadlines: late}, answer: refuse, code: from_deadline,
       because: The last day was <last_day>.}
demands: {rows: [{id: D, when: {is: our_fault}, need: [photos]}]}
fees:
  restocking:
    rows:
      - {id: F-NONE, when: {is: our_fault}, fee: none}
      - {id: F-WORN, when: {condition: {worse_than: used_clean}}, fee: 25% of item_price}
      - {id: F-STD, otherwise: true, fee: 15% of item_price}
goods: {rows: [{id: G, when: {item_price: {under: USD 15.00}}, do: keep}, {id: H, otherwise: true}]}
"""


def resident_megabytes() -> float:
    gc.collect()
    pages = int(STATM.read_text().split()[1])
    return pages * 4096 / 2**20


def decider(version: int = 1) -> Decider:
    return Decider(load(POLICY.replace("version: 1", f"version: {version}"), "length.yaml").policy)


def line(random: Random) -> dict[str, object]:
    """A return out of millions: no price is like another, some facts are not known."""
    found: dict[str, object] = {
        "delivered": f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "requested": f"2025-{random.randint(1, 3):02}-{random.randint(1, 28):02}",
        "item_price": f"USD {random.randint(1, 10**7)}.{random.randint(0, 99):02}",
        "reason": random.choice(("defective", "wrong_item", "overstock")),
        "condition": random.choice(("new_unused", "used", "worn")),
        "tags": random.choice(([], ["final_sale"], [f"tag-{random.random()}"])),
        "evidence": random.choice(([], ["photos"])),
    }
    if random.random() < 0.02:
        found.pop(random.choice(("reason", "condition")))
    return found


@needs_statm
def test_27_000_decisions_of_one_policy_take_no_more_memory() -> None:
    random, used = Random(1), decider()
    for _ in range(18_000):  # caches fill, the largest with 16,384 prices
        used.decide(line(random))

    before, blocks = resident_megabytes(), sys.getallocatedblocks()
    for _ in range(9_000):
        assert used.decide(line(random)).alarm is None

    assert resident_megabytes() - before < 4
    assert sys.getallocatedblocks() - blocks < 900  # an object for ten decisions
    used.close()


@needs_statm
def test_250_policies_made_used_and_closed_take_no_more_memory() -> None:
    def make_and_use(version: int) -> None:
        made = decider(version)
        assert made.decide(line(Random(version))).alarm is None
        made.close()

    for version in range(1, 100):
        make_and_use(version)
    before = resident_megabytes()
    for version in range(100, 250):
        make_and_use(version)

    assert resident_megabytes() - before < 4


def test_8_threads_give_what_one_gives() -> None:
    random = Random(2)
    lines = [line(random) for _ in range(2_000)]
    alone, shared = decider(), decider()

    expected = [alone.decide(each) for each in lines]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(shared.decide, lines, chunksize=25))

    assert found == expected
    alone.close()
    shared.close()


def test_threads_that_share_two_policies_get_each_its_own() -> None:
    random = Random(3)
    lines = [line(random) for _ in range(500)]
    one, two = decider(1), decider(2)

    def both(each: dict[str, object]) -> tuple[Decision, Decision]:
        return one.decide(each), two.decide(each)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(both, lines))

    versions = {tuple(each.policy.version for each in pair if each.policy) for pair in found}
    assert versions == {(1, 2)}
    one.close()
    two.close()


def test_a_closed_policy_sends_lines_to_a_person() -> None:
    used = decider()
    used.close()

    decision = used.decide(line(Random(4)))

    assert (decision.answer, decision.code) == ("review", "engine_disagreement")
    assert decision.alarm is not None
    assert "closed" in decision.alarm
