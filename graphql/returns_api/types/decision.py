"""A decision as the API shows it: new, previewed, or stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import strawberry

from engine.decision import record
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import Fact
from engine.returns.statements import Statement, told
from returns_api.context import Info
from returns_api.types import showing
from returns_api.types.described import described
from returns_api.types.missing import FindFacts, MissingFact, missing_facts
from returns_api.types.nearest import Lend, WouldAccept, would_accept
from returns_api.types.outcomes import Answer, Handling, Party, as_enum
from returns_api.types.parts import (
    AlsoTrue,
    Because,
    CountedFrom,
    Deadline,
    FactSeen,
    Leg,
    Nearly,
    OpenPoint,
    ReadingOutcome,
)
from returns_api.types.policies import Edition
from returns_api.types.scalars import JSON, day
from returns_api.types.settling import Settlement


@strawberry.enum(description="What the requester may do next.")
class NextAction(StrEnum):
    """It follows from the answer."""

    REQUEST_RETURN = "request_return"
    """Open a return by `requestReturn`."""
    CHOOSE_REMEDY = "choose_remedy"
    """Choose the remedy, by `wanted`."""
    SEND_WHAT_IS_MISSING = "send_what_is_missing"
    """Ask again with the facts and papers under `missing`."""
    MEND_AND_ASK_AGAIN = "mend_and_ask_again"
    """Correct the cause of the refusal, and ask again."""
    ASK_FOR_A_PERSON = "ask_for_a_person"
    """Open a return, which a person at the supplier decides."""
    TURN_TO_OTHER_PARTY = "turn_to_other_party"
    """Contact the party under `belongsTo`."""
    WAIT_FOR_SUPPLIER = "wait_for_supplier"
    """Wait until the supplier has confirmed the order."""


@strawberry.interface(
    name="Decision",
    description="What a policy decides for a return line: now, by a draft, or earlier.",
)
class DecisionFields:
    """Values are empty or null if there are none; resolved here for all types of decisions."""

    decision: strawberry.Private[record.Decision | None]
    stated: strawberry.Private[Sequence[Statement]]
    known: strawberry.Private[FindFacts | None] = None
    lend: strawberry.Private[Lend | None] = None
    code: str
    """The reason of the answer, as a word of the policy, or the code of the problem."""
    sentence: str
    """The answer in a sentence, for people."""

    @described("The edition that decided; null for a draft, and if none governs the order.")
    def edition(self, info: Info) -> Edition | None:  # noqa: ARG002 - each looks it up its way
        return None

    @described("The answer of the policy; null if there is a problem.")
    def answer(self) -> Answer | None:
        return Answer(self.decision.answer) if self.decision else None

    @described("The last day on which the return may be requested, included.")
    def last_day(self) -> date | None:
        return day(self.decision.last_day) if self.decision else None

    @described("The event that the last day was counted from.")
    def counted_from(self) -> CountedFrom | None:
        return showing.counted_from(self.decision.request if self.decision else None)

    @described("What is paid or given, and how it was computed.")
    def settlement(self) -> Settlement | None:
        return Settlement(decision=self.decision) if self.decision else None

    @described("Who pays for return shipping.")
    def return_shipping_paid_by(self) -> Party | None:
        return as_enum(Party, self.decision.return_paid_by) if self.decision else None

    @described("Who provides the return label.")
    def label_by(self) -> Party | None:
        return as_enum(Party, self.decision.label_by) if self.decision else None

    @described("Whether the goods must come back in their original packaging.")
    def original_packaging_required(self) -> bool | None:
        return self.decision.original_packaging_required if self.decision else None

    @described("The papers that the policy requires in this case.")
    def evidence_required(self) -> list[str]:
        return list(self.decision.requires) if self.decision else []

    @described("Facts and papers that are needed for an answer.")
    def missing(self) -> list[str]:
        return list(self.decision.missing) if self.decision else []

    @described("The same, each with who may state it.")
    def missing_facts(self, info: Info) -> list[MissingFact]:
        if self.decision is None or not self.decision.missing:
            return []
        return missing_facts(self.decision.missing, self._known(info))

    @described("Questions for a person to settle.")
    def to_settle(self) -> list[str]:
        return list(self.decision.to_settle) if self.decision else []

    @described("Steps that still have to happen before the return is settled.")
    def subject_to(self) -> list[str]:
        return list(self.decision.subject_to) if self.decision else []

    @described("Parts of the outcome that wait for something.")
    def open(self, info: Info) -> list[OpenPoint]:
        if self.decision is None or not self.decision.open:
            return []
        return showing.open_points(self.decision, self._known(info))

    def _known(self, info: Info) -> Mapping[str, Fact]:
        return self.known(info.context) if self.known else SENT

    @described("What becomes of the goods.")
    def goods(self) -> Handling | None:
        return as_enum(Handling, self.decision.goods) if self.decision else None

    @described("The other party to whom the claim belongs.")
    def belongs_to(self) -> Party | None:
        return as_enum(Party, self.decision.belongs_to) if self.decision else None

    @described("What may be done next.")
    def next_actions(self) -> list[NextAction]:
        return next_actions(self.decision) if self.decision else []

    @described("The rows that decided, with their positions, sentences and the values they saw.")
    def because(self) -> list[Because]:
        return showing.because(self.decision, told(self.stated))

    @described("Rows that applied but lost to another row.")
    def also_true(self) -> list[AlsoTrue]:
        return showing.also_true(self.decision)

    @described(
        "After a refusal: rows that one change would have made apply, which may also refuse, and "
        "deadlines missed by up to 31 days."
    )
    def nearly(self) -> list[Nearly]:
        return showing.nearly(self.decision)

    @described(
        "The smallest changes that would have led to acceptance, by the edition and the facts of "
        "this decision; request it for few decisions at once. Null if it is accepted, if "
        "something is asked for (`missing` says what to send), if no edition decided, if the line "
        "alone would be accepted and only its whole return is not, and if a stored decision cannot "
        "be read any more."
    )
    def would_accept(self, info: Info) -> WouldAccept | None:
        if self.decision is None or self.lend is None:
            return None
        if self.decision.answer in ("accept", "ask"):
            return None
        return would_accept(info.context, self.decision.facts, self.lend(info.context))

    @described("Every deadline with its state.")
    def deadlines(self) -> list[Deadline]:
        return showing.deadlines(self.decision)

    @described("What each party gets from another.")
    def legs(self) -> list[Leg]:
        return showing.legs(self.decision)

    @described("The readings of a contradictory text, and the outcome of each.")
    def readings(self) -> list[ReadingOutcome]:
        return showing.readings(self.decision)

    @described("The facts that were used, each with who stated it.")
    def facts(self) -> list[FactSeen]:
        found, by = self.decision.facts if self.decision else {}, told(self.stated)
        return [
            FactSeen(name=name, value=JSON(value), told=showing.told_by(by.get(name)))
            for name, value in found.items()
        ]


def next_actions(decision: record.Decision) -> list[NextAction]:
    """Returns what an answer leaves for the requester to do."""
    if decision.answer == "accept":
        choose = decision.remedy is None and bool(decision.choice)
        first = NextAction.CHOOSE_REMEDY if choose else NextAction.REQUEST_RETURN
        return list(dict.fromkeys((first, NextAction.REQUEST_RETURN)))
    if decision.answer == "ask":
        return [NextAction.SEND_WHAT_IS_MISSING]
    if decision.answer in ("review", "two_readings"):
        return [NextAction.ASK_FOR_A_PERSON]
    mend = [NextAction.MEND_AND_ASK_AGAIN] if decision.curable else []
    return mend + ([NextAction.TURN_TO_OTHER_PARTY] if decision.belongs_to else [])
