"""What a policy is once it has been read; every value is typed, immutable and free of behaviour.

    Policy ── topics ── Table ── Row ── when (Condition) + body (what the row sets)

Texts and positions stay for explanations only. Import from here, whichever file holds the name.
"""

from engine.policy.model.amounts import (
    Amount,
    Bounded,
    Each,
    Extreme,
    Fixed,
    FromFact,
    Percent,
    Quantity,
    ShareOfCount,
    ToBeAssessed,
)
from engine.policy.model.bodies import (
    AfterRefusal,
    Body,
    Demand,
    Fee,
    Goods,
    Limit,
    Outbound,
    Reading,
    Remedy,
    Shipping,
    Value,
    Verdict,
    Waiver,
)
from engine.policy.model.clocks import Clock, ClockReading, Opens, Pick, Start, StartDate
from engine.policy.model.conditions import ALWAYS, All, AnyOf, Condition, Leaf, Op
from engine.policy.model.policy import (
    Agreed,
    Case,
    Effective,
    OutcomeTest,
    Policy,
    Promise,
    Row,
    Table,
    WholeSets,
)

__all__ = [
    "ALWAYS",
    "AfterRefusal",
    "Agreed",
    "All",
    "Amount",
    "AnyOf",
    "Body",
    "Bounded",
    "Case",
    "Clock",
    "ClockReading",
    "Condition",
    "Demand",
    "Each",
    "Effective",
    "Extreme",
    "Fee",
    "Fixed",
    "FromFact",
    "Goods",
    "Leaf",
    "Limit",
    "Op",
    "Opens",
    "Outbound",
    "OutcomeTest",
    "Percent",
    "Pick",
    "Policy",
    "Promise",
    "Quantity",
    "Reading",
    "Remedy",
    "Row",
    "ShareOfCount",
    "Shipping",
    "Start",
    "StartDate",
    "Table",
    "ToBeAssessed",
    "Value",
    "Verdict",
    "Waiver",
    "WholeSets",
]
