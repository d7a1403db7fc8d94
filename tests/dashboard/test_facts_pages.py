"""A fact that a return lacks: forms offer it to who may say it, and pages tell whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashboard.facts import is_of_goods, may_say
from engine.policy.register import tellers
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Moment, Owner
from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, World, opened

ROOT = Path(__file__).parents[2]
PUBLISH = """mutation($input: PublishPolicyInput!) { done: publishPolicy(input: $input) {
  __typename ... on Problem { message } } }"""
EDITS = {
    "version: 1": "version: 2",
    "{tags: {has: final_sale}, ": "{final_sale: true, ",
    "given: {tags: [final_sale]}": "given: {final_sale: true}",
    "    item_price: USD 200.00\n": "    item_price: USD 200.00\n    final_sale: false\n",
}
FACT = 'query { products(sku: "LAMP-GLASS") { nodes { title facts } } }'


@pytest.fixture(scope="module")
def own(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which hearth's policy asks whether goods were sold as final sale."""
    with opened(migrated, tmp_path_factory.mktemp("facts")) as made:
        text = (ROOT / "takeback/demo/home_goods.yaml").read_text()
        for before, after in EDITS.items():
            assert before in text
            text = text.replace(before, after)
        said = {"yaml": text, "idempotencyKey": "sold"}
        done = making.asked(made, OTHER, PUBLISH, input=said)["done"]
        assert "message" not in done, done
        yield made


@pytest.mark.parametrize(("side", "at"), [*product(tellers.Side, (Moment.REQUEST, Moment.RECEIPT))])
def test_pages_offer_what_the_register_lets_a_side_say(side: tellers.Side, at: Moment) -> None:
    for fact in SENT.values():
        said = {"toldBy": fact.told_by.name, "until": fact.until.name}
        opens = side is tellers.Side.SUPPLIER and at is Moment.REQUEST
        assert may_say(said, side.name, at.name, opens=opens) == tellers.may_say(fact, side, at)
        goods = fact.told_by is Owner.SUPPLIER and fact.until is Moment.PURCHASE
        assert is_of_goods(said) == goods


def lacking(world: World) -> tuple[str, str]:
    """An order of a lamp, and the number of a return of it that waits for a fact of the lamp."""
    order = making.order(world, sku="LAMP-GLASS", partner="hearth-home")
    line: dict[str, Any] = {"orderLine": order["lines"][0]["id"], "quantity": 1}
    line |= {"reason": "change_of_mind", "condition": "new_unused"}
    said = {"lines": [line], "idempotencyKey": making.new_key()}
    made = making.asked(world, RETAILER, making.REQUEST, input=said)["done"]["returns"][0]
    assert made["state"] == "IN_REVIEW", made
    return str(order["id"]), str(made["number"])


def test_a_products_fact_is_said_of_the_product_and_the_return_is_decided_anew(own: World) -> None:
    order, number = lacking(own)
    retailer, supplier = own.person(RETAILER), own.person(OTHER)
    typed = {"units-1": "1", "line-1-reason": "change_of_mind", "line-1-condition": "new_unused"}
    opening = retailer.get(f"/orders/{order}/return", params=typed).text
    answers = [each.get(f"/returns/{number}/answer").text for each in (retailer, supplier)]
    for text in (opening, *answers):
        assert 'name="line-1-final_sale"' not in text
        assert "Final sale: a fact about the product LAMP-GLASS" in text
    (there,) = re.findall(r'href="([^"]+)">Set it there', answers[1])
    assert "Set it there" not in answers[0]

    page = supplier.get(there).text
    form = "/stock/facts/LAMP-GLASS"
    before = making.asked(own, OTHER, FACT)["products"]["nodes"][0]
    values = dict(re.findall(r'name="(fact-[^"]+)"[^>]* value="([^"]+)"', page))
    making.flashed(supplier.post(form, data={**values, "fact-final_sale": "no"}))
    after = making.asked(own, OTHER, FACT)["products"]["nodes"][0]
    assert after == {**before, "facts": {**before["facts"], "final_sale": False}}

    done = making.sent(supplier, f"/returns/{number}/answer")
    assert making.flashed(done) == ("good", "Done. Return status: approved.")


def test_who_may_not_put_products_is_offered_no_fields_of_them(own: World) -> None:
    supplies = own.person(OTHER).get("/stock/sku/LAMP-GLASS").text
    assert "Save product facts" in supplies
    assert "Save product facts" not in own.person(RETAILER).get("/stock/sku/LAMP-GLASS").text
