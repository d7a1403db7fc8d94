"""Silences of `eligibility`: keys beside an answer that ignores them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.dates import day_text
from engine.policy.conditions import leaves
from engine.policy.faults import listed
from engine.policy.model import Clock, Table, Verdict
from engine.policy.printing.yaml import flow
from engine.policy.readers.choices import FROM_DEADLINE
from engine.policy.text import Items, Map, as_map
from engine.policy.topics.verdicts import NEITHER
from engine.publishing.checks.silences.written import Kind, Silence, Told, Unheeded, Written


def _no_code(written: Written, verdict: Verdict) -> Iterator[Silence]:
    """Reports `code: from_deadline` if there is no deadline to take a code from."""
    if written.row.code != FROM_DEADLINE or verdict.answer != "refuse":
        return
    deadlines = written.policy.deadlines
    tested = {leaf.fact.partition(".")[0] for leaf in leaves(written.row.when)}
    asked = [table for table in deadlines if table.part in tested]
    if "deadlines" in tested or not all(map(_goes_on, asked)):
        return
    says = "it tests no deadline, so `code: from_deadline` takes the code of any, or of none."
    if asked:
        names = listed(str(table.part) for table in asked)
        says = f"`code: from_deadline` finds no code in {names} (`if_late: go_on`)."
    yield from written.silence(
        "code", says, put={"code": "outside_window" if asked else "not_entitled"}
    )


def _goes_on(deadline: Table) -> bool:
    clocks = [row.body for row in deadline.rows]
    return all(isinstance(clock, Clock) and clock.if_late == "go_on" for clock in clocks)


def _days(written: Written, verdict: Verdict) -> dict[str, object]:
    """Returns the days on which a row with `until` is meant to hold."""
    first, last = written.policy.effective.first, verdict.until or 0
    return {"effective": {"from": day_text(first), "until": day_text(last)}}


def _in_readings(written: Written, _: Verdict) -> Iterator[Silence]:
    """Reports what a reading says of a person, or sets, although its answer ignores it."""
    for reading in written.maps_of("readings"):
        answer, sets = reading.text_of("answer"), reading.get("sets")
        if answer == "refuse" and isinstance(sets, Map):
            yield from written.silence(
                "sets",
                "this reading refuses, and of what is refused `sets` sets nothing.",
                within=reading,
                drop=("sets",),
                advice="Leave `sets` out; a row of `after_refusal` says what happens then, as in "
                f"`after_refusal: {{rows: [{{id: A-REFUSED, when: {{code: "
                f"{reading.text_of('code') or 'conflict_in_text'}}}, "
                "do: sent_back_to_sender}]}`.",
            )
        elif isinstance(sets, Map):
            yield from _no_choice(written, sets)
        if answer != "review":
            yield from written.silence(
                "to_settle",
                f"this reading answers `{answer}`, and no person is asked what `to_settle` says.",
                within=reading,
                put={"answer": "review"},
                kind=Kind.NOT_AS_WRITTEN,
            )


def _no_choice(written: Written, sets: Map) -> Iterator[Silence]:
    """Reports a choice that a reading sets, and that nobody is given."""
    choice = sets.get("choice")
    first = choice.items[0] if isinstance(choice, Items) and choice.items else choice
    yield from written.silence(
        "choice",
        "`choice` is shown, and what `remedies` gives is given all the same.",
        within=sets,
        put={"remedy": first},
        drop=("choice",),
        kind=Kind.NOT_AS_WRITTEN,
    )


def _overruled(answers: tuple[str, ...], **instead: Any) -> Unheeded:
    """Returns the silence of `code: from_deadline` in a row that does not refuse."""
    return Unheeded(
        "code",
        lambda row, verdict: row.row.code == FROM_DEADLINE and verdict.answer in answers,
        "with `code: from_deadline` the answer is that of the deadline, a refusal, and not "
        "`{body.answer}`.",
        kind=Kind.NOT_AS_WRITTEN,
        **instead,
    )


def _accepted(key: str, why: str, **instead: Any) -> Unheeded:
    """Returns the silence of a key that an accepted return ignores."""
    says = f"the return is accepted, {why}."
    return Unheeded(
        key, lambda _, verdict: verdict.answer == "accept", says, usual="false", **instead
    )


ANSWERS: Final[tuple[Told, ...]] = (
    Unheeded(
        "to_settle",
        lambda _, verdict: (
            verdict.answer == "two_readings" and verdict.we_take not in (None, NEITHER)
        ),
        "the reading `{body.we_take}` decides, so nobody is asked about `to_settle`.",
        drop=("to_settle",),
    ),
    Unheeded(
        "to_settle",
        lambda _, verdict: verdict.answer not in ("review", "two_readings"),
        "`to_settle` has no effect: the answer is `{body.answer}`, and no person is asked.",
        put={"answer": "review"},
        kind=Kind.NOT_AS_WRITTEN,
    ),
    _overruled(("accept",), drop=("code",)),
    _overruled(("review",), put={"code": "approval_needed"}),
    _overruled(("ask", "two_readings"), put={"code": "outside_window"}),
    _no_code,
    Unheeded(
        "until",
        lambda _, verdict: verdict.until is not None,
        "`until` has no effect: the row still holds afterwards.",
        put=_days,
        drop=("until",),
        advice=lambda row, verdict: (
            f"Write `{flow(as_map(_days(row, verdict), row.own.source))[1:-1]}` and leave `until` "
            "out; a row after it says what holds then."
        ),
    ),
    _accepted("missing", "so nobody is asked for what `missing` lists", put={"answer": "ask"}),
    _accepted("curable", "so `curable` has no effect", drop=("curable",)),
    _accepted(
        "belongs_to",
        "although `belongs_to` gives the claim to another party",
        put={"answer": "refuse", "code": "wrong_counterparty"},
    ),
    Unheeded(
        "we_take",
        lambda _, verdict: not verdict.readings,
        "`we_take` chooses one of the `readings`, but this row has none.",
        drop=("we_take",),
    ),
    _in_readings,
)
"""The silences of a row of `eligibility`."""
