"""Silences of `limits` and `demands`: limits on nothing, demands that nobody can fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.policy.conditions import wants_box
from engine.policy.model import Demand, Fixed, Limit, Quantity
from engine.policy.printing.yaml import flow
from engine.policy.text import Map
from engine.publishing.checks.silences.written import Kind, Silence, Written, opposite

_IF_NOT_MET: Final = ("if_not", "code", "curable", "to_settle")
_OF_A_FAILURE: Final = ("code", "curable", "to_settle")
_FALSE: Final = "false"


def limit_silences(written: Written, limit: Limit) -> Iterator[Silence]:
    """Reports the silences of one row of a limit."""
    if limit.used == 0 and limit.adds == 0:
        bound = next(key for key in ("at_most", "under", "at_least") if written.place(key))
        adds = "quantity" if limit.counts else "return_value"
        says = f"`used` and `adds` are missing, so nothing counts towards `{bound}`."
        yield from written.silence(bound, says, put={"adds": adds}, kind=Kind.NOT_AS_WRITTEN)
    yield from _two_caps(written, limit)
    if limit.if_over != "review":
        says = (
            "`to_settle` has no effect: a return that breaks the limit gets "
            f"`{limit.if_over}`, and no person is asked."
        )
        yield from written.silence(
            "to_settle", says, put={"if_over": "review"}, kind=Kind.NOT_AS_WRITTEN
        )


def _two_caps(written: Written, limit: Limit) -> Iterator[Silence]:
    """Reports the looser of two fixed caps, `at_most` and `under`: it is never reached."""
    caps = [_fixed(limit.at_most), _fixed(limit.under)]
    if None in caps:
        return
    most, under = (each or 0 for each in caps)
    key, other = ("at_most", "under") if under <= most else ("under", "at_most")
    yield from written.idle(key, f"`{other}` is reached first")


def _fixed(bound: Quantity) -> int | None:
    if isinstance(bound, Fixed):
        return bound.money.minor
    return bound if isinstance(bound, int) else None


def demand_silences(written: Written, demand: Demand) -> Iterator[Silence]:
    """Reports the silences of one row of `demands`."""
    yield from _two_conditions(written, demand)
    yield from _not_required(written, demand)
    yield from _otherwise(written)
    if not demand.need and demand.must is None:
        yield from _never_fails(written, demand)
    elif demand.if_not == "go_on":
        for key in _OF_A_FAILURE:
            yield from written.idle(key, "with `if_not: go_on` it only sets `failed`", _FALSE)
    else:
        yield from _of_its_answer(written, demand)


def _of_its_answer(written: Written, demand: Demand) -> Iterator[Silence]:
    if demand.if_not != "review":
        says = (
            "`to_settle` has no effect: a return that does not meet the demand gets "
            f"`{demand.if_not}`, and no person is asked."
        )
        yield from written.silence(
            "to_settle", says, put={"if_not": "review"}, kind=Kind.NOT_AS_WRITTEN
        )
    if demand.if_not == "ask" and written.text("curable") == _FALSE:
        says = "what is asked for can always be supplied, so `curable: false` has no effect."
        yield from written.silence("curable", says, put={"if_not": "refuse"})


def _two_conditions(written: Written, demand: Demand) -> Iterator[Silence]:
    """Reports `must` beside `original_required`, which is a condition itself and replaces it."""
    must = written.node("must")
    if not demand.original_packaging or must is None:
        return
    when = written.own.get("when")
    asked = f"when: {flow(when)}, " if when is not None else ""
    own_row = f"{{id: {written.row.id}-2, {asked}must: {flow(must)}, if_not: {demand.if_not}}}"
    yield from written.silence(
        "must",
        "`original_required: true` replaces `must`, which is never tested.",
        advice=f"Write it as a row of its own: `{own_row}`.",
        drop=("must",),
        kind=Kind.NOT_AS_WRITTEN,
    )


def _never_fails(written: Written, demand: Demand) -> Iterator[Silence]:
    """Reports keys about failing on a demand that only has steps to come, which nobody can fail."""
    for key in _IF_NOT_MET:
        advice = ""
        if demand.subject_to:
            advice = (
                f"Leave `{key}` out, and test what a step finds in `eligibility`, as in `{{id: "
                "E-FOUND, when: {inspection: no_fault_found}, answer: refuse, code: "
                "inspection_failed}`."
            )
        usual = "ask" if key == "if_not" else _FALSE
        yield from written.idle(key, "it demands nothing that can fail", usual, advice=advice)


def _not_required(written: Written, demand: Demand) -> Iterator[Silence]:
    """Reports a demand that tries to exempt returns from another one: all that apply count."""
    if demand.original_packaging or written.text("original_required") != _FALSE:
        return
    rows = [(row.id, row.body) for row in written.policy.demands.rows]
    asking = next((id_ for id_, body in rows if isinstance(body, Demand) and wants_box(body)), None)
    if asking is None:
        return
    when = written.own.get("when")
    turned = opposite(when) if isinstance(when, Map) else None
    other = f"`when: {flow(turned)}`" if turned else "a `when` of its own"
    yield from written.silence(
        "original_required",
        f"it exempts no return: `{asking}` still asks for the original packaging.",
        advice=f"Leave the row out, and give `{asking}` {other}.",
        kind=Kind.NOT_AS_WRITTEN,
    )


def _otherwise(written: Written) -> Iterator[Silence]:
    """Reports `otherwise` on a demand: all demands that apply count, that one too."""
    others = [row for row in written.table.rows if row is not written.row]
    if "otherwise" not in written.own.entries or not others:
        return
    yield from written.silence(
        "otherwise",
        "demands are no alternatives: this one is asked of every return, also where "
        f"`{others[0].id}` is asked.",
        advice=f"Leave `otherwise` out, if that is meant; else write `when: {_else(written)}`.",
        kind=Kind.NOT_AS_WRITTEN,
    )


def _else(written: Written) -> str:
    """Returns when none of the other demands applies, if one has one test; else an example."""
    items = written.around.list_of("rows") if written.around else ()
    whens = [item.get("when") for item in items if isinstance(item, Map) and "when" in item.entries]
    turned = opposite(whens[0]) if len(whens) == 1 and isinstance(whens[0], Map) else None
    return flow(turned) if turned else "{is_not: [GROUP, OTHER_GROUP]}"
