"""Faults of orders that are added or amended."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import TakebackError


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFault:
    """One fault; `path` names the value (`orders[0].lines[2].sku`)."""

    code: str
    message: str
    path: str


class OrderFaults(TakebackError):
    """Orders with faults; none of them was stored."""

    def __init__(self, faults: tuple[OrderFault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{each.path}: {each.message}" for each in faults))


def fault(code: str, message: str, path: str, name: str) -> OrderFault:
    """A fault of one value inside `path`."""
    return OrderFault(code=code, message=message, path=f"{path}.{name}" if path else name)
