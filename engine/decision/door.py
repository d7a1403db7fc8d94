"""The door for facts: checks what a request sends and turns it into the integers of a policy.

Wrong values are errors with a code and a path; a word that the policy does not know is not an
error but a question back (`ask`). What was not sent stays unknown, never zero or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.decision.encoders import Encoder, UnknownWord, encoder_of
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluator import Evaluator
from engine.decision.facts import Facts
from engine.decision.intake import CHECKS, Intake, Through, filled, follow_of, intake_of, through_of
from engine.decision.slots import AHEAD, Slots
from engine.errors import RequestFault
from engine.policy.faults import nearest

_MOST_INTAKES: Final = 64
"""Sets of facts for which a policy has an intake; what sends others is read fact by fact."""

_NOT_PLAIN: Final = (
    *(AttributeError, KeyError, TypeError, ValueError),
    *(RequestFault, UnknownWord),
)


class Door:
    """Encodes requests for the slots of one policy; made once, then only read."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._facts = slots.policy.facts
        self._encoders: dict[str, Encoder] = {}  # of facts that were sent; most never are
        self._intakes: dict[tuple[str, ...], Intake] = {}
        self._evidence = slots.starting("evidence#")
        self._follow = follow_of(slots)
        self._blank = self._made_blank()
        self._through: dict[tuple[str, ...], Through | None] = {}
        numbers = {name: self._blank[slot] for name, slot in slots.numbers.items()}
        self._known = {name: each for name, each in numbers.items() if each != UNKNOWN}

    @property
    def kilobytes(self) -> float:
        """The memory that its intakes take now, estimated."""
        return 1.0 * (len(self._intakes) + len(self._through))

    def enter(self, given: Mapping[str, object]) -> Facts:
        """The facts of one line; raises `RequestFault` for a value that cannot be right."""
        values = self.plain(given)
        return self._read(given) if values is None else Facts(values, dict(given), self._slots)

    def plain(self, given: Mapping[str, object]) -> list[int] | None:
        """The slots of one line; None where a value is not plain, or wrong."""
        names = tuple(given)
        intake = self._intakes.get(names) or self._intake(names)
        if intake is None:
            return None
        values = self._blank.copy()
        try:
            return values if intake(values, given.values()) is None else None
        except _NOT_PLAIN:
            return None

    def through(self, given: Mapping[str, object], evaluator: Evaluator) -> Any:
        """What the evaluator finds for one line; None where `plain` is None, or for a set."""
        names = tuple(given)
        through = self._through.get(names)
        if through is None:
            if names in self._through or self.plain(given) is None:
                return None
            through = through_of(self._slots, names, self._known, evaluator)
            self._through[names] = through
            return self.through(given, evaluator)
        try:
            found = through(given.values())
        except _NOT_PLAIN:
            return None
        return found if found.__class__ is tuple else None

    def _intake(self, names: tuple[str, ...]) -> Intake | None:
        """A new intake; None for facts that are not known, and those that need the whole door."""
        if len(self._intakes) >= _MOST_INTAKES or not self._facts.keys() >= set(names):
            return None
        if {"evidence", "lacking"} <= set(names):
            return None
        found = self._intakes[names] = intake_of(self._slots, names, self._known)
        return found

    def _read(self, given: Mapping[str, object]) -> Facts:
        """The facts of one line, each by its encoder."""
        facts = Facts(self._blank.copy(), dict(given), self._slots)
        for name, value in given.items():
            encode = self._encoders.get(name) or self._encoder(name)
            encode(value, facts)
        if "evidence" in given and "lacking" in given:
            self._open_evidence(facts)
        fault = self._follow(facts.values, ())
        if fault is not None:
            check = CHECKS[fault]
            said = filled(check.said, lambda name: str(facts.value(name)))
            raise RequestFault(check.code, said, check.path)
        return facts

    def _encoder(self, name: str) -> Encoder:
        fact = self._facts.get(name)
        if fact is None:
            said = str(name)[:60]
            hint = nearest(said, self._facts)
            raise RequestFault("unknown_fact", f"There is no fact `{said}`.{hint}", said)
        encoder = self._encoders[name] = encoder_of(fact, self._slots)
        return encoder

    def _made_blank(self) -> list[int]:
        facts = Facts([UNKNOWN] * len(self._slots.numbers), {}, self._slots)
        for name, fact in self._facts.items():
            if fact.if_not_sent is not None:
                self._encoder(name)(fact.if_not_sent, facts)
        for _, slot in self._slots.starting(AHEAD):
            facts.values[slot] = 0
        return facts.values

    def _open_evidence(self, facts: Facts) -> None:
        """Where both lists are sent, what neither of them names is open, not lacking."""
        there, lacking = set(facts.sent["evidence"] or ()), set(facts.sent["lacking"] or ())
        if there & lacking:
            said = f"`{min(map(str, there & lacking))[:60]}` stands in `evidence` and in `lacking`."
            raise RequestFault("contradiction", said, "lacking")
        named = there | lacking
        for word, member in self._evidence:
            if word not in named:
                facts.values[member] = UNKNOWN
