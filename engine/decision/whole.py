"""A return as a whole: sets that come back together, fees taken once, waivers, and the shares."""

from __future__ import annotations

from collections.abc import Sequence
from msgspec.structs import replace

from engine.decision.because import explain
from engine.decision.draft import STRENGTH, Draft
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.facts import Facts
from engine.decision.plan import RowPlan
from engine.decision.record import Decision, FeeLine, ReturnDecision, Step
from engine.decision.run import Engines, Run
from engine.decision.settle import take_fee
from engine.money import Money
from engine.policy.model import Fee, Waiver


def waive(run: Run, draft: Draft) -> None:
    """Takes fees back that a row of `whole_return` waives."""
    table = run.plan.single["whole_return"]
    if not table.rows or draft.verdict.answer == "refuse":
        return
    rows = run.applying(table) if table.table.decide == "add_up" else [row for row in (run.pick(table),) if row]
    for row in rows:
        assert isinstance(row.row.body, Waiver)
        draft.chosen.append((table, row))
        for name in row.row.body.waive:
            gone = [fee for fee in draft.fees if name in ("fees", f"fees.{fee.kind}")]
            draft.fees = [fee for fee in draft.fees if fee not in gone]
            for fee in gone:
                draft.waived.append(f"fees.{fee.kind}")
                draft.steps.append(Step(label=f"waived {fee.kind}", working=f"by {row.row.id}", amount=fee.amount))
                draft.open.pop(f"fees.{fee.kind}", None)


def settle_return(engines: Engines, runs: Sequence[Run], lines: Sequence[Decision]) -> ReturnDecision:
    """The whole over lines that were decided alone."""
    decided = _sets(engines, runs, list(lines))
    accepted = [index for index, line in enumerate(decided) if line.answer != "refuse"]
    strongest = max(decided, key=lambda line: STRENGTH[line.answer])
    answer, code = (strongest.answer, strongest.code)
    if accepted and answer == "refuse":  # a refused line does not refuse the others
        best = max((decided[index] for index in accepted), key=lambda line: STRENGTH[line.answer])
        answer, code = best.answer, best.code
    draft, run = Draft(), _whole_run(engines, runs, decided, accepted)
    if accepted:
        draft.said = []
        _once(run, runs[accepted[0]], draft)
        _waive_whole(run, draft, decided)
    return _summed(run, draft, decided, accepted, (answer, code))


def _sets(engines: Engines, runs: Sequence[Run], lines: list[Decision]) -> list[Decision]:
    """Where one line of a set is refused, the others of the set get the set's answer."""
    for rule, asked in zip(engines.plan.policy.sets, engines.plan.sets, strict=True):
        within = [index for index, run in enumerate(runs) if run.asked and run.holds(asked)]
        if any(lines[index].answer == "refuse" for index in within):
            for index in within:
                if STRENGTH[lines[index].answer] < STRENGTH[rule.else_]:
                    sentence = engines.plan.policy.codes.get(rule.code, rule.code)
                    lines[index] = replace(lines[index], answer=rule.else_, code=rule.code, sentence=sentence,
                                           for_agent=sentence, net=None, fees=(), steps=())
    return lines


def _whole_run(engines: Engines, runs: Sequence[Run], lines: Sequence[Decision], accepted: Sequence[int]) -> Run:
    """An evaluation over the sums of the accepted lines."""
    first = runs[accepted[0]] if accepted else runs[0]
    values = first.facts.values.copy()
    slots = engines.plan.slots
    for name in ("item_price", "label_cost", "outbound_paid", "quantity"):
        found = [runs[index].facts.number(name) for index in accepted]
        if found and None not in found and name != "label_cost":
            values[slots[name]] = sum(each or 0 for each in found)
    bases = [lines[index].base for index in accepted]
    if "base" in slots:
        values[slots["base"]] = ABSENT if None in bases else sum(base.minor for base in bases if base)
    values[slots["line_count"]] = len(lines)
    values[slots["refused_lines"]] = len(lines) - len(accepted)
    _whole_order(values, slots, len(accepted))
    facts = Facts(values, first.facts.sent, engines.plan)
    run = Run(engines, facts, first.true, first.maybe, first.asked)
    return run


def _whole_order(values: list[int], slots: dict[str, int], accepted: int) -> None:
    if values[slots["whole_order_back"]] != UNKNOWN:
        return
    of, back = values[slots["order_lines"]], values[slots["returned_lines"]]
    if of > ABSENT:
        values[slots["whole_order_back"]] = int((back if back > ABSENT else accepted) >= of)


def _once(run: Run, first: Run, draft: Draft) -> None:
    """The fees that are taken once per return, on the sums."""
    for table in run.plan.fees:
        for row in _fee_rows(table.rows, first):
            body = row.row.body
            assert isinstance(body, Fee)
            if body.per == "return" and body.fee is not None:
                take_fee(str(table.table.part), row, run, draft)
                draft.chosen.append((table, row))
                break


def _fee_rows(rows: tuple[RowPlan, ...], run: Run) -> list[RowPlan]:
    return [row for row in rows if run.true & row.asked.mask]


def _waive_whole(run: Run, draft: Draft, lines: list[Decision]) -> None:
    from engine.decision.draft import Said

    draft.said = [Said(answer="accept", code="ok")]
    before = list(draft.fees)
    own = [fee for line in lines for fee in line.fees]
    draft.fees = [*before, *own]
    waive(run, draft)
    for index, line in enumerate(lines):
        kept = tuple(fee for fee in line.fees if f"fees.{fee.kind}" not in draft.waived)
        if kept != line.fees and line.net is not None:
            back = sum(fee.amount.minor for fee in line.fees if fee not in kept and fee.amount and fee.taken == "deducted"
                       and fee.certainty != "may")
            lines[index] = replace(line, fees=kept, net=Money(line.net.minor + back, line.net.currency),
                                   waived=tuple(draft.waived))
    draft.fees = [fee for fee in before if f"fees.{fee.kind}" not in draft.waived]


def _summed(run: Run, draft: Draft, lines: list[Decision], accepted: list[int], said: tuple[str, str]) -> ReturnDecision:
    currency = run.plan.policy.currency
    nets = [lines[index].net for index in accepted]
    taken = [fee for fee in draft.fees if fee.taken == "deducted" and fee.certainty != "may"]
    shares: list[Money | None] = [None] * len(lines)
    net: Money | None = None
    if accepted and None not in nets and all(fee.amount is not None for fee in taken):
        once = sum(fee.amount.minor for fee in taken if fee.amount)
        each = _shares([line_net.minor for line_net in nets if line_net], once)
        for index, value in zip(accepted, each, strict=True):
            shares[index] = Money(value, currency)
        net = Money(sum(each), currency)
    return ReturnDecision(answer=said[0], code=said[1], lines=tuple(lines), fees=tuple(draft.fees),
                          waived=tuple(dict.fromkeys(draft.waived)), net=net, shares=tuple(shares),
                          because=explain(run, draft), steps=tuple(draft.steps))


def _shares(nets: list[int], once: int) -> list[int]:
    """The net of each line less its part of the fees taken once; the last line takes the odd cent."""
    total = sum(nets)
    once = min(once, total)
    if not total:
        return nets
    parts = [net * once // total for net in nets[:-1]]
    parts.append(once - sum(parts))
    return [net - part for net, part in zip(nets, parts, strict=True)]


def fees_by_kind(decision: ReturnDecision) -> dict[str, list[FeeLine]]:
    """All fees of a return, of its lines and its own, by kind."""
    found: dict[str, list[FeeLine]] = {}
    for fee in (*(fee for line in decision.lines for fee in line.fees), *decision.fees):
        found.setdefault(fee.kind, []).append(fee)
    return found
