"""The records of decisions: the outcome of a return line or of a whole return, and its reasons.

Records are plain, immutable and complete: a decision can be stored, shown and compared from its
record alone. They are msgspec structs, because a dataclass of this size takes longer to make than
the decision itself. Money is minor units with a currency, days are ISO dates, moments carry an
offset.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from engine.decision.standing import Taken
from engine.money import Money

_JSON = msgspec.json.Encoder(order="deterministic")


class Record(Struct, frozen=True, gc=False):
    """A record that is stored. A new field needs a default, so that older records can be read."""

    def to_data(self) -> dict[str, Any]:
        """Returns plain lists, dicts and values; money as `{minor, currency}`."""
        return msgspec.convert(msgspec.to_builtins(self), dict[str, Any])

    @property
    def canonical(self) -> bytes:
        """The record in canonical JSON: fields in their order, facts by name, no whitespace."""
        return _JSON.encode(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the record in canonical JSON."""
        return digest_of(self.canonical)


def digest_of(canonical: bytes) -> str:
    """Returns the SHA-256 of a record in canonical JSON."""
    return hashlib.sha256(canonical).hexdigest()


class Seen(Struct, frozen=True, gc=False):
    """One test of a row with the value that was seen: `days_left`, `under 0`, `-1`."""

    fact: str
    test: str
    value: str
    holds: bool | None


class Because(Struct, frozen=True, gc=False):
    """One row that decided: its place in the policy, its sentences, and the values it saw."""

    topic: str
    row: str
    file: str
    line: int
    clause: str | None
    sentence: str
    for_agent: str
    seen: tuple[Seen, ...]
    built_in: bool


class AlsoTrue(Struct, frozen=True, gc=False):
    """A row that held but lost, and the row that it lost to."""

    topic: str
    row: str
    lost_to: str
    line: int


class Nearly(Struct, frozen=True, gc=False):
    """A row that one change would have made hold."""

    topic: str
    row: str
    line: int
    change: str


class Deadline(Struct, frozen=True, gc=False):
    """One deadline at the time of the decision: its state, its days, and its start date.

    `days_left` counts from the event to the last day (-1: one day late).
    """

    name: str
    row: str
    state: str
    event: str
    event_on: str | None
    counted_from: str | None
    counted_from_day: str | None
    length: str | None
    counting: str | None
    first_day: str | None
    last_day: str | None
    last_moment: str | None
    days_left: int | None
    days_since_open: int | None
    days_allowed: int | None
    by: str | None
    note: str | None = None


class Leg(Struct, frozen=True, gc=False):
    """What one party gets from another; `amount` is None when it is open or no money moves."""

    party: str
    give: str | None
    choice: tuple[str, ...]
    chosen_by: str | None
    from_: str | None
    amount: Money | None
    timing: str | None
    pay_by: str | None
    issued_by: str | None
    creates: tuple[str, ...]
    same_product: bool | None = None
    price_difference: str | None = None


class FeeLine(Struct, frozen=True, gc=False):
    """One fee; `amount` is None if it is still to be assessed or depends on an unknown fact."""

    kind: str
    amount: Money | None
    per: str
    taken: str
    owed_by: str | None
    owed_to: str | None
    certainty: str
    to_settle: str | None
    row: str
    rate: str | None

    @property
    def is_deducted(self) -> bool:
        """Whether it certainly reduces the net."""
        return self.taken == "deducted" and self.certainty != "may"


class Step(Struct, frozen=True, gc=False):
    """One step of the calculation, in order: `200.00 x 15% = 30.00`."""

    label: str
    working: str
    amount: Money | None


class ReadingOutcome(Struct, frozen=True, gc=False):
    """The outcome under one reading of a contradictory text."""

    id: str
    answer: str
    code: str
    sentence: str
    clause: str | None
    remedy: str | None
    fees: tuple[FeeLine, ...]
    net: Money | None
    return_paid_by: str | None
    goods: str | None
    last_day: str | None


class Open(Struct, frozen=True, gc=False):
    """Something that is not settled yet: the outcome field or demand, and what it waits for."""

    name: str
    waits_for: str


class Stamp(Struct, frozen=True, gc=False):
    """The edition that decided."""

    id: str
    version: int
    title: str
    digest: str
    effective_from: str
    effective_until: str | None
    owner: str
    claimant: str


class Decision(Record, frozen=True, gc=False):
    """The outcome of one return line."""

    answer: str
    code: str
    sentence: str
    for_agent: str
    policy: Stamp | None
    decided_by: tuple[str, ...]
    because: tuple[Because, ...]
    also_true: tuple[AlsoTrue, ...]
    nearly: tuple[Nearly, ...]
    deadlines: tuple[Deadline, ...]
    main_deadline: str | None
    on_silence: str | None
    missing: tuple[str, ...]
    open: tuple[Open, ...]
    requires: tuple[str, ...]
    subject_to: tuple[str, ...]
    original_packaging_required: bool
    to_settle: tuple[str, ...]
    curable: bool
    belongs_to: str | None
    readings: tuple[ReadingOutcome, ...]
    unsettled: str | None
    remedy: str | None
    choice: tuple[str, ...]
    chosen_by: str | None
    timing: str | None
    creates: tuple[str, ...]
    remedies: tuple[Leg, ...]
    goods: str | None
    goods_choice: tuple[str, ...]
    goods_to: str | None
    proof: tuple[str, ...]
    return_paid_by: str | None
    label_by: str | None
    reshipment_paid_by: str | None
    base: Money | None
    percent: str | None
    fees: tuple[FeeLine, ...]
    fee_total: Money | None
    outbound_refunded: Money | None
    outbound_rule: str | None
    net: Money | None
    net_certainty: str
    steps: tuple[Step, ...]
    limits: tuple[tuple[str, str, str | None], ...]
    waived: tuple[str, ...]
    facts: dict[str, Any]
    inputs_ignored: tuple[str, ...]
    not_needed: tuple[str, ...]
    engine: str
    engines_agreed: bool | None
    alarm: str | None = None

    @property
    def request(self) -> Deadline | None:
        """The main deadline, which names without a prefix mean; None if there is none."""
        return next((each for each in self.deadlines if each.name == self.main_deadline), None)

    @property
    def last_day(self) -> str | None:
        """The absolute last day, included, of the main deadline (None: none, or not known yet)."""
        return self.request.last_day if self.request else None


class LineMoney(Struct, frozen=True, gc=False):
    """The amounts of the settled `units` of a line, `of` all units of it that come back.

    `net` is value - deducted fees + bonus + outbound shipping, never below zero; fees per return
    and per order are not part of it. An amount is None while it is open. `difference` is how much
    less the goods of an exchange cost than the old ones; below zero, the claimant owes it.
    """

    line: int
    units: int
    of: int
    value: Money | None
    bonus: Money | None
    outbound: Money | None
    fees: tuple[FeeLine, ...]
    net: Money | None
    difference: Money | None = None


class ReturnDecision(Record, frozen=True, gc=False):
    """The outcome of a return as a whole; `fees` are those taken once, `net` is over all lines.

    `answer` is the strongest of the lines' answers. `shares` splits `net` over the lines; the last
    accepted line takes the odd cent. If the units of a line differ in state, `lines` has one entry
    per group of units, and only settled groups have a share. `money` is by line; `taken` are fees
    per order, by kind and row. `waits` names what must still arrive before more is owed:
    `whole_order_back`, or the code of a set.
    """

    answer: str
    code: str
    lines: tuple[Decision, ...]
    fees: tuple[FeeLine, ...]
    waived: tuple[str, ...]
    net: Money | None
    shares: tuple[Money | None, ...]
    because: tuple[Because, ...]
    steps: tuple[Step, ...]
    money: tuple[LineMoney, ...] = ()
    taken: dict[str, Taken] = {}
    waits: tuple[str, ...] = ()

    @property
    def net_certainty(self) -> str:
        """The weakest certainty of the lines that are not refused; `no_money` if all have that."""
        found = {line.net_certainty for line in self.lines if line.answer != "refuse"}
        if found == {"no_money"}:
            return "no_money"
        return "open" if self.net is None else "at_most" if "at_most" in found else "exact"
