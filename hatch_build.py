"""Bundles the web pages' scripts where Takeback is built from a checkout.

A source distribution holds the bundle already. Where npm's registry cannot be reached Takeback is
built without: its pages work, and the policy editor and the explorer say what is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WITHOUT = (
    "npm's registry cannot be reached (%s), so Takeback is built without the scripts of its web "
    "pages: pages work, the policy editor is plain, and there is no explorer of the API."
)


class WebScripts(BuildHookInterface[Any]):
    """The hook that hatchling runs before it packs a wheel or a source distribution."""

    def dependencies(self) -> list[str]:
        """What pip installs into its build environment, for this build alone."""
        if not self._needed:
            return []
        from web.node import PACKAGE  # noqa: PLC0415 - found by the line before

        return [PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Makes `dashboard/built/`, unless it came along or was made already."""
        build_data["artifacts"].append("dashboard/built/**")
        if not self._needed:
            return
        from web.bundle import NoRegistry, bundle  # noqa: PLC0415 - as above

        try:
            bundle()
        except NoRegistry as error:
            self.app.display_warning(WITHOUT % error)

    @property
    def _needed(self) -> bool:
        """In a checkout whose bundle is not that of its sources."""
        if Path(self.root, "PKG-INFO").exists():
            return False
        sys.path.insert(0, self.root)
        from web.bundle import is_current  # noqa: PLC0415 - found by the line before

        return not is_current()
