"""Silences of `eligibility`: keys beside an answer that ignores them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.dates import day_text
from engine.policy.conditions import leaves
from engine.policy.faults import listed
from engine.policy.model import Clock, Table, Verdict
from engine.policy.readers.choices import FROM_DEADLINE
from engine.policy.text import Items, Map
from engine.policy.topics.verdicts import NEITHER
from engine.publishing.checks.silences.written import Kind, Silence, Written

_OF_A_PERSON: Final = ("review", "two_readings")
_INSTEAD: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "missing": (
        "the return is accepted, so nobody is asked for what `missing` lists.",
        {"answer": "ask"},
    ),
    "curable": (
        "the return is accepted, so `curable` has no effect.",
        {},
    ),
    "belongs_to": (
        "the return is accepted, although `belongs_to` gives the claim to another party.",
        {"answer": "refuse", "code": "wrong_counterparty"},
    ),
}
"""Keys that an accepted return ignores: what holds today, and what to write instead."""

_INSTEAD_OF_CODE: Final[dict[str, dict[str, object]]] = {
    "accept": {"drop": ("code",)},
    "review": {"put": {"code": "approval_needed"}},
    "ask": {"put": {"code": "outside_window"}},
    "two_readings": {"put": {"code": "outside_window"}},
}
"""What to write instead of `code: from_deadline`, by the answer of the row."""


def answer_silences(written: Written, verdict: Verdict) -> Iterator[Silence]:
    """Reports the silences of one row of `eligibility`."""
    yield from _to_settle(written, verdict)
    yield from _from_deadline(written, verdict)
    yield from _until(written, verdict)
    if verdict.answer == "accept":
        for key, (says, put) in _INSTEAD.items():
            if written.text(key) != "false":
                yield from written.silence(key, says, put=put, drop=() if put else (key,))
    if not verdict.readings:
        says = "`we_take` chooses one of the `readings`, but this row has none."
        yield from written.silence("we_take", says, drop=("we_take",))
    yield from _in_readings(written)


def _to_settle(written: Written, verdict: Verdict) -> Iterator[Silence]:
    if verdict.answer == "two_readings" and verdict.we_take not in (None, NEITHER):
        says = f"the reading `{verdict.we_take}` decides, so nobody is asked about `to_settle`."
        yield from written.silence("to_settle", says, drop=("to_settle",))
    elif verdict.answer not in _OF_A_PERSON:
        says = (
            f"`to_settle` has no effect: the answer is `{verdict.answer}`, and no person is asked."
        )
        yield from written.silence(
            "to_settle", says, put={"answer": "review"}, kind=Kind.NOT_AS_WRITTEN
        )


def _from_deadline(written: Written, verdict: Verdict) -> Iterator[Silence]:
    """Reports `code: from_deadline` if it overrides the row's answer or finds no code to take."""
    if written.row.code != FROM_DEADLINE:
        return
    tested = {leaf.fact.partition(".")[0] for leaf in leaves(written.row.when)}
    if verdict.answer != "refuse":
        says = (
            f"with `code: from_deadline` the answer is that of the deadline, a refusal, and not "
            f"`{verdict.answer}`."
        )
        yield from written.silence(
            "code", says, kind=Kind.NOT_AS_WRITTEN, **_INSTEAD_OF_CODE[verdict.answer]
        )
    elif not tested & {"deadlines", *(str(table.part) for table in written.policy.deadlines)}:
        says = "it tests no deadline, so `code: from_deadline` takes the code of any, or of none."
        yield from written.silence("code", says, put={"code": "not_entitled"})
    elif "deadlines" not in tested:
        asked = [table for table in written.policy.deadlines if table.part in tested]
        if all(map(_goes_on, asked)):
            names = listed(str(table.part) for table in asked)
            says = f"`code: from_deadline` finds no code in {names} (`if_late: go_on`)."
            yield from written.silence("code", says, put={"code": "outside_window"})


def _goes_on(deadline: Table) -> bool:
    clocks = [row.body for row in deadline.rows]
    return all(isinstance(clock, Clock) and clock.if_late == "go_on" for clock in clocks)


def _until(written: Written, verdict: Verdict) -> Iterator[Silence]:
    """Reports `until`, which ends nothing: the row holds afterwards as well."""
    if verdict.until is None:
        return
    first, last = day_text(written.policy.effective.first), day_text(verdict.until)
    says = "`until` has no effect: the row still holds afterwards."
    days = {"from": first, "until": last}
    yield from written.silence(
        "until",
        says,
        put={"effective": days},
        drop=("until",),
        advice=f"Write `effective: {{from: {first}, until: {last}}}` and leave `until` out; a row "
        "after it says what holds then.",
    )


# --- readings -------------------------------------------------------------------------------------


def _in_readings(written: Written) -> Iterator[Silence]:
    for reading in (each for each in written.list_of("readings") if isinstance(each, Map)):
        yield from _sets(reading, written)
        answer = reading.text_of("answer")
        if answer != "review" and "to_settle" in reading.entries:
            yield Silence(
                key="to_settle",
                place=reading,
                row=written.row,
                says=f"`{written.row.id}`: this reading answers `{answer}`, and no person is asked "
                "what `to_settle` says.",
                put={"answer": "review"},
                kind=Kind.NOT_AS_WRITTEN,
            )


def _sets(reading: Map, written: Written) -> Iterator[Silence]:
    """Reports what a reading sets although it refuses, and a choice that nobody is given."""
    sets = reading.get("sets")
    if not isinstance(sets, Map):
        return
    if reading.text_of("answer") == "refuse":
        yield Silence(
            key="sets",
            place=reading,
            row=written.row,
            says=f"`{written.row.id}`: this reading refuses, and of what is refused `sets` sets "
            "nothing.",
            drop=("sets",),
            advice="Leave `sets` out; a row of `after_refusal` says what happens then, as in "
            f"`after_refusal: {{rows: [{{id: A-REFUSED, when: {{code: "
            f"{reading.text_of('code') or 'conflict_in_text'}}}, do: sent_back_to_sender}}]}}`.",
        )
        return
    choice = sets.get("choice")
    first = choice.items[0] if isinstance(choice, Items) and choice.items else choice
    if first is not None:
        yield Silence(
            key="choice",
            place=sets,
            row=written.row,
            says=f"`{written.row.id}`: `choice` is shown, and what `remedies` gives is given all "
            "the same.",
            put={"remedy": first},
            drop=("choice",),
            kind=Kind.NOT_AS_WRITTEN,
        )
