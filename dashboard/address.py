"""The state of a page that lives in its address: filters, sort and place in a list."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from urllib.parse import urlencode

from dashboard.forms import as_day

PLACE = ("after", "before")
"""Where in a list; what a new filter or sort forgets."""


class Address:
    """A path with its parameters; texts that are empty say nothing and are left out."""

    def __init__(self, path: str, parameters: Mapping[str, str]) -> None:
        self.path = path
        self.odd: dict[str, str] = {}
        """What was said and makes no sense, by name: it is left out, and the page says so."""
        self._said = {name: value for name, value in parameters.items() if value}

    def __getitem__(self, name: str) -> str:
        return self._said.get(name, "")

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self._said)}" if self._said else self.path

    def fitting(self, name: str, fits: Callable[[str], object], usual: str = "") -> str:
        """What is said, if it makes sense; otherwise what is usual."""
        said = self[name]
        if said and not fits(said):
            self.odd[name] = said
        return said if said and fits(said) else usual

    def one_of(self, name: str, choices: Container[str], usual: str = "") -> str:
        """What is said, if it is one of some; otherwise what is usual."""
        return self.fitting(name, choices.__contains__, usual)

    def day(self, name: str) -> str:
        """A day that is said; empty for none."""
        return self.fitting(name, as_day)

    def with_(self, **changes: str) -> Address:
        """The same list, otherwise filtered or sorted, from its start."""
        kept = {name: value for name, value in self._said.items() if name not in PLACE}
        return Address(self.path, {**kept, **changes})

    def page(self, name: str, cursor: str) -> Address:
        """Another page of the same list: `after` or `before` a cursor."""
        return self.with_(**{name: cursor})

    def window(self, size: int) -> dict[str, int | str]:
        """The same as arguments of a list of the API."""
        if self["before"]:
            return {"last": size, "before": self["before"]}
        return {"first": size, **({"after": self["after"]} if self["after"] else {})}

    @property
    def filtered(self) -> bool:
        """Whether anything is said but the sort and the place."""
        return any(name not in (*PLACE, "sort") for name in self._said)

    def others(self, *names: str) -> dict[str, str]:
        """What is said beside some names, for the hidden fields of a form."""
        return {name: value for name, value in self._said.items() if name not in (*names, *PLACE)}
