"""Every kept decision is derived again from the store, and whatever was altered is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.store.connection.address import Address
from adapters.store.database import open_store
from adapters.store.decision_history.pages import Range
from adapters.store.records import Decided, Edition
from engine.decision.compiled import CompiledRow, CompiledTable
from engine.decision.evaluation import Evaluation
from engine.replay.kept import Finding, Kind, Replay
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.history import ALWAYS, MOMENT, History, alter

POLICY = """
policy: acme/standard
version: 1
title: Standard returns
effective: {from: 2020-01-01}
currency: USD
agreed:
  fee: {type: percent, default: 30%}
  extra: {type: rows, default: []}
for: {country: [US]}
window: {days: 30, counted_from: delivered}
fees:
  restocking: {fee: agreed.fee of item_price, per: return}
  more: {rows: agreed.extra}
"""
ROWS = [
    {
        "id": "X-1",
        "when": {"reason": "defective", "category": "b", "brand": "x"},
        "fee": "USD 1.00",
    },
    {"id": "X-2", "otherwise": True, "fee": "none"},
]
GIVEN = {
    "ordered": "2025-05-01",
    "delivered": "2025-05-10",
    "requested": "2025-05-20",
    "item_price": "USD 100.00",
    "country": "US",
    "reason": "defective",
    "category": "b",
    "brand": "x",
}
BASE = """policy: shared/base
version: 1
effective: {from: 2020-01-01}
currency: USD
fees: {a: {fee: USD 5.00}}
"""
CHILD = """policy: acme/child
version: 1
extends: shared/base@1
effective: {from: 2020-01-01}
changes: [{set: fees.a.fee, to: USD 4.00, why: trial, effective: {from: 2025-01-01}}]
"""


@pytest.fixture
def history(address: Address) -> Iterator[History]:
    with (
        closing(open_store(address, lambda: MOMENT)) as store,
        closing(Library(policies_folder())) as library,
    ):
        yield History(store, library)


@pytest.fixture
def standard(history: History) -> Edition:
    return history.publish(POLICY)


def only(history: History) -> Replay:
    (replay,) = history.replay().values()
    return replay


def said(replay: Replay) -> list[str]:
    return [str(each) for each in replay.differences]


def findings(history: History, *, plain: bool = False) -> set[Finding]:
    return {each.finding for each in history.replay(plain=plain).values()}


# --- what comes out the same ----------------------------------------------------------------------


def test_lines_returns_and_refusals_without_a_policy_come_out_the_same(
    history: History, standard: Edition
) -> None:
    history.decide(standard, GIVEN)
    history.decide(standard, {**GIVEN, "requested": "2025-07-01"})
    whole, *lines = history.decide_return(standard, GIVEN, [{}, {"item_price": "USD 9.99"}])
    history.refuse("acme", {"requested": "2025-05-20", "country": "FR", "quantity": 1})
    history.refuse("globex", {"requested": "2025-05-20", "quantity": 1})

    assert [each.kind for each in (whole, *lines)] == [Kind.RETURN, Kind.MEMBER, Kind.MEMBER]
    assert len(history.replay()) == 7
    assert findings(history) == {Finding.SAME}
    assert findings(history, plain=True) == {Finding.SAME}


def test_terms_are_those_of_then_and_their_order_of_names_is_none(
    history: History, standard: Edition
) -> None:
    decided = history.decide(standard, GIVEN, {"fee": "10%", "extra": ROWS})
    turned = [dict(reversed(row.items())) for row in ROWS]
    turned[0]["when"] = dict(reversed(ROWS[0]["when"].items()))  # type: ignore[attr-defined]
    again = history.decide(standard, GIVEN, {"extra": turned, "fee": "10%"})

    assert decided.record == again.record
    assert '"fee":"10%"' in decided.terms
    assert findings(history) == {Finding.SAME}


def test_rows_that_were_agreed_point_to_the_terms_and_rows_by_default_to_the_text(
    history: History,
) -> None:
    row = "{id: X-1, otherwise: true, fee: USD 1.00}"
    edition = history.publish(POLICY.replace("default: []", f"default: [{row}]"))
    agreed = {"extra": [{"id": "X-1", "otherwise": True, "fee": "USD 1.00"}]}

    by_default, by_terms = history.decide(edition, GIVEN), history.decide(edition, GIVEN, agreed)

    assert by_default.edition_digest == by_terms.edition_digest
    assert '"file":"terms"' in by_terms.record
    assert '"file":"terms"' not in by_default.record
    assert findings(history) == {Finding.SAME}


def test_a_base_that_comes_with_takeback_is_kept_with_the_edition(history: History) -> None:
    edition = history.publish(CHILD, lambda policy, version: BASE)
    before, after = ({**GIVEN, "ordered": f"{year}-05-01"} for year in (2024, 2025))
    old, new = (history.decide(edition, each) for each in (before, after))

    assert old.edition_digest != new.edition_digest
    assert edition.base_texts == {"shared/base@1": BASE}
    assert findings(history) == {Finding.SAME}


def test_a_newer_version_changes_nothing(history: History, standard: Edition) -> None:
    history.decide(standard, GIVEN)
    history.publish(POLICY.replace("version: 1", "version: 2").replace("30%", "20%"))

    assert only(history).finding is Finding.SAME


def test_an_edition_published_later_does_not_govern_what_was_refused_before(
    history: History,
) -> None:
    history.refuse("acme", {"requested": "2025-05-20", "country": "US", "quantity": 1})
    history.publish(POLICY)

    assert only(history).finding is Finding.SAME


def test_a_withdrawal_changes_nothing_before_it_and_what_follows_it_comes_out_the_same(
    history: History, standard: Edition
) -> None:
    """Nobody can say later whether a withdrawal of the very moment of a decision was seen."""
    asked = {"requested": "2025-05-20", "ordered": "2025-05-01", "country": "US", "quantity": 1}
    history.decide(standard, GIVEN)
    history.refuse("acme", {**asked, "country": "FR"})
    with history.store.session(), history.store.atomic():
        history.store.withdrawals.add("w1", standard.id, (None, "a mistake"), "tests")
    history.moment = MOMENT + timedelta(seconds=1)
    history.refuse("acme", asked)

    assert len(history.replay()) == 3
    assert findings(history) == {Finding.SAME}


# --- what does not --------------------------------------------------------------------------------


def test_an_altered_record_is_found(address: Address, history: History, standard: Edition) -> None:
    history.decide(standard, GIVEN)
    alter(address, "decision", "UPDATE decision SET record = replace(record, '7000', '9000')")

    assert only(history).finding is Finding.ALTERED
    assert "net: USD 90.00 → USD 70.00" in said(only(history))


def test_altered_facts_are_found(address: Address, history: History, standard: Edition) -> None:
    history.decide(standard, GIVEN)
    alter(address, "decision", "UPDATE decision SET facts = replace(facts, '100.00', '10.00')")

    assert only(history).finding is Finding.ALTERED
    assert "facts.item_price: USD 100.00 → USD 10.00" in said(only(history))


def test_an_altered_line_of_a_return_is_found(
    address: Address, history: History, standard: Edition
) -> None:
    whole, first, second = history.decide_return(standard, GIVEN, [{}, {}])
    where = f"WHERE id = '{second.id}'"
    alter(address, "decision", f"UPDATE decision SET record = '{first.record}' || ' ' {where}")

    found = {key: replay.finding for key, replay in history.replay().items()}
    assert found == {whole.id: Finding.SAME, first.id: Finding.SAME, second.id: Finding.ALTERED}


def test_an_altered_text_of_a_policy_is_found(
    address: Address, history: History, standard: Edition
) -> None:
    history.decide(standard, GIVEN)
    alter(address, "edition", "UPDATE edition SET text = replace(text, '30%', '20%')")

    assert only(history).finding is Finding.POLICY
    assert "`acme/standard@1`" in only(history).why


def test_lines_that_moved_within_a_text_are_named(
    address: Address, history: History, standard: Edition
) -> None:
    history.decide(standard, GIVEN)
    alter(address, "edition", "UPDATE edition SET text = '#\n' || text")

    assert only(history).finding is Finding.DIFFERS
    assert "because[0].line: 11 → 12" in said(only(history))


def test_altered_terms_are_found(address: Address, history: History, standard: Edition) -> None:
    history.decide(standard, GIVEN, {"fee": "10%"})
    alter(address, "decision", "UPDATE decision SET terms = replace(terms, '10%', '5%')")

    assert only(history).finding is Finding.POLICY


def test_a_missing_edition_is_named(address: Address, history: History, standard: Edition) -> None:
    history.decide(standard, GIVEN)
    alter(address, "edition", "DELETE FROM edition")

    assert only(history).finding is Finding.MISSING
    assert standard.id in only(history).why


def test_a_missing_base_is_named(address: Address, history: History) -> None:
    history.decide(history.publish(CHILD, lambda policy, version: BASE), GIVEN)
    alter(address, "edition", "UPDATE edition SET base_texts = '{}'")

    assert only(history).finding is Finding.MISSING
    assert "`shared/base`" in only(history).why


def test_a_missing_whole_is_named(address: Address, history: History, standard: Edition) -> None:
    history.decide_return(standard, GIVEN, [{}, {}])
    alter(address, "decision", "DELETE FROM decision WHERE kind = 'return'")

    assert findings(history) == {Finding.MISSING}


def test_a_missing_edition_that_was_considered_is_named(
    address: Address, history: History, standard: Edition
) -> None:
    history.refuse("acme", {"requested": "2025-05-20", "country": "FR", "quantity": 1})
    alter(address, "edition", "DELETE FROM edition")

    assert only(history).finding is Finding.MISSING


def test_an_edition_altered_to_govern_what_was_refused_is_named(
    address: Address, history: History, standard: Edition
) -> None:
    history.refuse("acme", {"requested": "2025-05-20", "country": "FR", "quantity": 1})
    alter(address, "edition", "UPDATE edition SET scope = '[]'")

    assert only(history).finding is Finding.DIFFERS
    assert only(history).why == "`acme/standard@1` governs the order."


def test_a_decision_from_before_all_this_was_kept_says_so(
    address: Address, history: History, standard: Edition
) -> None:
    history.decide(standard, GIVEN, {"fee": "10%"})
    alter(address, "decision", "UPDATE decision SET versions = '', terms = '{}'")

    assert only(history).finding is Finding.POLICY
    assert only(history).why.endswith("before agreed terms and versions were kept with decisions.")


def test_another_tie_rule_of_the_engine_is_named_with_the_engine_of_then(
    address: Address, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "{id: A, when: {category: b}, fee: USD 3.00}, {id: B, otherwise: true, fee: USD 2.00}"
    text = POLICY.replace("rows: agreed.extra", f"rows: [{rows}]")
    history.decide(history.publish(text), GIVEN)
    older = "UPDATE decision SET versions = replace(versions, 'engine ', 'engine 0')"
    alter(address, "decision", older)

    first = Evaluation.pick

    def last_fee(run: Evaluation, table: CompiledTable[Any]) -> CompiledRow[Any] | None:
        found, hit = first(run, table), run.true & table.mask
        return table.by_mask[1 << (hit.bit_length() - 1)] if table.table.topic == "fees" else found

    monkeypatch.setattr(Evaluation, "pick", last_fee)
    found = only(history)

    assert found.finding is Finding.DIFFERS
    assert {"fees.more: USD 3.00 → USD 2.00", "fees.more.row: A → B"} <= {*said(found)}
    assert [each.path for each in found.versions] == ["engine"]


# --- reading --------------------------------------------------------------------------------------


def _at(history: History, edition: Edition, at: datetime) -> Decided:
    history.moment = at
    return history.decide(edition, GIVEN)


def test_history_is_read_in_order_in_pages_of_any_size(history: History, standard: Edition) -> None:
    """Many decisions of one request share their moment, so pages end within a moment too."""
    made = [_at(history, standard, MOMENT + timedelta(seconds=n // 5)) for n in range(17)]
    wanted = [each.id for each in sorted(made, key=lambda each: (each.decided_at, each.id))]

    for page in (1, 2, 5, 16, 17, 100):
        assert [each.id for each in history.store.decision_history.read(ALWAYS, page)] == wanted
    assert history.store.decision_history.count(ALWAYS) == 17


def test_a_range_has_its_first_moment_and_not_its_last(history: History, standard: Edition) -> None:
    history.moment = MOMENT
    moments = [MOMENT, MOMENT + timedelta(microseconds=1), MOMENT + timedelta(days=1)]
    made = [_at(history, standard, each) for each in moments]
    within = Range(since=moments[1], before=moments[2])

    assert [each.id for each in history.store.decision_history.read(within)] == [made[1].id]
    assert history.store.decision_history.count(within) == 1


def test_a_range_can_be_of_one_policy(history: History, standard: Edition) -> None:
    other = history.publish(POLICY.replace("acme/standard", "acme/other"))
    mine, _ = history.decide(standard, GIVEN), history.decide(other, GIVEN)
    within = replace(ALWAYS, policy="acme/standard")

    assert [each.id for each in history.store.decision_history.read(within)] == [mine.id]
    assert history.store.decision_history.count(within) == 1
    assert list(history.store.decision_history.read(replace(ALWAYS, policy="acme/none"))) == []


def test_a_decision_comes_back_with_all_that_was_kept(history: History, standard: Edition) -> None:
    made = history.decide_return(standard, GIVEN, [{}, {}], {"fee": "10%"})
    made += (history.refuse("globex", {"requested": "2025-05-20"}),)

    assert [history.store.decision_history.one(each.id) for each in made] == list(made)
    assert history.store.decision_history.one("nothing") is None
