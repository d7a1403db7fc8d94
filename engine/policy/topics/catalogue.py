"""Every topic of the language, in the order of evaluation, and when each is asked."""

from __future__ import annotations

from typing import Final

from engine.policy.topics import clocks, fees, goods, limits, remedies, verdicts
from engine.policy.topics.topic import Topic

_IN_ORDER: Final = (
    (1_000, clocks.TOPIC),
    (2_000, verdicts.TOPIC),
    (3_000, limits.LIMITS),
    (4_000, limits.DEMANDS),
    (4_500, goods.AFTER_REFUSAL),
    (5_000, remedies.TOPIC),
    (6_000, goods.GOODS),
    (7_000, goods.RETURN_SHIPPING),
    (8_000, fees.VALUE),
    (9_000, fees.FEES),
    (10_000, fees.OUTBOUND_SHIPPING),
    (11_000, fees.WHOLE_RETURN),
)

TOPICS: Final[dict[str, Topic]] = {topic.name: topic for _, topic in _IN_ORDER}
STEPS: Final[dict[str, int]] = {topic.name: step for step, topic in _IN_ORDER} | {"must": 20_000}
"""A fact derived at a step may be tested at later ones; part N of a plural topic adds N."""
