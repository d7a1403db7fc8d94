"""What is put on record: each fact of the register on orders, in CSV files and with products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.identity.principal import Principal
from adapters.store.orders_csv import CsvFaults
from adapters.store.records import Product, Telling
from engine.policy.vocabulary import Fact, FactType, Owner
from services.orders.importing import import_orders
from services.orders.permitting import let_tell
from tests.api.conftest import Served
from tests.api.owning import ELIGIBLE, Desk, desk_of, key
from tests.owners import BUILT_IN, FIXED, OF_A_RETURN, may_describe, may_record, names_who, value

_ADD = """mutation ($input: AddOrdersInput!) { addOrders(input: $input) { __typename
  ... on OrdersAdded { orders { id number confirmed waitsFor } }
  ... on OrdersProblem { code faults { code message path } }
  ... on InputProblem { code message path } } }"""
_PUT = """mutation ($input: PutProductsInput!) { putProducts(input: $input) { __typename
  ... on InputProblem { code message path } } }"""
_NEEDED = ("ordered", "channel", "country")
"""What each order of these tests says in a place of its own."""

SIDES = ("acme", "northwind")


@pytest.fixture(scope="module")
def service(served: Served) -> Iterator[Desk]:
    with desk_of(served) as made:
        yield made


def refused(fact: Fact, handle: str) -> str:
    """The code with which an order that says a fact is refused; empty where it may."""
    if may_record(fact, handle):
        return ""
    owns = fact.told_by in (Owner.ORDER, Owner.CARRIER)
    owns = owns or (fact.told_by is Owner.SUPPLIER and handle == "acme")
    return "not_of_orders" if owns else "not_yours_to_say"


def partner_of(handle: str) -> str:
    return "northwind" if handle == "acme" else "acme"


def written(handle: str, order_level: list[Fact], line_level: list[Fact]) -> dict[str, Any]:
    """An order that says some facts for all its lines, and some of its line."""

    def split(facts: list[Fact]) -> dict[str, Any]:
        days = [f for f in facts if f.type is FactType.DATE]
        rest = [f for f in facts if f.type is not FactType.DATE]
        return {
            "dates": [{"name": f.name, "on": value(f)} for f in days],
            "facts": [{"name": f.name, "value": value(f)} for f in rest],
        }

    whole, line = split(order_level), split(line_level)
    whole["dates"].append({"name": "ordered", "on": "2025-05-01"})
    lines = [{"number": "1", "sku": "LAMP-1", "quantity": 5, "unitPrice": 1000, **line}]
    of = {"number": key(), "partner": partner_of(handle), "currency": "USD", "channel": "kiosk"}
    return {**of, **whole, "lines": lines, "country": "US"}


def added(service: Desk, handle: str, said: dict[str, Any]) -> dict[str, Any]:
    asked = {"orders": [said], "idempotencyKey": key()}
    found = service.caller(handle).ask(_ADD, input=asked)["addOrders"]
    assert isinstance(found, dict)
    return found


def facts_of(service: Desk, number: str, handle: str = "acme") -> dict[str, dict[str, Any]]:
    (answer,) = service.caller(handle).ask(ELIGIBLE, lines=[{"order": number}])["eligibility"]
    assert answer["problem"] is None, answer
    return {each["name"]: each for each in answer["facts"]}


@pytest.mark.parametrize("level", ["order", "line"])
@pytest.mark.parametrize("handle", SIDES)
def test_an_order_has_a_fault_for_each_fact_that_is_not_its_sides_to_write(
    service: Desk, handle: str, level: str
) -> None:
    codes = {fact.name: refused(fact, handle) for fact in BUILT_IN if fact.name != "ordered"}
    wrong = [fact for fact in BUILT_IN if codes.get(fact.name)]
    at = "input.orders[0]" if level == "order" else "input.orders[0].lines[0]"

    draft = written(handle, *((wrong, []) if level == "order" else ([], wrong)))
    with service.unchanged():
        result = added(service, handle, draft)

    holds = draft if level == "order" else draft["lines"][0]
    paths = {
        said["name"]: f"{at}.{field}[{index}]"
        for field in ("dates", "facts")
        for index, said in enumerate(holds[field])
    }
    told = {each["path"]: each for each in result["faults"]}
    assert {path: each["code"] for path, each in told.items()} == {
        paths[fact.name]: codes[fact.name] for fact in wrong
    }
    for fact in wrong:
        each = told[paths[fact.name]]
        assert each["code"] == "not_of_orders" or names_who(each["message"], fact), each


@pytest.mark.parametrize("level", ["order", "line"])
@pytest.mark.parametrize("handle", SIDES)
def test_what_a_side_may_write_stands_in_the_decision_as_the_orders(
    service: Desk, handle: str, level: str
) -> None:
    mine = [f for f in BUILT_IN if may_record(f, handle) and f.name not in _NEEDED]
    mine = [f for f in mine if handle == "acme" or f.type is not FactType.MONEY]

    levels = (mine, []) if level == "order" else ([], mine)
    (made,) = added(service, handle, written(handle, *levels))["orders"]

    assert made["confirmed"], made
    seen = facts_of(service, made["number"])
    for fact in mine:
        assert seen[fact.name]["value"] == value(fact), fact.name
        assert seen[fact.name]["told"] == {"by": "ORDER", "key": service.key_of(handle)}, fact.name


def test_money_beside_the_prices_waits_for_the_supplier(service: Desk) -> None:
    money = [f for f in BUILT_IN if may_record(f, "northwind") and f.type is FactType.MONEY]
    assert "outbound_paid" in {fact.name for fact in money}
    for fact in money:
        (made,) = added(service, "northwind", written("northwind", [], [fact]))["orders"]
        assert not made["confirmed"], fact.name
        assert f"`{fact.name}`" in " ".join(made["waitsFor"]), made
        result = service.request("northwind", made["number"])
        assert result["code"] == "order_not_confirmed", result


def test_a_day_is_no_fact_beside_the_days_that_may_be_told(service: Desk) -> None:
    said = written("northwind", [], [])
    said["lines"][0]["facts"] = [{"name": "delivered", "value": "2025-05-31"}]

    with service.unchanged():
        result = added(service, "northwind", said)

    (fault,) = result["faults"]
    assert (fault["code"], fault["path"]) == ("wrong_type", "input.orders[0].lines[0].facts[0]")


def test_what_happened_on_the_way_waits_where_the_retailer_may_not_tell_it(service: Desk) -> None:
    events = [f for f in BUILT_IN if f.told_by is Owner.CARRIER and may_record(f, "northwind")]
    assert len(events) > 3
    with only(service, Telling.ORDERS):
        for fact in events:
            (made,) = added(service, "northwind", written("northwind", [fact], []))["orders"]
            assert not made["confirmed"], fact.name
            assert f"`{fact.name}`" in made["waitsFor"][0], made


class only:  # noqa: N801 - reads as a word of the sentence
    """The supplier lets its retailer tell no more than this meanwhile."""

    def __init__(self, service: Desk, *may: Telling) -> None:
        self._desk, self._may = service, may

    def __enter__(self) -> None:
        self._let(self._may)

    def __exit__(self, *_: object) -> None:
        self._let(tuple(Telling))

    def _let(self, may: tuple[Telling, ...]) -> None:
        store = self._desk.served.parts.store
        with store.session():
            acme, northwind = (store.partners.by_handle(each) for each in SIDES)
            assert acme is not None
            assert northwind is not None
            joined = store.partnerships.between(acme.id, northwind.id)
            assert joined is not None
            let_tell(store, store.partners.acting(acme), joined.id, may)


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handle", SIDES)
def test_a_file_has_a_fault_for_each_cell_that_is_not_its_sides_to_write(
    service: Desk, handle: str
) -> None:
    columns = {"order": "C-1", "line": "1", "sku": "LAMP-1", "quantity": "2"}
    columns |= {"unit_price": "10.00", "currency": "USD", "ordered": "2025-05-01"}
    wrong = [f for f in BUILT_IN if refused(f, handle) and f.name not in columns]
    columns |= {fact.name: cell(fact) for fact in wrong}
    text = "\n".join(",".join(row) for row in (columns.keys(), columns.values()))

    with service.unchanged(), pytest.raises(CsvFaults) as raised:
        imported(service, handle, text)

    told = {each.column: (each.line, each.code) for each in raised.value.faults}
    assert told == {fact.name: (2, refused(fact, handle)) for fact in wrong}


def imported(service: Desk, handle: str, text: str) -> None:
    store = service.served.parts.store
    with store.session(), store.atomic():
        import_orders(store, acting(service, handle), text, partner_of(handle))


def cell(fact: Fact) -> str:
    found = value(fact)
    return ";".join(found) if isinstance(found, list) else str(found)


def acting(service: Desk, handle: str) -> Principal:
    partners = service.served.parts.store.partners
    found = partners.by_handle(handle)
    assert found is not None
    return partners.acting(found)


# --- products -------------------------------------------------------------------------------------


def test_a_supplier_declares_what_is_its_own_of_goods(service: Desk) -> None:
    mine = [fact for fact in BUILT_IN if may_describe(fact)]
    others = [fact for fact in BUILT_IN if not may_describe(fact)]
    with service.unchanged():
        for fact in others:
            result = put(service, fact)
            outside = fact.name in FIXED | OF_A_RETURN and fact.told_by is not Owner.DERIVED
            codes = ("not_of_goods", "not_yours_to_say") if outside else ("not_yours_to_say",)
            assert result.get("code") in codes, (fact.name, result)
            assert result["path"] == "input.products[0].facts[0]"
            assert f"`{fact.name}`" in result["message"]

    assert put(service, *mine)["__typename"] == "ProductsPut"


def put(service: Desk, *facts: Fact) -> dict[str, Any]:
    said = [{"name": fact.name, "value": value(fact)} for fact in facts]
    product = {"sku": "OWN-SKU", "title": "Lamp", "facts": said}
    found = service.caller("acme").ask(_PUT, input={"products": [product]})["putProducts"]
    assert isinstance(found, dict)
    return found


# --- what was kept before, and a policy's own facts -----------------------------------------------


def test_a_record_that_was_kept_before_is_believed_for_what_a_record_may_have(
    service: Desk,
) -> None:
    number = service.bought()
    store = service.served.parts.store
    void = {"requested": "2025-01-01", "supplier_decision": "approved", "reason": "defective"}
    tables = store.orders._tables
    with store.session():
        row = tables.Order.get(number=number)
        row.facts = {**void, "membership": "gold"}
        row.lines.select().first().facts = {"item_price": "USD 5000.00"}
        row.lines.select().first().product.facts = {"whole_order_back": True, "brand": "Acme"}

    seen = facts_of(service, number)

    assert seen["requested"]["value"] == "2025-06-01"
    assert not {"supplier_decision", "reason", "item_price", "whole_order_back"} & seen.keys()
    assert (seen["membership"]["value"], seen["brand"]["value"]) == ("gold", "Acme")
    declare(service, {})


def owner(service: Desk) -> Any:
    found = service.served.parts.store.partners.by_handle("acme")
    assert found is not None
    return found


def with_own(handle: str) -> dict[str, Any]:
    said = written(handle, [], [])
    names = ("order", "supplier", "retailer", "carrier", "inspection", "person")
    said["facts"] = [{"name": f"own_{name}", "value": name} for name in names]
    return said


def own_of(seen: Mapping[str, dict[str, Any]]) -> set[str]:
    return {name for name in seen if name.startswith("own_")}


def test_of_a_policys_own_facts_a_retailers_order_has_those_of_the_order_and_its_own(
    service: Desk,
) -> None:
    (made,) = added(service, "northwind", with_own("northwind"))["orders"]

    assert made["confirmed"]
    assert own_of(facts_of(service, made["number"])) == {"own_order", "own_retailer"}
    fact = {"name": "own_supplier", "value": "mine"}
    opened = service.opened("acme", made["number"], facts=[fact])
    assert service.decided(opened)["own_supplier"]["told"]["by"] == "SUPPLIER"
    result = service.request("northwind", made["number"], facts=[fact])
    assert result["code"] == "not_yours_to_say"


def test_a_policys_own_facts_are_believed_of_an_order_that_its_supplier_wrote_or_confirmed(
    service: Desk,
) -> None:
    (first,) = added(service, "acme", with_own("acme"))["orders"]
    with only(service):
        (second,) = added(service, "northwind", with_own("northwind"))["orders"]
        assert not second["confirmed"]
        said = {"orders": [second["id"]], "idempotencyKey": key()}
        service.caller("acme").ask("ConfirmOrders", input=said)

    for made in (first, second):
        assert len(own_of(facts_of(service, made["number"]))) == 6


@pytest.mark.parametrize("handle", SIDES)
def test_what_a_supplier_declared_of_goods_holds_whoever_adds_the_order(
    service: Desk, handle: str
) -> None:
    names = ("order", "supplier", "retailer", "carrier", "inspection", "person")
    declared = {f"own_{name}": "declared" for name in names}
    with declaring(service, declared):
        (made,) = added(service, handle, written(handle, [], []))["orders"]

    assert made["confirmed"]
    seen = facts_of(service, made["number"])
    assert {name: seen[name]["value"] for name in declared} == declared
    assert {seen[name]["told"]["by"] for name in declared} == {"PRODUCT"}


@contextmanager
def declaring(service: Desk, facts: Mapping[str, object]) -> Iterator[None]:
    """The supplier declares this of its lamp meanwhile."""
    declare(service, facts)
    yield
    declare(service, {})


def declare(service: Desk, facts: Mapping[str, object]) -> None:
    store = service.served.parts.store
    with store.session():
        store.goods.put(owner(service), [Product(sku="LAMP-1", title="Lamp", facts=facts)])


@pytest.mark.parametrize("level", ["order", "line"])
def test_money_of_a_policys_own_waits_like_the_money_of_the_register(
    service: Desk, level: str
) -> None:
    fact = {"name": "gift_wrap", "value": "USD 5000.00"}

    for declared, confirmed in (({}, False), ({"gift_wrap": fact["value"]}, True)):
        said = written("northwind", [], [])
        (said if level == "order" else said["lines"][0])["facts"] = [fact]
        with declaring(service, {"brand": "Acme", **declared}):
            (made,) = added(service, "northwind", said)["orders"]
        assert made["confirmed"] is confirmed, made
        assert confirmed or "`gift_wrap`" in " ".join(made["waitsFor"]), made


def test_a_supplier_sees_what_an_order_says_before_it_confirms_it(service: Desk) -> None:
    shipping = next(fact for fact in BUILT_IN if fact.name == "outbound_paid")
    added(service, "northwind", written("northwind", [], [shipping]))

    found = service.caller("acme").ask("WaitingOrders")["waitingOrders"]["nodes"]

    assert {"outbound_paid": "USD 1.00"} in [line["facts"] for o in found for line in o["lines"]]


UNREADABLE: Mapping[FactType, tuple[object, ...]] = {
    FactType.MONEY: ("USD 119,00", "119.00", 119),
    FactType.PERCENT: ("10,5%", "ten", True),
    FactType.NUMBER: ("3,5", "5%"),
    FactType.COUNT: ("three", True),
    FactType.YES_NO: ("ja", 1),
    FactType.DATE: ("24.11.2026", "2026-02-30"),
    FactType.SET: ("clearance", True),
    FactType.WORD: (["a", "list"],),
}
"""Values of each type that no policy reads, so that no return of what has one could be decided."""


def unreadable(facts: Iterable[Fact]) -> list[tuple[Fact, object]]:
    return [(fact, wrong) for fact in facts for wrong in UNREADABLE[fact.type]]


@pytest.mark.parametrize("level", ["order", "line"])
@pytest.mark.parametrize("handle", SIDES)
def test_an_order_says_no_value_that_no_policy_could_read(
    service: Desk, handle: str, level: str
) -> None:
    mine = [f for f in BUILT_IN if may_record(f, handle) and f.type is not FactType.DATE]
    for fact, wrong in unreadable(mine):
        said = written(handle, [], [])
        of = said if level == "order" else said["lines"][0]
        of["facts"] = [{"name": fact.name, "value": wrong}]
        found = added(service, handle, said)

        at = "input.orders[0]" if level == "order" else "input.orders[0].lines[0]"
        assert found["__typename"] == "OrdersProblem", (fact.name, wrong)
        assert [each["path"] for each in found["faults"]] == [f"{at}.facts[0]"], fact.name


def test_an_order_says_no_money_of_another_currency(service: Desk) -> None:
    said = written("acme", [], [])
    said["lines"][0]["facts"] = [{"name": "retail_price", "value": "EUR 119.00"}]

    found = added(service, "acme", said)

    assert [each["code"] for each in found["faults"]] == ["other_currency"]


def test_a_product_says_no_value_that_no_policy_could_read(service: Desk) -> None:
    for fact, wrong in unreadable(f for f in BUILT_IN if may_describe(f)):
        told = {"sku": "ODD-1", "title": "Odd", "facts": [{"name": fact.name, "value": wrong}]}

        found = service.caller("acme").ask(_PUT, input={"products": [told]})["putProducts"]

        assert found["__typename"] == "InputProblem", (fact.name, wrong)
        assert found["path"].startswith("input.products[0].facts"), found
