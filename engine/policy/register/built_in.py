"""All built-in facts by their names, in the order of the register."""

from __future__ import annotations

from typing import Final

from engine.policy.register.claim import CLAIM
from engine.policy.register.sale import SALE
from engine.policy.register.supplying import SUPPLYING
from engine.policy.vocabulary import Fact, FactType, Moment, Owner, record_of

# Facts that nobody states: they follow from others, or from the clock.
_derived = record_of(Owner.DERIVED, Moment.REQUEST)

_DERIVED: Final[tuple[Fact, ...]] = (
    _derived(
        "requested",
        FactType.DATE,
        "The day of asking for the return.",
        "On which day was the return requested?",
    ),
    _derived(
        "now",
        FactType.DATE,
        "Today; `requested` if not sent.",
        "What is the day?",
        until=Moment.RECEIPT,
    ),
    _derived(
        "loose_units",
        FactType.COUNT,
        "Units that are left over after full cases.",
        "How many units are left over after full cases?",
    ),
    _derived(
        "order_lines", FactType.COUNT, "Lines of the order.", "How many lines does the order have?"
    ),
    _derived(
        "returned_lines",
        FactType.COUNT,
        "Lines of the order that came back.",
        "How many lines of the order were returned?",
    ),
    _derived(
        "line_count",
        FactType.COUNT,
        "Lines of this return.",
        "How many lines does this return have?",
    ),
    _derived(
        "refused_lines",
        FactType.COUNT,
        "Lines of this return that are refused.",
        "How many lines of this return are refused?",
    ),
    _derived(
        "whole_order_back",
        FactType.YES_NO,
        "The whole order comes back.",
        "Is the whole order being returned?",
    ),
    _derived(
        "item_price",
        FactType.MONEY,
        "The price that the claimant paid for the line: `unit_price` times `quantity`.",
        "What did the claimant pay for the line?",
    ),
    _derived(
        "order_total", FactType.MONEY, "The total of the order.", "What is the total of the order?"
    ),
    _derived(
        "return_value",
        FactType.MONEY,
        "The value of all lines of the return.",
        "What are all lines of the return worth?",
    ),
)


# Events on the way: stated by the carrier, or by the supplier that hears of them from it.
_event = record_of(Owner.CARRIER, Moment.RECEIPT)

_EVENTS: Final[tuple[Fact, ...]] = (
    _event(
        "delivered", FactType.DATE, "The day of delivery.", "On which day were the goods delivered?"
    ),
    _event(
        "first_delivered",
        FactType.DATE,
        "The day on which the first of several parcels came.",
        "On which day did the first of several parcels come?",
    ),
    _event(
        "last_delivered",
        FactType.DATE,
        "The day on which the last of several parcels came.",
        "On which day did the last of several parcels come?",
    ),
    _event(
        "recipient_present",
        FactType.YES_NO,
        "The recipient was there at delivery.",
        "Was the recipient there at delivery?",
    ),
    _event(
        "label_used",
        FactType.WORD,
        "Which label was used: `prepaid` and so on.",
        "Which label was used?",
        recorded=False,
    ),
    _event(
        "shipped_back",
        FactType.DATE,
        "The day of handing the goods over for the way back.",
        "On which day were the goods handed over for return?",
        recorded=False,
    ),
)


# Goods as their supplier describes them: stated with the product, before anybody buys it.
_of_goods = record_of(Owner.SUPPLIER, Moment.PURCHASE)

_GOODS: Final[tuple[Fact, ...]] = (
    _of_goods(
        "category", FactType.WORD, "What kind of goods they are.", "What kind of goods are they?"
    ),
    _of_goods("brand", FactType.WORD, "Their brand.", "What is their brand?"),
    _of_goods(
        "label",
        FactType.WORD,
        "The label under which they are sold.",
        "Under which label are they sold?",
    ),
    _of_goods(
        "tags",
        FactType.SET,
        "Anything else about goods or sale: `custom_made`, `clearance`, `hazmat` and so on.",
        "What else should be known about the goods or the sale?",
        if_not_sent=[],
    ),
    _of_goods(
        "final_sale", FactType.YES_NO, "It was sold as final sale.", "Are they sold as final sale?"
    ),
    _of_goods(
        "released",
        FactType.DATE,
        "The day of release, of a pre-order.",
        "On which day are they released?",
    ),
    _of_goods(
        "case_pack",
        FactType.COUNT,
        "How many units a case holds.",
        "How many units does a case hold?",
    ),
    _of_goods("power_kva", FactType.NUMBER, "Power in kVA.", "What is their power in kVA?"),
    _of_goods(
        "screen_inches",
        FactType.NUMBER,
        "Size of the screen in inches.",
        "How large is the screen, in inches?",
    ),
    _of_goods("carat", FactType.NUMBER, "Weight in carats.", "What do they weigh, in carats?"),
    _of_goods("list_price", FactType.MONEY, "The list price.", "What is the list price?"),
)


SENT: Final[dict[str, Fact]] = {
    fact.name: fact for fact in (*SALE, *_GOODS, *_EVENTS, *CLAIM, *SUPPLYING, *_DERIVED)
}
"""The built-in facts that a request, the record of an order or an inspection may send."""
