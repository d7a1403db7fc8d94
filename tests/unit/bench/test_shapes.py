"""What a return without one fact costs beside the same with every fact known."""

import sys
from collections.abc import Callable, Iterable

import pytest

from bench.items import make_items
from bench.ours import read_policy
from bench.shapes import SEED, UNSENT
from bench.tables import first_hits
from engine.decision.decide import Decider

LINES = 300
MOST = 2
"""How many times the calls of a known line one without a fact may make."""


def calls(way: Callable[[dict[str, object]], object], lines: Iterable[dict[str, object]]) -> int:
    """How many functions are called, in Python and below: unlike time, it is always the same."""
    count = 0

    def counted(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    for line in lines:
        way(line)
    sys.setprofile(before)
    return count


@pytest.mark.parametrize("way", ["outcome", "decide"])
@pytest.mark.parametrize("name", ["rows_25", "rows_100"])
def test_a_line_without_a_fact_makes_at_most_twice_the_calls(name: str, way: str) -> None:
    policy = read_policy(name)
    tested = {fact for table in first_hits(policy) for fact in table.facts}
    words = policy.facts["category"].words or ("general",)
    known = [item.facts for item in make_items(words, tested, LINES, SEED)]
    unsent = [{k: v for k, v in line.items() if k != UNSENT[name]} for line in known]
    decider = Decider(policy)
    decides = getattr(decider, way)
    for line in (*known, *unsent, *unsent):
        decides(line)

    assert calls(decides, unsent) <= MOST * calls(decides, known)
    decider.close()
