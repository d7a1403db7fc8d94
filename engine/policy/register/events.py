"""What happened on the way: told by the carrier, or by the supplier that has it from there."""

from __future__ import annotations

from typing import Final

from engine.policy.register.record import record_of
from engine.policy.vocabulary import Fact, FactType, Moment, Owner

_fact = record_of(Owner.CARRIER, Moment.RECEIPT)

EVENTS: Final[tuple[Fact, ...]] = (
    _fact(
        "delivered", FactType.DATE, "The day of delivery.", "On which day were the goods delivered?"
    ),
    _fact(
        "first_delivered",
        FactType.DATE,
        "The day on which the first of several parcels came.",
        "On which day did the first of several parcels come?",
    ),
    _fact(
        "last_delivered",
        FactType.DATE,
        "The day on which the last of several parcels came.",
        "On which day did the last of several parcels come?",
    ),
    _fact(
        "recipient_present",
        FactType.YES_NO,
        "The recipient was there at delivery.",
        "Was the recipient there at delivery?",
    ),
    _fact(
        "label_used",
        FactType.WORD,
        "Which label was used: `prepaid` and so on.",
        "Which label was used?",
        recorded=False,
    ),
    _fact(
        "shipped_back",
        FactType.DATE,
        "The day of handing the goods over for the way back.",
        "On which day were the goods handed over for the way back?",
        recorded=False,
    ),
)
