"""Open pages change by themselves when something happens, and not what a person is typing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.dashboard.world import SUPPLIER, World


def test_what_happens_elsewhere_appears_by_itself(open_page: Open, world: World) -> None:
    page, path = open_page(), f"/stock/channels/{world.ids['acme-supply']['channel']}"
    sign_in(page, "Acme Supply", "supplier")
    page.goto(path)
    page.evaluate("window.stays = true")
    page.get_by_label("SKU").fill("being typed")
    expect(page.locator("#health .tag").first).not_to_have_text("Paused")
    page.wait_for_timeout(1_000)  # until the stream is open: nothing on the page tells

    elsewhere = world.person(SUPPLIER)
    elsewhere.post(f"{path}/do/pause")
    expect(page.locator("#health .tag").first).to_have_text("Paused")
    elsewhere.post(f"{path}/do/resume")
    expect(page.locator("#health .tag").first).not_to_have_text("Paused")

    assert page.evaluate("window.stays")  # parts were exchanged, and not the page
    expect(page.get_by_label("SKU")).to_have_value("being typed")


def test_a_deed_is_asked_for_in_a_dialog_and_done_once(open_page: Open, world: World) -> None:
    page, path = open_page(), f"/stock/channels/{world.ids['acme-supply']['channel']}"
    sign_in(page, "Acme Supply", "supplier")
    page.goto(path)

    page.get_by_role("link", name="Pause").click()
    page.get_by_role("dialog", name="Pause?").get_by_role("button", name="Pause").dblclick()

    expect(page.get_by_text("Channel paused.")).to_be_visible()
    page.get_by_role("link", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(page.get_by_role("link", name="Pause")).to_be_visible()
