"""The benchmark of many partners publishes and asks as a server does, and tells a slope."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.connection.address import SqliteFile
from bench import partners
from bench.crowd import Layout, policy_text
from engine.decision.compiled import compile_policy
from engine.decision.rules.parts import cut
from engine.policy.editions import load

KINDS = (0, 14, 18, 19)
"""A policy of each kind: four lines, 25 rows, one that extends a base, one of its own rows."""


@pytest.mark.parametrize("layout", Layout)
def test_every_kind_of_partner_is_published_asked_replaced_and_withdrawn(
    layout: Layout, tmp_path: Path
) -> None:
    server = partners.Server(SqliteFile(path=tmp_path / "bench.sqlite"), layout)

    for number in KINDS:
        server.crowd.join(range(number, number + 1))
        server.crowd.publish(number, policy_text(layout, number, 1))
        server.ask(number)
    newer = server.crowd.publish(14, policy_text(layout, 14, 2))
    server.ask(14)
    server.crowd.withdraw(newer)
    server.ask(14)

    assert server.library.counts == (6, 5)
    server.close()


def test_policies_of_one_kind_differ_in_numbers_and_share_what_is_compiled() -> None:
    texts = {policy_text(Layout.MANY_SUPPLIERS, number, 1) for number in (14, 34, 54)}
    first, *others = map(sources_of, texts)

    assert len(texts) == 3
    assert others == [first, first]


def sources_of(text: str) -> list[str]:
    question = compile_policy(load(text, "bench").policy).question
    return [part.source for part in cut(question.rules, len(question.used))]


def test_the_slope_is_told_for_each_replacement_once_memory_has_settled() -> None:
    said = partners.told([50, 60, *(100 + step for step in range(8))], count=1_000)

    assert "+10.24 KB for each" in said
