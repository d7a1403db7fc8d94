"""A library of policies keeps its memory: however many are asked, replaced and dropped in use."""

from __future__ import annotations

import gc
import os
import sys
import threading
import tracemalloc
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import linear_regression
from types import SimpleNamespace
from typing import Any

import durable_rules_engine as native
import pytest

from adapters.identity.principal import Kind
from adapters.store.records import Edition, Partner
from engine.decision.decide import Decider
from engine.decision.rules import ruleset
from engine.meaning import code
from engine.policy import text as texts
from engine.policy.editions import load
from engine.policy.model import Effective
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import FactType
from takeback.policy_cache import Library
from takeback.settings import policies_folder

STATM = Path("/proc/self/statm")
needs_statm = pytest.mark.skipif(
    not STATM.exists(), reason="resident memory is read from /proc/self/statm, which Linux has"
)
OWNER = Partner(id="1", handle="acme", name="Acme", kind=Kind.SUPPLIER)
POLICY = """
policy: acme/{number}
version: {version}
effective: {{from: 2020-01-01}}
currency: USD
window: {{days: {days}, counted_from: delivered}}
eligibility:
  rows:
    - {{id: E-WORN, when: {{condition: worn{tests}}}, answer: refuse, code: not_entitled}}
    - {{id: E-DEAR, when: {{category: lamps, item_price: {{over: USD {days}.00}}}},
       answer: review, to_settle: it}}
    - {{id: E-LATE, when: {{deadlines: late}}, answer: refuse, code: outside_window}}
fees:
  restocking:
    rows:
      - {{id: F-BIG, when: {{item_price: {{at_least: USD {days}00.00}}}},
         fee: {days}% of item_price}}
      - {{id: F-NONE, otherwise: true, fee: none}}
"""
YES_OR_NO = tuple(name for name, fact in SENT.items() if fact.type is FactType.YES_NO)
A_LINE = {
    "condition": "new_unused",
    "ordered": "2025-05-01",
    "delivered": "2025-05-05",
    "requested": "2025-05-20",
}


def text_of(number: int, version: int) -> str:
    """Every tenth policy is of a shape that no other has; the others differ in numbers only."""
    shape = version * 31 + number // 10 + 1 if number % 10 == 0 else 0
    asked = [fact for bit, fact in enumerate(YES_OR_NO) if shape >> bit & 1]
    days = 10 + (number * 7 + version) % 50
    tests = "".join(f", {fact}: true" for fact in asked)
    return POLICY.format(number=number, version=version, days=days, tests=tests)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stands in for the editions of a store, any number of them: an id is `NUMBER@VERSION`."""

    def by_id(self, key: str) -> Edition:
        number, version = map(int, key.split("@"))
        return Edition(
            id=key,
            policy=f"acme/{number}",
            version=version,
            title="",
            owner=OWNER,
            text=text_of(number, version),
            digest="",
            effective=Effective(first=1, last=None),
            applies_by="requested",
            scope=(),
            bases=(),
            base_texts={},
            language=2,
            published_at=datetime(2025, 1, 1, tzinfo=UTC),
            published_by="tests",
        )

    def text_of_base(self, edition: Edition, policy: str, version: int) -> str | None:
        return None


STORE: Any = SimpleNamespace(editions=Shelf())


def asked(library: Library, number: int, version: int, price: int, *, native: bool = True) -> Any:
    """The answer and the net of one line, as the API asks for them."""
    edition = library.edition(STORE, f"{number}@{version}")
    policy = library.file(STORE, edition, {}).policy
    line = {**A_LINE, "category": "lamps", "item_price": f"USD {price}.00"}
    with library.lent(policy, native=native) as decider:
        decision = decider.decide(line)
    assert decision.alarm is None
    return decision.answer, decision.code, decision.net


def expected(number: int, version: int, price: int) -> Any:
    decider = Decider(load(text_of(number, version), "plain").policy, native=False)
    decision = decider.decide({**A_LINE, "category": "lamps", "item_price": f"USD {price}.00"})
    return decision.answer, decision.code, decision.net


def resident_kilobytes() -> float:
    gc.collect()
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def slope(kilobytes: list[float]) -> float:
    """KB for each step, by the straight line nearest to all of them."""
    return linear_regression(range(len(kilobytes)), kilobytes).slope


def test_a_library_weighs_no_more_than_it_may() -> None:
    library = Library(policies_folder(), megabytes=4)

    for number in range(200):
        asked(library, number, 1, 700)
        assert library.megabytes <= 4

    assert library.megabytes > 2
    library.close()


@pytest.fixture
def open_rule_sets(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The native rule sets that were made and not deleted, all the while."""
    handles: set[int] = set()
    create, delete = native.create_ruleset, native.delete_ruleset

    def created(name: str, rules: str) -> int:
        handle: int = create(name, rules)
        handles.add(handle)
        return handle

    def deleted(handle: int) -> None:
        delete(handle)
        handles.remove(handle)

    monkeypatch.setattr(native, "create_ruleset", created)
    monkeypatch.setattr(native, "delete_ruleset", deleted)
    return handles


@needs_statm
def test_replacements_leave_no_memory_no_object_and_no_rule_set_behind(
    monkeypatch: pytest.MonkeyPatch, open_rule_sets: set[int]
) -> None:
    library = Library(policies_folder(), megabytes=1)
    monkeypatch.setattr(texts._PACKED, "_most", 2**16)
    monkeypatch.setattr(code, "_RECENT", deque(maxlen=16))  # as full as it will ever be
    resident, blocks, sets = [], [], []

    for turn in range(1_200):
        asked(library, turn % 20, turn, 700 + turn % 30)
        if turn >= 600 and turn % 50 == 0:
            resident.append(resident_kilobytes())
            blocks.append(float(sys.getallocatedblocks()))
            sets.append(len(open_rule_sets))

    assert slope(resident) < 50  # for 50 replacements; 900 if no rule set is freed
    assert slope(blocks) < 25  # so less than an object for two of them
    assert max(sets) <= min(sets) + 3
    library.close()
    del library
    gc.collect()
    assert not open_rule_sets


def test_a_closed_library_leaves_no_rule_set_and_no_code_behind() -> None:
    gc.collect()
    before = len(ruleset._SHARED), len(code._SHARED)
    library = Library(policies_folder(), megabytes=2)
    for number in range(60):
        asked(library, number, 1, 700)
    assert len(ruleset._SHARED) > before[0]

    library.close()
    del library
    gc.collect()

    assert (len(ruleset._SHARED), len(code._SHARED)) == before


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("often")
def test_8_threads_that_drop_one_anothers_policies_get_the_answers_of_plain_python() -> None:
    library = Library(policies_folder(), megabytes=1)
    cases = [(number, 1, price) for number in range(60) for price in (9, 40, 900, 3_000)]
    right = {case: expected(*case) for case in cases}
    others: list[object] = []

    def ask(seed: int) -> None:
        random = Random(seed)
        try:
            for _ in range(100):
                case = random.choice(cases)
                found = asked(library, *case, native=random.random() < 0.8)
                if found != right[case]:
                    others.append((case, found))
        except Exception as error:  # noqa: BLE001 - a thread must not lose it
            others.append(error)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert others == []
    assert library.counts[1] > 130  # of 800: they were dropped and made again all the time
    assert len(set(right.values())) > 20
    library.close()


@pytest.mark.parametrize("name", ["typical", "rows_25", "rows_100"])
def test_the_memory_of_a_policy_is_estimated_within_a_third(name: str) -> None:
    path = Path(__file__).parents[2] / "bench" / "policies" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    file = load(text, name)

    def taken(make: Any) -> tuple[Any, float]:
        made = make()
        gc.collect()
        tracemalloc.start()
        every = [make() for _ in range(4)]
        gc.collect()
        kilobytes = tracemalloc.get_traced_memory()[0] / 1024 / len(every)
        tracemalloc.stop()
        return made, kilobytes

    for make in (lambda: load(text, name), lambda: Decider(file.policy, native=False)):
        made, kilobytes = taken(make)
        assert 0.66 < made.kilobytes / kilobytes < 1.5
