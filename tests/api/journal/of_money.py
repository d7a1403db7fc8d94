"""Orders added, payments said, refunds planned, and what people decide of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.api.journal.world import KEYS, SIGNING, World, chapter

_NUMBERS = count(1)
BOTH: dict[str, Any] = {"acme": "settlement_planned", "northwind": "settlement_planned"}


def ordered(partner: str, number: str, **more: Any) -> dict[str, Any]:
    """An order of three lamps at 40.00, delivered on 2025-05-10."""
    dates = {"ordered": "2025-05-01", "shipped": "2025-05-03", "delivered": "2025-05-10"}
    line = {"number": "1", "sku": "LAMP-1", "quantity": 3, "unitPrice": 4_000, "location": "main"}
    return {
        "number": number,
        "partner": partner,
        "currency": "USD",
        "country": "US",
        "dates": [{"name": name, "on": on} for name, on in dates.items()],
        "lines": [line],
        **more,
    }


def add_paid(world: World, charge: str) -> str:
    """An order of northwind with acme that was paid by a charge; its id."""
    payment = {"amount": 12_000, "charge": charge}
    order = ordered("northwind", f"paid {next(_NUMBERS)}", payment=payment)
    return str(world.do("acme", "addOrders", orders=[order])["orders"][0]["id"])


def refund(world: World, by: str, field: str, order: str, cents: int = 1_000) -> str:
    asked = {"refund": {"order": order, "amount": cents}, "why": "Ada Quill is unhappy"}
    return str(world.do(by, field, **asked)["settlement"]["id"])


@chapter("addOrders", by="northwind", acme="order_added", northwind="order_added")
def orders_that_a_retailer_adds(world: World) -> None:
    numbers = ("walked", "cancelled", "unpaid")
    world.do("northwind", "addOrders", orders=[ordered("acme", each) for each in numbers])


@chapter(
    "addOrders",
    by="southgate",
    acme="order_added",
    globex="order_added",
    southgate="order_added",
)
def orders_with_two_suppliers_at_once(world: World) -> None:
    orders = [ordered("globex", "both"), ordered("acme", "both")]
    world.do("southgate", "addOrders", orders=orders)


@chapter("addOrders", by="northwind", acme="order_added", northwind="order_added")
def orders_by_phone(world: World) -> None:
    names = ("asked", "looked", "refused", "expired", "late", "held", "corrected", "nowhere")
    orders = [ordered("acme", each, channel="phone") for each in names]
    world.do("northwind", "addOrders", orders=orders)


@chapter("setGateway", by="acme", acme="gateway_set")
def the_account_of_a_supplier(world: World) -> None:
    world.do("acme", "setGateway", key=KEYS["acme"], signingSecrets=[SIGNING])


@chapter("setGateway", by="northwind", northwind="gateway_set")
def the_account_of_a_retailer(world: World) -> None:
    world.do("northwind", "setGateway", key=KEYS["northwind"])


@chapter(
    "addOrders",
    by="acme",
    acme="order_added payment_added",
    northwind="order_added payment_added",
)
def an_order_with_its_payment(world: World) -> None:
    world.kept["paid"] = add_paid(world, world.charge(12_000))


@chapter("addPayment", by="acme", acme="payment_added", northwind="payment_added")
def how_a_retailer_paid(world: World) -> None:
    (order,) = world.caller("acme").ask("FindOrder", number="unpaid")["orders"]["nodes"]
    payment = {"amount": 12_000, "charge": world.charge(12_000, method="pm_card_refundFail")}
    world.kept["fails"] = order["id"]
    world.do("acme", "addPayment", order=order["id"], payment=payment)


@chapter("addPayment", by="northwind", northwind="payment_added")
def how_a_consumer_paid(world: World) -> None:
    payment = {"amount": 15_000, "charge": world.charge(15_000, "northwind")}
    world.do("northwind", "addPayment", order=world.kept["paid"], payment=payment)


@chapter("refundOrder", by="acme", **BOTH)
def a_refund_by_the_supplier(world: World) -> None:
    refund(world, "acme", "refundOrder", world.kept["paid"])


@chapter("refundOrder", by="northwind", **BOTH)
def a_refund_by_a_retailer_that_may(world: World) -> None:
    refund(world, "northwind", "refundOrder", world.kept["paid"])


@chapter("refundConsumer", by="northwind", northwind="settlement_planned")
def a_refund_to_the_consumer(world: World) -> None:
    refund(world, "northwind", "refundConsumer", world.kept["paid"])


@chapter(
    "Settler",
    by="worker",
    acme="settlement_sending settlement_succeeded",
    northwind="settlement_sending settlement_succeeded",
)
def what_was_planned_is_sent(world: World) -> None:
    world.work("Settler")


@chapter(
    "Settler",
    by="worker",
    acme="settlement_sending settlement_needs_attention",
    northwind="settlement_needs_attention",
)
def what_stripe_refuses(world: World) -> Iterator[None]:
    world.stripe.revoked.add(KEYS["acme"])  # nobody reads the charges when they are said
    orders = [add_paid(world, f"pi_unknown{number}") for number in range(3)]
    world.stripe.revoked.discard(KEYS["acme"])
    world.kept["stuck"] = [refund(world, "acme", "refundOrder", order) for order in orders]
    yield
    world.work("Settler")


@chapter("resolveSettlement", by="acme", **BOTH)
def a_person_has_it_sent_again(world: World) -> None:
    said = {"settlement": world.kept["stuck"][0], "resolution": "RETRY"}
    world.do("acme", "resolveSettlement", **said)


@chapter(
    "resolveSettlement", by="acme", acme="settlement_cancelled", northwind="settlement_cancelled"
)
def a_person_gives_it_up(world: World) -> None:
    said = {
        "settlement": world.kept["stuck"][1],
        "resolution": "GIVE_UP",
        "why": "Ada Quill agrees",
    }
    world.do("acme", "resolveSettlement", **said)


@chapter(
    "resolveSettlement", by="acme", acme="settlement_succeeded", northwind="settlement_succeeded"
)
def a_person_has_paid_it_by_hand(world: World) -> None:
    said = {"settlement": world.kept["stuck"][2], "resolution": "PAID_BY_HAND"}
    world.do("acme", "resolveSettlement", **said, reference="cheque 12")
