"""Finds the areas: every folder here whose package has an `AREA`, with its routes and menu entry.

An area is added by adding its folder; nothing else has to name it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from starlette.routing import Route

import dashboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Pages about one thing.

    `home` and `title` make its entry in the menu, `order` its place there; without `home` it has
    none. `scope` is what a key must be allowed for the entry to be shown, by the API's name, and
    `also` what else its home asks for.
    """

    routes: Sequence[Route]
    title: str = ""
    home: str = ""
    order: int = 0
    scope: str = ""
    also: Collection[str] = ()

    def shown_to(self, scopes: Collection[str]) -> bool:
        """Whether the menu has it."""
        needed = {self.scope, *self.also} - {""}
        return bool(self.home) and needed <= set(scopes)


@cache
def areas() -> tuple[Area, ...]:
    """All of them, in the order of the menu."""
    packages = [each.name for each in pkgutil.iter_modules(dashboard.__path__) if each.ispkg]
    modules = [importlib.import_module(f"dashboard.{name}") for name in packages]
    found: list[Area] = [module.AREA for module in modules if hasattr(module, "AREA")]
    return tuple(sorted(found, key=lambda each: each.order))
