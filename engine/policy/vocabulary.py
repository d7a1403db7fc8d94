"""The facts that a policy may test: their names, types and words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.policy import words
from engine.policy.counters import Counter


class FactType(StrEnum):
    """What a fact's value is."""

    WORD = "word"
    SET = "set"
    YES_NO = "yes_no"
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    LENGTH = "length"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named, typed value that a row may test.

    `words` closes the list of legal words (None: any word); `best_first` says that their order
    means better to worse; `if_not_sent` is the plain value taken when a request leaves it out.
    `counter` is what others count, in their words, or what Takeback counts itself.
    """

    name: str
    type: FactType
    words: tuple[str, ...] | None = None
    best_first: bool = False
    open: bool = False
    if_not_sent: object = None
    counter: str | Counter = ""

    @property
    def own_counter(self) -> Counter | None:
        """What Takeback counts itself, so that nobody tells it."""
        return self.counter if isinstance(self.counter, Counter) else None


def _many(type_: FactType, names: str) -> dict[str, Fact]:
    return {name: Fact(name=name, type=type_) for name in names.split()}


def _named(*facts: Fact) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts}


SENT: Final[dict[str, Fact]] = {
    **_many(
        FactType.DATE,
        """
        ordered invoiced shipped departed fulfilled promised delivered first_delivered
        last_delivered released installed informed expires requested request_sent request_received
        reported_to_retailer rma_issued label_received shipped_back received_back return_by
        seller_acted partner_replied repair_asked repair_done now""",
    ),
    **_many(
        FactType.WORD,
        """
        category brand sku label place mobile_carrier fulfilment programme inspection order_status
        legal_basis wanted partner_choice seller_action supplier_decision refund_to
        buyer_type sold_by country return_country purchase_region return_region channel
        request_channel return_channel return_route membership payment_method label_used
        informed_state retailer difference_paid_with""",
    ),
    **_named(
        Fact(name="tags", type=FactType.SET, if_not_sent=[]),
        Fact(name="evidence", type=FactType.SET, words=words.EVIDENCE),
        Fact(name="lacking", type=FactType.SET, words=words.EVIDENCE),
        Fact(name="condition", type=FactType.WORD, words=words.CONDITIONS, best_first=True),
        Fact(name="packaging", type=FactType.WORD, words=words.PACKAGINGS),
        Fact(name="reason", type=FactType.WORD, words=words.REASONS),
        Fact(name="quantity", type=FactType.COUNT, if_not_sent=1),
    ),
    **_many(
        FactType.COUNT,
        """
        quantity_ordered case_pack loose_units usage_minutes trial_night order_lines returned_lines
        line_count refused_lines""",
    ),
    **_many(FactType.NUMBER, "power_kva screen_inches carat"),
    **_many(FactType.PERCENT, "discount_percent"),
    **_many(
        FactType.YES_NO,
        """
        final_sale opened seal_intact tags_attached accessories_complete set_complete
        exchange_same_product exchange_in_stock customer_confirmed via_platform
        first_order_with_brand recipient_present return_cost_informed exclusion_confirmed
        whole_order_back""",
    ),
    **_many(
        FactType.MONEY,
        """
        unit_price item_price retail_price current_price list_price lowest_price_365d discount
        order_total return_value job_value missing_value kept_gift_value core_charge outbound_paid
        outbound_standard outbound_freight label_cost incident_cost labour_cost manufacturer_charge
        seller_costs amount_spent gift_card_balance prior_12m_purchases price_difference""",
    ),
}
"""The built-in facts that a request may send."""

SCOPE: Final = ("retailer", "programme", "label", "sku", "brand", "category", "channel", "country")
"""Facts that `for` may name, narrowest first."""

DEADLINE_FACTS: Final[dict[str, Fact]] = {
    "state": Fact(name="state", type=FactType.WORD, words=words.STATES),
    "last_day": Fact(name="last_day", type=FactType.DATE),
    "first_day": Fact(name="first_day", type=FactType.DATE),
    "days_left": Fact(name="days_left", type=FactType.COUNT),
    "days_since_open": Fact(name="days_since_open", type=FactType.COUNT),
    "days_allowed": Fact(name="days_allowed", type=FactType.COUNT),
    "row": Fact(name="row", type=FactType.WORD),
}
"""What is derived of each deadline, as `NAME.state` and so on."""

DERIVED: Final[dict[str, Fact]] = {
    "deadlines": Fact(
        name="deadlines", type=FactType.SET, words=("early", "late", "silent", "disputed")
    ),
    "answer": Fact(name="answer", type=FactType.WORD, words=words.ANSWERS),
    "code": Fact(name="code", type=FactType.WORD),
    "missing": Fact(name="missing", type=FactType.SET, words=words.EVIDENCE),
    "failed": Fact(name="failed", type=FactType.SET),
    "remedy": Fact(name="remedy", type=FactType.WORD, words=words.REMEDIES),
    "timing": Fact(name="timing", type=FactType.WORD, words=words.TIMINGS),
    "goods": Fact(name="goods", type=FactType.WORD, words=words.GOODS),
    "goods_to": Fact(name="goods_to", type=FactType.WORD),
    "return_paid_by": Fact(name="return_paid_by", type=FactType.WORD, words=words.PARTIES),
    "label_by": Fact(name="label_by", type=FactType.WORD, words=words.PARTIES),
    "base": Fact(name="base", type=FactType.MONEY),
    "fee_total": Fact(name="fee_total", type=FactType.MONEY),
}
"""What later topics may test of earlier ones, beside deadlines, limits and named fees."""
