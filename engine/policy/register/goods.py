"""What is sold, as its supplier describes it: said with the product, before anybody buys it."""

from __future__ import annotations

from typing import Final

from engine.policy.register.record import record_of
from engine.policy.vocabulary import Fact, FactType, Moment, Owner

_fact = record_of(Owner.SUPPLIER, Moment.PURCHASE)

GOODS: Final[tuple[Fact, ...]] = (
    _fact(
        "category", FactType.WORD, "What kind of goods they are.", "What kind of goods are they?"
    ),
    _fact("brand", FactType.WORD, "Their brand.", "What is their brand?"),
    _fact(
        "label",
        FactType.WORD,
        "The label under which they are sold.",
        "Under which label are they sold?",
    ),
    _fact(
        "tags",
        FactType.SET,
        "Anything else about goods or sale: `custom_made`, `clearance`, `hazmat` and so on.",
        "What else is to be known of the goods or the sale?",
        if_not_sent=[],
    ),
    _fact(
        "final_sale", FactType.YES_NO, "It was sold as final sale.", "Are they sold as final sale?"
    ),
    _fact(
        "released",
        FactType.DATE,
        "The day of release, of a pre-order.",
        "On which day are they released?",
    ),
    _fact(
        "case_pack",
        FactType.COUNT,
        "How many units a case holds.",
        "How many units does a case hold?",
    ),
    _fact("power_kva", FactType.NUMBER, "Power in kVA.", "What is their power in kVA?"),
    _fact(
        "screen_inches",
        FactType.NUMBER,
        "Size of the screen in inches.",
        "How large is the screen, in inches?",
    ),
    _fact("carat", FactType.NUMBER, "Weight in carats.", "What do they weigh, in carats?"),
    _fact("list_price", FactType.MONEY, "The list price.", "What is the list price?"),
)
