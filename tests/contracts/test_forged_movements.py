"""What a partner writes on movements of its own account counts for nobody else.

Whoever owns an account at the gateway writes what it likes into a refund's metadata.
"""

from __future__ import annotations

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.store.money.paid import NewPayment
from engine.money import Money
from engine.settlement.instruments import PaymentReferences
from services.payments.comparing import Comparer
from services.payments.gateways import GatewayCredentials
from tests.contracts.test_payments_comparing import Till, till

__all__ = ["till"]

KEY = "rk_test_mallory"
FORGOTTEN = f"st_{'0' * 32}"


def forge(till: Till, settlement: str = f"st_{'f' * 32}", **facts: str) -> None:
    """Refunds 70.00 of a payment of its own in the name of something else, and compares."""
    payments = till.stripe.account(account_of(KEY)).payments
    said = {"amount": "10000", "currency": "usd", "payment_method": "pm_card_visa"}
    charge = str(payments.create_payment_intent({**said, "confirm": "true"})["id"])
    with till.store.session():
        till.gateways.put(GatewayCredentials(partner="mallory", key=KEY), "mallory")
    with till.store.writing():
        till.store.payments.add(
            NewPayment(
                supplier="mallory",
                retailer="accomplice",
                order=charge,
                amount=Money(10_000, "USD"),
                ways=PaymentReferences(charge=charge),
                by="mallory",
            )
        )
    named = {"settlement_id": settlement, "supplier": "mallory", **facts}
    payments.create_refund({"payment_intent": charge, "amount": "7000", "metadata": named})  # type: ignore[dict-item]
    done = Comparer(till.store, till.gateways).compare("mallory", "tests", None)

    assert [each.amount for each in done.adopted] == ["USD 70.00"]  # it counts for its own


def test_a_refund_by_hand_is_not_hidden_by_who_names_it_first(till: Till) -> None:
    cause = f"found:{till.by_hand(3_000)['id']}"
    forge(till, return_line=cause, order_line=cause, sequence="1")

    assert len(till.compare().adopted) == 1
    assert till.left() == 7_000


def test_refunds_of_an_order_are_counted_by_its_own(till: Till) -> None:
    cause = f"order:{till.charge}:acme"
    forge(till, return_line=cause, order_line=cause, sequence="7", line_most="1")

    made = till.settlement(till.refund(10_000))
    till.settle()

    assert made.sequence == 1
    assert till.settlement(made.id).state == "succeeded"


@pytest.mark.parametrize("forged", [False, True])
def test_what_a_backup_forgot_is_known_though_another_took_its_id(
    till: Till, *, forged: bool
) -> None:
    said = {"supplier": "acme", "return_line": "rl_1", "sequence": "3", "order_line": "ol_1"}
    till.by_hand(700, metadata={"settlement_id": FORGOTTEN, **said, "line_most": "9000"})  # type: ignore[arg-type]
    if forged:
        forge(till, FORGOTTEN)

    [adopted] = till.compare().adopted
    made = till.settlement(adopted.settlement)

    assert (made.return_line, made.sequence, made.line_most) == ("rl_1", 3, 9_000)
    assert till.compare().agrees
    assert till.left() == 9_300
