from __future__ import annotations

import pytest

MISSING = "the engines to compare with are not installed: pip install --editable '.[bench]'"
pytest.importorskip("zen", reason=MISSING)
pytest.importorskip("cel", reason=MISSING)

from bench.ways import contest, differences  # noqa: E402 - needs the engines just looked for


@pytest.mark.parametrize("name", ["typical", "rows_25", "rows_100"])
def test_every_engine_gives_our_answers(name: str) -> None:
    entered = contest(name)

    found = differences(entered.ways, entered.items(300, 7))

    assert found == []


def test_a_different_answer_is_found_and_names_both_sides() -> None:
    entered = contest("typical")
    odd = next(way for way in entered.ways if way.name.startswith("CEL"))
    odd.decide = lambda plain: ["refuse", "final_sale"]

    found = differences(entered.ways, entered.items(20, 7))

    assert len(found) == 20
    assert found[0].startswith("CEL: one program: ('refuse', 'final_sale'")
    assert "ours: whole decision" in found[0]
