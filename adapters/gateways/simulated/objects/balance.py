"""The account's own balance: one transaction for each charge, refund or dispute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stripe.params import BalanceTransactionListParams

from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, unknown

_KIND: Final = "balance_transaction"


@dataclass(frozen=True, slots=True)
class Moved:
    """Stripe's type and category of a transaction, its sign, and the fee in the smallest unit."""

    type: str
    category: str
    sign: int
    fee: int = 0


CHARGED: Final = Moved("charge", "charge", 1)
REFUNDED: Final = Moved("refund", "refund", -1)
CAME_BACK: Final = Moved("refund_failure", "refund_failure", 1)


@dataclass(frozen=True, slots=True)
class Balance:
    """Calls for one account."""

    ledger: Ledger
    account: str

    def moved(self, source: Body, moved: Moved) -> Body:
        """Adds the balance transaction of a charge, refund or dispute, over its full amount."""
        amount = moved.sign * source["amount"]
        body = {
            "amount": amount,
            "available_on": self.ledger.now(),
            "currency": source["currency"],
            "fee": moved.fee,
            "net": amount - moved.fee,
            "reporting_category": moved.category,
            "source": source["id"],
            "type": moved.type,
        }
        return self.ledger.add(self.account, _KIND, "txn", body, source["id"])

    def transaction(self, key: str) -> Body:
        """Returns a balance transaction by id."""
        found = self.ledger.get(self.account, _KIND, key)
        if found is None:
            raise unknown(_KIND, key)
        return found

    def transactions(self, params: Params) -> Body:
        """Lists balance transactions, newest first, optionally of one source, type or currency."""
        check(params, BalanceTransactionListParams)
        found = self.ledger.listed(self.account, _KIND, params.get("source"))
        asked = {name: params[name] for name in ("type", "currency") if name in params}
        return page([each for each in found if asked.items() <= each.items()], params)
