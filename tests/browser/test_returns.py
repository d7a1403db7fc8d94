"""Returns and what if in a browser: dialogs that act once, sliders that decide at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.browser.test_every_page import faults
from tests.dashboard import making
from tests.dashboard.world import World


def test_a_step_is_a_dialog_and_two_clicks_take_it_once(open_page: Open, world: World) -> None:
    number, page = making.return_(world)["number"], open_page()
    sign_in(page, "Acme Supply", "supplier")
    page.goto(f"/returns/{number}")

    page.get_by_role("link", name="Mark as shipped").click()
    dialog = page.get_by_role("dialog", name="Mark this return as shipped?")
    dialog.get_by_label("Carrier").fill("UPS")
    dialog.get_by_label("Tracking number").fill("1Z999")
    dialog.get_by_role("button", name="Mark as shipped").dblclick()

    expect(page.get_by_text("Return status: in transit.")).to_be_visible()
    expect(page.locator(".timeline").get_by_text("Shipped", exact=True)).to_have_count(1)


def test_a_slider_decides_at_once_and_its_address_can_be_shared(
    open_page: Open, world: World
) -> None:
    line, page = making.order(world)["lines"][0]["id"], open_page()
    sign_in(page, "Acme Supply", "supplier")
    page.goto(f"/what-if/{line}?past={world.parts.now().date()}")
    page.evaluate("window.stays = true")
    sides = page.locator("#sides")
    expect(sides.get_by_text("Accepted")).to_have_count(2)

    page.get_by_label("Days from delivery").fill("31")
    expect(sides.get_by_text("31 days after delivery")).to_be_visible()
    expect(sides.get_by_text("Refused")).to_have_count(2)
    page.get_by_label("Units").fill("2")  # the day that the slider set stays
    expect(sides.get_by_text("2 \N{MULTIPLICATION SIGN} TENT-2P")).to_be_visible()
    expect(sides.get_by_text("Refused")).to_have_count(2)

    assert page.evaluate("window.stays")
    assert faults(page) == []
    page.reload()
    expect(sides.get_by_text("Refused")).to_have_count(2)
