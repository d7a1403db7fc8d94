"""Two processes cannot spend the same credit or post a thing twice; rows stay as written."""

from __future__ import annotations

import dataclasses
import multiprocessing as mp
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.store.connection.address import Address
from adapters.store.database import open_store
from adapters.store.money.credit.records import Of
from adapters.store.money.steps import Asked
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.ledger import EntryKind
from tests.contracts.credit.histories import OURS, balances, entries
from tests.contracts.test_migrations import run_sql

ASKED = Asked(
    return_line="rl_1",
    sequence=1,
    order_line="ol_1",
    supplier="acme",
    retailer="northwind",
    remedy="account_credit",
    amount=Money(1_000, "USD"),
    line_most=0,
    payment=None,
    actor="tests",
)


def act_at_once(address: Address, act: str, barrier: Barrier, answers: Any) -> None:
    store = open_store(address)
    barrier.wait(timeout=60)
    try:
        for _ in range(5):
            with store.writing():
                if act == "use":
                    store.spending.use(OURS, 150, "INV-1", "tests")
                elif act == "pay out":
                    paid = Of(how="cheque", reference="12")
                    store.spending.pay_out(OURS, 150, paid, "tests")
                else:
                    store.settlements.plan(ASKED)
            answers.put("done")
    except RequestFault as fault:
        answers.put(fault.code)
    finally:
        store.close()
        answers.put("")


def at_once(address: Address, *acts: str) -> list[str]:
    context: Any = mp.get_context("forkserver")
    barrier, answers = context.Barrier(len(acts)), context.Queue()
    processes = [
        context.Process(target=act_at_once, args=(address, act, barrier, answers)) for act in acts
    ]
    for each in processes:
        each.start()
    found: list[str] = []
    while found.count("") < len(processes):
        found.append(answers.get(timeout=120))
    for each in processes:
        each.join(timeout=60)
    return [each for each in found if each]


def test_two_processes_spend_no_more_than_is_there(address: Address) -> None:
    store = open_store(address)
    with store.writing():
        store.settlements.plan(ASKED)
    store.close()

    found = at_once(address, "use", "pay out")

    with store.session():
        stands = store.tenant_credit.balance(OURS).totals
        posted = entries(store)
    store.close()
    assert set(found) <= {"done", "over_balance", "conflict", "unavailable"}
    assert stands.used + stands.paid_out == 150 * found.count("done")
    assert stands.balance == 1_000 - 150 * found.count("done") >= 0
    assert found.count("done") == 6 or "over_balance" not in found
    assert [each.number for each in posted] == list(range(1, len(posted) + 1))


def test_a_settlement_is_posted_once_by_two_processes(address: Address) -> None:
    found = at_once(address, "plan", "plan")

    store = open_store(address)
    with store.session():
        (posted,) = entries(store)
    store.close()
    assert set(found) <= {"done", "conflict", "unavailable"}
    assert (posted.kind, posted.amount.minor) == (EntryKind.CREDIT, 1_000)


def test_currencies_and_partnerships_are_apart(address: Address) -> None:
    store = open_store(address)
    with store.writing():
        store.settlements.plan(ASKED)
        store.settlements.plan(replace(ASKED, return_line="rl_2", retailer="southgate"))
        store.settlements.plan(replace(ASKED, return_line="rl_3", amount=Money(700, "EUR")))
        for of in (
            dataclasses.replace(OURS, currency="GBP"),
            dataclasses.replace(OURS, supplier="globex"),
        ):
            with pytest.raises(RequestFault, match="more than the balance"):
                store.spending.use(of, 1, "INV-1", "tests")
    with store.session():
        found = {
            (each.between.retailer, each.between.currency): each.totals.balance
            for each in balances(store, "acme")
        }
        mine = balances(store, "southgate")
    store.close()
    assert {key: value for key, value in found.items() if value} == {
        ("northwind", "USD"): 1_000,
        ("northwind", "EUR"): 700,
        ("southgate", "USD"): 1_000,
    }
    assert [each.between.retailer for each in mine] == ["southgate"]


def test_a_retailers_credit_to_its_own_consumers_is_in_no_ledger(address: Address) -> None:
    store = open_store(address)
    with store.writing():
        store.settlements.plan(replace(ASKED, supplier="northwind"))
    with store.session():
        assert balances(store, "northwind") == []
    store.close()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE credit_entry SET amount = 1", "DELETE FROM credit_entry"],
)
def test_entries_are_written_once(address: Address, sql: str) -> None:
    store = open_store(address)
    with store.writing():
        store.settlements.plan(ASKED)
    store.close()

    with pytest.raises(Exception, match="written once"):
        run_sql(address, sql)


@pytest.mark.parametrize(
    ("invoice", "amount", "code"),
    [
        ("", 1, "wrong_reference"),
        ("x" * 101, 1, "wrong_reference"),
        ("a\nb", 1, "wrong_reference"),
        ("INV-1", 0, "wrong_amount"),
        ("INV-1", -5, "wrong_amount"),
        ("INV-1", 1_001, "over_balance"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    address: Address, invoice: str, amount: int, code: str
) -> None:
    store = open_store(address)
    with store.writing():
        store.settlements.plan(ASKED)
    with pytest.raises(RequestFault) as refused, store.writing():
        store.spending.use(OURS, amount, invoice, "tests")
    with store.session():
        assert store.tenant_credit.balance(OURS).totals.balance == 1_000
    store.close()
    assert refused.value.code == code


def test_a_limit_is_told_and_refuses_nothing(address: Address) -> None:
    store = open_store(address)
    with store.writing():
        store.spending.limit("ps_1", OURS, 600, "tests")
        store.settlements.plan(ASKED)
    with store.session():
        stands = store.tenant_credit.balance(OURS)
    store.close()
    assert (stands.totals.balance, stands.most, stands.over) == (1_000, 600, 400)
