"""An inspection changes a decision by what it found, and by nothing else."""

import pytest

from engine.errors import RequestFault
from engine.policy.register.built_in import SENT
from engine.returns.statements import Finding, check_findings, facts_at_receipt, findings

SAID: dict[str, object] = {
    "condition": "new_unused",
    "item_price": "USD 40.00",
    "quantity": 2,
    "delivered": "2025-03-05",
}


def test_only_differences_are_findings() -> None:
    found = findings(SAID, {"condition": "worn", "packaging": "substitute_box"})

    assert found == (
        Finding(fact="condition", said="new_unused", found="worn"),
        Finding(fact="packaging", said=None, found="substitute_box"),
    )
    assert findings(SAID, {"condition": "new_unused"}) == ()


@pytest.mark.parametrize(
    ("name", "found"), [("delivered", "2024-01-01"), ("final_sale", True), ("membership", "none")]
)
def test_what_follows_from_the_order_cannot_be_found_otherwise(name: str, found: object) -> None:
    with pytest.raises(RequestFault) as caught:
        check_findings(SENT, SAID, {name: found})

    assert (caught.value.code, caught.value.path) == ("not_to_be_found", name)


def test_a_fact_of_the_supplier_may_be_found() -> None:
    assert findings(SAID, {"finish": "matt"}) == (Finding(fact="finish", said=None, found="matt"),)


def test_the_facts_at_receipt_are_those_of_the_request_but_for_the_findings() -> None:
    found = findings(SAID, {"condition": "worn"})

    facts = facts_at_receipt(SAID, found, quantity=1)

    assert facts == {**SAID, "condition": "worn", "quantity": 1}
