"""Takes a picture of every page at two widths, for `docs/`: `python -m tests.browser.screenshots`.

The pages are those of the tests, as the supplier of the demo sees them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from adapters.store.connection.address import SqliteFile
from adapters.store.connection.schema import migrate
from tests.browser import chromium
from tests.browser.conftest import served, sign_in
from tests.dashboard.test_every_page import PAGES, path_of
from tests.dashboard.world import World, opened

WHERE: Final = "docs/screenshots"
SIZES: Final = {"wide": (1280, 860), "narrow": (390, 844)}
QUALITY: Final = 60
SETTLES: Final = 300
"""Milliseconds that an editor needs after its page is there."""


def take(world: World, browser: Browser, address: str, folder: Path) -> None:
    """Writes `NAME-wide.jpg` and `NAME-narrow.jpg` of each page, by the name of its route."""
    for size, (width, height) in SIZES.items():
        context = browser.new_context(base_url=address, viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto("/sign-in")
        _shot(page, folder / f"sign_in-{size}.jpg")
        sign_in(page, "Acme Supply", "supplier")
        for route in PAGES:
            if not route.path.endswith(".csv"):
                page.goto(path_of(route, dict(world.ids["acme-supply"])))
                _shot(page, folder / f"{route.name}-{size}.jpg")
        context.close()


def _shot(page: Page, path: Path) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(SETTLES)
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    sys.stdout.write(f"{path}\n")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else WHERE)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, chromium.started() as browser:
        migrated = Path(kept) / "migrated.sqlite"
        migrate(SqliteFile(path=migrated))
        with opened(migrated, Path(kept)) as world, served(world.app) as address:
            take(world, browser, address, folder)


if __name__ == "__main__":
    main()
