"""Whatever happened to a return, an inspection does what its preview told, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from adapters.store.connection.address import Address
from returns_api.types.ids import NodeKind, encode
from tests.api.inspecting import PREVIEW, Inspecting
from tests.contracts.returns.building import Shop, opened
from tests.contracts.returns.walked_policies import POLICIES, SOME, STAYS, Walked

WALKS = {"sqlite": 8, "postgresql": 2}
STEPS = 25


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    for each in (*POLICIES, STAYS, SOME):
        found.sells(each.name, each.text)
    yield found
    found.library.close()
    found.store.close()


@pytest.mark.parametrize("walked", [*POLICIES, STAYS, SOME], ids=lambda each: each.name)
def test_an_inspection_does_what_its_preview_told_or_nothing(
    shop: Shop, walked: Walked, kind: str
) -> None:
    for seed in range(WALKS[kind]):
        walk = Inspecting(shop, walked, Random(f"inspections {walked.name} {seed}"))
        for _ in range(STEPS):
            walk.step()
        walk.check_told()


def test_an_inspection_pays_what_was_shown_whatever_another_return_took_meanwhile(
    shop: Shop,
) -> None:
    """A fee per order is taken by whichever of its returns is inspected first."""
    walk = Inspecting(shop, POLICIES[0], Random("two returns of an order"))
    made = [walk.shop.one(number=walk.number, condition="new_unused") for _ in range(2)]
    looks = []
    for each in made:
        shop.receive(each, 1)
        line = {"line": encode(NodeKind.RETURN_LINE, each.lines[0].id), "units": 1}
        lines = [{**line, "disposition": "SCRAP"}]
        looks.append({"return": encode(NodeKind.RETURN, each.id), "lines": lines})
    first, second = [walk.api.ask(PREVIEW, input=each) for each in looks]
    assert [each["kind"] for each in first["fees"]] == ["label"]
    assert "code" not in walk.inspected(looks[1], ifUnchanged=second["version"])

    again = walk.api.ask(PREVIEW, input=looks[0])

    assert walk.inspected(looks[0], ifUnchanged=first["version"])["code"] == "changed"
    assert again["shares"] != first["shares"]
    assert "code" not in walk.inspected(looks[0], ifUnchanged=again["version"])
