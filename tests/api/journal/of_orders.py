"""What partners say of orders, and what the supplier answers."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory

from tests.api.journal.of_commands import written
from tests.api.journal.of_money import ordered
from tests.api.journal.world import World, chapter

BOTH = {"acme": "order_amended", "northwind": "order_amended"}


def number(world: World, by: str, name: str) -> str:
    (found,) = world.caller(by).ask("FindOrder", number=name)["orders"]["nodes"]
    return str(found["id"])


@chapter(
    "setRetailerMayTell", by="acme", acme="retailer_may_tell_set", northwind="retailer_may_tell_set"
)
def a_retailer_that_says_nothing_alone(world: World) -> None:
    world.do("acme", "setRetailerMayTell", partnership=world.partnership("northwind"), may=[])


@chapter("addOrders", by="northwind", acme="order_proposed", northwind="order_proposed")
def orders_that_wait(world: World) -> None:
    names = ("yes", "no", "line yes", "line no")
    orders = [ordered("acme", each) for each in names]
    world.do("northwind", "addOrders", orders=orders)


@chapter("confirmOrders", by="acme support", acme="order_confirmed", northwind="order_confirmed")
def an_order_that_its_supplier_knows(world: World) -> None:
    world.do("acme support", "confirmOrders", orders=[number(world, "acme", "yes")])


@chapter("declineOrders", by="acme", acme="order_declined", northwind="order_declined")
def an_order_that_its_supplier_does_not_know(world: World) -> None:
    world.do("acme", "declineOrders", orders=[number(world, "acme", "no")], reason="Unknown")


@chapter("updateOrder", by="acme", **BOTH)
def a_day_that_the_carrier_told(world: World) -> None:
    dates = [{"name": "delivered", "on": "2025-05-11"}]
    world.do("acme", "updateOrder", order=number(world, "acme", "yes"), dates=dates)


@chapter(
    "updateOrder",
    by="northwind",
    acme="order_amendment_proposed",
    northwind="order_amendment_proposed",
)
def units_that_a_retailer_cancels(world: World) -> None:
    said = {"lines": [{"line": "1", "cancel": 1}], "reason": "The consumer changed its mind"}
    order = number(world, "northwind", "yes")
    made = world.do("northwind", "updateOrder", order=order, **said)
    world.kept["cancel"] = made["amendment"]["id"]


@chapter(
    "confirmOrders",
    by="acme",
    acme="order_amended order_amendment_confirmed",
    northwind="order_amended order_amendment_confirmed",
)
def a_change_that_its_supplier_makes(world: World) -> None:
    world.do("acme", "confirmOrders", amendments=[world.kept["cancel"]])


@chapter(
    "declineOrders",
    by="acme",
    acme="order_amendment_declined",
    northwind="order_amendment_declined",
)
def a_change_that_its_supplier_refuses(world: World) -> Iterator[None]:
    said = {"lines": [{"line": "1", "cancel": 1}], "reason": "Once more"}
    order = number(world, "northwind", "yes")
    made = world.do("northwind", "updateOrder", order=order, **said)
    yield
    world.do("acme", "declineOrders", amendments=[made["amendment"]["id"]], reason="Sent already")


@chapter(
    "takeback orders confirm",
    by="command line",
    acme="order_confirmed",
    northwind="order_confirmed",
)
def an_order_by_its_number(world: World) -> None:
    world.command("orders", "confirm", "line yes", "--by", "acme", "--yes")


@chapter(
    "takeback orders decline", by="command line", acme="order_declined", northwind="order_declined"
)
def another_order_by_its_number(world: World) -> None:
    said = ("--by", "acme", "--reason", "Unknown", "--yes")
    world.command("orders", "decline", "line no", *said)


@chapter("takeback orders update", by="command line", **BOTH)
def a_day_by_the_command_line(world: World) -> None:
    said = ("--by", "acme", "--delivered", "2025-05-12", "--yes")
    world.command("orders", "update", "line yes", *said)


@chapter("takeback orders import", by="command line", **BOTH)
def a_file_that_amends(world: World) -> None:
    rows = "order,line,sku,quantity,unit_price,currency,ordered,delivered\n"
    rows += "line yes,1,LAMP-1,3,40.00,USD,2025-05-01,2025-05-13\n"
    with TemporaryDirectory() as folder:
        path = written(folder, "orders.csv", rows)
        said = ("--by", "acme", "--partner", "northwind", "--update", "The carrier says so")
        world.command("orders", "import", path, *said)


@chapter(
    "takeback partner may-tell",
    by="command line",
    acme="retailer_may_tell_set",
    northwind="retailer_may_tell_set",
)
def a_retailer_that_says_all_again(world: World) -> None:
    world.command("partner", "may-tell", "acme", "northwind", "orders", "payments", "delivered")


@chapter(
    "requestReturn",
    by="acme",
    acme="return_request return_dated return_approve",
    northwind="return_request return_dated return_approve",
)
def a_letter_that_came_by_post(world: World) -> None:
    line = {"order": number(world, "acme", "yes"), "line": "1", "reason": "change_of_mind"}
    said = {**line, "requestedOn": "2025-05-25", "requestedWhy": "A letter of that day"}
    world.do("acme", "requestReturn", lines=[said], reference="post")
