"""Finds rows that depend on a choice that may still be open: until it is made, none of them holds.

What the decision says meanwhile is compared with what it would say of each choice. The advice asks
for the wish first, by a demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.decision.compiled import AnyRow, AnyTable
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.conditions import leaves
from engine.policy.model import Goods, Leaf, Op, Policy, Remedy, Row, Shipping, Table
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, Node, as_map
from engine.publishing.checks.context import CheckContext, listed
from engine.publishing.checks.search.sampler import Tried, searched, unmet
from engine.publishing.checks.search.values import Given
from engine.publishing.checks.silences.written import Kind, Rows, Silence, Written, opposite

_MOST_TRIES: Final = 300


def choice_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports every row that is bypassed while a choice is open, with a return that shows it."""
    told: set[str] = set()
    for choice in _choices(survey):
        written = rows.get(choice.asking.row.id)
        if written is None or choice.asking.row.id in told:
            continue
        tried = _shown(choice, survey)
        if tried is not None:
            told.add(choice.asking.row.id)
            yield silence_of(choice, written, rows, tried)


def _choices(survey: CheckContext) -> Iterator[Choice]:
    legs = survey.tables_of("remedies")
    lead = [table for table in legs if table.part == survey.policy.claimant] or legs[:1]
    sources = [(table, "remedy") for table in lead]
    sources += [(table, "goods") for table in survey.tables_of("goods")]
    for table, fact in sources:
        for row in table.rows:
            options = _options(row.row)
            for asking in _asking(fact, options, survey) if len(options) > 1 else ():
                yield Choice(table=table, row=row, fact=fact, options=options, asking=asking)


def _options(row: Row) -> Sequence[str]:
    """Returns what somebody picks from, but for a wish: a row that depends on it asks for it."""
    body = row.body
    if isinstance(body, Remedy):
        return () if body.choice else body.first
    return body.choice if isinstance(body, Goods) else ()


def _asking(fact: str, options: Sequence[str], survey: CheckContext) -> Iterator[AnyRow]:
    """Yields the rows that one of the choices would make hold, or not hold."""
    for table in survey.tables():
        for row in table.rows:
            if any(_tells_apart(leaf, fact, options) for leaf in leaves(row.row.when)):
                yield row


def _tells_apart(leaf: Leaf, fact: str, options: Sequence[str]) -> bool:
    if leaf.fact != fact:
        return False
    return leaf.op not in (Op.IN, Op.NOT_IN) or not set(options).isdisjoint(leaf.words)


# --- what each choice would come to ---------------------------------------------------------------


def _shown(choice: Choice, survey: CheckContext) -> Tried | None:
    """Finds an accepted return whose record claims what not every choice would give."""
    others = [_decider(choice, word, survey.policy) for word in choice.options]
    holds = unmet(survey.bench, choice.row.row.when)
    tests = leaves(choice.asking.row.when)
    rest = unmet(survey.bench, *(leaf for leaf in tests if leaf.fact != choice.fact))

    def score(tried: Tried) -> int:
        far = holds(tried) + rest(tried)
        if not _is_open(choice, tried):
            return 3 + far
        now = survey.bench.decider.decide(tried.given)
        honest = now.answer != "accept" or _honest(now, _each(others, tried.given))
        return 1 + far if honest else 0

    wish = {} if choice.fact == "goods" else {"wanted": None}
    return searched(survey.bench, [seed | wish for seed in survey.seeds], score, most=_MOST_TRIES)


def _is_open(choice: Choice, tried: Tried) -> bool:
    chosen = any(row is choice.row for _, row in tried.builder.chosen)
    leg = tried.builder.legs.get(choice.table.part)
    return chosen and (choice.fact == "goods" or (leg is not None and leg.give is None))


def _each(others: Sequence[Decider], given: Given) -> list[Decision]:
    try:
        return [other.decide(given) for other in others]
    except RequestFault:
        return []


def _honest(now: Decision, each: Sequence[Decision]) -> bool:
    """Returns whether a record says no more than every choice would, or that it is the most."""
    if any(_ways(other) != _ways(now) for other in each):
        return False
    if now.net_certainty == "exact":
        return all(_money(other) == _money(now) for other in each)
    paid = [other for other in each if other.net is not None]
    most = max(paid, key=lambda other: other.net.minor if other.net else 0, default=now)
    return now.net_certainty != "at_most" or _money(most) == _money(now)


def _money(decision: Decision) -> tuple[object, ...]:
    fees = tuple(sorted((fee.kind, str(fee.amount), fee.taken) for fee in decision.fees))
    return (decision.net, fees)


def _ways(decision: Decision) -> tuple[object, ...]:
    return (decision.return_paid_by, decision.label_by, decision.reshipment_paid_by)


def _decider(choice: Choice, word: str, policy: Policy) -> Decider:
    """Returns a decider for the policy as if a choice were made."""
    body = choice.row.body
    if isinstance(body, Remedy):
        made: Remedy | Goods = replace(body, give=word, choice=(), first=(), then=None, after=None)
        legs = tuple(_with(table, choice, made) for table in policy.remedies)
        return Decider(replace(policy, remedies=legs), native=False)
    made = Goods(do=word, to=getattr(body, "to", None), proof=getattr(body, "proof", ()))
    return Decider(replace(policy, goods=_with(policy.goods, choice, made)), native=False)


def _with(table: Table, choice: Choice, made: Remedy | Goods) -> Table:
    rows = [replace(row, body=made) if row is choice.row.row else row for row in table.rows]
    return replace(table, rows=tuple(rows))


# --- in words -------------------------------------------------------------------------------------

_AFTER_DEMANDS: Final = ("answer", "code", "missing", "failed")


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
        says=f"`{written.row.id}` tests `{choice.fact}`, which is open until somebody chooses "
        f"among {listed(choice.options)} (`{choice.row.row.id}`): until then it does not hold, and "
        f"{_without(choice, tried)}.",
        put={},
        advice=_advice(choice, rows, policy),
        example=tried,
    )


def _without(choice: Choice, tried: Tried) -> str:
    if isinstance(choice.asking.row.body, Shipping):
        return "another row decides who pays for the way back"
    return f"`net_certainty` is `{tried.builder.certainty}`"


def _advice(choice: Choice, rows: Rows, policy: Policy) -> str:
    if choice.fact == "goods":
        when = rows[choice.row.row.id].own.get("when")
        asked = f"when: {flow(when)}" if when is not None else "otherwise: true"
        words = " or ".join(choice.options)
        return (
            f"Let a person choose first, in `eligibility`: `{{id: E-GOODS, {asked}, answer: "
            f'review, code: approval_needed, to_settle: "which of them: {words}"}}`. If another '
            "row is to decide until then, put that one first."
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
