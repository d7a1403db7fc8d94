"""Finds rows that depend on a choice that may still be open: until it is made, none of them holds.

What the decision says meanwhile is compared with what it would say of each choice. The advice asks
for the wish first, by a demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.conditions import leaves
from engine.policy.model import Goods, Leaf, Op, Policy, Remedy, Row, Shipping, Table
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, Node, as_map
from engine.publishing.checks.context import AnyRow, AnyTable, CheckContext, listed
from engine.publishing.checks.search.sampler import Tried, searched, unmet
from engine.publishing.checks.search.values import Given
from engine.publishing.checks.silences.written import Kind, Rows, Silence, Written, opposite

_MOST_TRIES: Final = 300


def choice_silences(survey: CheckContext, rows: Rows) -> Iterator[Silence]:
    """Reports every row that is bypassed while a choice is open, with a return that shows it."""
    told: set[str] = set()
    for choice in _choices(survey):
        name = choice.asking.row.id
        tried = _shown(choice, survey) if name in rows and name not in told else None
        if tried is not None:
            told.add(name)
            yield _silence(choice, rows, tried)


def _choices(survey: CheckContext) -> Iterator[Choice]:
    """Yields each choice with each row that one of its options would make hold, or not hold."""
    legs = survey.tables_of("remedies")
    lead = [table for table in legs if table.part == survey.policy.claimant] or legs[:1]
    every = [(row, leaves(row.row.when)) for table in survey.tables() for row in table.rows]
    for table in (*lead, *survey.tables_of("goods")):
        fact = "goods" if table.table.topic == "goods" else "remedy"
        for row, options in ((row, _options(row.row)) for row in table.rows):
            for asking, tests in every if len(options) > 1 else ():
                if any(_tells_apart(leaf, fact, options) for leaf in tests):
                    yield Choice(table=table, row=row, fact=fact, options=options, asking=asking)


def _options(row: Row) -> Sequence[str]:
    """Returns what somebody picks from, but for a wish: a row that depends on it asks for it."""
    body = row.body
    if isinstance(body, Remedy):
        return () if body.choice else body.first
    return body.choice if isinstance(body, Goods) else ()


def _tells_apart(leaf: Leaf, fact: str, options: Sequence[str]) -> bool:
    if leaf.fact != fact:
        return False
    return leaf.op not in (Op.IN, Op.NOT_IN) or not set(options).isdisjoint(leaf.words)


# --- what each choice would come to ---------------------------------------------------------------


def _shown(choice: Choice, survey: CheckContext) -> Tried | None:
    """Finds an accepted return whose record claims what not every choice would give."""
    others = [_decider(choice, word, survey.policy) for word in choice.options]
    tests = leaves(choice.asking.row.when)
    rest = (leaf for leaf in tests if leaf.fact != choice.fact)
    missed = unmet(survey.bench, choice.row.row.when, *rest)

    def score(tried: Tried) -> int:
        if not _is_open(choice, tried):
            return 3 + missed(tried)
        return 1 + missed(tried) if _is_honest(tried.given) else 0

    def _is_honest(given: Given) -> bool:
        now = survey.bench.decider.decide(given)
        return now.answer != "accept" or _honest(now, _each(others, given))

    wish = {} if choice.fact == "goods" else {"wanted": None}
    return searched(survey.bench, [seed | wish for seed in survey.seeds], score, most=_MOST_TRIES)


def _is_open(choice: Choice, tried: Tried) -> bool:
    leg = tried.builder.legs.get(choice.table.part)
    free = choice.fact == "goods" or (leg is not None and leg.give is None)
    return free and tried.took(choice.row)


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


def _silence(choice: Choice, rows: Rows, tried: Tried) -> Silence:
    """Builds the silence of a row that tests a fact that is still open."""
    written = rows[choice.asking.row.id]
    asked = leaves(choice.asking.row.when)
    without = f"`net_certainty` is `{tried.builder.certainty}`"
    if isinstance(choice.asking.row.body, Shipping):
        without = "another row decides who pays for the way back"
    return Silence(
        key="demands",
        place=written.policy.tree,
        row=written.row,
        at=next(leaf.source for leaf in asked if leaf.fact == choice.fact),
        kind=Kind.OPEN_CHOICE,
        says=f"`{written.row.id}` tests `{choice.fact}`, which is open until somebody chooses "
        f"among {listed(choice.options)} (`{choice.row.row.id}`): until then it does not hold, and "
        f"{without}.",
        advice=_advice(choice, rows, written.policy),
        example=tried,
    )


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
    early = not any(leaf.fact in _AFTER_DEMANDS for leaf in leaves(choice.row.row.when))
    when = rows[choice.row.row.id].own.get("when") if early else None
    asked = {
        **({"when": when} if when else {}),
        "must": {"any_of": [wanted, *before]} if before else wanted,
    }
    row = {"id": "D-WISH", **asked, "if_not": "ask", "code": "fact_missing"}
    return as_map(row, policy.tree.source)


def _before(choice: Choice, rows: Rows) -> list[Node]:
    """Returns the conditions of the rows before a row that closes its table."""
    others = choice.table.rows if choice.row.row.otherwise else ()
    found = [rows[row.row.id].own for row in others if row is not choice.row and row.row.id in rows]
    return [own.entries["when"] for own in found if "when" in own.entries]


# --- a sequence, as two rows ----------------------------------------------------------------------


def _in_two(choice: Choice, rows: Rows) -> tuple[str, str]:
    """Writes a sequence as two rows: a choice until its second part applies, and that part."""
    body, written = choice.row.body, rows[choice.row.row.id]
    when, after = written.own.get("when"), written.node("after")
    turned = opposite(after) if isinstance(after, Map) else None
    both = {
        key: node
        for each in (when, turned)
        if isinstance(each, Map)
        for key, node in each.entries.items()
    }
    ways = {"choice": list(choice.options), "chosen_by": "claimant"}
    then = {"give": body.then if isinstance(body, Remedy) else None}
    return _row(written, "FIRST", both, ways), _row(written, "THEN", when, then)


def _row(written: Written, name: str, when: object, gives: Mapping[str, object]) -> str:
    """Writes a row for the returns of a condition; without one, for all others."""
    asked: dict[str, object] = {"when": when} if when else {"otherwise": True}
    row = {"id": f"{written.row.id}-{name}", **asked, **gives}
    return flow(as_map(row, written.own.source))
