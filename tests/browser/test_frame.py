"""What the frame does in a browser: keys, parts, dialogs, back and reload, without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.dashboard.world import World


def test_a_list_filters_by_itself_and_its_address_can_be_shared(open_page: Open) -> None:
    page = open_page()
    sign_in(page, "Acme Supply", "supplier")
    page.evaluate("window.stays = true")

    page.get_by_label("Status").select_option("Closed")
    expect(page.get_by_text("No returns match.")).to_be_visible()

    assert page.evaluate("window.stays")  # a part was exchanged, and not the page
    assert "state=CLOSED" in page.url
    page.reload()
    expect(page.get_by_text("No returns match.")).to_be_visible()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_search_box_is_a_key_away(open_page: Open, world: World) -> None:
    page = open_page()
    sign_in(page, "Acme Supply", "supplier")

    page.keyboard.press("/")
    page.keyboard.type(world.ids["acme-supply"]["number"])
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(world.ids["acme-supply"]["number"])


def test_a_confirmation_is_a_dialog_that_escape_closes(open_page: Open) -> None:
    page = open_page()
    sign_in(page, "Acme Supply", "support")
    page.goto("/sessions")

    page.get_by_role("link", name="End all").click()
    dialog = page.get_by_role("dialog", name="End all your sessions?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="End all")).to_be_focused()

    page.get_by_role("link", name="End all").click()
    page.get_by_role("dialog").get_by_role("button", name="End all").click()
    expect(page.get_by_text("All your sessions have ended.")).to_be_visible()


def test_what_is_a_dialog_or_a_part_is_a_page_without_javascript(
    open_page: Open, world: World
) -> None:
    ids, page = world.ids["acme-supply"], open_page(java_script_enabled=False)
    sign_in(page, "Acme Supply", "supplier")

    page.get_by_label("SKU").fill("TENT-2P")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile("sku=TENT-2P"))
    page.goto("/overview")
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.goto(f"/stock/channels/{ids['channel']}")
    for deed in ("Pause", "Resume"):
        page.get_by_role("link", name=deed).click()
        page.get_by_role("button", name=deed).click()
    expect(page.get_by_role("link", name="Pause")).to_be_visible()
    page.goto(f"/payments/credit/{ids['partnership']}/USD")
    page.get_by_role("link", name="Set limit").click()
    page.get_by_label("Amount in USD").fill("900")
    page.get_by_role("button", name="Set limit").click()
    expect(page.get_by_text("Limit saved.")).to_be_visible()
    page.goto("/sessions")
    page.get_by_role("link", name="End all").click()
    page.get_by_role("button", name="End all").click()
    expect(page.get_by_text("All your sessions have ended.")).to_be_visible()


def test_times_are_in_the_zone_of_the_browser(open_page: Open) -> None:
    page = open_page(timezone_id="Pacific/Kiritimati")
    sign_in(page, "Acme Supply", "supplier")

    page.goto("/sessions")

    expect(page.get_by_label("Show times in")).to_have_value("Pacific/Kiritimati")


def test_the_explorer_asks_as_the_person_who_signed_in(open_page: Open) -> None:
    page = open_page()
    sign_in(page, "Hearth & Home", "supplier")

    page.goto("/graphql")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("WhoAmI")
    page.get_by_role("button", name=re.compile("Execute query")).click()

    expect(page.locator(".result-window")).to_contain_text("hearth-home")


def test_the_explorer_needs_a_key_where_nobody_signed_in(open_page: Open) -> None:
    page = open_page()

    page.goto("/graphql")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("WhoAmI")
    page.get_by_role("button", name=re.compile("Execute query")).click()

    expect(page.locator(".result-window")).to_contain_text("Sign in at the dashboard")
