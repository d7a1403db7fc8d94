"""Figures are what a plain reading of the rows counts, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from adapters.store.figures import Bucket, Days, Returned
from tests.contracts.conftest import World
from tests.contracts.lists.rows import KINDS, START, Rows, day

ANSWERS = ("accept", "refuse", "review")
SUMS = ("planned_tax", "outbound", "stays_more")
REASONS = ("", "defective", "change_of_mind")


def filled(world: World, random: Random) -> tuple[Rows, list[dict[str, Any]], Rows]:
    """Returns, each with lines, and settlements."""
    returns, settlements = (
        Rows(kind=next(each for each in KINDS if each.table == table), world=world, random=random)
        for table in ("goods_return", "settlement")
    )
    insert: Callable[..., Any] = world.store.lists._database.insert
    lines = []
    with world.store.writing():
        for number in range(60):
            returns.add()
            settlements.add()
            row = list(returns.kept.values())[-1]
            for place in range(random.randrange(1, 3)):
                line = {
                    "id": f"line-{number}-{place}",
                    "part_of": row["id"],
                    **{side: row[side] for side in ("supplier", "retailer")},
                    "requested_on": row["requested_at"][:10],
                    "place": place,
                    "order_line": "line",
                    "sku": f"SKU-{random.randrange(4)}",
                    "reason": random.choice(REASONS),
                    "quantity": random.randrange(1, 4),
                    **dict.fromkeys(("reserved", "expected", "received", "inspected"), 0),
                    **dict.fromkeys(("refused", "worth"), 0),
                    **{name: random.randrange(3) * 50 for name in ("planned", "value")},
                    **{name: random.randrange(3) * 10 for name in SUMS},
                    "currency": random.choice(("EUR", "USD")),
                    **dict.fromkeys(("facts", "told", "terms", "return_to"), "{}"),
                    **dict.fromkeys(("edition", "digest", "location"), ""),
                }
                answer = random.choice(ANSWERS)
                insert("return_line", **line, answer=answer, outcome="{}")
                lines.append({**line, "answer": answer, "return": row})
    return returns, lines, settlements


DAYS = Days(first=START.date() + timedelta(days=1), last=START.date() + timedelta(days=2))


def test_figures_agree_with_a_plain_reading(world: World) -> None:
    returns, lines, settlements = filled(world, Random("figures"))
    for by in ("acme", "southgate", "northwind", "globex"):
        tenant = world.partners[by].id
        with world.store.session():
            agrees_on_returns(world, by, [each for each in lines if mine(each["return"], tenant)])
            every = [each for each in returns.kept.values() if mine(each, tenant)]
            states = world.store.figures.states(world.principals[by])
            assert states == Counter(each["state"] for each in every)
            paid = [each for each in settlements.kept.values() if mine(each, tenant)]
            agrees_on_money(world, by, paid)


def agrees_on_returns(world: World, by: str, lines: list[dict[str, Any]]) -> None:
    within = [each for each in lines if in_days(each["return"]["requested_at"])]
    handles = {each.id: each.handle for each in world.partners.values()}
    other = "retailer" if by in ("acme", "globex") else "supplier"

    returned = world.store.figures.returned(world.principals[by], DAYS)
    agrees(returned.reasons, summed(within, lambda each: each["reason"]))
    agrees(returned.skus, summed(within, lambda each: each["sku"]))
    agrees(returned.partners, summed(within, lambda each: handles[each["return"][other]]))
    partly = [(each["currency"], kept(each)) for each in within if kept(each)]
    assert {each.currency: (each.lines, each.amount) for each in returned.kept} == {
        name: (len(amounts), sum(amounts))
        for name in ("EUR", "USD")
        if (amounts := [amount for currency, amount in partly if currency == name])
    }
    for bucket in Bucket:
        begins = (day(each["return"]["requested_at"][:10]) for each in within)
        wanted = Counter(
            (bucket.begins(on), each["answer"]) for on, each in zip(begins, within, strict=True)
        )
        found = returned.outcomes(bucket)
        assert [(each.begins, each.answer) for each in found] == sorted(wanted)
        assert {(each.begins, each.answer): each.lines for each in found} == wanted


def kept(line: Mapping[str, Any]) -> int:
    """What was not given back of a line that was paid back in part."""
    given = line["planned"] - line["planned_tax"] - line["stays_more"]
    return max(0, line["value"] + line["outbound"] - given) if line["planned"] else 0


def agrees_on_money(world: World, by: str, paid: list[dict[str, Any]]) -> None:
    within = [each for each in paid if in_days(each["made_at"])]
    wanted = summed(within, lambda each: (each["state"], each["currency"]), "amount")
    found = world.store.figures.money(world.principals[by], DAYS)
    assert {(each.state, each.currency): (each.count, each.amount) for each in found} == wanted


def agrees(found: Iterable[Returned], wanted: Mapping[str, tuple[int, int]]) -> None:
    """Each is there, once, as a plain reading counts it."""
    said = [(each.what, (each.lines, each.units)) for each in found]
    assert len(said) == len(wanted)
    assert dict(said) == wanted


def mine(row: Mapping[str, Any], tenant: str) -> bool:
    return tenant in (row["supplier"], row["retailer"])


def in_days(moment: str) -> bool:
    return DAYS.first.isoformat() <= moment[:10] <= DAYS.last.isoformat()


def summed(
    rows: list[dict[str, Any]], by: Callable[[Any], Any], what: str = "quantity"
) -> dict[Any, tuple[int, int]]:
    """How many rows there are of each, and `what` of them together."""
    found: dict[Any, tuple[int, int]] = {}
    for each in rows:
        many, total = found.get(by(each), (0, 0))
        found[by(each)] = (many + 1, total + each[what])
    return found
