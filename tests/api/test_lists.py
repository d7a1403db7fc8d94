"""Lists over HTTP: Relay's arguments, filters, what a caller says, and nothing of other tenants."""

from __future__ import annotations

from itertools import count
from typing import Any
from unicodedata import category

import pytest

from services.orders.adding import add_orders
from tests.api.conftest import Caller, Served, order

_KEYS = count()
WHO = {"name": "Grace B. Hopper", "email": "Grace@Example.org", "lines": ["1 Dock Road"]}
TRACKING = "1Z 555-42"


@pytest.fixture(scope="module")
def bought(served: Served) -> list[str]:
    """The numbers of five fresh orders of northwind, one a day."""
    numbers = [f"LIST-{next(_KEYS)}-{day}" for day in range(1, 6)]
    store = served.parts.store
    with store.session():
        northwind = store.partners.by_handle("northwind")
        assert northwind is not None
        drafts = [
            order(number, "acme", "northwind", dates=_dates(day))
            for day, number in enumerate(numbers, 1)
        ]
        add_orders(store, store.partners.acting(northwind), drafts)
    return numbers


def _dates(day: int) -> dict[str, str]:
    return {"ordered": f"2025-04-0{day}", "delivered": "2025-05-20"}


@pytest.fixture(scope="module")
def made(served: Served, bought: list[str]) -> dict[str, Any]:
    """A return of a consumer, on its way."""
    northwind = served.callers["northwind"]
    line = {"order": bought[4], "line": "2", "reason": "change_of_mind"}
    said = {"lines": [line], "consumer": WHO, "reference": "LIST-REF", "idempotencyKey": "lists"}
    result = northwind.ask("RequestReturn", input=said)["requestReturn"]
    found: dict[str, Any] = {**result["returns"][0], "whole": result["consumerReturn"]["id"]}
    return found


ORDERS = """query ($search: String, $filter: OrderFilter, $sort: OrderSort, $first: Int,
    $after: String, $last: Int, $before: String) {
  orders(search: $search, filter: $filter, sort: $sort, first: $first, after: $after,
      last: $last, before: $before) {
    nodes { number } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
DASHES = [*(each for each in map(chr, range(0x3100)) if category(each) == "Pd"), "\N{MINUS SIGN}"]
"""What an e-mail or a word processor may have made of the hyphen of a number."""
NEWEST = {"search": "list-", "sort": "NEWEST"}


def numbers(caller: Caller, **said: Any) -> list[str]:
    return [each["number"] for each in caller.ask(ORDERS, **said)["orders"]["nodes"]]


def test_orders_are_paged_from_both_ends(bought: list[str], acme: Caller) -> None:
    newest = bought[::-1]
    page = acme.ask(ORDERS, **NEWEST, first=2)["orders"]
    after = acme.ask(ORDERS, **NEWEST, first=2, after=page["pageInfo"]["endCursor"])["orders"]
    end = acme.ask(ORDERS, **NEWEST, last=2)["orders"]
    before = acme.ask(ORDERS, **NEWEST, last=9, before=end["pageInfo"]["startCursor"])["orders"]

    found = [[each["number"] for each in one["nodes"]] for one in (page, after, end, before)]
    ends = [
        (one["pageInfo"]["hasPreviousPage"], one["pageInfo"]["hasNextPage"])
        for one in (page, after, end, before)
    ]
    assert found == [newest[:2], newest[2:4], newest[3:], newest[:3]]
    assert ends == [(False, True), (True, True), (True, False), (False, True)]
    assert page["totalCount"] == 5


def test_orders_are_narrowed_and_found_by_what_a_caller_says(
    bought: list[str], acme: Caller, northwind: Caller
) -> None:
    days = {"orderedFrom": "2025-04-02", "orderedTo": "2025-04-03"}
    assert numbers(acme, filter=days, sort="OLDEST") == bought[1:3]
    assert numbers(acme, filter={**days, "partner": "southgate"}) == []
    assert numbers(northwind, filter={**days, "partner": "acme", "sku": "LAMP-1"}, first=1) == [
        bought[2]
    ]
    assert numbers(northwind, filter={**days, "standings": ["DECLINED"]}) == []
    assert numbers(northwind, search=bought[3][4:].lower()) == [bought[3]]
    for sku in ("LAMP-1", "lamp-1"):
        assert bought[0] in numbers(northwind, search=sku, first=100)
    for sign in DASHES:
        assert numbers(northwind, search=bought[3].replace("-", sign)) == [bought[3]], sign
    for search in ("%", "_", "LIST%", "'", "no such"):
        assert numbers(northwind, search=search) == []


def test_nobody_else_finds_an_order(bought: list[str], served: Served) -> None:
    for by in ("globex", "southgate", "globex support"):
        assert numbers(served.callers[by], search=bought[0]) == []


def test_an_order_is_found_by_its_parcel(bought: list[str], acme: Caller) -> None:
    found = acme.ask("FindOrder", number=bought[0])["orders"]["nodes"][0]["id"]
    said = {"order": found, "tracking": [{"carrier": "UPS", "number": TRACKING}]}
    changed = acme.ask("UpdateOrder", input={**said, "idempotencyKey": "tracked"})
    assert "code" not in changed["updateOrder"], changed

    for search in (TRACKING, "1z55542", "1Z.555.42"):
        assert numbers(acme, search=search) == [bought[0]]
        assert numbers(acme, filter={"tracking": search}) == [bought[0]]
    assert numbers(acme, search="1z5554") == []


RETURNS = """query ($search: String, $filter: ReturnFilter, $states: [ReturnState!]) {
  returns(search: $search, filter: $filter, states: $states) { nodes { number } }
}"""
WHOLE = "query ($search: String) { consumerReturns(search: $search) { nodes { id } } }"


def found(caller: Caller, **said: Any) -> list[str]:
    return [each["number"] for each in caller.ask(RETURNS, **said)["returns"]["nodes"]]


def test_returns_are_found_by_what_a_caller_says(
    made: dict[str, Any], bought: list[str], acme: Caller, northwind: Caller, served: Served
) -> None:
    shipped = {"return": made["id"], "carrier": "UPS", "tracking": "RET 77", "idempotencyKey": "s"}
    northwind.ask("ShipReturn", input=shipped)
    for caller in (acme, northwind):
        for search in (made["number"].lower(), bought[4][:-1], "ret77"):
            assert found(caller, search=search) == [made["number"]], search
        for sku in ("LAMP-1", "lamp-1"):
            there = found(caller, search=sku, filter={"tracking": "RET-77"})
            assert there == [made["number"]]
        for reason, there in (("change_of_mind", [made["number"]]), ("defective", [])):
            assert found(caller, filter={"reason": reason, "tracking": "RET-77"}) == there
        assert found(caller, filter={"tracking": "RET-77"}, states=["CLOSED"]) == []
    assert found(served.callers["southgate"], search=made["number"]) == []


def test_a_consumer_is_found_by_its_retailer_alone_until_erased(
    made: dict[str, Any], acme: Caller, northwind: Caller, served: Served
) -> None:
    known = ("grace@example.org", "hopper, grace", "HOPPER", "Grace B. Hopper")
    for search in known:
        assert found(northwind, search=search) == [made["number"]]
        assert found(served.callers["northwind support"], search=search) == [made["number"]]
        whole = northwind.ask(WHOLE, search=search)["consumerReturns"]["nodes"]
        assert whole == [{"id": made["whole"]}]
        for other in ("acme", "globex", "southgate"):
            assert found(served.callers[other], search=search) == []
    for search in ("grace@example", "Grace Kelly", "Dock"):
        assert found(northwind, search=search) == []

    erased = {"consumerReturn": made["whole"], "idempotencyKey": "erased"}
    northwind.ask("EraseConsumer", input=erased)

    for search in known:
        assert found(northwind, search=search) == []
        assert northwind.ask(WHOLE, search=search)["consumerReturns"]["nodes"] == []
    with served.parts.store.session():
        assert not served.parts.store.consumers._tables.ConsumerWord.exists()


def test_who_has_no_such_list_is_told(northwind: Caller, acme: Caller) -> None:
    for caller, field in (
        (northwind, "products { totalCount }"),
        (northwind, "locations { totalCount }"),
        (acme, "consumerReturns { totalCount }"),
    ):
        (error,) = caller.answer(f"{{ {field} }}")["errors"]
        assert error["extensions"]["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("first: 0", "wrong_page"),
        ("last: 101", "wrong_page"),
        ('after: "x"', "unknown_cursor"),
        ('before: ""', "unknown_cursor"),
        ("first: 1, page: {first: 1}", "wrong_page"),
        ('search: "%s"' % ("x" * 201), "wrong_filter"),
    ],
)
def test_what_cannot_be_a_page_is_told(acme: Caller, said: str, code: str) -> None:
    (error,) = acme.answer(f"{{ returns({said}) {{ totalCount }} }}")["errors"]
    assert error["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ("first: 0", "wrong_page", "first"),
        ("page: {last: 0}", "wrong_page", "page.last"),
        ("first: 1, last: 1", "wrong_page", "last"),
        ('after: "x"', "unknown_cursor", "after"),
        ('last: 1, before: "x"', "unknown_cursor", "before"),
        ('page: {after: "x"}', "unknown_cursor", "page.after"),
        ("page: {first: 1, last: 1}", "wrong_page", "page.last"),
        ('filter: {partner: "nobody"}', "not_found", "filter.partner"),
        ('filter: {partner: "globex"}', "not_found", "filter.partner"),
        (
            'filter: {requestedFrom: "2025-02-02", requestedTo: "2025-02-01"}',
            "wrong_filter",
            "filter.requestedTo",
        ),
    ],
)
def test_what_cannot_be_listed_is_told_by_its_path(
    acme: Caller, said: str, code: str, path: str
) -> None:
    (error,) = acme.answer(f"{{ returns({said}) {{ totalCount }} }}")["errors"]
    assert (error["extensions"]["code"], error["extensions"]["path"]) == (code, path)


def test_each_list_with_a_partner_or_days_refuses_what_fits_nothing(acme: Caller) -> None:
    days = [
        *("orders ordered", "decisions decided", "settlements made", "claims made"),
        *("journalEntries happened", "returns requested"),
    ]
    for name, stem in map(str.split, days):
        said = f'{{{stem}From: "2025-02-02", {stem}To: "2025-02-01"}}'
        (error,) = acme.answer(f"{{ {name}(filter: {said}) {{ totalCount }} }}")["errors"]
        assert error["extensions"]["code"] == "wrong_filter", name
    for name in ("orders", "decisions", "settlements", "claims", "returns"):
        said = 'filter: {partner: "nobody"}'
        (error,) = acme.answer(f"{{ {name}({said}) {{ totalCount }} }}")["errors"]
        assert error["extensions"]["code"] == "not_found", name
    (error,) = acme.answer('{ policies(partner: "nobody") { totalCount } }')["errors"]
    assert error["extensions"]["code"] == "not_found"


def test_the_other_lists_show_what_is_ones_own(
    made: dict[str, Any], bought: list[str], served: Served, acme: Caller, northwind: Caller
) -> None:
    answer = acme.ask(
        """{ products(search: "lam") { nodes { sku title } }
             locations { nodes { handle address { country } } }
             partnerships(search: "NORTH") { nodes { retailer { handle } } }
             journalEntries(first: 1, filter: {kinds: [RETURN_SHIP]}) { nodes { kind } }
             decisions(first: 1) { nodes { answer } }
             stock(search: "zzz") { totalCount } }"""
    )
    assert answer == {
        "products": {"nodes": [{"sku": "LAMP-1", "title": "Lamp"}]},
        "locations": {"nodes": [{"handle": "main", "address": {"country": "US"}}]},
        "partnerships": {"nodes": [{"retailer": {"handle": "northwind"}}]},
        "journalEntries": {"nodes": [{"kind": "RETURN_SHIP"}]},
        "decisions": {"nodes": [{"answer": "ACCEPT"}]},
        "stock": {"totalCount": 0},
    }
    about = "query ($id: ID!) { journalEntries(filter: {about: $id}) { nodes { kind } } }"
    kinds = northwind.ask(about, id=made["id"])["journalEntries"]["nodes"]
    assert {"kind": "RETURN_REQUEST"} in kinds
    assert served.callers["globex"].ask(about, id=made["id"])["journalEntries"]["nodes"] == []


def test_figures_are_counted_over_the_days(made: dict[str, Any], acme: Caller) -> None:
    query = """query ($from: Date, $to: Date) { figures(from: $from, to: $to) {
      waiting { approve receive inspect } reasons { what units }
      skus(first: 1) { what } partners { what } outcomes(by: MONTH) { begins answer }
      money { state count } } }"""
    answer = acme.ask(query)["figures"]
    assert "change_of_mind" in [each["what"] for each in answer["reasons"]]
    assert answer["skus"] == [{"what": "LAMP-1"}]
    assert {"what": "northwind"} in answer["partners"]
    assert {"begins": "2025-06-01", "answer": "ACCEPT"} in answer["outcomes"]
    assert answer["waiting"]["receive"] >= 1
    before = acme.ask(query, **{"from": "2024-01-01", "to": "2024-02-01"})["figures"]
    assert [before[name] for name in ("reasons", "skus", "outcomes")] == [[], [], []]
    (error,) = acme.answer(query, **{"from": "2025-02-01", "to": "2025-01-01"})["errors"]
    assert error["extensions"]["code"] == "wrong_range"
