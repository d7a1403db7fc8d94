"""The one tree of errors.

    TakebackError
    ├── PolicyFaults     a policy text cannot be read or must not be published; carries every fault
    ├── RequestFault     a scenario, order or call is wrong; carries a code and the path of a value
    ├── NetworkFault     the rule network failed or disagreed; the decision goes to a person
    ├── GatewayUnreachable   a payment gateway's list could not be fetched; conclude nothing from it
    └── BrokenInstallation   a package that Takeback needs cannot be loaded; says how to fix it

A refusal is a decision, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.policy.faults import Fault


class TakebackError(Exception):
    """Root of all errors that Takeback raises on purpose."""


class PolicyFaults(TakebackError):
    """A policy text with faults; `faults` holds all of them in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class RequestFault(TakebackError):
    """A wrong input; `code` is stable, `path` names the value (`lines[0].quantity`).

    Lone surrogates, which UTF-8 cannot encode, are shown as escapes.
    """

    def __init__(self, code: str, message: str, path: str = "") -> None:
        self.code = code
        self.message = _shown(message)
        self.path = _shown(path)
        super().__init__(f"{self.path}: {self.message}" if path else self.message)

    def within(self, place: str) -> RequestFault:
        """Returns the same fault with its path inside an enclosing value, such as `lines[0]`."""
        path = ".".join(part for part in (place, self.path) if part)
        return RequestFault(self.code, self.message, path)


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Raises a `RequestFault` of what runs in it as of a value inside of `place`."""
    try:
        yield
    except RequestFault as fault:
        raise fault.within(place) from None


class NetworkFault(TakebackError):
    """The rule network hung, crashed or disagreed with the plain evaluation of its rules."""


class GatewayUnreachable(TakebackError):
    """A payment gateway did not answer, or rejected the supplier's key; the message says which."""


class BrokenInstallation(TakebackError):
    """A package that Takeback needs is missing or was built for another Python."""


def encodable(text: str) -> bool:
    """Returns whether a text can be written as UTF-8: it has no lone surrogate."""
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _shown(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
