"""Words and text of a draft go together; days of work are in `test_days.py`."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.test_every_page import WIDTHS, faults


def begin(page: Page, name: str, first_day: str = "2090-01-01") -> None:
    """Answers the four questions."""
    page.goto("/policies")
    page.get_by_role("link", name="New policy").click()
    page.get_by_label("Days", exact=True).fill("45")
    page.get_by_label("Restocking fee for a change of mind").fill("10")
    page.get_by_label("Policy name").fill(name)
    page.get_by_label("Effective from").fill(first_day)
    page.get_by_role("button", name="Create draft").click()
    page.wait_for_url(re.compile(f"/policies/draft/acme-supply/{name}"))


def text(page: Page) -> str:
    found: str = page.locator("#yaml").input_value()
    return found


def press(page: Page, name: str) -> None:
    """Presses a button of the form and waits until the draft is saved.

    The answer to a change that was on its way alters the status too: all are waited for.
    """
    status = page.get_by_role("status").first
    before = status.inner_text()
    page.get_by_role("button", name=name).first.click()
    expect(status).not_to_have_text(before)
    expect(page.locator("#draft")).not_to_have_class(re.compile("htmx-request"))


def keep_tests(page: Page) -> None:
    """Confirms what is suggested, as long as there is something."""
    while page.get_by_role("button", name="Add this test").count():
        press(page, "Add this test")


def holding(routes: list[Route]) -> Callable[[Route], None]:
    def hold(route: Route) -> None:
        routes.append(route)

    return hold


def test_a_press_before_the_editor_has_come_is_not_lost(open_page: Open) -> None:
    page = open_page(viewport={"width": 1600, "height": 1000})
    sign_in(page, "Acme Supply", "supplier")
    begin(page, "early-press")
    scripts: list[Route] = []
    requests: list[Route] = []
    page.route("**/assets/island-*.js", holding(scripts))
    page.route("**/policies/draft/**", holding(requests))
    page.evaluate("location.reload()")
    while not requests:
        page.wait_for_timeout(20)
    requests.pop().continue_()
    page.get_by_label("Rule", exact=True).select_option("holiday")
    page.get_by_label("Ordered from").fill("2090-11-01")
    page.get_by_label("Ordered until", exact=True).fill("2090-12-25")
    page.get_by_label("Returnable until").fill("2091-01-31")
    while not (requests and scripts):  # a change is on its way, the editor is not there
        page.wait_for_timeout(20)

    page.get_by_role("button", name="Add rule").first.click()
    page.unroute("**/policies/draft/**")
    for each in scripts:
        each.continue_()
    expect(page.locator(".cm-content")).to_be_visible()
    for each in requests:
        each.continue_()

    expect(page.locator("#plain")).to_contain_text("by 31 Jan 2091")


def test_both_sides_change_each_other_and_a_finding_stands_at_its_line(open_page: Open) -> None:
    page = open_page(viewport={"width": 1600, "height": 1000})
    sign_in(page, "Acme Supply", "supplier")
    begin(page, "sides")
    content = page.locator(".cm-content")
    expect(content).to_be_visible()

    content.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# mine\n")
    page.locator(".cm-line", has_text="window:").click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(", dayz: 3")
    expect(page.locator("#status")).to_contain_text("dayz")
    expect(page.locator(".cm-lintRange-error")).to_contain_text("dayz")
    for _ in ", dayz: 3":
        page.keyboard.press("Backspace")
    expect(page.locator("#status")).to_contain_text("No errors found")
    for field in page.locator("#plain input").all():  # as extensions of browsers do
        field.evaluate("each => { each.style.caretColor = 'red'; }")
    page.get_by_label("given as").select_option("refund")
    expect(content).to_contain_text("to_retailer: refund")
    page.get_by_label("fee, % of item price").first.fill("150")
    page.keyboard.press("Tab")
    expect(page.locator("#status").get_by_role("alert")).to_contain_text(
        "“150” is not a percentage"
    )

    page.reload()
    expect(content).to_contain_text("# mine")
    assert text(page).startswith("# mine\n# A returns policy")


def test_a_slider_shows_the_decision_at_once(open_page: Open) -> None:
    page = open_page(viewport={"width": 1600, "height": 1000})
    sign_in(page, "Acme Supply", "supplier")
    begin(page, "sliding")
    tried = page.locator("#tried")
    expect(tried.locator(".answer")).to_contain_text("Accept")

    slider = page.get_by_label("Requested, days after the order")
    slider.focus()
    page.keyboard.press("End")

    expect(tried.locator(".answer")).to_contain_text("Refuse")
    expect(tried).to_contain_text("Outside window")


def test_completion_offers_keys_and_words_of_the_language(open_page: Open) -> None:
    page = open_page(viewport={"width": 1600, "height": 1000})
    sign_in(page, "Acme Supply", "supplier")
    begin(page, "completed")
    content = page.locator(".cm-content")

    content.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("appl")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("applies_by")
    page.keyboard.press("Escape")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == []


def test_two_people_on_one_policy_are_told(open_page: Open) -> None:
    first = open_page(viewport={"width": 1600, "height": 1000})
    second = open_page(viewport={"width": 1600, "height": 1000})
    sign_in(first, "Acme Supply", "supplier")
    begin(first, "shared")
    sign_in(second, "Acme Supply", "supplier")
    second.goto("/policies/draft/acme-supply/shared")
    second.get_by_label("title", exact=True).fill("Theirs")
    second.keyboard.press("Tab")
    expect(second.locator("#status")).to_contain_text("version 2")

    first.get_by_label("title", exact=True).fill("Mine")
    first.keyboard.press("Tab")

    expect(first.locator("#status")).to_contain_text("Somebody else saved this draft.")
    expect(first.locator("#status")).to_contain_text("Theirs")
    first.get_by_role("button", name="Replace theirs with mine").click()
    expect(first.locator("#status")).to_contain_text("Saved as version 3")
    second.reload()
    expect(second.get_by_label("title", exact=True)).to_have_value("Mine")
