"""Account credit over the API: both sides see it, the supplier spends it, nobody twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from adapters.store.money.steps import Asked
from engine.money import Money
from tests.api.conftest import Served, refused

_NUMBERS = count(1)


def credited(served: Served, cents: int, currency: str = "USD") -> None:
    """A return of northwind was settled by acme with credit that is kept here."""
    store = served.parts.store
    with store.writing():
        acme, north = (store.partners.by_handle(name) for name in ("acme", "northwind"))
        assert acme is not None
        assert north is not None
        store.settlements.plan(
            Asked(
                return_line=f"credit {next(_NUMBERS)}",
                sequence=1,
                order_line="none",
                supplier=acme.id,
                retailer=north.id,
                remedy="account_credit",
                amount=Money(cents, currency),
                line_most=0,
                payment=None,
                actor="tests",
            )
        )
    store.close()


def joined(served: Served, by: str = "acme") -> str:
    query = "{ me { partnerships { id supplier { handle } retailer { handle } } } }"
    found = served.callers[by].ask(query)["me"]["partnerships"]
    both = ("acme", "northwind")
    return str(
        next(p["id"] for p in found if (p["supplier"]["handle"], p["retailer"]["handle"]) == both)
    )


def do(served: Served, field: str, by: str = "acme", **said: Any) -> dict[str, Any]:
    asked = {"partnership": joined(served), "currency": "USD", **said}
    if field != "setCreditLimit":
        asked.setdefault("idempotencyKey", f"credit {next(_NUMBERS)}")
    done = served.callers[by].ask(field[0].upper() + field[1:], input=asked)[field]
    return dict(done.get("entry") or done.get("balance") or done)


def standing(served: Served, by: str = "acme", currency: str = "USD") -> dict[str, Any]:
    name = {"acme": "MyCreditBalances", "northwind": "CreditBalances"}.get(by, "SeenCreditBalances")
    found = served.callers[by].ask(name)["creditBalances"]["nodes"]
    return next((each for each in found if each["currency"] == currency), {})


def test_both_sides_see_what_was_credited_used_and_paid_out(served: Served) -> None:
    credited(served, 1_000, "EUR")
    used = do(served, "useCredit", currency="EUR", amount=300, invoice="INV-7")
    paid = do(
        served, "payOutCredit", currency="EUR", amount=200, how="bank transfer", reference="T-1"
    )
    said = {"partnership": joined(served), "currency": "EUR", "month": f"{paid['at'][:7]}"}
    statement = served.callers["acme"].ask("MyCreditStatement", **said)["creditStatement"]
    theirs = served.callers["northwind"].ask("CreditStatement", **said)["creditStatement"]
    seen = served.callers["acme support"].ask("SeenCreditStatement", **said)["creditStatement"]

    assert (used["kind"], used["invoice"], used["balance"]["amount"]) == ("USE", "INV-7", "7.00")
    assert (paid["takenFrom"], paid["givenTo"]) == ("CREDITED", "PAID_OUT")
    assert statement == theirs == seen
    assert [each["kind"] for each in statement["entries"]["nodes"]] == ["CREDIT", "USE", "PAY_OUT"]
    assert all(each["settlement"]["id"] for each in statement["entries"]["nodes"][:1])
    assert (statement["opening"]["minorUnits"], statement["closing"]["minorUnits"]) == (0, 500)
    for by in ("acme", "northwind", "acme support"):
        assert standing(served, by, "EUR")["balance"]["minorUnits"] == 500
        assert standing(served, by, "EUR")["totals"]["used"]["minorUnits"] == 300


def test_statements_and_balances_come_in_pages(served: Served) -> None:
    """Page by page they are what they are as a whole, each member once."""
    for currency in ("CHF", "SEK"):
        credited(served, 1_000, currency)
    for at in range(4):
        used = do(served, "useCredit", currency="CHF", amount=100, invoice=f"INV-{at}")
    said = {"partnership": joined(served), "currency": "CHF", "month": used["at"][:7]}
    every = served.callers["acme"].ask("MyCreditBalances")["creditBalances"]["totalCount"]

    for field, wanted, more in (("creditStatement", 5, said), ("creditBalances", every, {})):
        seen: list[str] = []
        page: dict[str, Any] | None = {"first": 2}
        while page is not None:
            name = f"My{field[0].upper()}{field[1:]}"
            found = served.callers["acme"].ask(name, **more, **page)[field]
            found = found.get("entries", found)
            assert found["totalCount"] == wanted
            assert len(found["nodes"]) <= 2
            seen += [json.dumps(each, sort_keys=True) for each in found["nodes"]]
            at = found["pageInfo"]
            page = {"first": 2, "after": at["endCursor"]} if at["hasNextPage"] else None
        assert len(seen) == len(set(seen)) == wanted
    assert every >= 2


def test_the_same_key_spends_once(served: Served) -> None:
    credited(served, 1_000)
    said: dict[str, Any] = {
        "amount": 100,
        "invoice": "INV-8",
        "idempotencyKey": f"once {next(_NUMBERS)}",
    }
    before = standing(served)["balance"]["minorUnits"]

    first, again = do(served, "useCredit", **said), do(served, "useCredit", **said)
    other = do(served, "useCredit", **{**said, "amount": 101})

    assert first == again
    assert other["code"] == "idempotency_key_reused"
    assert standing(served)["balance"]["minorUnits"] == before - 100


def test_the_same_key_at_once_spends_once(served: Served) -> None:
    credited(served, 1_000)
    said = {"amount": 100, "invoice": "INV-8", "idempotencyKey": f"once {next(_NUMBERS)}"}
    asked = {"partnership": joined(served), "currency": "USD", **said}
    before = standing(served)["balance"]["minorUnits"]

    with ThreadPoolExecutor(6) as pool:
        asking = served.callers["acme"].ask
        found = list(pool.map(lambda _: asking("UseCredit", input=asked)["useCredit"], range(6)))

    assert len({each["entry"]["id"] for each in found if "entry" in each}) == 1
    assert {each["code"] for each in found if "code" in each} <= {"conflict", "unavailable"}
    assert standing(served)["balance"]["minorUnits"] == before - 100


def test_nobody_spends_more_than_is_there(served: Served) -> None:
    credited(served, 10)
    before = standing(served)["balance"]["minorUnits"]
    refused = do(served, "useCredit", amount=before + 1, invoice="INV-9")
    negative = do(served, "payOutCredit", amount=-1, how="cash", reference="1")

    assert (refused["code"], refused["path"]) == ("over_balance", "input.amount")
    assert negative["code"] == "wrong_amount"
    assert standing(served)["balance"]["minorUnits"] == before


@pytest.mark.parametrize("by", ["northwind", "globex", "southgate"])
def test_only_its_supplier_spends_it(served: Served, by: str) -> None:
    credited(served, 10)
    said = {
        "partnership": joined(served),
        "currency": "USD",
        "amount": 1,
        "invoice": "INV",
        "idempotencyKey": f"not mine {next(_NUMBERS)}",
    }
    done = served.callers[by].ask("UseCredit", input=said)["useCredit"]

    assert done["code"] == ("not_allowed" if by == "northwind" else "not_found")


def test_support_reads_and_spends_nothing(served: Served) -> None:
    said = {"partnership": joined(served), "currency": "USD", "amount": 1, "invoice": "INV"}
    answer = served.callers["acme support"].answer(
        "UseCredit", input={**said, "idempotencyKey": "support"}
    )

    assert refused(answer) == "not_allowed"


def test_strangers_see_nothing(served: Served) -> None:
    credited(served, 10)
    said = {"partnership": joined(served), "currency": "USD", "month": "2025-06"}
    for by in ("globex", "southgate"):
        answer = served.callers[by].ask("CreditStatement", **said)

        assert answer["creditStatement"] is None
        assert served.callers[by].ask("CreditBalances")["creditBalances"]["nodes"] == []


def test_a_limit_refuses_nothing_and_is_told_to_the_supplier(served: Served) -> None:
    do(served, "setCreditLimit", limit=50)
    credited(served, 500)
    mine = standing(served)
    query = "{ creditBalances { nodes { currency limit { amount } overLimit { amount } } } }"
    theirs = served.callers["northwind"].ask(query)["creditBalances"]["nodes"]

    assert mine["limit"]["minorUnits"] == 50
    assert mine["overLimit"]["minorUnits"] == mine["balance"]["minorUnits"] - 50 > 0
    assert all(each["limit"] is each["overLimit"] is None for each in theirs)
    assert do(served, "setCreditLimit", limit=None)["limit"] is None
    assert do(served, "setCreditLimit", limit=-1)["code"] == "wrong_amount"
    assert do(served, "setCreditLimit", currency="USX", limit=1)["code"] == "wrong_currency"


def test_what_is_no_month_is_refused(served: Served) -> None:
    said = {"partnership": joined(served), "currency": "USD", "month": "2025-13"}
    answer = served.callers["acme"].answer("MyCreditStatement", **said)

    assert answer["errors"][0]["extensions"]["code"] == "wrong_month"
