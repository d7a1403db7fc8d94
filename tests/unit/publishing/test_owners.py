"""A fact of a policy's own that names nobody who tells it is named itself."""

from engine.policy.editions import load
from engine.policy.faults import Level
from engine.publishing.facts import owner_findings

POLICY = """policy: acme/standard
version: 1
title: Standard
effective: {from: 2025-01-01}
currency: USD
facts:
  grade: {type: word}
  note: {type: yes_no, told_by: retailer}
  membership: {type: word, if_not_sent: plain}
window: {days: 30, counted_from: delivered}
"""


def test_only_a_fact_of_its_own_without_an_owner_is_named_at_its_line() -> None:
    (found,) = owner_findings(load(POLICY, "returns.yaml", lambda *_: None, {}))

    assert (found.code, found.level, found.source.line) == ("owner_unnamed", Level.NOTE, 7)
    assert "`grade`" in found.sentence
    assert "told_by: retailer" in found.sentence


def test_a_policy_without_facts_of_its_own_says_it_all() -> None:
    text = POLICY.replace("facts:\n  grade: {type: word}\n", "facts:\n")

    assert owner_findings(load(text, "returns.yaml", lambda *_: None, {})) == []
