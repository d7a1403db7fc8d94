"""What the objects and lists of this schema cost; defined only here.

A point stands for about 15 microseconds of processor time. An object that is looked up costs 10
points, one that comes with another costs 1. If a list is longer than given here, the objects
actually made count.
"""

from __future__ import annotations

from typing import Final

from returns_api.serving.costs import Prices
from returns_api.types.pages import USUAL

_LOOKED_UP: Final = 10
_DECIDED: Final = 20
_MUTATION: Final = 100

PRICES: Final = Prices(
    page=USUAL,
    introspection=2_000,
    fields={
        "Return.version": 3 * _LOOKED_UP,
        "ReceivedParcel.version": _LOOKED_UP,
        "CreditBalance.version": _LOOKED_UP,
        "CreditStatement.version": _LOOKED_UP,
    },
    sent={  # units are decided, settled and put into stock, each finding by itself
        "Query.inspectionPreview.input.lines": 40,
        "Mutation.inspectReturn.input.lines": 40,
    },
    objects={
        "Mutation": _MUTATION,
        "Node": _LOOKED_UP,
        "ConsumerReturn": _LOOKED_UP,
        "CreditBalance": _LOOKED_UP,
        "CreditStatement": _LOOKED_UP,
        "Edition": _LOOKED_UP,
        "Eligibility": _DECIDED,
        "LastDay": 2,
        "OrderLine": 2,  # read with their order, also for an amendment
        "CheckedPolicy": 2_000,  # some 30 milliseconds, and more for what it selects
        "ChangedPolicyText": 1_000,
        "ComparedPolicies": 7_000,  # 100 milliseconds, sometimes seconds; one at once
        "TriedScenario": 2 * _DECIDED,
        "VerdictPreview": 3 * _MUTATION,
        "WouldAccept": 1_500,  # some 20 milliseconds, sometimes up to a second
        "Payment": _LOOKED_UP,
        "InspectionPreview": 3 * _MUTATION,  # some 5 milliseconds
        "Preview": _MUTATION,
        "PublicationCheckResult": 2_000,  # as CheckedPolicy
        "TermsCheckResult": 1_000,  # every edition in words, twice
        "ReasonTerms": 5,
        "Reconciliation": _LOOKED_UP,
        "Stock": _LOOKED_UP,
    },
    lists={
        "Agreement.acceptances": 3,
        "Query.apiKeys": 20,
        "Query.editionsToAccept": 20,
        "Query.invitations": 20,
        "Query.drafts": 10,
        "Query.policyInWords": 15,
        "CheckedPolicy.topics": 15,
        "CheckedPolicy.tests": 20,
        "CheckedPolicy.findings": 10,
        "lostTerms": 20,
        "forbiddenTerms": 3,
        "agreeable": 5,
        "Query.editionsToAgree": 2,
        "TermsCheck.changes": 5,
        "effects": 2,
        "TermsEffect.rows": 4,
        "coverage": 20,
        "suggestedTests": 3,
        "edits": 1,
        "undo": 1,
        "scenarios": 20,
        "rows": 4,
        "Query.eligibility": "lines",
        "Query.prospects": "goods",
        "Query.facts": 100,
        "Figures.kept": 3,
        "Figures.money": 10,
        "Figures.moved": 20,
        "Figures.outcomes": 100,
        "ReturnLine.outcomes": 2,
        "Figures.reasons": 20,
        "OrderAmendment.lines": 2,
        "adopted": 20,
        "alsoTrue": 3,
        "amendments": 1,
        "arrivals": 3,
        "because": 10,
        "buffers": 10,
        "cases": 20,
        "AcceptedChange.facts": 2,
        "ComparedField.changes": 10,
        "ComparedPolicies.fields": 8,
        "guards": 3,
        "claims": 1,
        "dates": 3,
        "deadlines": 3,
        "decided": 1,
        "differences": 20,
        "differing": 20,
        "documents": 5,
        "editions": 5,
        "facts": 20,
        "faults": 5,
        "fees": 2,
        "found": 5,
        "history": 10,
        "inspectionForm": 5,
        "inspections": 3,
        "InspectionPreview.units": 3,
        "legs": 2,
        "lines": 5,
        "missing": 20,
        "missingFacts": 3,
        "movements": 2,
        "nearly": 3,
        "notices": 1,
        "open": 3,
        "orders": 20,
        "parcels": 2,
        "partnerships": 20,
        "payments": 2,
        "places": 5,
        "prices": 2,
        "readings": 2,
        "returns": 3,
        "scope": 2,
        "settlements": 2,
        "shares": 2,
        "stock": 20,
        "terms": 5,
        "termsByReason": 8,
        "tests": 5,
        "tracking": 2,
        "values": 3,
        "WouldAccept.changes": 6,
        "withdrawals": 1,
        "daysInForce": 1,
        "deductedForClaims": 1,
    },
)
