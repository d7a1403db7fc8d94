"""What a restored backup forgot was paid: its receipts, entered again, pay no second time."""

import pytest

from adapters.store.connection.address import Address
from adapters.store.money.records import Settlement
from adapters.store.returns.records import Return
from engine.money import Money
from engine.returns.units import Disposition
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import Instrument
from tests.contracts.returns.building import Shop, opened


@pytest.fixture
def shop(address: Address) -> Shop:
    return opened(address)


def moved(shop: Shop, made: Return, cents: int, by: str = "acme") -> Settlement | None:
    """A movement for a return, which the gateway knows and we do not."""
    supplier = shop.partners[by].id
    facts = {
        "return_line": made.lines[0].id,
        "sequence": "1",
        "order_line": made.lines[0].order_line,
        "line_most": "12000",
        "tax": "0",
        "supplier": supplier,
    }
    theirs = GatewayOutcome(
        answered=Answered.SUCCEEDED,
        reference="cbtxn_1",
        amount=Money(cents, "USD"),
        settlement=f"st_{'0' * 32}",
        instrument=Instrument.BALANCE_CREDIT,
        of=("cus_acme",),
        facts=tuple(facts.items()),
    )
    with shop.store.writing():
        return shop.store.adopting.adopt(supplier, theirs, "tests")


@pytest.mark.parametrize("pieces", [(3,), (1, 2), (2, 1), (1, 1, 1)])
def test_receipts_that_are_entered_again_pay_what_is_left(
    shop: Shop, pieces: tuple[int, ...]
) -> None:
    shop.sells("acme")
    shop.orders("acme")
    made = shop.one(quantity=3)
    adopted = moved(shop, made, 8_000)
    assert adopted is not None
    for units in pieces:
        shop.receive(made, units)
        shop.inspect(made, (0, units, Disposition.RESTOCK, {}))

    with shop.store.session():
        found = shop.store.settlements.of_return_line(adopted.return_line)
        claims = shop.store.claims.of_line(adopted.return_line)
    given = sum(each.amount.minor for each in found) - sum(each.left.minor for each in claims)
    assert given == 12_000


@pytest.mark.parametrize("by", ["globex", "northwind"])
def test_nobody_but_its_supplier_moves_money_for_a_return(shop: Shop, by: str) -> None:
    shop.sells("acme")
    shop.sells("globex")
    shop.orders("acme")
    made = shop.one(quantity=3)

    moved(shop, made, 8_000, by=by)
    shop.receive(made, 3)
    shop.inspect(made, (0, 3, Disposition.RESTOCK, {}))

    with shop.store.session():
        found = shop.store.settlements.of_return_line(made.lines[0].id)
    assert [(each.supplier, each.amount.minor) for each in found] == [(made.supplier, 12_000)]
