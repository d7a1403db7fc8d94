"""Steps of a return, a person's word on it, and its photos."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.dashboard import making
from tests.dashboard.world import OTHER, PHOTO, RETAILER, SUPPLIER, SUPPORT, World

OWED = """query($n: String!) { returnByNumber(number: $n) {
  state history { step } lines { owed { amount } outcome { answer } } } }"""


def owed(world: World, number: str) -> Any:
    return making.asked(world, SUPPLIER, OWED, n=number)["returnByNumber"]


def arrived(world: World, units: int = 2) -> str:
    """The number of a return whose units came and were restocked."""
    number = str(making.return_(world, units=units)["number"])
    supplier = world.person(SUPPLIER)
    page = f"/dock/{number}"
    making.flashed(making.sent(supplier, page, f"{page}/receive", all="yes"))
    name = re.findall(r'name="([^"]+)-disposition"', supplier.get(page).text)[0]
    found = {f"{name}-units": str(units), f"{name}-disposition": "RESTOCK"}
    making.flashed(making.sent(supplier, page, f"{page}/inspect", **found))
    return number


def buttons(text: str) -> list[str]:
    group = re.search(r'aria-label="Actions">(.*?)</div>', text, re.DOTALL)
    return re.findall(r">([^<]+)</a>", group[1]) if group else []


def test_the_buttons_are_what_one_may_do(busy: World) -> None:
    page = f"/returns/{making.return_(busy)['number']}"

    assert buttons(busy.person(RETAILER).get(page).text) == [
        "Mark as shipped",
        "Cancel return",
    ]
    assert buttons(busy.person(SUPPLIER).get(page).text) == [
        "Receive",
        "Mark as shipped",
        "Cancel return",
        "Close return",
    ]


def test_a_step_is_taken_once_however_often_its_form_is_sent(busy: World) -> None:
    number = making.return_(busy)["number"]
    person, page = busy.person(RETAILER), f"/returns/{number}/steps/ship"
    form = making.hidden(person.get(page).text, page)
    typed = {**form, "carrier": "UPS", "tracking": f"1Z{number}"}

    said = [making.flashed(person.post(page, data=typed)) for _ in range(2)]

    assert said == [("good", "Done. Return status: in transit.")] * 2
    assert [each["step"] for each in owed(busy, number)["history"]].count("SHIP") == 1


def test_a_step_that_is_refused_is_asked_again_with_what_was_typed(busy: World) -> None:
    number = making.return_(busy)["number"]

    answer = making.sent(
        busy.person(SUPPLIER), f"/returns/{number}/steps/reopen", why="I <b>changed</b> my mind"
    )

    assert answer.status_code == 422
    assert "The step “reopen” is not possible" in answer.text
    assert 'value="I &lt;b&gt;changed&lt;/b&gt; my mind"' in answer.text


@pytest.mark.parametrize("step", ["cancel", "close"])
def test_a_reason_ends_a_return(busy: World, step: str) -> None:
    number = making.return_(busy)["number"]

    making.flashed(making.sent(busy.person(SUPPLIER), f"/returns/{number}/steps/{step}", why="so"))

    assert making.state(busy, number) == {"cancel": "CANCELLED", "close": "CLOSED"}[step]


def test_a_step_that_is_none_is_not_there(busy: World) -> None:
    number = making.return_(busy)["number"]

    assert busy.person(SUPPLIER).get(f"/returns/{number}/steps/burn").status_code == 404


def test_a_refused_return_is_opened_again_and_approved_with_an_amount(busy: World) -> None:
    number = making.return_(busy, days=60)["number"]
    person, page = busy.person(SUPPORT), f"/returns/{number}/word"
    assert making.state(busy, number) == "REFUSED"
    making.flashed(making.sent(person, f"/returns/{number}/steps/reopen", why="a good customer"))
    typed = {"word-1": "accept", "amount-1": "120.50", "remedy-1": "ACCOUNT_CREDIT"}

    seen = making.sent(person, page, **typed, **{"location-1": "supplier_warehouse"}, why="kind")
    assert "USD 120.50 is owed once the goods have come and were looked at" in seen.text
    assert making.state(busy, number) == "IN_REVIEW"
    form = making.hidden(seen.text, page)
    more = {"location-1": "supplier_warehouse", "why": "kind", "sure": "yes"}
    making.flashed(person.post(page, data={**form, **typed, **more}))

    assert making.state(busy, number) == "APPROVED"
    why = person.get(f"/returns/{number}").text.partition("Why: TENT-2P")[2]
    assert "Accepted" in why.partition("</header>")[0]
    assert "(key key" not in re.sub("<[^>]+>", "", why)
    assert "decision before that: The last day was" in why
    assert "Deadlines <b>has late</b>" in why


def test_what_was_refused_offers_no_word_before_it_is_opened_again(busy: World) -> None:
    number, person = making.return_(busy, days=60)["number"], busy.person(SUPPLIER)

    assert "Override decision" not in person.get(f"/returns/{number}").text
    text = person.get(f"/returns/{number}/word").text

    assert "This return cannot be decided now." in text
    assert "Its status is: refused. Reopen it first, then decide." in text
    assert "<form" not in text.partition("<main")[2]


def test_a_return_says_where_its_goods_must_arrive(busy: World) -> None:
    number = making.return_(busy)["number"]

    for who in (SUPPLIER, RETAILER):
        text = busy.person(who).get(f"/returns/{number}").text
        assert "Return address" in text
        assert "Dock 7" in text


def test_an_override_pays_what_it_said_and_nothing_before_it_is_said(busy: World) -> None:
    number = arrived(busy)
    person, page = busy.person(SUPPLIER), f"/returns/{number}/word"
    before = owed(busy, number)
    typed = {"word-1": "accept", "amount-1": "150", "why": "scratched"}

    seen = making.sent(person, page, **typed)
    assert "USD 50.00 is owed less, and withdrawn or claimed back" in seen.text
    assert "This overrides the current decision." in seen.text
    assert owed(busy, number) == before
    form = making.hidden(seen.text, page)
    making.flashed(person.post(page, data={**form, **typed, "sure": "yes"}))

    assert owed(busy, number)["lines"][0]["owed"]["amount"] == "150.00"


@pytest.mark.parametrize(
    ("amount", "wrong"),
    [("200.01", "worth USD 200.00 at most"), ("much", "Enter an amount in USD, such as 12.50")],
)
def test_an_amount_that_cannot_be_is_said_before_anything_is_paid(
    busy: World, amount: str, wrong: str
) -> None:
    typed = {"word-1": "accept", "amount-1": amount, "why": "so", "sure": "yes"}

    answer = making.sent(busy.person(SUPPLIER), f"/returns/{arrived(busy)}/word", **typed)

    assert answer.status_code == 422
    assert wrong in answer.text


def test_what_was_counted_is_undone_with_a_reason(busy: World) -> None:
    number, person = arrived(busy), busy.person(SUPPLIER)
    text = person.get(f"/returns/{number}").text
    undo = re.findall(r'href="(/returns/[^"]+/steps/undo-inspection\?[^"]+)"', text)[0]
    form = undo.partition("?")[0]

    making.flashed(
        person.post(form, data={**making.hidden(person.get(undo).text, form), "why": "miscounted"})
    )

    assert making.state(busy, number) == "RECEIVED"
    assert owed(busy, number)["lines"][0]["owed"]["amount"] == "0.00"
    assert "miscounted" in person.get(f"/returns/{number}").text


def test_a_photo_is_kept_and_shown_to_both_sides_as_it_was_sent(busy: World) -> None:
    number = making.return_(busy)["number"]
    retailer, page = busy.person(RETAILER), f"/returns/{number}"
    form = making.hidden(retailer.get(page).text, f"{page}/files")

    making.flashed(
        retailer.post(f"{page}/files", data=form, files={"file": ("scratch.png", PHOTO)})
    )

    (where,) = set(re.findall(rf'src="({page}/files/[^"]+)"', busy.person(SUPPLIER).get(page).text))
    assert where in busy.person(SUPPLIER).get(where.partition("?")[0]).text
    shown = busy.person(SUPPLIER).get(where)
    assert (shown.content, shown.headers["content-type"]) == (PHOTO, "image/png")
    assert busy.person(OTHER).get(where).status_code == 404


def test_a_file_that_is_no_photo_is_refused_in_words(busy: World) -> None:
    number = making.return_(busy)["number"]
    retailer, page = busy.person(RETAILER), f"/returns/{number}"
    form = making.hidden(retailer.get(page).text, f"{page}/files")
    page_of_theirs = {"file": ("a.png", b"<script>alert(1)</script>")}

    answer = retailer.post(f"{page}/files", data=form, files=page_of_theirs)

    assert making.flashed(answer)[0] == "bad"
    assert "By its content this is no JPEG" in making.flashed(answer)[1]


def test_one_sees_which_partner_has_heard_of_the_stock(busy: World) -> None:
    text = busy.person(SUPPLIER).get(f"/returns/{arrived(busy)}").text

    _, heading, told = text.partition("Stock updates to partners")
    assert heading
    assert "Southgate Living" in told
    assert "Not shared with any partner." not in told
