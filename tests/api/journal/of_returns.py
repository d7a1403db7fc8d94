"""Returns from request to closed, and the persons and days that take them on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.api.journal.world import WHO, World, chapter


def both(kinds: str, **more: str) -> dict[str, Any]:
    """What supplier and retailer hear alike, and what one of them hears besides."""
    return {name: f"{kinds} {more.get(name, '')}" for name in ("acme", "northwind")}


def request(world: World, order: str, by: str = "northwind", **said: Any) -> None:
    """Opens the return of one unit of an order, kept under the order's number."""
    line = {"order": order, "line": "1", "reason": "change_of_mind", **said}
    made = world.do(by, "requestReturn", lines=[line], consumer=WHO, reference="for Ada Quill")
    (world.kept[order],) = made["returns"]
    world.kept[f"{order} whole"] = made["consumerReturn"]["id"]


def line_of(world: World, name: str) -> str:
    return str(world.kept[name]["lines"][0]["id"])


def judge(world: World, name: str, word: str, by: str = "acme support", **verdict: Any) -> None:
    verdicts = [{"line": line_of(world, name), **verdict}]
    world.step(by, word, name, lines=verdicts, why="Ada Quill said so")


def arrive(world: World, name: str, units: int = 1) -> None:
    lines = [{"line": line_of(world, name), "units": units}]
    world.step("acme", "receiveReturn", name, lines=lines)


def inspect(world: World, name: str, **said: Any) -> None:
    line = {"line": line_of(world, name), "units": 1, "disposition": "RESTOCK", **said}
    world.step("acme", "inspectReturn", name, lines=[line])


@chapter("requestReturn", by="northwind", **both("return_request return_approve"))
def what_the_policy_accepts(world: World) -> None:
    request(world, "walked", quantity=2)


@chapter(
    "requestReturn",
    by="southgate",
    acme="return_request return_approve",
    globex="return_request return_approve",
    southgate="return_request return_approve",
)
def of_two_suppliers_at_once(world: World) -> None:
    lines = [
        {"order": "both", "line": "1", "supplier": supplier, "reason": "change_of_mind"}
        for supplier in ("globex", "acme")
    ]
    world.do("southgate", "requestReturn", lines=lines)


@chapter("shipReturn", by="northwind", **both("return_ship"))
def a_parcel(world: World) -> None:
    world.step("northwind", "shipReturn", "walked", carrier="UPS", tracking="1Z 999")


@chapter("receiveReturn", by="acme", **both("return_receive_part", acme="stock_moved"))
def one_of_two_units(world: World) -> None:
    arrive(world, "walked")


@chapter("receiveReturn", by="acme support", **both("return_receive", acme="stock_moved"))
def the_other_unit(world: World) -> None:
    lines = [{"line": line_of(world, "walked"), "units": 1}]
    world.step("acme support", "receiveReturn", "walked", lines=lines)


@chapter(
    "inspectReturn",
    by="acme",
    **both("return_findings settlement_planned", acme="stock_moved"),
)
def one_unit_of_two(world: World) -> None:
    inspect(world, "walked")


@chapter(
    "inspectReturn",
    by="acme",
    **both("return_findings return_inspect settlement_planned", acme="stock_moved"),
)
def the_last_unit(world: World) -> None:
    inspect(world, "walked")


@chapter("Returner", by="policy", **both("return_settle return_close"))
def a_return_whose_money_has_moved(world: World) -> None:
    world.work("Returner")


@chapter("reopenReturn", by="acme support", **both("return_reopen"))
def back_to_a_person(world: World) -> None:
    world.step("acme support", "reopenReturn", "walked", why="Ada Quill called")


@chapter(
    "decideReturn", by="acme support", **both("return_judge return_approve settlement_planned")
)
def a_persons_word(world: World) -> None:
    judge(world, "walked", "decideReturn", accept=True, amount=300)


@chapter("cancelReturn", by="northwind support", **both("return_cancel"))
def a_consumer_who_keeps_it(world: World) -> Iterator[None]:
    request(world, "cancelled")
    yield
    world.step("northwind support", "cancelReturn", "cancelled", why="Ada Quill keeps it")


@chapter("POST /files", by="northwind", **both("return_document"))
def a_photo_of_it(world: World) -> None:
    caller, key = world.caller("northwind"), "a photo"
    fields = {"return": world.kept["cancelled"]["id"], "idempotencyKey": key}
    files = {"file": ("Ada Quill's lamp.pdf", b"%PDF-1.7 by Ada Quill")}
    headers = {"authorization": f"Bearer {caller.key}"}
    answer = caller.http.post("/files", data=fields, files=files, headers=headers)
    assert answer.status_code == 201, answer.text


@chapter("eraseConsumer", by="northwind", northwind="consumer_erased")
def who_it_was(world: World) -> None:
    world.do("northwind", "eraseConsumer", consumerReturn=world.kept["cancelled whole"])


@chapter("Sweeper", by="worker")
def the_file_of_what_was_erased(world: World) -> None:
    world.work("Sweeper")


@chapter("requestReturn", by="northwind", **both("return_request return_hold"))
def what_the_policy_asks_more_of(world: World) -> None:
    request(world, "asked", reason="damaged_in_transit", evidence=[])


@chapter("answerReturn", by="northwind", **both("return_decide"))
def an_answer_that_is_not_enough(world: World) -> None:
    facts = [{"name": "condition", "value": "new_unused"}]
    lines = [{"line": line_of(world, "asked"), "facts": facts}]
    world.step("northwind", "answerReturn", "asked", lines=lines)


@chapter("answerReturn", by="northwind", **both("return_decide return_approve"))
def an_answer_that_is(world: World) -> None:
    facts = [{"name": "evidence", "value": ["photos"]}]
    lines = [{"line": line_of(world, "asked"), "facts": facts}]
    world.step("northwind", "answerReturn", "asked", lines=lines)


@chapter("decideReturn", by="acme", **both("return_judge return_refuse"))
def a_person_who_refuses(world: World) -> Iterator[None]:
    request(world, "refused", reason="defective")
    yield
    judge(world, "refused", "decideReturn", by="acme", accept=False)


@chapter("closeReturn", by="acme", **both("return_close"))
def what_was_refused(world: World) -> None:
    world.step("acme", "closeReturn", "refused", why="Ada Quill agrees")


@chapter("decideReturn", by="acme support", **both("return_judge settlement_planned"))
def units_that_were_held_at_the_receipt(world: World) -> Iterator[None]:
    request(world, "held")
    arrive(world, "held")
    inspect(world, "held", found=[{"name": "reason", "value": "defective"}])
    story = world.caller("acme").ask("ReturnStory", number=world.kept["held"]["number"])
    (world.kept["held unit"],) = story["returnByNumber"]["inspections"]
    yield
    judge_again(world, 1_000, "decideReturn")


def judge_again(world: World, amount: int, word: str = "overrideReturn") -> None:
    """Another amount for the unit that was held; the difference is paid, or claimed."""
    unit = world.kept["held unit"]["id"]
    verdict = {"line": unit, "accept": True, "remedy": "ACCOUNT_CREDIT", "amount": amount}
    world.step("acme support", word, "held", lines=[verdict], why="A known fault")


@chapter("overrideReturn", by="acme support", **both("return_judge claim_made"))
def less_than_was_paid(world: World) -> None:
    judge_again(world, 400)


@chapter("overrideReturn", by="acme support", **both("return_judge claim_offset claim_paid"))
def a_credit_that_pays_a_claim(world: World) -> None:
    judge_again(world, 1_000)


def claim(world: World) -> str:
    """The one claim of the supplier that is open."""
    (found,) = world.caller("acme").ask("MyClaims", state="OPEN")["claims"]["nodes"]
    return str(found["id"])


@chapter("settleClaim", by="acme", **both("claim_paid"))
def a_claim_that_was_paid_by_invoice(world: World) -> Iterator[None]:
    judge_again(world, 300)
    yield
    world.do("acme", "settleClaim", claim=claim(world), why="Invoice of Ada Quill")


@chapter("dropClaim", by="acme", **both("claim_dropped"))
def a_claim_that_is_given_up(world: World) -> Iterator[None]:
    judge_again(world, 200)
    yield
    world.do("acme", "dropClaim", claim=claim(world), why="Ada Quill is a friend")


@chapter("Returner", by="worker", **both("return_place"))
def a_place_for_goods_that_had_nowhere_to_go(world: World) -> Iterator[None]:
    world.work("Returner")
    request(world, "nowhere", reason="wrong_item")
    maker = {"handle": "manufacturer", "name": "Maker", "lines": ["9 Mill Row"], "country": "US"}
    world.do("acme", "putProducts", products=[], locations=[maker])
    yield
    world.work("Returner")


@chapter("Returner", by="policy", **both("return_expire"))
def a_return_that_nobody_sent(world: World) -> Iterator[None]:
    request(world, "expired", quantity=2)
    world.work("Returner")
    yield
    world.passed[0] += timedelta(days=15)
    world.work("Returner")


@chapter("overrideReturn", by="acme", **both("return_judge return_shortened return_approve"))
def a_line_of_which_a_unit_was_cancelled(world: World) -> Iterator[None]:
    world.step("acme", "reopenReturn", "expired", why="Ada Quill called")
    line = {"line": "1", "cancel": 2}
    (order,) = world.caller("acme").ask("FindOrder", number="expired")["orders"]["nodes"]
    world.do("acme", "updateOrder", order=order["id"], lines=[line], reason="Out of stock")
    yield
    judge(world, "expired", "overrideReturn", by="acme", accept=True, amount=300)
