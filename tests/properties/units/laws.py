"""The laws of a whole order once all of its pieces have come."""

from __future__ import annotations

from tests.properties.units.histories import Ledger, Wrong
from tests.properties.units.oracle import size


def check_conserved(ledger: Ledger, seed: int) -> None:
    """All that was paid, less what was claimed back, is what is owed."""
    owed = sum(each.owed.net for each in ledger.accounts if each.owed)
    if ledger.total != owed:
        raise Wrong(f"{ledger.total} moved and {owed} is owed (history {seed})")


def check_once(ledger: Ledger, seed: int) -> None:
    """Over the life of an order: its shipping at most once, and each fee per order."""
    given = sum(sum(each.shipping.values()) for each in ledger.accounts)
    if given > ledger.order.paid:
        raise Wrong(f"{given} of shipping went back of {ledger.order.paid} (history {seed})")
    for fee in ledger.terms.fees:
        if fee.per == "order":
            _check_fee(ledger, fee.name, seed)


def _check_fee(ledger: Ledger, name: str, seed: int) -> None:
    """No more than the highest row comes to over all units of the order; all rows that add up."""
    fee = next(each for each in ledger.terms.fees if each.name == name)
    units: dict[str, list[int]] = {}
    taken = 0
    for account in ledger.accounts:
        for key, each in account.taken.items():
            kind, row = key.split("/")
            if kind == name:
                taken += each.amount
                n, price = units.get(row, (0, 0))
                units[row] = [n + each.quantity, price + each.item_price]
    rows = {row.id: row for row in fee.rows}
    sizes = [size(rows[row], n, price) for row, (n, price) in units.items()]
    most = sum(sizes) if fee.decide == "add_up" else max(sizes, default=0)
    if taken > most:
        raise Wrong(f"{taken} was taken of a fee per order of {most} (history {seed})")
