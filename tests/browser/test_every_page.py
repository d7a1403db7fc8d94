"""axe on every page, light and dark, wide and narrow; nothing is wider than its window."""

from __future__ import annotations

from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Open, sign_in
from tests.dashboard.test_every_page import PAGES, path_of
from tests.dashboard.world import World

WIDTHS: Final = (1280, 390)


SCHEMES: Final[dict[str, dict[str, list[str]]]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {
        "resultTypes": ["violations"],
        "runOnly": ["color-contrast"],
    },  # nothing else has to do with colours
}


def faults(page: Page) -> list[str]:
    """What axe finds in light and in dark, and whether the page is wider than the window."""
    page.wait_for_load_state("load")
    found = []
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        found += [
            f"{page.url}, {scheme}: {each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in Axe().run(page, options=options).response["violations"]
        ]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*found, *([f"{page.url} is wider than its window"] if wide else [])]


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page(open_page: Open, world: World, width: int) -> None:
    page = open_page(allowed="404", viewport={"width": width, "height": 900})
    page.goto("/sign-in")
    found = faults(page)
    sign_in(page, "Acme Supply", "supplier")

    shown = [each for each in PAGES if not each.path.endswith(".csv")]
    paths = [path_of(each, dict(world.ids["acme-supply"])) for each in shown]
    for path in [*paths, "/search?q=TENT-2P", "/returns?state=CLOSED", "/nothing"]:
        page.goto(path)
        found += faults(page)

    assert found == []
