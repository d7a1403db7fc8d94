"""Silences of `limits` and `demands`: limits on nothing, demands that nobody can fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.policy.conditions import wants_box
from engine.policy.model import Demand, Fixed, Limit, Quantity
from engine.policy.printing.yaml import flow
from engine.policy.text import Map
from engine.publishing.checks.silences.written import (
    Kind,
    Silence,
    Told,
    Unheeded,
    Written,
    idle,
    opposite,
)

_FALSE: Final = "false"
_OF_A_FAILURE: Final = {"code": _FALSE, "curable": _FALSE, "to_settle": _FALSE}
"""Keys about failing, and what they say without effect."""


def _counts_nothing(written: Written, limit: Limit) -> Iterator[Silence]:
    """Reports the bound of a limit on nothing."""
    if limit.used == 0 and limit.adds == 0:
        bound = next(key for key in ("at_most", "under", "at_least") if written.place(key))
        adds = "quantity" if limit.counts else "return_value"
        says = f"`used` and `adds` are missing, so nothing counts towards `{bound}`."
        yield from written.silence(bound, says, put={"adds": adds}, kind=Kind.NOT_AS_WRITTEN)


def _looser(limit: Limit) -> str:
    """Returns the looser of two fixed caps, which is never reached; empty if there are not two."""
    most, under = _fixed(limit.at_most), _fixed(limit.under)
    if most is None or under is None:
        return ""
    return "at_most" if under <= most else "under"


def _fixed(bound: Quantity) -> int | None:
    if isinstance(bound, Fixed):
        return bound.money.minor
    return bound if isinstance(bound, int) else None


LIMITS: Final[tuple[Told, ...]] = (
    _counts_nothing,
    *idle(
        {"at_most": None}, lambda _, limit: _looser(limit) == "at_most", "`under` is reached first"
    ),
    *idle(
        {"under": None}, lambda _, limit: _looser(limit) == "under", "`at_most` is reached first"
    ),
    Unheeded(
        "to_settle",
        lambda _, limit: limit.if_over != "review",
        "`to_settle` has no effect: a return that breaks the limit gets `{body.if_over}`, and no "
        "person is asked.",
        put={"if_over": "review"},
        kind=Kind.NOT_AS_WRITTEN,
    ),
)
"""The silences of a row of a limit."""


# --- demands --------------------------------------------------------------------------------------


def _can_fail(demand: Demand) -> bool:
    return bool(demand.need) or demand.must is not None


def _own_row(written: Written, demand: Demand) -> str:
    """Returns `must` as a row of its own."""
    when, must = written.own.get("when"), written.node("must")
    asked = f"when: {flow(when)}, " if when is not None else ""
    said = flow(must) if must is not None else ""
    return f"{{id: {written.row.id}-2, {asked}must: {said}, if_not: {demand.if_not}}}"


def _asking(written: Written) -> str:
    """Returns the demand that asks for the original packaging; empty if none does."""
    rows = [(row.id, row.body) for row in written.policy.demands.rows]
    asking = (id_ for id_, body in rows if isinstance(body, Demand) and wants_box(body))
    return next(asking, "")


def _exempted(written: Written, _: Demand) -> str:
    """Says how to exempt returns from the demand for the original packaging."""
    when = written.own.get("when")
    turned = opposite(when) if isinstance(when, Map) else None
    other = f"`when: {flow(turned)}`" if turned else "a `when` of its own"
    return f"Leave the row out, and give `{_asking(written)}` {other}."


def _else(written: Written, _: Demand) -> str:
    """Returns when none of the other demands applies, if one has one test; else an example."""
    items = written.around.list_of("rows") if written.around else ()
    whens = [item.get("when") for item in items if isinstance(item, Map) and "when" in item.entries]
    turned = opposite(whens[0]) if len(whens) == 1 and isinstance(whens[0], Map) else None
    when = flow(turned) if turned else "{is_not: [GROUP, OTHER_GROUP]}"
    return f"Leave `otherwise` out, if that is meant; else write `when: {when}`."


DEMANDS: Final[tuple[Told, ...]] = (
    Unheeded(
        "must",
        lambda _, demand: demand.original_packaging,
        "`original_required: true` replaces `must`, which is never tested.",
        advice=lambda *of: f"Write it as a row of its own: `{_own_row(*of)}`.",
        drop=("must",),
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "original_required",
        lambda row, demand: (
            not demand.original_packaging
            and row.text("original_required") == _FALSE
            and _asking(row)
        ),
        lambda row, _: (
            f"it exempts no return: `{_asking(row)}` still asks for the original packaging."
        ),
        advice=_exempted,
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "otherwise",
        lambda row, _: "otherwise" in row.own.entries and len(row.table.rows) > 1,
        lambda row, _: (
            "demands are no alternatives: this one is asked of every return, also where "
            f"`{next(each.id for each in row.table.rows if each is not row.row)}` is asked."
        ),
        advice=_else,
        kind=Kind.NOT_AS_WRITTEN,
    ),
    *idle(
        {"if_not": "ask", **_OF_A_FAILURE},
        lambda _, demand: not _can_fail(demand) and not demand.subject_to,
        "it demands nothing that can fail",
    ),
    *idle(
        {"if_not": "ask", **_OF_A_FAILURE},
        lambda _, demand: not _can_fail(demand) and demand.subject_to,
        "it demands nothing that can fail",
        "Leave `{key}` out, and test what a step finds in `eligibility`, as in `{{id: E-FOUND, "
        "when: {{inspection: no_fault_found}}, answer: refuse, code: inspection_failed}}`.",
    ),
    *idle(
        _OF_A_FAILURE,
        lambda _, demand: _can_fail(demand) and demand.if_not == "go_on",
        "with `if_not: go_on` it only sets `failed`",
    ),
    Unheeded(
        "to_settle",
        lambda _, demand: _can_fail(demand) and demand.if_not not in ("go_on", "review"),
        "`to_settle` has no effect: a return that does not meet the demand gets `{body.if_not}`, "
        "and no person is asked.",
        put={"if_not": "review"},
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "curable",
        lambda row, demand: (
            _can_fail(demand) and demand.if_not == "ask" and row.text("curable") == _FALSE
        ),
        "what is asked for can always be supplied, so `curable: false` has no effect.",
        put={"if_not": "refuse"},
    ),
)
"""The silences of a row of `demands`."""
