"""Counters that Takeback reads from its own returns: what counts, for whom, and from which day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from adapters.identity.principal import Kind
from adapters.store.connection.address import Address
from adapters.store.decision_history.pages import FIRST, LAST, Range
from adapters.store.drafts import LineDraft
from adapters.store.records import Product
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.replay.kept import Finding
from engine.returns.lifecycle import State
from engine.returns.units import Disposition
from services.returns import requesting
from services.returns.decision_service import Case, View
from services.returns.overriding import Verdict
from services.returns.who import Who
from takeback.replay.replayer import Replayer
from tests.contracts.returns.building import RETAILER, SUPPLIER, Shop, opened

HEAD = """
time_zone: America/New_York
values: {category: [lighting, furniture]}
"""
REST = """
remedy: {to_retailer: credit, of: item_price}
shipping: {return_paid_by: consumer}
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, requested: 2025-03-10, reason: change_of_mind,
          condition: used, item_price: USD 10.00, used: USED}
  cases:
    - {name: fine, expect: {answer: accept}}
"""
ELIGIBILITY = """
eligibility:
  rows:
    - {id: E-WORN, when: {condition: worn}, answer: refuse, code: excluded_condition}
    - {id: E-LOOK, when: {reason: defective}, answer: review, to_settle: whether it is}
"""
TESTS = """\
    - {name: worn, given: {condition: worn}, expect: {answer: refuse}}
    - {name: look, given: {reason: defective}, expect: {answer: review}}
"""


def policy(
    per: str = "retailer",
    over: str = "calendar year",
    *,
    of: str = "returned_value",
    adds: str = "return_value",
    most: str = "USD 100.00",
) -> str:
    type_, zero = ("money", "USD 0.00") if of == "returned_value" else ("count", "0")
    counter = f"counter: {{of: {of}, per: {per}, over: {over}}}"
    limit = f"limits: {{yearly: {{used: used, adds: {adds}, at_most: {most}}}}}\n"
    rest = REST.replace("USED", zero) + TESTS
    return f"{HEAD}facts: {{used: {{type: {type_}, {counter}}}}}\n{limit}{ELIGIBILITY}{rest}"


def line(number: str, price: int = 8_000, quantity: int = 1, sku: str = "LAMP") -> LineDraft:
    return LineDraft(
        number=number,
        sku=sku,
        quantity=quantity,
        unit_price=Money(price, "USD"),
        location="main",
    )


@pytest.fixture
def shop(address: Address) -> Iterator[Shop]:
    found = opened(address)
    yield found
    found.library.close()
    found.store.close()


OLD = {"ordered": "2020-01-01", "delivered": "2020-01-02"}


def sells(shop: Shop, text: str, orders: int = 3, *lines: LineDraft) -> None:
    shop.sells("acme", text)
    for number in range(1, orders + 1):
        shop.orders("acme", f"N-{number}", lines=list(lines) or [line("1")], dates=OLD)


def asked(shop: Shop, number: int = 1, line: str = "1", **said: Any) -> Return:
    return shop.one(line, f"N-{number}", **{"condition": "used", **said})


def used(made: Return, place: int = 0) -> dict[str, object]:
    facts = msgspec.json.decode(made.lines[place].facts)
    found: dict[str, object] = facts["used"]
    return found


def test_three_returns_of_80_under_100_a_year_are_one(shop: Shop) -> None:
    sells(shop, policy())

    first, second, third = (asked(shop, number) for number in (1, 2, 3))

    assert [each.state for each in (first, second, third)] == [
        State.APPROVED,
        State.REFUSED,
        State.REFUSED,
    ]
    assert second.lines[0].outcome.code == third.lines[0].outcome.code == "value_limit"
    assert used(second) == {
        "counted": "USD 80.00",
        "ahead": "USD 0.00",
        "for": "northwind",
        "since": "2025-01-01",
    }


def test_a_return_under_way_counts_and_a_cancelled_one_does_not(shop: Shop) -> None:
    sells(shop, policy())
    first = asked(shop, 1)
    shop.move(first, "ship", "UPS", "1Z999", who=RETAILER)
    assert asked(shop, 2).state is State.REFUSED
    other = asked(shop, 3)
    assert other.state is State.REFUSED

    shop.clock.pass_days(1)
    shop.receive(first, 1)
    shop.inspect(first, (0, 1, Disposition.RETURN_TO_SENDER, {"condition": "worn"}))

    assert asked(shop, 2).state is State.APPROVED


def test_a_cancelled_return_counts_no_more(shop: Shop) -> None:
    sells(shop, policy())
    first = asked(shop, 1)

    shop.move(first, "cancel", "kept after all")

    assert used(asked(shop, 2))["counted"] == "USD 0.00"


def test_what_waits_for_a_person_counts(shop: Shop) -> None:
    sells(shop, policy())
    first = asked(shop, 1, reason="defective")
    assert first.state is State.IN_REVIEW

    assert asked(shop, 2).state is State.REFUSED
    shop.judge(first, [Verdict(about=first.lines[0].id, accept=False)])

    assert asked(shop, 2).state is State.APPROVED


def test_what_did_not_arrive_counts_no_more_once_reception_is_complete(shop: Shop) -> None:
    sells(shop, policy(of="returned_units", adds="quantity", most="3"), 2, line("1", 100, 3))
    first = asked(shop, 1, quantity=3)
    shop.receive(first, 1)
    assert used(asked(shop, 2))["counted"] == 3

    shop.receive(first, 1, complete=True)

    assert used(asked(shop, 2))["counted"] == 2


def test_of_one_return_the_lines_before_count(shop: Shop) -> None:
    lines = [line(str(number), 4_000) for number in (1, 2, 3)]
    sells(shop, policy(adds="item_price"), 1, *lines)

    (made,) = shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2, 3)))

    assert [each.outcome.answer for each in made.lines] == ["accept", "accept", "refuse"]
    assert [used(made, at)["ahead"] for at in (0, 1, 2)] == ["USD 0.00", "USD 40.00", "USD 80.00"]


def test_a_limit_on_the_whole_return_takes_all_its_lines_or_none(shop: Shop) -> None:
    lines = [line(str(number), 4_000) for number in (1, 2, 3)]
    sells(shop, policy(), 1, *lines)

    (made,) = shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2, 3)))
    assert {each.outcome.answer for each in made.lines} == {"refuse"}
    (made,) = shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2)))

    assert {each.outcome.answer for each in made.lines} == {"accept"}


def test_orders_asked_for_together_count_for_each_other(shop: Shop) -> None:
    sells(shop, policy())

    parts = shop.request(*((f"N-{at}", "1", {"condition": "used"}) for at in (1, 2, 3)))

    assert sorted(each.state for each in parts) == ["approved", "refused", "refused"]


@pytest.mark.parametrize(
    ("per", "counted"),
    [("retailer", 5), ("sku", 3), ("order", 2), ("line", 1)],
)
def test_it_counts_for_whom_it_says(shop: Shop, per: str, counted: int) -> None:
    lines = [line("1", 100, 4), line("2", 100, 4, "SOFA")]
    sells(shop, policy(per, of="returned_units", adds="quantity", most="9"), 2, *lines)
    asked(shop, 1, "1", quantity=1)
    asked(shop, 1, "2", quantity=1)
    asked(shop, 2, "1", quantity=2)
    asked(shop, 2, "2", quantity=1)

    assert used(asked(shop, 1, "1"))["counted"] == counted


def test_returns_and_exchanges_are_counted_by_number(shop: Shop) -> None:
    text = policy(of="returns", adds="1", most="2")
    sells(shop, text, 2, line("1", 100, 3), line("2", 100, 3))
    shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2)))
    asked(shop, 2)

    assert used(asked(shop, 2, "2"))["counted"] == 2
    assert asked(shop, 1).state is State.REFUSED


def test_an_exchange_counts_by_its_remedy(shop: Shop) -> None:
    text = policy("order", "lifetime", of="exchanges", adds="1", most="1").replace(
        "remedy: {to_retailer: credit, of: item_price}",
        """remedy:
  rows:
    - {id: R-SWAP, when: {wanted: exchange}, give: exchange}
    - {id: R-ELSE, otherwise: true, give: account_credit}""",
    )
    text = text.replace("reason: change_of_mind,", "reason: change_of_mind, wanted: refund,")
    text = text.replace(
        "    - {name: worn,",
        "    - {name: swap, given: {wanted: exchange}, "
        "expect: {remedy: exchange}}\n"
        "    - {name: else, expect: {decided_by: R-ELSE}}\n"
        "    - {name: worn,",
    )
    sells(shop, text, 1, line("1", 100, 5))
    asked(shop, 1, wanted="refund")
    assert used(asked(shop, 1, wanted="exchange"))["counted"] == 0

    second = asked(shop, 1, wanted="exchange")

    assert used(second)["counted"] == 1
    assert second.lines[0].outcome.code == "count_limit"


@pytest.mark.parametrize(
    ("over", "first_at", "counts"),
    [
        # Midnight in New York is at 04:00 or 05:00 UTC.
        ("calendar year", datetime(2025, 1, 1, 4, 59, tzinfo=UTC), False),
        ("calendar year", datetime(2025, 1, 1, 5, 0, tzinfo=UTC), True),
        ("1 days", datetime(2025, 6, 15, 3, 59, tzinfo=UTC), False),
        ("1 days", datetime(2025, 6, 15, 4, 0, tzinfo=UTC), True),
        ("90 days", datetime(2025, 3, 17, 12, tzinfo=UTC), False),
        ("90 days", datetime(2025, 3, 18, 12, tzinfo=UTC), True),
        ("12 months", datetime(2024, 6, 15, 12, tzinfo=UTC), False),
        ("12 months", datetime(2024, 6, 16, 12, tzinfo=UTC), True),
        ("lifetime", datetime(2020, 2, 1, 12, tzinfo=UTC), True),
    ],
)
def test_the_days_that_count(shop: Shop, over: str, first_at: datetime, counts: bool) -> None:
    shop.clock.at = datetime(2020, 1, 3, tzinfo=UTC)
    sells(shop, policy("retailer", over).replace("2025-03", "2020-03"))
    shop.clock.at = first_at
    assert asked(shop, 1).state is State.APPROVED

    shop.clock.at = datetime(2025, 6, 15, 15, tzinfo=UTC)

    assert (used(asked(shop, 2))["counted"] == "USD 80.00") is counts


def test_the_day_of_the_request_is_that_of_the_policys_time_zone(shop: Shop) -> None:
    sells(shop, policy())
    asked(shop, 1)

    shop.clock.at = datetime(2026, 1, 1, 4, 59, tzinfo=UTC)
    assert used(asked(shop, 2))["counted"] == "USD 80.00"
    shop.clock.at = datetime(2026, 1, 1, 5, 0, tzinfo=UTC)

    assert used(asked(shop, 2)) == {
        "counted": "USD 0.00",
        "ahead": "USD 0.00",
        "for": "northwind",
        "since": "2026-01-01",
    }


def test_returns_of_another_retailer_or_supplier_do_not_count(shop: Shop) -> None:
    sells(shop, policy())
    shop.sells("globex", policy())
    shop.orders("globex", "G-1", lines=[line("1")])
    asked(shop, 1)

    assert shop.one("1", "G-1", condition="used").state is State.APPROVED


def test_a_caller_cannot_say_what_is_counted(shop: Shop) -> None:
    sells(shop, policy())

    for who in (RETAILER, SUPPLIER):
        with pytest.raises(RequestFault) as fault:
            by(shop, who, facts=(("used", "USD 0.00"),))
        assert (fault.value.code, fault.value.path) == ("not_yours_to_say", "lines[0].used")


def by(shop: Shop, who: Who, **said: Any) -> Return:
    with shop.store.writing():
        wanted = [shop.wanted("N-1", "1", **said)]
        return requesting.request(shop.service(), who, wanted, "")[1][0]


@pytest.mark.parametrize("kind", [Kind.SUPPLIER, Kind.RETAILER])
def test_no_order_and_no_product_says_what_is_counted(shop: Shop, kind: Kind) -> None:
    """An order may name a fact that a later edition counts, whoever wrote or confirmed it."""
    shop.sells("acme", policy())
    with shop.store.session():
        lamp = Product(sku="LAMP", title="Lamp", facts={"used": "USD 0.00"})
        shop.store.goods.put(shop.partners["acme"], [lamp])
        who = shop.partners["acme" if kind is Kind.SUPPLIER else "northwind"]
        for number in ("N-1", "N-2"):
            said = {"lines": [line("1")], "dates": OLD, "facts": {"used": "USD 0.00"}}
            shop.add(shop.store.partners.acting(who), "acme", number, **said)

    first, second = asked(shop, 1), asked(shop, 2)

    assert (first.state, second.lines[0].outcome.code) == (State.APPROVED, "value_limit")
    assert used(second)["counted"] == "USD 80.00"


def test_an_answer_or_an_inspection_cannot_say_it_either(shop: Shop) -> None:
    sells(shop, policy())
    made = asked(shop, 1, reason="defective")
    with pytest.raises(RequestFault, match="counted in the returns"):
        shop.answer(made, {made.lines[0].id: {"used": "USD 0.00"}})
    shop.judge(made, [Verdict(about=made.lines[0].id, accept=True)])
    shop.receive(made, 1)

    with pytest.raises(RequestFault, match="counted in the returns") as fault:
        shop.inspect(made, (0, 1, Disposition.RESTOCK, {"used": "USD 0.00"}))
    assert fault.value.code == "not_to_be_found"


def test_what_others_count_is_told_by_the_supplier_alone(shop: Shop) -> None:
    text = policy().replace(
        "counter: {of: returned_value, per: retailer, over: calendar year}",
        "counter: value told by the ERP, per: retailer, over: year",
    )
    sells(shop, text)
    said = {"facts": (("used", "USD 90.00"),)}
    with pytest.raises(RequestFault, match="value told by the ERP, retailer, year") as fault:
        asked(shop, 1, **said)
    assert fault.value.code == "not_yours_to_say"

    made = by(shop, SUPPLIER, condition="used", **said)

    assert made.lines[0].outcome.code == "value_limit"


def test_it_may_be_supposed_where_nothing_is_kept(shop: Shop) -> None:
    sells(shop, policy())
    asked(shop, 1)

    with shop.store.session():
        now, supposed = (
            decided(shop, "N-2", facts=facts) for facts in ((), (("used", "USD 10.00"),))
        )

    assert (now, supposed) == ("refuse", "accept")


def decided(shop: Shop, number: str, view: View | None = None, **said: Any) -> str:
    wanted = shop.wanted(number, "1", condition="used", **said)
    service = shop.service(view) if view else shop.service()
    case = service.case(wanted.said, wanted.family, wanted.line)
    assert isinstance(case, Case)
    return service.decide(case).answer


def test_another_day_is_looked_at_by_what_had_been_asked_for_then(shop: Shop) -> None:
    sells(shop, policy())
    asked(shop, 1)

    with shop.store.session():
        before = decided(shop, "N-2", View(as_of=date(2025, 5, 31)))
        same = decided(shop, "N-2", View(as_of=date(2025, 6, 1)))

    assert (before, same) == ("accept", "refuse")


def test_a_later_return_changes_nothing_of_an_earlier_one(shop: Shop) -> None:
    sells(shop, policy(most="USD 160.00"))
    first, second = asked(shop, 1), asked(shop, 2)
    assert second.state is State.APPROVED

    for made in (first, second):
        shop.receive(made, 1)
        shop.inspect(made, (0, 1, Disposition.RESTOCK, {}))

    assert [shop.owed(each) for each in (first, second)] == [[("USD 80.00", "planned")]] * 2


def test_units_found_apart_are_not_counted_against_each_other(shop: Shop) -> None:
    sells(shop, policy(of="returned_units", adds="quantity", most="3"), 1, line("1", 100, 3))
    made = asked(shop, 1, quantity=3)
    shop.receive(made, 3)

    shop.inspect(
        made,
        (0, 1, Disposition.RESTOCK, {}),
        (0, 1, Disposition.SCRAP, {"condition": "used_clean"}),
        (0, 1, Disposition.REFURBISH, {"condition": "opened_unused"}),
    )

    assert [each.outcome and each.outcome.answer for each in shop.inspections(made)] == [
        "accept"
    ] * 3


def test_a_refused_line_that_is_decided_again_is_counted_anew(shop: Shop) -> None:
    sells(shop, policy(adds="item_price"), 2, line("1"), line("2", 2_000))
    said = {"condition": "worn"}
    (held,) = shop.request(
        ("N-1", "1", said), ("N-1", "2", {"condition": "used", "reason": "defective"})
    )
    assert [each.outcome.answer for each in held.lines] == ["refuse", "review"]
    assert asked(shop, 2, "1").state is State.APPROVED

    moved = shop.answer(held, {held.lines[0].id: {"condition": "used"}}, who=RETAILER)

    assert moved.lines[0].outcome.code == "value_limit"
    assert used(moved)["counted"] == "USD 80.00"
    assert used(moved)["ahead"] == "USD 20.00"


def test_a_refused_line_that_is_accepted_later_holds_its_units_at_once(shop: Shop) -> None:
    sells(shop, policy(adds="item_price"), 2, line("1"), line("2", 2_000))
    (held,) = shop.request(
        ("N-1", "1", {"condition": "worn"}),
        ("N-1", "2", {"condition": "used", "reason": "defective"}),
    )

    moved = shop.answer(held, {held.lines[0].id: {"condition": "used"}}, who=RETAILER)

    assert moved.state is State.IN_REVIEW
    assert moved.lines[0].outcome.answer == "accept"
    assert shop.returnable("1", "N-1") == 0
    assert used(asked(shop, 2, "1"))["counted"] == "USD 100.00"


def test_what_a_person_accepts_against_the_policy_counts(shop: Shop) -> None:
    sells(shop, policy())
    asked(shop, 1)
    second = asked(shop, 2)
    shop.move(second, "reopen", "a good customer")
    word = Verdict(about=second.lines[0].id, accept=True, remedy="refund", amount=4_000)
    shop.judge(second, [word])

    assert used(asked(shop, 3))["counted"] == "USD 160.00"


def test_goods_that_stay_are_held_when_the_others_have_arrived(shop: Shop) -> None:
    text = policy(of="returned_units", adds="quantity", most="9").replace(
        "shipping: {return_paid_by: consumer}",
        """shipping: {return_paid_by: consumer}
goods:
  rows:
    - {id: G-KEEP, when: {category: furniture}, do: keep}
    - {id: G-BACK, otherwise: true, do: ship_back}""",
    )
    text = text.replace(
        "    - {name: worn,",
        "    - {name: keep, given: {category: furniture}, expect: {goods: keep}}\n"
        "    - {name: worn,",
    ).replace("reason: change_of_mind,", "reason: change_of_mind, category: lighting,")
    sells(shop, text, 1, line("1", 100, 2), line("2", 100, 2, "SOFA"))
    said = {"condition": "used"}
    (made,) = shop.request(("N-1", "1", said), ("N-1", "2", said))

    shop.receive(made, 1)

    assert shop.returnable("2", "N-1") == 1
    assert used(asked(shop, 1))["counted"] == 2


def test_every_decision_is_derived_again_with_what_was_counted(shop: Shop) -> None:
    sells(shop, policy(adds="item_price"), 3, line("1"), line("2", 2_000), line("3", 100))
    shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2, 3)))
    asked(shop, 2)
    replayer = Replayer(shop.store, shop.library)

    found = [
        replayer.replay(each).finding
        for each in shop.store.decision_history.read(Range(since=FIRST, before=LAST))
    ]

    assert found == [Finding.SAME] * 6


@pytest.fixture
def slow(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has counted takes its time, so that all the others would count the same."""
    count = shop.store.counts.of

    def counted(*said: Any) -> int:
        found = count(*said)
        time.sleep(0.1)
        return found

    monkeypatch.setattr(shop.store.counts, "of", counted)


@pytest.mark.usefixtures("slow")
def test_one_of_many_requests_at_once_passes(shop: Shop) -> None:
    sells(shop, policy(), 4)
    numbers = iter(range(1, 5))

    def one() -> int:
        number = next(numbers)
        made = patiently(lambda: asked(shop, number))
        return int(made is not None and made.state is State.APPROVED)

    passed = shop.at_once(one, 4)

    assert passed == [1]


@pytest.mark.usefixtures("slow")
def test_one_of_many_answers_at_once_passes(shop: Shop) -> None:
    """They change other returns and other orders, and have the partnership in common alone."""
    sells(shop, policy(adds="item_price"), 4, line("1"), line("2", 100))
    worn, held = {"condition": "worn"}, {"condition": "used", "reason": "defective"}
    made = [shop.request((f"N-{at}", "1", worn), (f"N-{at}", "2", held))[0] for at in range(1, 5)]
    waiting = iter(made)

    def one() -> int:
        mine = next(waiting)
        said = {mine.lines[0].id: {"condition": "used"}}
        moved = patiently(lambda: shop.answer(mine, said, who=RETAILER))
        return int(moved is not None and moved.lines[0].outcome.answer == "accept")

    assert shop.at_once(one, 4) == [1]


def test_lines_under_two_policies_count_for_each_other(shop: Shop) -> None:
    sells(shop, policy(adds="item_price"), 2, line("1"), line("2", 2_001, sku="SOFA"))
    sofas = policy(adds="item_price").replace("time_zone", "for: {sku: SOFA}\ntime_zone", 1)
    shop.publishes("acme", sofas, name="sofas")

    (made,) = shop.request(*(("N-1", str(at), {"condition": "used"}) for at in (1, 2)))

    assert made.lines[0].edition != made.lines[1].edition
    assert [each.outcome.answer for each in made.lines] == ["accept", "refuse"]
    assert used(made, 1)["counted"] == "USD 80.00"
    assert used(asked(shop, 2, "2"))["counted"] == "USD 80.00"


def patiently(work: Callable[[], Return]) -> Return | None:
    """What was done, however often somebody else was faster."""
    for _ in range(20):
        try:
            return work()
        except RequestFault as fault:
            if fault.code != "conflict":
                raise
    return None
