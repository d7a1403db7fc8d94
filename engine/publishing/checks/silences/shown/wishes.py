"""Words for a row that an open choice bypasses, with a demand that asks for the wish first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decision.compiled import AnyRow, AnyTable
from engine.policy.conditions import leaves
from engine.policy.model import Policy, Remedy
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, Node, as_map
from engine.publishing.checks.context import listed
from engine.publishing.checks.search.sampler import Tried
from engine.publishing.checks.silences.written import Kind, Silence, Written, opposite

_AFTER_DEMANDS: Final = ("answer", "code", "missing", "failed")

Rows = Mapping[str, Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A row that lets someone choose, the fact that is open until then, and a row that tests it."""

    table: AnyTable
    row: AnyRow
    fact: str
    options: Sequence[str]
    asking: AnyRow


def silence_of(choice: Choice, written: Written, rows: Rows, tried: Tried) -> Silence:
    """Builds the silence of a row that tests a fact that is still open."""
    asked = leaves(choice.asking.row.when)
    leaf, policy = next(leaf for leaf in asked if leaf.fact == choice.fact), written.policy
    return Silence(
        key="demands",
        place=policy.tree,
        row=written.row,
        at=leaf.source,
        kind=Kind.OPEN_CHOICE,
        says=f"`{written.row.id}` asks `{choice.fact}`, which is open as long as nobody has chosen "
        f"among {listed(choice.options)} (`{choice.row.row.id}`): it does not hold then, and the "
        f"net is called {tried.builder.certainty}.",
        put={},
        advice=_advice(choice, rows, policy),
        example=tried,
    )


def _advice(choice: Choice, rows: Rows, policy: Policy) -> str:
    if choice.fact == "goods":
        when = rows[choice.row.row.id].own.get("when")
        asked = f"when: {flow(when)}" if when is not None else "otherwise: true"
        words = " or ".join(choice.options)
        return (
            f"Let a person choose first, in `eligibility`: `{{id: E-GOODS, {asked}, answer: "
            f'review, code: approval_needed, to_settle: "which of them: {words}"}}`.'
        )
    demand = f"Ask for the wish in `demands`: `{flow(_wish(choice, rows, policy))}`."
    first, then = _in_two(choice, rows)
    return f"No wish picks in a sequence; write it as two rows, `{first}` and `{then}`. {demand}"


# --- the wish, as a demand ------------------------------------------------------------------------


def _wish(choice: Choice, rows: Rows, policy: Policy) -> Map:
    """Returns a demand that the wish is one of the choices, where the row of the choice decides."""
    wanted: dict[str, object] = {"wanted": list(choice.options)}
    before = _before(choice, rows)
    must = {"any_of": [wanted, *before]} if before else wanted
    early = not any(leaf.fact in _AFTER_DEMANDS for leaf in leaves(choice.row.row.when))
    when = rows[choice.row.row.id].own.get("when") if early else None
    row = {"id": "D-WISH", **({"when": when} if when else {}), "must": must}
    return as_map({**row, "if_not": "ask", "code": "fact_missing"}, policy.tree.source)


def _before(choice: Choice, rows: Rows) -> list[Node]:
    """Returns the conditions of the rows before a row that closes its table."""
    if not choice.row.row.otherwise:
        return []
    others = [rows.get(row.row.id) for row in choice.table.rows if row is not choice.row]
    found = [other.own.get("when") for other in others if other is not None]
    return [when for when in found if when is not None]


# --- a sequence, as two rows ----------------------------------------------------------------------


def _in_two(choice: Choice, rows: Rows) -> tuple[str, str]:
    """Writes a sequence as two rows: a choice until its second part applies, and that part."""
    body, written = choice.row.body, rows[choice.row.row.id]
    when, after = written.own.get("when"), written.node("after")
    turned = opposite(after) if isinstance(after, Map) else None
    place = written.own.source
    own, more = (each.entries if isinstance(each, Map) else {} for each in (when, turned))
    both = as_map({**own, **more}, place) if own or more else None
    then = body.then if isinstance(body, Remedy) else None
    asked: dict[str, object] = {"when": both} if both is not None else {"otherwise": True}
    closing: dict[str, object] = {"when": when} if when is not None else {"otherwise": True}
    ways = {"choice": list(choice.options), "chosen_by": "claimant"}
    first = as_map({"id": f"{written.row.id}-FIRST", **asked, **ways}, place)
    second = as_map({"id": f"{written.row.id}-THEN", **closing, "give": then}, place)
    return flow(first), flow(second)
