"""Generated code works out one clock for all rows of a deadline that differ in days alone."""

import pytest

from engine.decision.compiled import compile_policy
from engine.decision.lowering import of_a_line
from engine.meaning.graph import in_order
from tests.unit.decision.building import policy_of

ROWS = """
deadlines:
  request:
    decide: DECIDE
    counted_from: delivered
    rows:
      - {id: W-A, when: {category: shoes}, within: 10 days}
      - {id: W-B, when: {packaging: none}, within: 20 days}
      - {id: W-C, otherwise: true, within: OTHER}
"""


@pytest.mark.parametrize("decide", ["first", "longest", "shortest"])
@pytest.mark.parametrize(
    ("other", "clocks"),
    [
        ("30 days", 1),
        ("4 weeks", 1),
        ("30 days, extended_by: 2 days", 2),
        ("30 days, if_late: claim_late", 2),
    ],
)
def test_rows_that_differ_in_days_alone_share_a_clock(decide: str, other: str, clocks: int) -> None:
    rows = ROWS.replace("DECIDE", decide).replace("OTHER", other)

    assert ends_compared(rows) == clocks


def ends_compared(topics: str) -> int:
    """How often the last day of a clock is compared with the day of the request."""
    states = of_a_line(compile_policy(policy_of(topics))).states
    compared = {node.parts[0] for node in in_order(states) if node.op == "le"}
    return sum(node.op == "sub" for node in compared)
