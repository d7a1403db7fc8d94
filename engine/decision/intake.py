"""Takes facts in: checks what a request sends and encodes it as the integers of a policy.

A wrong value is an error with a code and a path. A word that the policy does not know is no error,
but is asked back (`ask`). A fact that was not sent stays unknown, never zero or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

from engine.decision.encoders import Encoder, UnknownWord, encoder_of
from engine.decision.encoding import UNKNOWN
from engine.decision.evaluator import Worked
from engine.decision.facts import Facts
from engine.decision.intake_code import (
    CHECKS,
    PLAIN_TYPES,
    ReadInto,
    Through,
    filled,
    follow_of,
    intake_of,
    narrowed_of,
    never_plain,
    size_of,
    through_of,
)
from engine.decision.slots import AHEAD, Slots
from engine.errors import RequestFault
from engine.policy.faults import nearest

_MOST_FORMS: Final = 64
"""The most sets of facts for which functions are generated; others are read fact by fact."""

NARROWED_AFTER: Final = 1_000
"""How many lines of one set of facts are worked out by a function for all lines, before one for
lines of this set is generated, which takes about as long."""

_NOT_PLAIN: Final = (
    *(AttributeError, KeyError, TypeError, ValueError),
    *(RequestFault, UnknownWord),
)


class _Form(NamedTuple):
    """The generated functions for one set of facts that are sent together.

    `through` goes on to a function of an evaluator, its key; the second do so and also return the
    values of all slots. For `ignored` and `not_plain` see `Facts`.
    """

    intake: ReadInto
    through: tuple[dict[object, Through], dict[object, Through]]
    ignored: tuple[str, ...]
    not_plain: tuple[str, ...]


class Intake:
    """Encodes requests for the slots of one policy."""

    def __init__(self, slots: Slots, used: frozenset[str]) -> None:
        """`used` are the facts that the policy reads."""
        self._slots = slots
        self._used = used
        self._facts = slots.policy.facts
        self._encoders: dict[str, Encoder] = {}  # of facts that were sent; most never are
        self._forms: dict[tuple[str, ...], _Form] = {}
        self._evidence = slots.starting("evidence#")
        self._follow = follow_of(slots)
        self._blank = self._made_blank()
        self._of_narrowed = 0.0

    @property
    def kilobytes(self) -> float:
        """Estimates the memory that its generated functions take now."""
        return 3.0 * len(self._forms) + self._of_narrowed

    def enter(self, given: Mapping[str, object]) -> Facts:
        """Encodes the facts of one line; raises `RequestFault` for a value that cannot be right."""
        return self.plain(given) or self._read(given)

    def plain(self, given: Mapping[str, object]) -> Facts | None:
        """Encodes the facts of one line; returns None if a value is wrong or not plain."""
        names = tuple(given)
        form = self._forms.get(names) or self._form(names)
        if form is None:
            return None
        values = self._blank.copy()
        try:
            if form.intake(values, given.values()) is not None:
                return None
        except _NOT_PLAIN:
            return None
        return Facts(values, dict(given), self._slots, form.ignored, form.not_plain)

    def through(
        self, given: Mapping[str, object], worked: Worked, *, keeps: bool = False
    ) -> tuple[Any, ...] | None:
        """Encodes and works out one line; returns what it comes to, with the values of all slots
        before it if it `keeps` them.

        Returns None in the cases of `plain`, and if a fact is a set.
        """
        names = tuple(given)
        form = self._forms.get(names) or self._form(names)
        if form is None:
            return None
        through = form.through[keeps].get(worked.of) or self._made(form, names, worked, keeps=keeps)
        try:
            found = through(given.values())
        except _NOT_PLAIN:
            return None
        return found if found.__class__ is tuple else None

    def evaluated(
        self, given: Mapping[str, object], worked: Worked
    ) -> tuple[Facts, Sequence[Any]] | None:
        """Encodes and works out one line; returns its facts too, or None like `through`."""
        both = self.through(given, worked, keeps=True)
        if both is None:
            return None
        form, sent = self._forms[tuple(given)], given if given.__class__ is dict else dict(given)
        return Facts(both[0], sent, self._slots, form.ignored, form.not_plain), both[1]

    def _made(self, form: _Form, names: tuple[str, ...], worked: Worked, *, keeps: bool) -> Through:
        """Generates a function for all lines, which `NARROWED_AFTER` calls later is replaced by one
        for lines of which these facts are sent."""
        left, kept = count(NARROWED_AFTER, -1), form.through[keeps]
        of = (self._slots, names, self._blank)
        of_all = through_of(*of, worked, keeps=keeps)

        def counted(values: Iterable[object]) -> tuple[Any, ...] | int | None:
            if not next(left):
                narrowed = narrowed_of(*of, worked)
                self._of_narrowed += 40.0 + size_of(narrowed) / 150
                kept[worked.of] = through_of(*of, narrowed, keeps=keeps)
            return of_all(values)

        kept[worked.of] = through = of_all if of_all is never_plain else counted
        return through

    def _form(self, names: tuple[str, ...]) -> _Form | None:
        """Returns the generated functions for a set of facts.

        Returns None if a fact is unknown, if `evidence` comes with `lacking`, or at the limit.
        """
        if len(self._forms) >= _MOST_FORMS or not self._facts.keys() >= set(names):
            return None
        if {"evidence", "lacking"} <= set(names):
            return None
        form = self._forms[names] = _Form(
            intake=intake_of(self._slots, names, self._blank),
            through=({}, {}),
            ignored=self._ignored(names),
            not_plain=tuple(name for name in names if self._facts[name].type not in PLAIN_TYPES),
        )
        return form

    def _ignored(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({*names} - self._used))

    def _read(self, given: Mapping[str, object]) -> Facts:
        """Encodes the facts of one line one by one; raises `RequestFault`."""
        facts = Facts(self._blank.copy(), dict(given), self._slots, not_plain=tuple(given))
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
        facts.ignored = self._ignored(given)
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
        """Marks as unknown what neither list names, if both `evidence` and `lacking` were sent."""
        there, lacking = set(facts.sent["evidence"] or ()), set(facts.sent["lacking"] or ())
        if there & lacking:
            said = f"`{min(map(str, there & lacking))[:60]}` stands in `evidence` and in `lacking`."
            raise RequestFault("contradiction", said, "lacking")
        named = there | lacking
        for word, member in self._evidence:
            if word not in named:
                facts.values[member] = UNKNOWN
