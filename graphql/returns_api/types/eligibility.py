"""The answer of `eligibility` for one order line, and a stored decision."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import msgspec
import strawberry

from adapters.identity.principal import Scope
from adapters.store import records
from adapters.store.records import Location
from engine.decision.record import Decision
from engine.returns.instructions import needs_address
from engine.returns.statements import read
from returns_api.context import Context, Info
from returns_api.types.decision import DecisionFields, NextAction, next_actions
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.missing import facts_then
from returns_api.types.nearest import decider_then
from returns_api.types.outcomes import Answer, Party
from returns_api.types.policies import Edition, edition
from returns_api.types.problems import InputProblem
from returns_api.types.scalars import Money
from returns_api.types.trade import Address, OrderLine, address, order_line
from returns_api.types.versions import version_of_answer
from services.orders.noting import waiting
from services.returns.placing import place_of

_COMING_BACK: Final = ("ship_back", "keep_until_released")


@strawberry.type(description="What the policy would decide for one return reason.")
class ReasonTerms:
    """Computed only; nothing is stored."""

    reason: str
    """The return reason."""
    answer: Answer
    code: str
    """The reason of the answer, as a word of the policy."""
    sentence: str
    last_day: date | None
    net: Money | None
    return_shipping_paid_by: Party | None


@strawberry.type(description="The answer for one order line: a decision, or a problem.")
class Eligibility(DecisionFields):
    """`code` and `sentence` are always set; `answer` is null if there is a `problem`."""

    problem: InputProblem | None = None
    """The problem with the input; null if there is an answer."""
    decision_id: strawberry.ID | None = None
    """The id of the stored decision; null if none was stored."""
    line: strawberry.Private[records.OrderLine | None] = None
    found: strawberry.Private[records.Edition | None] = None
    terms: strawberry.Private[Callable[[Context], list[ReasonTerms]] | None] = None

    @described(
        "What `ifUnchanged` of `requestReturn` takes: it changes with the terms of the answer; "
        "null if there is a `problem`."
    )
    def version(self) -> str | None:
        if self.line is None or self.decision is None:
            return None
        return version_of_answer(self.line, self.decision)

    @described("The line that was asked about.", asks=Scope.READ_ORDERS)
    def order_line(self, info: Info) -> OrderLine | None:  # noqa: ARG002 - found already
        return order_line(self.line) if self.line else None

    @described(
        "Why the order waits, if its supplier has not confirmed it: until then its return cannot "
        "be requested."
    )
    def waits_for(self) -> str | None:
        return waiting(self.line.order) if self.line else None

    @described("What may be done next; nothing before the supplier has confirmed the order.")
    def next_actions(self) -> list[NextAction]:
        if self.decision is None:
            return []
        waits = self.line is not None and not self.line.order.confirmed
        return [NextAction.WAIT_FOR_SUPPLIER] if waits else next_actions(self.decision)

    @described("Units that were not returned yet.")
    def quantity_returnable(self) -> int | None:
        return self.line.returnable if self.line else None

    @described("The edition that governs the order.", asks=Scope.READ_POLICIES)
    def edition(self, info: Info) -> Edition | None:  # noqa: ARG002 - found already
        return edition(self.found) if self.found else None

    @described(
        "The return-to address; null if the goods do not come back to the supplier, and if "
        "`lacksPlace`."
    )
    def return_to(self, info: Info) -> Address | None:
        found = self._place(info)
        return address(found) if found else None

    @described(
        "Whether the goods come back and their supplier has to name a location first: it has "
        "declared none for them, or several while the order names none. A return waits for it."
    )
    def lacks_place(self, info: Info) -> bool:
        if self.line is None or self.decision is None or not _comes_back(self.decision):
            return False
        return needs_address(self.decision.goods_to or "") and self._place(info) is None

    def _place(self, info: Info) -> Location | None:
        if self.line is None or self.decision is None or not _comes_back(self.decision):
            return None
        return place_of(info.context.store, self.line, self.decision.goods_to)

    @described(
        "The terms for each return reason that the policy knows, those that it names first, in "
        "its order; request it for few lines at once."
    )
    def terms_by_reason(self, info: Info) -> list[ReasonTerms]:
        return self.terms(info.context) if self.terms else []


def _comes_back(decision: Decision) -> bool:
    """Whether the goods come back, also while open; after a refusal only if the policy says so."""
    if decision.goods is None:
        return decision.answer != "refuse"
    return decision.goods in _COMING_BACK


@strawberry.type(description="A stored decision; it never changes.")
class RecordedDecision(DecisionFields, Node):
    """`digest` is the SHA-256 of the record, `intact` whether it still matches."""

    kept: strawberry.Private[records.Decided]
    digest: str
    """The SHA-256 of the record, in hexadecimal."""
    intact: bool
    """Whether the record still has this digest."""

    @described("When it was made.")
    def decided_at(self) -> datetime:
        return self.kept.decided_at

    @described("The public part of the key that requested it.")
    def asked_by(self) -> str:
        return self.kept.asked_by

    @described("The SHA-256 of the edition as it was applied, agreed terms included.")
    def edition_digest(self) -> str:
        return self.kept.edition_digest

    @described("The whole record as canonical JSON, as it is stored.")
    def record(self) -> str:
        return self.kept.record

    @described("The order line that it decides.", asks=Scope.READ_ORDERS)
    def order_line(self, info: Info) -> OrderLine | None:
        found = info.context.store.orders.line(info.context.principal, self.kept.order_line)
        return order_line(found) if found else None

    @described("The edition that governed the order.", asks=Scope.READ_POLICIES)
    def edition(self, info: Info) -> Edition | None:
        key = self.kept.edition
        return edition(info.context.library.edition(info.context.store, key)) if key else None


def recorded(kept: records.Decided) -> RecordedDecision:
    """Converts a stored decision, read back from its record."""
    decision = msgspec.json.decode(kept.record, type=Decision)
    return RecordedDecision(
        id=encode(NodeKind.DECISION, kept.id),
        decision=decision,
        stated=read(kept.told),
        known=facts_then(kept),
        lend=decider_then(kept),
        kept=kept,
        code=decision.code,
        sentence=decision.sentence,
        digest=kept.digest,
        intact=hashlib.sha256(kept.record.encode()).hexdigest() == kept.digest,
    )
