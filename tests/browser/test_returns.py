"""Returns, dock, orders and what if in a browser: dialogs, sliders, a phone, and no JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.browser.test_every_page import faults
from tests.dashboard import making
from tests.dashboard.world import PHOTO, World


def test_a_step_is_a_dialog_and_two_clicks_take_it_once(open_page: Open, world: World) -> None:
    number, page = making.return_(world)["number"], open_page()
    sign_in(page, "Acme Supply", "supplier")
    page.goto(f"/returns/{number}")

    page.get_by_role("link", name="Say that a parcel was sent").click()
    dialog = page.get_by_role("dialog", name="Was a parcel sent?")
    dialog.get_by_label("Carrier").fill("UPS")
    dialog.get_by_label("Tracking number").fill("1Z999")
    dialog.get_by_role("button", name="Say that a parcel was sent").dblclick()

    expect(page.get_by_text("The return is now: on its way.")).to_be_visible()
    expect(page.get_by_text("Parcel sent", exact=True)).to_have_count(1)


@pytest.mark.parametrize("js", [True, False], ids=["with", "without"])
def test_goods_are_received_on_a_phone(open_page: Open, world: World, *, js: bool) -> None:
    number = making.return_(world)["number"]
    page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=js)
    sign_in(page, "Acme Supply", "supplier")
    page.goto("/dock")

    page.get_by_label("RMA or return number").fill(number.lower())
    page.get_by_label("RMA or return number").press("Enter")
    page.wait_for_url(f"**/dock/{number}")
    page.get_by_label("Units now").fill("1")
    page.get_by_role("button", name="Count these units").click()
    page.get_by_label("What becomes of them").select_option("Restock")
    page.get_by_label("Photo").set_input_files(
        {"name": "box.png", "mimeType": "image/png", "buffer": PHOTO}
    )
    assert not js or faults(page) == []
    page.get_by_role("button", name="Keep what was found").click()
    page.get_by_role("button", name="All of it came").click()

    expect(page.get_by_text("The return is now: to inspect.")).to_be_visible()


def test_a_slider_decides_at_once_and_its_address_can_be_shared(
    open_page: Open, world: World
) -> None:
    line, page = making.order(world)["lines"][0]["id"], open_page()
    sign_in(page, "Acme Supply", "supplier")
    page.goto(f"/what-if/{line}?past={world.parts.now().date()}")
    page.evaluate("window.stays = true")
    sides = page.locator("#sides")
    expect(sides.get_by_text("Accepted")).to_have_count(2)

    page.get_by_label("Days from the delivery").fill("31")
    expect(sides.get_by_text("31 days after it was delivered")).to_be_visible()
    expect(sides.get_by_text("Refused")).to_have_count(2)
    page.get_by_label("Units").fill("2")  # the day that the slider set stays
    expect(sides.get_by_text("2 \N{MULTIPLICATION SIGN} TENT-2P")).to_be_visible()
    expect(sides.get_by_text("Refused")).to_have_count(2)

    assert page.evaluate("window.stays")
    assert faults(page) == []
    page.reload()
    expect(sides.get_by_text("Refused")).to_have_count(2)


@pytest.mark.parametrize("js", [True, False], ids=["with", "without"])
def test_a_word_shows_what_it_pays_before_it_is_said(
    open_page: Open, world: World, *, js: bool
) -> None:
    number = making.return_(world, days=60)["number"]
    page = open_page(java_script_enabled=js)
    sign_in(page, "Acme Supply", "support")
    page.goto(f"/returns/{number}/steps/reopen")
    page.get_by_label("Why").fill("a good customer")
    page.get_by_role("button", name="Open it again").click()
    page.get_by_role("link", name="Approve or decline").click()

    page.get_by_label("Accept").check()
    page.get_by_label("Amount before tax").fill("150")
    page.get_by_label("What is given").select_option("Account credit")
    page.get_by_label("Goods go to").fill("supplier_warehouse")
    page.get_by_label("Why").fill("kind")
    page.get_by_role("button", name="Show what it will pay").click()
    expect(page.get_by_text("USD 150.00 is owed once the goods have come")).to_be_visible()
    assert not js or faults(page) == []
    page.get_by_role("button", name="Say it").click()

    expect(page.get_by_text("The return is now: approved.")).to_be_visible()


def test_a_return_is_opened_of_an_order(open_page: Open, world: World) -> None:
    order, page = making.order(world)["id"], open_page()
    sign_in(page, "Southgate Living", "retailer")
    page.goto(f"/orders/{order}")

    page.get_by_role("link", name="Open a return").click()
    page.get_by_label("Units").fill("1")
    page.get_by_label("Reason").select_option("Defective")
    page.get_by_role("button", name="Show what holds").click()
    expect(page.get_by_text("USD 100.00").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Request the return").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("R-[A-Z0-9]+"))
