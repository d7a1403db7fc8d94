"""The facts of the order's record: what was bought, when, by whom, and for how much."""

from __future__ import annotations

from typing import Final

from engine.policy.vocabulary import Fact, FactType, Moment, Owner, record_of

_fact = record_of(Owner.ORDER, Moment.REQUEST)

SALE: Final[tuple[Fact, ...]] = (
    _fact("ordered", FactType.DATE, "The day of the order.", "On which day was it ordered?"),
    _fact("invoiced", FactType.DATE, "The day of the invoice.", "On which day was it invoiced?"),
    _fact(
        "shipped",
        FactType.DATE,
        "The day of handing the goods to the carrier.",
        "On which day were the goods handed to the carrier?",
    ),
    _fact(
        "departed",
        FactType.DATE,
        "The day on which they left the warehouse.",
        "On which day did they leave the warehouse?",
    ),
    _fact(
        "fulfilled",
        FactType.DATE,
        "The day of being marked fulfilled.",
        "On which day was the order marked fulfilled?",
    ),
    _fact(
        "promised",
        FactType.DATE,
        "The day of the delivery that was promised or estimated.",
        "For which day was the delivery promised?",
    ),
    _fact(
        "sku",
        FactType.WORD,
        "Their article number.",
        "What is their article number?",
        recorded=False,
    ),
    _fact(
        "mobile_carrier",
        FactType.WORD,
        "The carrier of a phone.",
        "Which carrier is the phone bound to?",
    ),
    _fact(
        "fulfilment",
        FactType.WORD,
        "How the order was fulfilled: `drop_ship`, `stock_order` and so on.",
        "How was the order fulfilled?",
    ),
    _fact(
        "programme",
        FactType.WORD,
        "The programme under which they are sold.",
        "Under which programme are they sold?",
        recorded=False,
    ),
    _fact(
        "order_status",
        FactType.WORD,
        "The status of the order: `pending`, `shipped` and so on.",
        "What is the status of the order?",
    ),
    _fact(
        "buyer_type",
        FactType.WORD,
        "Who bought: `consumer`, `business` and so on.",
        "Who bought: a consumer or a business?",
    ),
    _fact("sold_by", FactType.WORD, "Who sold the goods.", "Who sold it?"),
    _fact(
        "country",
        FactType.WORD,
        "The country of the sale (ISO 3166).",
        "To which country was it sold?",
    ),
    _fact(
        "purchase_region",
        FactType.WORD,
        "The state or region of the sale.",
        "In which state or region was it sold?",
    ),
    _fact(
        "channel", FactType.WORD, "Where it was bought: `online`, `store`.", "Where was it bought?"
    ),
    _fact("membership", FactType.WORD, "The buyer's tier.", "What is the tier of the buyer?"),
    _fact(
        "payment_method",
        FactType.WORD,
        "How it was paid: `credit_card`, `cash`, `net_terms` and so on.",
        "How was it paid?",
    ),
    _fact(
        "retailer",
        FactType.WORD,
        "Which retailer sold the goods.",
        "Which retailer sold it?",
        recorded=False,
    ),
    _fact(
        "quantity_ordered",
        FactType.COUNT,
        "How many units were ordered.",
        "How many units were ordered?",
        recorded=False,
    ),
    _fact(
        "first_order_with_brand",
        FactType.YES_NO,
        "It is the first order with this brand.",
        "Is it the first order with this brand?",
    ),
    _fact(
        "discount_percent",
        FactType.PERCENT,
        "The discount in percent.",
        "Which discount was given, in percent?",
    ),
    _fact(
        "unit_price",
        FactType.MONEY,
        "The price of one unit that the claimant paid.",
        "What did the claimant pay for one unit?",
        recorded=False,
    ),
    _fact(
        "retail_price",
        FactType.MONEY,
        "The price of one unit that the consumer paid.",
        "What did the consumer pay for one unit?",
    ),
    _fact("discount", FactType.MONEY, "The discount that was given.", "Which discount was given?"),
    _fact("job_value", FactType.MONEY, "The value of the job.", "What is the job worth?"),
    _fact(
        "core_charge",
        FactType.MONEY,
        "The deposit for an old part.",
        "Which deposit was taken for the old part?",
    ),
    _fact(
        "outbound_paid",
        FactType.MONEY,
        "What was paid for shipping to the consumer.",
        "What was paid for shipping to the consumer?",
    ),
    _fact(
        "outbound_standard",
        FactType.MONEY,
        "What standard shipping would have cost.",
        "What would standard shipping have cost?",
    ),
    _fact(
        "outbound_freight",
        FactType.MONEY,
        "The freight to the consumer.",
        "What was the freight to the consumer?",
    ),
    _fact("amount_spent", FactType.MONEY, "What was spent.", "What was spent?"),
    _fact(
        "gift_card_balance",
        FactType.MONEY,
        "What is left on the gift card.",
        "What is left on the gift card?",
    ),
)
