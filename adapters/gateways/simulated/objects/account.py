"""One account of the stand-in; accounts never see each other's objects."""

from __future__ import annotations

from adapters.gateways.simulated.events import Events
from adapters.gateways.simulated.ledger import Ledger
from adapters.gateways.simulated.objects.connect import Connect
from adapters.gateways.simulated.objects.credit_notes import CreditNotes
from adapters.gateways.simulated.objects.customer_balance import CustomerBalance
from adapters.gateways.simulated.objects.invoices import Invoices
from adapters.gateways.simulated.objects.refunds import Payments


class Account:
    """The objects that an account's calls reach."""

    def __init__(self, ledger: Ledger, events: Events, account: str, later: int) -> None:
        self.id, self.ledger, self.events = account, ledger, events
        self.payments = Payments(ledger, events, account, later)
        self.connect: Connect = self.payments.connect
        self.disputes = self.payments.disputing
        self.balances = CustomerBalance(ledger, account, self.payments)
        self.invoices = Invoices(ledger, account, self.payments, self.balances)
        self.credit_notes = CreditNotes(
            ledger, events, account, self.payments, self.balances, self.invoices
        )
