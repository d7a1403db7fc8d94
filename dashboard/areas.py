"""Finds the areas: every folder here whose package has an `AREA`, with its routes and menu entry.

To add an area, add its folder; nothing else has to name it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from starlette.routing import Route

import dashboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the menu, for keys with the scope `scope` (the API's name)."""

    title: str
    home: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The pages about one subject.

    `home` and `title` make its entry in the menu, and `order` its position; without `home` it has
    none. A key needs `scope` (the API's name) for the entry, and `also` for the entry's page. A key
    without them gets the first of `instead` that it may open. `needs` are the scopes for other
    pages, by the name of their route.
    """

    routes: Sequence[Route]
    title: str = ""
    home: str = ""
    order: int = 0
    scope: str = ""
    also: Collection[str] = ()
    instead: Sequence[Entry] = ()
    needs: Mapping[str, Collection[str]] = field(default_factory=dict)

    def entry(self, scopes: Collection[str]) -> Entry | None:
        """Returns its menu entry for a key with these scopes, or None."""
        if self.home and {self.scope, *self.also} <= set(scopes):
            return Entry(title=self.title, home=self.home, scope=self.scope)
        return next((each for each in self.instead if each.scope in scopes), None)

    def asks(self, route: Route) -> Collection[str]:
        """Returns the scopes that a key needs for one of its pages."""
        homes = {each.home: {each.scope} for each in self.instead}
        homes |= {self.home: {self.scope, *self.also}} if self.home else {}
        return self.needs.get(route.name, homes.get(route.path, ()))


@cache
def areas() -> tuple[Area, ...]:
    """Returns all areas, in the order of the menu."""
    packages = [each.name for each in pkgutil.iter_modules(dashboard.__path__) if each.ispkg]
    modules = [importlib.import_module(f"dashboard.{name}") for name in packages]
    found: list[Area] = [module.AREA for module in modules if hasattr(module, "AREA")]
    return tuple(sorted(found, key=lambda each: each.order))


def menu(scopes: Collection[str]) -> list[Entry]:
    """Returns the entries that a key may open, in order; the first is its home."""
    return [entry for each in areas() if (entry := each.entry(scopes))]


@cache
def closed(scopes: frozenset[str]) -> frozenset[str]:
    """Returns the names of the routes that a key may not open; no page links to them then."""
    routes = [(area, route) for area in areas() for route in area.routes]
    return frozenset(
        route.name for area, route in routes if not scopes.issuperset(area.asks(route))
    )
