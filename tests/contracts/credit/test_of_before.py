"""Credits and claims of before the ledger get the entries that they would have had."""

from __future__ import annotations

import shutil
from pathlib import Path

from adapters.store.connection.address import Address
from adapters.store.connection.schema import MIGRATIONS, migrate
from adapters.store.database import open_store
from adapters.store.money.credit.records import CreditEntry
from engine.money import Money
from engine.settlement.ledger import ACCOUNTS, ClaimState, EntryKind, Posting, follows, totals
from tests.contracts.credit.histories import OURS, balances, claims_of, entries
from tests.contracts.test_migrations import run_sql

ROWS = """
INSERT INTO settlement (id, return_line, sequence, order_line, supplier, retailer, instrument,
  currency, amount, state, trouble, sentence, why, instead_of, line_most, claimed, reference,
  generation, attempts, polls, owner, made_at) VALUES
  ('st_1', 'rl_1', 1, 'ol', 'acme', 'northwind', 'own_credit', 'USD', 900, 'succeeded',
   '', '', '', '', 0, 0, '', 1, 0, 0, '', '2025-11-01 10:00:00'),
  ('st_2', 'rl_2', 1, 'ol', 'acme', 'northwind', 'own_credit', 'USD', 100, 'succeeded',
   '', '', '', '', 0, 200, '', 1, 0, 0, '', '2025-12-01 10:00:00'),
  ('st_3', 'rl_3', 1, 'ol', 'acme', 'northwind', 'own_credit', 'USD', 70, 'needs_attention',
   '', '', '', '', 0, 0, '', 1, 0, 0, '', '2025-12-01 10:00:00'),
  ('st_4', 'rl_4', 1, 'ol', 'acme', 'northwind', 'refund', 'USD', 50, 'succeeded',
   '', '', '', '', 0, 0, '', 1, 0, 0, '', '2025-12-01 10:00:00'),
  ('st_5', 'rl_5', 1, 'ol', 'northwind', 'northwind', 'own_credit', 'USD', 50, 'succeeded',
   '', '', '', '', 0, 0, '', 1, 0, 0, '', '2025-12-01 10:00:00');
INSERT INTO claim (id, return_line, order_line, supplier, retailer, currency, amount, paid, "by",
  state, due_on, why, ended_why, made_at) VALUES
  ('cl_1', 'rl_1', 'ol', 'acme', 'northwind', 'USD', 300, 200, 'offset', 'paid', '', '', '',
   '2025-11-02 10:00:00'),
  ('cl_2', 'rl_1', 'ol', 'acme', 'northwind', 'USD', 40, 0, 'billed', 'dropped', '', '', '',
   '2025-11-03 10:00:00'),
  ('cl_3', 'rl_1', 'ol', 'acme', 'northwind', 'USD', 60, 0, 'offset', 'open', '', '', '',
   '2025-11-04 10:00:00');
INSERT INTO claim_use (id, claim, settlement, amount, at) VALUES
  ('u1', 'cl_1', 'st_2', 200, '2025-12-01 10:00:00');
INSERT INTO chain (tenant, seq, hash) VALUES ('acme', 2, 'none');
INSERT INTO journal (tenant, seq, at, actor, subject, fact, body, before, hash) VALUES
  ('acme', 1, '2026-01-05T10:00:00+00:00', 'x', 'cl_1', 'claim_paid', '{}', '', ''),
  ('acme', 2, '2025-11-05T10:00:00.123456+00:00', 'x', 'cl_2', 'claim_dropped', '{}', '', '');
"""


def before_ledger(kind: str, empty: Address, folder: Path) -> None:
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy)
    for file in (copy / kind).iterdir():
        if file.name[:4] >= "0021":
            file.unlink()
    migrate(empty, copy)


def posted(found: list[CreditEntry]) -> list[tuple[str, str, int, str]]:
    return [(f"{e.at:%Y-%m-%d}", str(e.kind), e.amount.minor, e.of.claim) for e in found]


def test_what_was_before_gets_its_entries_in_its_order(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before_ledger(kind, empty, tmp_path)
    run_sql(empty, ROWS)

    store = open_store(empty)
    with store.session():
        found, stands = entries(store), balances(store, "northwind")
        settled = claims_of(store, ClaimState.PAID)
    store.close()

    assert posted(found) == [
        ("2025-11-01", "credit", 900, ""),
        ("2025-11-02", "claim", 300, "cl_1"),
        ("2025-11-03", "claim", 40, "cl_2"),
        ("2025-11-04", "claim", 60, "cl_3"),
        ("2025-11-05", "claim_dropped", 40, "cl_2"),
        ("2025-12-01", "credit", 100, ""),
        ("2025-12-01", "credit", 200, "cl_1"),
        ("2025-12-01", "offset", 200, "cl_1"),
        ("2026-01-05", "claim_paid", 100, "cl_1"),
    ]
    assert [each.totals for each in stands] == [
        totals((each.kind, each.amount.minor) for each in found)
    ]
    assert (stands[0].totals.balance, stands[0].totals.claimed) == (1_000, 60)
    assert [each.left.minor for each in settled] == [0]


def test_entries_of_before_are_like_those_of_today(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before_ledger(kind, empty, tmp_path)
    run_sql(empty, ROWS)
    store = open_store(empty)
    with store.session():
        found = entries(store)
    with store.writing():
        more = store.spending.use(OURS, 1_000, "INV-1", "tests")
    store.close()

    balance = Money(0, "USD")
    for each in found:
        balance = follows(balance, Posting(kind=each.kind, amount=each.amount.minor))
        assert (each.balance, (each.taken_from, each.given_to)) == (balance, ACCOUNTS[each.kind])
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert (more.number, more.kind, more.balance.minor) == (10, EntryKind.USE, 0)
