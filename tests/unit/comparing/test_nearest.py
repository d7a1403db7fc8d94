"""The smallest change that would have made a policy accept is the one that brute force finds."""

from __future__ import annotations

import time

import pytest

from engine.comparing.nearest import MOST_SHOWN, Moved, WouldAccept, would_accept
from engine.decision.decide import Decider
from engine.policy.editions import load
from engine.stopping import stopping
from tests.policies.judged import FILES, base, name
from tests.properties.meaning.drawing import Draw, Given
from tests.properties.meaning.singles import answer_of, single_changes, staying

HEAD = "policy: acme/test\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
WINDOW = "window: {days: 30, counted_from: delivered}\n"
GIVEN: Given = {
    "ordered": "2024-03-01",
    "delivered": "2024-03-05",
    "requested": "2024-04-06",
    "item_price": "USD 40.00",
}
NONE = WouldAccept(changes=(), complete=True)


def changes(topics: str, **given: object) -> list[str]:
    return [each.change for each in found(topics, **given).changes]


def found(topics: str, **given: object) -> WouldAccept:
    decider = Decider(load(HEAD + topics, "test.yaml").policy, native=False)
    return would_accept(decider, {**GIVEN, **given})


def test_a_late_request_would_have_been_accepted_so_many_days_earlier() -> None:
    assert changes(WINDOW) == [
        "delivered 2 days later (2024-03-07)",
        "requested 2 days earlier (2024-04-04)",
    ]


def test_a_date_that_was_sent_with_its_time_keeps_it_where_it_moves() -> None:
    window = "window: {within: 30 clock days, counted_from: delivered}\n"

    assert changes(window, delivered="2024-03-05T10:00:00Z", requested="2024-04-06T09:00:00Z") == [
        "delivered 2 days later (2024-03-07)",
        "requested 2 days earlier (2024-04-04)",
    ]


EVENING = "time_zone: America/New_York\n"
"""A zone in which 02:30 UTC is still the evening before."""


@pytest.mark.parametrize(
    ("window", "requested", "then"),
    [
        ("within: 30 days, counted_from: delivered", "2024-04-08T02:30:00Z", "2024-04-05"),
        (
            "within: 30 days, counted_from: delivered, opens: {after: 5 days, counted_from: "
            "delivered}",
            "2024-03-06T02:30:00Z",
            "2024-03-11",
        ),
        (
            "within: 1 day, counted_from: delivered, opens: {after: 1 day, counted_from: "
            "delivered}",
            "2024-03-08T02:30:00Z",
            "2024-03-07",
        ),
    ],
)
def test_a_moment_moves_by_the_days_of_the_zone(window: str, requested: str, then: str) -> None:
    topics = f"{EVENING}window: {{{window}}}\n"
    decider = Decider(load(HEAD + topics, "test.yaml").policy, native=False)
    moved = [each.moved for each in found(topics, requested=requested).changes]
    (one,) = [each for (each,) in moved if each.fact == "requested"]

    assert one.then == f"{then}{requested[10:]}"
    assert decider.decide({**GIVEN, "requested": one.then}).answer == "accept"


def test_a_change_is_found_while_another_fact_is_not_known() -> None:
    goods = "goods: {rows: [{id: G, when: {brand: x}, do: keep}, {id: H, otherwise: true}]}\n"

    assert changes(WINDOW + goods)[0] == "delivered 2 days later (2024-03-07)"


def test_a_change_is_found_while_the_first_row_hangs_on_a_fact_that_is_not_known() -> None:
    rows = (
        "eligibility:\n  rows:\n"
        "    - {id: A, when: {brand: x}, answer: accept}\n"
        "    - {id: L, when: {deadlines: late}, answer: refuse, code: from_deadline}\n"
        "    - {id: N, otherwise: true, answer: accept}\n"
    )

    assert changes(WINDOW + rows) == [
        "delivered 2 days later (2024-03-07)",
        "requested 2 days earlier (2024-04-04)",
    ]


def test_a_single_change_is_found_whatever_is_not_known() -> None:
    looked = 0
    for path in FILES[1::6]:
        policy = load(path.read_text(), name(path), base).policy
        decider, draw = Decider(policy, native=False), Draw(policy, 11, missing=0.4, null=0.0)
        drawn = [draw.one() for _ in range(40)]
        refused = [given for given in drawn if answer_of(decider, given) == "refuse"]
        for given in refused[:4]:
            single, shown = single_changes(decider, given), would_accept(decider, given).changes
            ones = {each.moved[0].fact for each in shown if len(each.moved) == 1}
            assert single <= ones or len(shown) == MOST_SHOWN, (given, single)
            looked += bool(single)

    assert looked > 5


@pytest.mark.parametrize("price", ["item_price", "unit_price"])
def test_fewer_units_are_named_unless_a_price_is_of_all_of_them(price: str) -> None:
    rows = (
        "eligibility: {rows: [{id: Q, when: {quantity: {over: 3}}, answer: refuse,"
        " code: count_limit}]}\n"
    )
    decider = Decider(load(HEAD + rows, "test.yaml").policy, native=False)
    given = {**GIVEN, "quantity": 9}
    if price == "unit_price":
        given[price] = given.pop("item_price")
    few = [each.change for each in would_accept(decider, given).changes]

    assert few == ([] if price == "item_price" else ["quantity 3 (now 9)"])
    more = rows.replace("over: 3", "under: 12")
    assert would_accept(Decider(load(HEAD + more, "t").policy, native=False), given) == NONE


def test_no_change_names_a_fact_that_it_does_not_need() -> None:
    needless = 0
    for path in FILES:
        policy = load(path.read_text(), name(path), base).policy
        decider, draw = Decider(policy, native=False), Draw(policy, 4, missing=0.3)
        for given in (draw.one() for _ in range(12)):
            if answer_of(decider, given) in ("accept", None):
                continue
            for change in would_accept(decider, given).changes:
                then = {each.fact: each.then for each in change.moved}
                fewer = [{**given, **then, fact: given[fact]} for fact in then if len(then) > 1]
                needless += any(answer_of(decider, each) == "accept" for each in fewer)

    assert not needless


def test_two_reasons_need_two_changes() -> None:
    topics = WINDOW + (
        "values: {label_used: [ours, theirs]}\neligibility:\n  rows:\n"
        "    - {id: E, when: {label_used: theirs}, answer: refuse, code: not_entitled}\n"
        "    - {id: L, when: {deadlines: late}, answer: refuse, code: from_deadline}\n"
    )

    assert changes(topics, label_used="theirs", requested="2024-04-05")[0] == (
        "delivered 1 day later (2024-03-06) and label_used ours (now theirs)"
    )


def test_prices_and_what_chooses_the_policy_stay() -> None:
    topics = (
        "values: {category: [hats, shoes]}\neligibility:\n  rows:\n"
        "    - {id: H, when: {category: hats}, answer: refuse, code: excluded_category}\n"
        "    - {id: P, when: {item_price: {over: USD 50.00}}, answer: refuse, code: value_limit}\n"
    )

    assert found(topics, category="hats") == NONE
    assert found(topics, category="shoes", item_price="USD 60.00") == NONE


def test_that_none_is_near_and_that_not_all_were_looked_at_are_not_alike() -> None:
    found(WINDOW)  # so that the policy was read
    with stopping(lambda: True):
        stopped = found(WINDOW)

    assert stopped == WouldAccept(changes=(), complete=False)
    assert found("values: {category: [hats]}\n" + WINDOW, category="hat").complete is False


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_not_shown_is_said_to_be_there(more: int) -> None:
    own = [f"own_{number}" for number in range(MOST_SHOWN + more)]
    rows = "".join(f"    - {{id: A-{n}, when: {{{n}: true}}, answer: accept}}\n" for n in own)
    facts = ", ".join(f"{n}: {{type: yes_no, told_by: retailer}}" for n in own)
    topics = f"facts: {{{facts}}}\neligibility:\n  rows:\n{rows}"
    topics += "    - {id: R, otherwise: true, answer: refuse, code: not_entitled}\n"

    shown = found(topics, **dict.fromkeys(own, False))

    assert (len(shown.changes), shown.complete) == (MOST_SHOWN, more == 0)


def test_any_other_word_of_an_open_fact_may_do() -> None:
    rows = (
        "eligibility:\n  rows:\n"
        "    - {id: W, when: {wanted: [exchange, repair]}, answer: refuse, code: not_entitled}\n"
        "    - {id: C, when: {payment_method: cash}, answer: refuse, code: not_entitled}\n"
    )
    (cash,) = found(rows, payment_method="cash", wanted="refund").changes
    (repair,) = found(rows, payment_method="visa", wanted="repair").changes

    assert cash.change == "payment_method other than cash (now cash)"
    assert cash.moved == (Moved(fact="payment_method", now="cash", then="other"),)
    assert repair.change == "wanted other than exchange or repair (now repair)"


def test_a_word_that_is_named_goes_before_any_other() -> None:
    rows = "eligibility: {rows: [{id: A, when: {payment_method: [x, y]}, answer: accept}, %s]}\n"
    topics = rows % "{id: R, otherwise: true, answer: refuse, code: not_entitled}"

    assert changes(topics, payment_method="z") == ["payment_method x (now z)"]


def test_a_closed_list_has_no_other_word() -> None:
    topics = (
        "values: {category: [hats]}\neligibility: "
        "{rows: [{id: H, when: {category: hats}, answer: refuse, code: excluded_category}]}\n"
    )

    assert found(topics, category="hats") == NONE


def test_a_day_that_no_request_can_say_is_passed_over() -> None:
    rows = (
        "eligibility:\n  rows:\n"
        "    - {id: E, when: {delivered: {at_most: 2024-02-28}}, answer: accept}\n"
        "    - {id: L, when: {delivered: {at_least: 2024-03-20}}, answer: accept}\n"
        "    - {id: R, otherwise: true, answer: refuse, code: not_entitled}\n"
    )

    assert [each.change for each in found(rows).changes] == ["delivered 15 days later (2024-03-20)"]


def test_a_fact_that_was_not_sent_stays_what_the_policy_takes() -> None:
    topics = (
        "facts: {gift: {type: yes_no, if_not_sent: false, told_by: retailer}}\neligibility:\n"
        "  rows: [{id: G, when: {gift: false}, answer: refuse, code: not_entitled}]\n"
    )
    tagged = "eligibility: {rows: [{id: T, when: {tags: {has: new}}, answer: accept},"
    tagged += " {id: R, otherwise: true, answer: refuse, code: not_entitled}]}\n"

    (only,) = found(topics, gift=False).changes

    assert only.moved == (Moved(fact="gift", now=False, then=True),)
    assert found(topics) == found(tagged) == NONE
    assert changes(tagged, tags=[]) == ["tags with new"]


@pytest.mark.parametrize("units", [{}, {"quantity": 3}, {"quantity": 1, "unit_price": "USD 9.00"}])
@pytest.mark.parametrize("test", ["under: 3", "over: 1"])
def test_the_number_of_units_stays_with_their_price(units: Given, test: str) -> None:
    topics = f"eligibility: {{rows: [{{id: Q, when: {{quantity: {{{test}}}}}, answer: accept}},"
    topics += " {id: R, otherwise: true, answer: refuse, code: not_entitled}]}\n"

    decider = Decider(load(HEAD + topics, "test.yaml").policy, native=False)

    assert answer_of(decider, {**GIVEN, **units}) == "accept" or found(topics, **units) == NONE


@pytest.mark.parametrize("path", FILES[::5], ids=name)
def test_no_single_change_that_would_do_is_overlooked(path) -> None:  # type: ignore[no-untyped-def]
    policy = load(path.read_text("utf-8"), name(path), base).policy
    decider, draw = Decider(policy, native=False), Draw(policy, 9, missing=0.05, null=0.0)
    drawn = [draw.one() for _ in range(60)]
    others = [given for given in drawn if answer_of(decider, given) not in ("accept", None)]

    for given in others[:3]:
        single = single_changes(decider, given)
        found = would_accept(decider, given)
        for each in found.changes:
            moved = {one.fact: one.then for one in each.moved}
            assert not staying(policy, given) & moved.keys()
            assert answer_of(Decider(policy, native=False), {**given, **moved}) == "accept"
        changed = {each.moved[0].fact for each in found.changes if len(each.moved) == 1}
        assert single <= changed or not found.complete, (given, single)


def test_where_an_outcome_is_not_worked_out_nothing_is_called_complete() -> None:
    path = next(each for each in FILES if each.name == "36-amazon-sfp-reason-codes.yaml")
    policy = load(path.read_text("utf-8"), name(path), base).policy
    decider, draw = Decider(policy, native=False), Draw(policy, 77, missing=0.1)
    drawn = (draw.one() for _ in range(80))
    given = next(each for each in drawn if answer_of(decider, each) not in ("accept", None))

    found = would_accept(decider, given)

    assert [each.change for each in found.changes] == ["tags with free_returns_category"]
    assert not found.complete


def test_what_many_deadlines_share_is_looked_at_once() -> None:
    within = "{{within: {} business days, counted_from: delivered, event: requested}}"
    clocks = "".join(f"  d{at}: {within.format(at + 1)}\n" for at in range(19))
    rows = "".join(
        f"    - {{id: E{at}, when: {{d{at}.days_left: {{at_least: {at}}}, category: c{at}}},"
        " answer: refuse, code: final_sale}\n"
        for at in range(10)
    )
    last = time.thread_time() + 4

    with stopping(lambda: time.thread_time() > last):
        assert found(f"deadlines:\n{clocks}eligibility:\n  rows:\n{rows}", category="c1").complete
