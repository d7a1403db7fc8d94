"""The facts that the sender of the goods states: the claim, and the state of the goods."""

from __future__ import annotations

from typing import Final

from engine.policy import words
from engine.policy.vocabulary import Fact, FactType, Moment, Owner, record_of

_fact = record_of(Owner.RETAILER, Moment.REQUEST)

CLAIM: Final[tuple[Fact, ...]] = (
    _fact(
        "condition",
        FactType.WORD,
        "The state of the goods, best first.",
        "What condition are the goods in?",
        found=True,
        words=words.CONDITIONS,
        best_first=True,
    ),
    _fact(
        "packaging",
        FactType.WORD,
        "The state of the box.",
        "What condition is the packaging in?",
        found=True,
        words=words.PACKAGINGS,
    ),
    _fact(
        "opened", FactType.YES_NO, "The goods were opened.", "Were the goods opened?", found=True
    ),
    _fact(
        "seal_intact",
        FactType.YES_NO,
        "The seal is not broken.",
        "Is the seal unbroken?",
        found=True,
    ),
    _fact(
        "tags_attached",
        FactType.YES_NO,
        "The tags are still on.",
        "Are the tags still on?",
        found=True,
    ),
    _fact(
        "accessories_complete",
        FactType.YES_NO,
        "All accessories are there.",
        "Are all accessories there?",
        found=True,
    ),
    _fact(
        "set_complete",
        FactType.YES_NO,
        "The whole set is there.",
        "Is the whole set there?",
        found=True,
    ),
    _fact(
        "missing_value",
        FactType.MONEY,
        "The value of missing parts.",
        "What are the missing parts worth?",
        found=True,
    ),
    _fact(
        "kept_gift_value",
        FactType.MONEY,
        "The value of gifts that are kept.",
        "What are the gifts worth that are kept?",
        found=True,
    ),
    _fact(
        "inspection",
        FactType.WORD,
        "What the inspection found.",
        "What did the inspection find?",
        told_by=Owner.INSPECTION,
        until=Moment.RECEIPT,
        found=True,
    ),
    _fact(
        "lacking",
        FactType.SET,
        "What is known to be missing.",
        "Which papers are known to be missing?",
        until=Moment.RECEIPT,
        found=True,
        words=words.EVIDENCE,
    ),
    _fact(
        "evidence",
        FactType.SET,
        "What is there: papers, photos, authorisations.",
        "Which papers, photos and authorisations are there?",
        until=Moment.RECEIPT,
        found=True,
        words=words.EVIDENCE,
        others_words={"approval": Owner.SUPPLIER},
    ),
    _fact(
        "reason",
        FactType.WORD,
        "Why the goods come back.",
        "Why are the goods being returned?",
        found=True,
        words=words.REASONS,
    ),
    _fact(
        "usage_minutes",
        FactType.COUNT,
        "Minutes of use.",
        "For how many minutes were the goods used?",
        found=True,
    ),
    _fact(
        "trial_night", FactType.COUNT, "The night of the trial.", "Which night of the trial is it?"
    ),
    _fact(
        "expires",
        FactType.DATE,
        "The day on which the goods expire.",
        "On which day do the goods expire?",
        found=True,
    ),
    _fact(
        "installed",
        FactType.DATE,
        "The day of installation.",
        "On which day were the goods installed?",
    ),
    _fact(
        "quantity",
        FactType.COUNT,
        "How many units come back; 1 if not sent.",
        "How many units are being returned?",
        if_not_sent=1,
    ),
    _fact("wanted", FactType.WORD, "The remedy that is wished for.", "Which remedy is requested?"),
    _fact(
        "legal_basis",
        FactType.WORD,
        "`withdrawal`, `warranty`, `goodwill` and so on.",
        "On which right is the claim based?",
    ),
    _fact("place", FactType.WORD, "Where the goods are.", "Where are the goods?"),
    _fact("refund_to", FactType.WORD, "Where the money should go.", "Where should a refund go?"),
    _fact(
        "partner_choice", FactType.WORD, "What a partner chose.", "What does the partner choose?"
    ),
    _fact(
        "difference_paid_with",
        FactType.WORD,
        "How a difference in price is paid.",
        "How is a difference in price paid?",
    ),
    _fact(
        "return_country",
        FactType.WORD,
        "The country where the goods are handed in (ISO 3166).",
        "In which country are the goods handed in?",
    ),
    _fact(
        "return_region",
        FactType.WORD,
        "The state or region of the return.",
        "In which state or region are they handed in?",
    ),
    _fact(
        "request_channel",
        FactType.WORD,
        "How the return was asked for.",
        "How was the return requested?",
    ),
    _fact(
        "return_channel",
        FactType.WORD,
        "How the goods come back: `mail`, `store`.",
        "How are the goods being returned?",
    ),
    _fact(
        "return_route",
        FactType.WORD,
        "Which route the goods take.",
        "Which route do the goods take?",
    ),
    _fact(
        "reported_to_retailer",
        FactType.DATE,
        "The day on which the consumer told the retailer.",
        "On which day did the consumer tell the retailer?",
    ),
    _fact(
        "informed",
        FactType.DATE,
        "The day of telling the consumer of the right to withdraw.",
        "On which day was the consumer told of the right to withdraw?",
    ),
    _fact(
        "informed_state",
        FactType.WORD,
        "Whether the consumer was informed: `in_time`, `late`, `never`.",
        "Was the consumer informed?",
    ),
    _fact(
        "return_cost_informed",
        FactType.YES_NO,
        "The consumer was told to bear the cost of the return.",
        "Was the consumer told to bear the cost of the return?",
    ),
    _fact(
        "exclusion_confirmed",
        FactType.YES_NO,
        "The consumer agreed to the exclusion.",
        "Did the consumer agree to the exclusion?",
    ),
    _fact(
        "customer_confirmed",
        FactType.YES_NO,
        "The customer confirmed it.",
        "Did the customer confirm it?",
    ),
    _fact(
        "via_platform",
        FactType.YES_NO,
        "It was asked for through the platform.",
        "Was it requested through the platform?",
    ),
    _fact(
        "exchange_same_product",
        FactType.YES_NO,
        "The exchange is for the same product.",
        "Is the exchange for the same product?",
    ),
)
