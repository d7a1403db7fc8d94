"""What stands on the accounts of a ledger, added up entry by entry."""

from __future__ import annotations

from collections.abc import Iterable

from engine.settlement.ledger import Account, Posting


def accounts(postings: Iterable[Posting]) -> dict[Account, int]:
    """What stands on each account, in minor units; in all it is zero."""
    found = dict.fromkeys(Account, 0)
    for posting in postings:
        for leg in posting.legs:
            found[leg.account] += leg.amount
    return found
