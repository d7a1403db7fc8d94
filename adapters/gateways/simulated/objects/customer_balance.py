"""Customers' balances with one account: credit lowers a customer's next invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from stripe.params import (
    CustomerBalanceTransactionCreateParams,
    CustomerBalanceTransactionListParams,
)

from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.refunds import Payments
from adapters.gateways.simulated.pages import page
from adapters.gateways.simulated.wire import Body, Params, check, invalid, unknown, whole

_KIND: Final = "customer_balance_transaction"
_LOWEST: Final = -(10**12)


@dataclass(frozen=True, slots=True)
class CustomerBalance:
    """Calls for one account."""

    ledger: Ledger
    account: str
    payments: Payments

    def create(self, customer: str, params: Params) -> Body:
        """Changes a customer's balance; a negative amount is a credit for the next invoice."""
        check(params, CustomerBalanceTransactionCreateParams, ("amount", "currency"))
        amount = whole(params, "amount", least=_LOWEST)
        if not amount:
            raise invalid("The amount of a balance transaction is not zero.", param="amount")
        currency = str(params["currency"]).lower()
        said = {name: params.get(name) for name in ("description",)}
        metadata = params.get("metadata") or {}
        return self.moved(
            customer, (amount, currency), type="adjustment", metadata=metadata, **said
        )

    def transaction(self, customer: str, key: str) -> Body:
        """Returns one transaction of a customer's balance."""
        found = self.ledger.get(self.account, _KIND, key)
        if found is None or found["customer"] != customer:
            raise unknown(_KIND, key)
        return found

    def transactions(self, customer: str, params: Params) -> Body:
        """Lists transactions of a customer's balance, newest first."""
        check(params, CustomerBalanceTransactionListParams)
        self.payments.customer(customer)
        return page(self.ledger.listed(self.account, _KIND, customer), params)

    def applied(self, invoice: Body, total: int) -> int:
        """Applies the customer's credit to an invoice; returns how much, in the smallest unit."""
        customer = self.payments.customer(invoice["customer"])
        credit = int(min(max(0, -customer["balance"]), max(0, total)))
        if credit:
            said = {"type": "applied_to_invoice", "invoice": invoice["id"]}
            self.moved(customer["id"], (credit, invoice["currency"]), **said)
        return credit

    def moved(self, customer: str, amount: tuple[int, str], **said: Any) -> Body:
        """Books an amount (units and currency) on a customer's balance."""
        units, currency = amount
        with self.ledger.lock:
            before = self.payments.customer(customer)
            if before["currency"] not in (None, currency):
                raise invalid(
                    f"The customer's balance is in {before['currency']}.", param="currency"
                )
            after = before["balance"] + units
            changed = self.ledger.change(
                self.account, "customer", customer, balance=after, currency=currency
            )
            body = {
                "amount": units,
                "currency": currency,
                "customer": customer,
                "ending_balance": after,
                **said,
            }
            made = self.ledger.add(self.account, _KIND, "cbtxn", body, customer)
            told = {"balance": before["balance"]}
            self.payments.events.tell(self.account, "customer.updated", changed, told)
            return made
