"""The facts that the supplier knows or decides: its own steps, costs, prices and judgements."""

from __future__ import annotations

from typing import Final

from engine.policy.vocabulary import Fact, FactType, Moment, Owner, record_of

_fact = record_of(Owner.SUPPLIER, Moment.RECEIPT)

SUPPLYING: Final[tuple[Fact, ...]] = (
    _fact(
        "request_sent",
        FactType.DATE,
        "The day on which the request was sent; `requested` if not sent.",
        "On which day was the request sent?",
        until=Moment.REQUEST,
        recorded=False,
    ),
    _fact(
        "request_received",
        FactType.DATE,
        "The day on which the request arrived.",
        "On which day did the request arrive?",
        until=Moment.REQUEST,
        recorded=False,
    ),
    _fact(
        "rma_issued",
        FactType.DATE,
        "The day of the authorisation.",
        "On which day was the return authorised?",
        recorded=False,
    ),
    _fact(
        "label_received",
        FactType.DATE,
        "The day on which the label came.",
        "On which day did the label come?",
        recorded=False,
    ),
    _fact(
        "received_back",
        FactType.DATE,
        "The day on which they arrived.",
        "On which day did the goods arrive?",
        recorded=False,
    ),
    _fact(
        "return_by",
        FactType.DATE,
        "The day that is printed on the papers.",
        "Which day is printed on the papers?",
        recorded=False,
    ),
    _fact(
        "seller_acted",
        FactType.DATE,
        "The day of the seller's step.",
        "On which day did the seller act?",
        recorded=False,
    ),
    _fact(
        "partner_replied",
        FactType.DATE,
        "The day of the other side's answer.",
        "On which day did the other side respond?",
        recorded=False,
    ),
    _fact(
        "repair_asked",
        FactType.DATE,
        "The day of asking for a repair.",
        "On which day was the repair requested?",
        recorded=False,
    ),
    _fact(
        "repair_done",
        FactType.DATE,
        "The day of having the goods back from repair.",
        "On which day were the goods back from repair?",
        recorded=False,
    ),
    _fact("seller_action", FactType.WORD, "What the seller did.", "What did the seller do?"),
    _fact(
        "supplier_decision",
        FactType.WORD,
        "What the supplier decided: `approved`, `declined` and so on.",
        "What does the supplier decide?",
        told_by=Owner.PERSON,
    ),
    _fact(
        "exchange_in_stock",
        FactType.YES_NO,
        "What is wanted in exchange is in stock.",
        "Is what is wanted in exchange in stock?",
    ),
    _fact(
        "current_price",
        FactType.MONEY,
        "The price today.",
        "What is the price today?",
        until=Moment.REQUEST,
    ),
    _fact(
        "lowest_price_365d",
        FactType.MONEY,
        "The lowest price of the last year.",
        "What was the lowest price of the last year?",
        until=Moment.REQUEST,
    ),
    _fact(
        "price_difference",
        FactType.MONEY,
        "The new price less the old one; may be below zero.",
        "How much is the new price above the old one?",
        signed=True,
        found=True,
    ),
    _fact("label_cost", FactType.MONEY, "The cost of the label.", "What did the label cost?"),
    _fact(
        "incident_cost",
        FactType.MONEY,
        "The cost of the whole incident.",
        "What did the whole incident cost?",
    ),
    _fact("labour_cost", FactType.MONEY, "The cost of labour.", "What did the labour cost?"),
    _fact(
        "manufacturer_charge",
        FactType.MONEY,
        "What the manufacturer charges.",
        "What does the manufacturer charge?",
    ),
    _fact(
        "seller_costs",
        FactType.MONEY,
        "The costs of the seller.",
        "What are the costs of the seller?",
    ),
    _fact(
        "prior_12m_purchases",
        FactType.MONEY,
        "What the claimant bought in the last twelve months.",
        "What did the claimant buy in the last twelve months?",
        until=Moment.REQUEST,
    ),
)
