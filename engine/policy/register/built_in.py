"""All built-in facts by their names, in the order of the register."""

from __future__ import annotations

from typing import Final

from engine.policy.register.claim import CLAIM
from engine.policy.register.derived import DERIVED
from engine.policy.register.events import EVENTS
from engine.policy.register.goods import GOODS
from engine.policy.register.sale import SALE
from engine.policy.register.supplying import SUPPLYING
from engine.policy.vocabulary import Fact

SENT: Final[dict[str, Fact]] = {
    fact.name: fact for fact in (*SALE, *GOODS, *EVENTS, *CLAIM, *SUPPLYING, *DERIVED)
}
"""The built-in facts that a request, the record of an order or an inspection may send."""
