"""What was counted or found and does not hold, and parcels that belong to no return yet."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.journal.of_returns import arrive, both, inspect, request
from tests.api.journal.world import World, chapter


def last(world: World, name: str, what: str) -> str:
    """The id of what arrived or was found last of a return."""
    story = world.caller("acme").ask("ReturnStory", number=world.kept[name]["number"])
    found = story["returnByNumber"][what]
    return str(found[-1]["id"])


@chapter(
    "undoInspection",
    by="acme support",
    **both("return_inspection_undone return_correct settlement_cancelled", acme="stock_moved"),
)
def the_wrong_condition(world: World) -> Iterator[None]:
    request(world, "corrected")
    arrive(world, "corrected")
    inspect(world, "corrected")
    yield
    found = last(world, "corrected", "inspections")
    world.step("acme support", "undoInspection", "corrected", inspection=found, why="Ada Quill's")


@chapter(
    "undoReceipt", by="acme", **both("return_receipt_undone return_correct", acme="stock_moved")
)
def a_unit_of_somebody_else(world: World) -> None:
    came = last(world, "corrected", "arrivals")
    world.step("acme", "undoReceipt", "corrected", arrival=came, why="It is Ada Quill's")


@chapter("receiveParcel", by="acme support", acme="parcel_received stock_moved")
def goods_of_nobody_known(world: World) -> None:
    lines = [{"sku": "LAMP-1", "units": 2}]
    done = world.do(
        "acme support", "receiveParcel", location="main", lines=lines, note="from Ada Quill"
    )
    world.kept["stray"] = done["parcel"]


@chapter("inspectParcel", by="acme", acme="parcel_findings stock_moved")
def what_they_are(world: World) -> None:
    parcel = world.kept["stray"]
    line = {"arrival": parcel["arrivals"][0]["id"], "units": 1, "disposition": "RESTOCK"}
    world.do("acme", "inspectParcel", parcel=parcel["id"], lines=[line])


@chapter("undoParcel", by="acme support", acme="parcel_undone stock_moved")
def what_they_are_not(world: World) -> Iterator[None]:
    parcel = world.kept["stray"]
    line = {"arrival": parcel["arrivals"][0]["id"], "units": 1, "disposition": "SCRAP"}
    seen = world.do("acme", "inspectParcel", parcel=parcel["id"], lines=[line])["parcel"]
    yield
    found = seen["inspections"][-1]["id"]
    why = "Ada Quill told us"
    world.do("acme support", "undoParcel", parcel=parcel["id"], inspection=found, why=why)


@chapter(
    "tieParcel",
    by="acme",
    **both("return_findings return_receive return_inspect settlement_planned", acme="parcel_tied"),
)
def whose_they_were(world: World) -> None:
    world.step("acme", "tieParcel", "corrected", parcel=world.kept["stray"]["id"])
