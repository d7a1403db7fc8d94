"""The state of a page in its address: filters, sort order and position in a list."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from urllib.parse import urlencode

from dashboard.forms import as_day

PLACE = ("after", "before")
"""The position in a list, which a new filter or sort order resets."""


class Address:
    """A path with its parameters; empty values are left out."""

    def __init__(self, path: str, parameters: Mapping[str, str]) -> None:
        self.path = path
        self.odd: dict[str, str] = {}
        """Invalid parameters by name: they are ignored, and the page says so."""
        self._said = {name: value for name, value in parameters.items() if value}

    def __getitem__(self, name: str) -> str:
        return self._said.get(name, "")

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self._said)}" if self._said else self.path

    def fitting(self, name: str, fits: Callable[[str], object], usual: str = "") -> str:
        """Returns a parameter if it is valid, or else the default."""
        said = self[name]
        if said and not fits(said):
            self.odd[name] = said
        return said if said and fits(said) else usual

    def one_of(self, name: str, choices: Container[str], usual: str = "") -> str:
        """Returns a parameter if it is one of the choices, or else the default."""
        return self.fitting(name, choices.__contains__, usual)

    def day(self, name: str) -> str:
        """Returns a parameter that is a date; empty for none."""
        return self.fitting(name, as_day)

    def with_(self, **changes: str) -> Address:
        """Returns the address with another filter or sort order, from the start of the list."""
        kept = {name: value for name, value in self._said.items() if name not in PLACE}
        return Address(self.path, {**kept, **changes})

    def page(self, name: str, cursor: str) -> Address:
        """Returns the address of another page of the list: `after` or `before` a cursor."""
        return self.with_(**{name: cursor})

    def window(self, size: int) -> dict[str, int | str]:
        """Returns the position as arguments of a list of the API."""
        if self["before"]:
            return {"last": size, "before": self["before"]}
        return {"first": size, **({"after": self["after"]} if self["after"] else {})}

    @property
    def filtered(self) -> bool:
        """Whether any parameter besides sort order and position is set."""
        return any(name not in (*PLACE, "sort") for name in self._said)

    def others(self, *names: str) -> dict[str, str]:
        """Returns all other parameters, for the hidden fields of a form."""
        return {name: value for name, value in self._said.items() if name not in (*names, *PLACE)}
