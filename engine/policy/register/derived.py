"""What nobody says: it is worked out of the rest, or read off the clock."""

from __future__ import annotations

from typing import Final

from engine.policy.register.record import record_of
from engine.policy.vocabulary import Fact, FactType, Moment, Owner

_fact = record_of(Owner.DERIVED, Moment.REQUEST)

DERIVED: Final[tuple[Fact, ...]] = (
    _fact(
        "requested",
        FactType.DATE,
        "The day of asking for the return.",
        "On which day was the return asked for?",
    ),
    _fact(
        "now",
        FactType.DATE,
        "Today; `requested` if not sent.",
        "What is the day?",
        until=Moment.RECEIPT,
    ),
    _fact(
        "loose_units",
        FactType.COUNT,
        "Units that are left over after full cases.",
        "How many units are left over after full cases?",
    ),
    _fact("order_lines", FactType.COUNT, "Lines of the order.", "How many lines has the order?"),
    _fact(
        "returned_lines",
        FactType.COUNT,
        "Lines of the order that came back.",
        "How many lines of the order came back?",
    ),
    _fact("line_count", FactType.COUNT, "Lines of this return.", "How many lines has this return?"),
    _fact(
        "refused_lines",
        FactType.COUNT,
        "Lines of this return that are refused.",
        "How many lines of this return are refused?",
    ),
    _fact(
        "whole_order_back",
        FactType.YES_NO,
        "The whole order comes back.",
        "Does the whole order come back?",
    ),
    _fact(
        "item_price",
        FactType.MONEY,
        "The price that the claimant paid for the line: `unit_price` times `quantity`.",
        "What did the claimant pay for the line?",
    ),
    _fact(
        "order_total", FactType.MONEY, "The total of the order.", "What is the total of the order?"
    ),
    _fact(
        "return_value",
        FactType.MONEY,
        "The value of all lines of the return.",
        "What are all lines of the return worth?",
    ),
)
