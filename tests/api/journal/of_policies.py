"""Policies published and withdrawn, values agreed, products declared."""

from __future__ import annotations

from tests.api.conftest import STANDARD
from tests.api.journal.world import World, chapter

FOR_ONE = """
policy: acme/special
version: {version}
title: For one retailer
effective: {{from: {first}}}
applies_by: ordered
currency: USD
for: {{retailer: [{retailer}]}}
window: {{days: 60, counted_from: delivered}}
"""
FOR_A_PROGRAMME = """
policy: acme/club
version: 1
title: For a programme that nobody is in
effective: {from: 2024-01-01}
applies_by: ordered
currency: USD
for: {programme: [club]}
window: {days: 60, counted_from: delivered}
"""
PHONE = """
policy: acme/phone
version: 1
title: Ordered by phone
effective: {from: 2020-01-01}
applies_by: ordered
currency: USD
for: {channel: [phone]}
deadlines:
  request: {within: 30 days, counted_from: delivered}
  arrival:
    event: received_back
    within: 14 days
    counted_from: rma_issued
    if_late: authorization_expired
demands:
  rows:
    - {id: D-PHOTOS, when: {reason: damaged_in_transit}, need: [photos], if_not: ask}
eligibility:
  rows:
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
remedy: {to_retailer: refund, of: item_price}
shipping: {return_paid_by: consumer}
goods:
  rows:
    - {id: G-MAKER, when: {reason: wrong_item}, do: ship_back, to: manufacturer}
    - {id: G-HOME, otherwise: true, do: ship_back}
tests:
  usual:
    ordered: 2020-03-01
    delivered: 2020-03-05
    requested: 2020-03-10
    now: 2020-03-10
    item_price: USD 100.00
    reason: change_of_mind
  cases:
    - {name: its maker, given: {reason: wrong_item}, expect: {answer: accept, decided_by: G-MAKER}}
    - {name: looked at, given: {reason: defective}, expect: {answer: review, decided_by: E-LOOK}}
    - name: photos are missing
      given: {reason: damaged_in_transit, evidence: []}
      expect: {answer: ask, missing: [photos]}
    - name: photos are there
      given: {reason: damaged_in_transit, evidence: [photos]}
      expect: {answer: accept, decided_by: D-PHOTOS}
    - name: arrived late
      given: {rma_issued: 2020-03-10, received_back: 2020-03-25}
      expect: {answer: refuse, code: authorization_expired}
"""


def publish(world: World, text: str) -> str:
    return str(world.do("acme", "publishPolicy", yaml=text)["edition"]["id"])


@chapter(
    "publishPolicy",
    by="acme",
    acme="policy_published",
    northwind="policy_published",
    southgate="policy_published",
)
def a_version_for_every_retailer(world: World) -> None:
    text = STANDARD.format(owner="acme").replace("version: 1", "version: 2")
    publish(world, text.replace("2020-01-01", "2025-01-01"))


@chapter("publishPolicy", by="acme", acme="policy_published", southgate="policy_published")
def a_policy_for_one_retailer(world: World) -> None:
    publish(world, FOR_ONE.format(version=1, first="2024-01-01", retailer="southgate"))


@chapter("publishPolicy", by="acme", acme="policy_published")
def a_policy_for_a_programme_that_nobody_is_in(world: World) -> None:
    publish(world, FOR_A_PROGRAMME)


@chapter(
    "publishPolicy",
    by="acme",
    acme="policy_published",
    northwind="policy_published",
    southgate="policy_affected",
)
def a_version_that_takes_the_place_of_one_for_another(world: World) -> None:
    said = FOR_ONE.format(version=2, first="2025-01-01", retailer="northwind")
    world.kept["special"] = publish(world, said)


@chapter(
    "publishPolicy",
    by="acme",
    acme="policy_published",
    northwind="policy_published",
    southgate="policy_published",
)
def a_policy_for_one_way_of_ordering(world: World) -> None:
    publish(world, PHONE)


@chapter(
    "withdrawPolicy",
    by="acme",
    acme="policy_withdrawn",
    northwind="policy_withdrawn",
    southgate="policy_affected",
)
def the_version_for_one_retailer(world: World) -> None:
    said = {"edition": world.kept["special"], "why": "Ada Quill wrote it by mistake"}
    world.do("acme", "withdrawPolicy", **said)


@chapter("setTerms", by="acme", acme="terms_set", northwind="terms_set")
def what_was_agreed_with_one(world: World) -> None:
    terms = [{"name": "fee", "value": "5%"}]
    said = {"partnership": world.partnership("northwind"), "policy": "acme/standard"}
    world.do("acme", "setTerms", **said, terms=terms)


@chapter("allowRefunds", by="acme", acme="refunds_allowed", northwind="refunds_allowed")
def a_standing_permission(world: World) -> None:
    world.do("acme", "allowRefunds", partnership=world.partnership("northwind"), allow=True)


@chapter("putProducts", by="acme", acme="products_put", northwind="products_put")
def a_product_that_one_has_bought_and_a_new_one(world: World) -> None:
    lamp = {"sku": "LAMP-1", "title": "Lamp", "facts": [{"name": "category", "value": "lighting"}]}
    world.do(
        "acme", "putProducts", products=[lamp, {"sku": "TENT-2", "title": "Tent"}], locations=[]
    )


@chapter("putProducts", by="acme", acme="products_put")
def the_same_of_a_product_again(world: World) -> None:
    world.do("acme", "putProducts", products=[{"sku": "TENT-2", "title": "Tent"}], locations=[])


@chapter(
    "putProducts",
    by="acme",
    acme="location_put",
    northwind="location_put",
    southgate="location_put",
)
def another_return_to_address(world: World) -> None:
    place = {"handle": "main", "name": "Returns", "lines": ["2 Dock Road"], "country": "US"}
    world.do("acme", "putProducts", products=[], locations=[place])
