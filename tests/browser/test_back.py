"""Back and Reload show a page as it is now, and no form is sent again or lost with its session."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.test_writing_policies import begin, text
from tests.dashboard import making
from tests.dashboard.world import World

REFUSED = "422"
SIGNED_OUT = "401"


def at_the_dock(page: Page, world: World) -> str:
    """Receives all units of a return at the dock; returns its address."""
    sign_in(page, "Acme Supply", "supplier")
    address = f"/dock/{making.return_(world)['number']}"
    page.goto(address)
    page.get_by_role("button", name="Receive all").click()
    expect(page.get_by_role("heading", name="2. Inspect")).to_be_visible()
    return address


def posts_of(page: Page) -> list[str]:
    """Notes every form that is sent from now on."""
    found: list[str] = []
    page.on("request", lambda each: found.append(each.url) if each.method == "POST" else None)
    return found


def test_back_after_an_inspection_shows_what_is_left_to_do(open_page: Open, world: World) -> None:
    page = open_page()
    address = at_the_dock(page, world)
    page.get_by_label("Disposition").select_option("RESTOCK")
    page.get_by_role("button", name="Save inspection").click()
    page.get_by_role("button", name="Confirm inspection").click()
    expect(page.get_by_text("Nothing left to do here.")).to_be_visible()
    sent = posts_of(page)

    for _ in range(3):
        page.go_back()
        expect(page.get_by_text("Nothing left to do here.")).to_be_visible()
        expect(page).to_have_url(re.compile(f"{address}$"))

    assert sent == []


def test_reload_after_a_refusal_sends_nothing_again(open_page: Open, world: World) -> None:
    page = open_page(REFUSED)
    address = at_the_dock(page, world)
    page.get_by_role("button", name="Save inspection").click()
    expect(page.get_by_text("choose their disposition")).to_be_visible()
    sent = posts_of(page)

    page.reload()

    expect(page.get_by_text("choose their disposition")).to_be_hidden()
    expect(page).to_have_url(re.compile(f"{address}$"))
    assert sent == []


def test_a_draft_outlives_the_session_it_is_written_in(open_page: Open) -> None:
    page = open_page(SIGNED_OUT, viewport={"width": 1600, "height": 1000})
    sign_in(page, "Acme Supply", "supplier")
    begin(page, "outlived")
    page.context.clear_cookies()
    title = page.get_by_label("title", exact=True)

    title.fill("Kept by the page")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(title).to_have_value("Kept by the page")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    opened.value.get_by_role("button", name="Sign in as Acme Supply, supplier").click()
    opened.value.wait_for_url("**/overview")
    title.fill("Kept by the page, too")
    page.keyboard.press("Tab")

    expect(page.locator("#status")).to_contain_text("Saved as version 2")
    expect(page.get_by_text("Your session has ended")).to_be_hidden()
    assert "Kept by the page, too" in text(page)


def test_a_part_of_a_page_never_shows_the_page_to_sign_in(open_page: Open, world: World) -> None:
    page = open_page(SIGNED_OUT)
    sign_in(page, "Acme Supply", "supplier")
    line = making.order(world)["lines"][0]["id"]
    page.goto(f"/what-if/{line}?past={world.parts.now().date()}")
    page.context.clear_cookies()

    page.get_by_label("Days from delivery to request").press("ArrowRight")

    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(page.locator("main")).to_have_count(1)
    expect(page.get_by_label("Your key")).to_have_count(0)
