"""The door for facts: checks what a request sends and turns it into the integers of a policy.

Wrong values are errors with a code and a path; a word that the policy does not know is not an
error but a question back (`ask`). What was not sent stays unknown, never zero or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.decision.encoders import Encoder, encoder_of
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.slots import AHEAD, NOW_CAME, Slots
from engine.errors import RequestFault
from engine.money import LIMIT
from engine.policy.faults import nearest


class _At(NamedTuple):
    """Where the facts stand from which others follow; a date's moment stands one after it."""

    ordered: int
    requested: int
    delivered: int
    request_sent: int
    now: int
    quantity: int
    quantity_ordered: int
    unit_price: int
    item_price: int
    return_value: int
    case_pack: int
    loose_units: int
    order_lines: int
    returned_lines: int
    line_count: int
    whole_order_back: int


class Door:
    """Encodes requests for the slots of one policy; made once, then only read."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._facts = slots.policy.facts
        self._encoders: dict[str, Encoder] = {}  # of facts that were sent; most never are
        self._evidence = slots.starting("evidence#")
        self._since = [(slot, slots.numbers[name]) for name, slot in slots.starting("days_since.")]
        self._presence = [(slot, slots.numbers[name]) for name, slot in slots.presence.items()]
        self._now_came = slots.numbers[NOW_CAME]
        self._at = _At(**{name: slots.numbers[name] for name in _At._fields})
        self._blank = self._made_blank()

    def enter(self, given: Mapping[str, object]) -> Facts:
        """The facts of one line; raises `RequestFault` for a value that cannot be right."""
        facts = Facts(self._blank.copy(), dict(given), self._slots)
        encoders = self._encoders
        for name, value in given.items():
            encode = encoders.get(name) or self._encoder(name)
            encode(value, facts)
        if "evidence" in given and "lacking" in given:
            self._open_evidence(facts)
        self._derive(facts.values)
        for slot, fact in self._presence:
            facts.values[slot] = facts.values[fact]
        self._check(facts.values)
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

    def _derive(self, values: list[int]) -> None:
        """What follows from what was sent, where it was not sent itself."""
        at = self._at
        quantity = values[at.quantity]
        values[self._now_came] = values[at.now]
        for slot in (at.request_sent, at.now):
            if values[slot] == UNKNOWN:
                values[slot : slot + 2] = values[at.requested : at.requested + 2]
        if values[at.item_price] == UNKNOWN and values[at.unit_price] > ABSENT < quantity:
            values[at.item_price] = values[at.unit_price] * quantity
        if values[at.return_value] == UNKNOWN:
            values[at.return_value] = values[at.item_price]
        if values[at.loose_units] == UNKNOWN and values[at.case_pack] > 0 < quantity:
            values[at.loose_units] = quantity % values[at.case_pack]
        self._derive_days(values)
        self._derive_whole(values)

    def _derive_days(self, values: list[int]) -> None:
        """The days from each date to the request."""
        requested = values[self._at.requested]
        for slot, source in self._since:
            if requested > ABSENT < values[source]:
                values[slot] = requested - values[source]

    def _derive_whole(self, values: list[int]) -> None:
        """Whether every line of the order comes back; a line sent alone is a return of one line."""
        at = self._at
        if values[at.whole_order_back] != UNKNOWN or values[at.order_lines] <= ABSENT:
            return
        back = max(values[at.returned_lines], values[at.line_count], 1)
        values[at.whole_order_back] = int(back >= values[at.order_lines])

    def _check(self, values: list[int]) -> None:
        """Values that contradict one another are named."""
        at = self._at
        ordered, quantity, of = values[at.ordered], values[at.quantity], values[at.quantity_ordered]
        if values[at.item_price] > LIMIT:
            said = "`unit_price` x `quantity` is larger than any amount that is handled."
            raise RequestFault("wrong_money", said, "unit_price")
        if ABSENT < values[at.delivered] < ordered:
            said = "The goods were delivered before they were ordered."
            raise RequestFault("dates_reversed", said, "delivered")
        if ABSENT < values[at.requested] < ordered:
            said = "The return was requested before the goods were ordered."
            raise RequestFault("dates_reversed", said, "requested")
        if ABSENT < of < quantity:
            said = f"{quantity} units are to come back, but only {of} were ordered."
            raise RequestFault("too_many_units", said, "quantity")
