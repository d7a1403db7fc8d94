"""The worked example of a return in pieces comes out as the guide says."""

import re
from pathlib import Path

from engine.decision.decide import Decider
from engine.decision.standing import Standing, Units
from engine.policy.editions import load

PAGE = (Path(__file__).parents[2] / "docs" / "returns.md").read_text(encoding="utf-8")
CHAPTER = PAGE.partition("## In pieces\n")[2].partition("\n## ")[0]
HEADER = "policy: acme/pieces\nversion: 1\neffective: {from: 2020-01-01}\ncurrency: USD\n"
OPENED = {"packaging": "opened_original"}


def owed(decider: Decider, whole: int, came: list[tuple[int, dict[str, object]]]) -> str:
    """What is owed for the units that came, of all that come back."""
    groups = [(units, facts, True) for units, facts in came]
    left = whole - sum(units for units, _ in came)
    groups += [(left, {}, False)] if left else []
    usual = {
        "ordered": "2026-01-02",
        "requested": "2026-01-10",
        "unit_price": "USD 25.00",
        "packaging": "sealed_original",
    }
    found = decider.decide_return(
        {},
        [{**usual, **facts, "quantity": whole} for _, facts, _ in groups],
        Standing(
            units=tuple(
                Units(line=0, units=units, arrived=here, settled=here) for units, _, here in groups
            )
        ),
    )
    assert found.net is not None
    return found.net.decimal


def test_the_worked_example_comes_out_as_the_guide_says() -> None:
    policy = re.search(r"```yaml\n(.*?)```", CHAPTER, re.DOTALL)
    assert policy is not None
    decider = Decider(load(HEADER + policy[1], "guide.yaml").policy)
    steps = [
        owed(decider, 4, [(1, {})]),
        owed(decider, 4, [(1, {}), (2, OPENED)]),
        owed(decider, 3, [(1, {}), (2, OPENED)]),
    ]
    before = ["0.00", *steps]
    paid = [f"{float(now) - float(then):.2f}" for then, now in zip(before, steps, strict=False)]

    rows = re.findall(r"^\| [^|]+ \| (\d+\.\d\d) \| (\d+\.\d\d) \|$", CHAPTER, re.MULTILINE)

    assert rows == list(zip(steps, paid, strict=True))
