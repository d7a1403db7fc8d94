"""The money of a line: value, fees, outbound shipping, net. Each term is rounded once.

Choosing the rows is apart from working out their figures, so that figures are worked out again for
a choice of rows that is known already.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.decision.draft import Basis, Draft, Figures
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.figures.amounts import Worth
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import fee_of
from engine.decision.record import FeeLine, Leg, Step
from engine.decision.run import Line, Run
from engine.decision.topics.remedies import WHOLE, lead_leg, remedy_of, ways_of
from engine.money import Money, decimal_text, percent_text, share
from engine.policy.model import Amount, Fee, FromFact
from engine.policy.words import TAKEN_ONCE, WITHOUT_MONEY, WORTHLESS

_ITEM_PRICE: Final = FromFact("item_price")

# --- value ----------------------------------------------------------------------------------------


def choose_rows(run: Run, draft: Draft, *, alone: bool) -> None:
    """Chooses what is given back, and what is charged; fees per return only where the line is the
    whole return."""
    draft.basis = basis = choose_basis(run, draft)
    draft.percent = basis.percent
    for table in run.plan.fees:
        if not draft.sets or f"fees.{table.part}" not in draft.sets:
            _choose_fees(table, run, draft, alone)
        else:
            draft.charged.append((table.part, None))
    if draft.sets:
        kinds = {path[5:] for path in draft.sets if path.startswith("fees.")}
        known = {table.part for table in run.plan.fees}
        draft.charged += [(kind, None) for kind in sorted(kinds - known)]
    draft.outbound_rule = choose_outbound(run, draft)
    draft.pays = _paid(lead_leg(run, draft), draft)


def work_out(line: Line, chosen: Draft, basis: Basis, figures: Figures) -> None:
    """The figures of what was chosen, but for the net."""
    _work_out_value(basis, line, figures)
    if chosen.charged:
        for kind, row in chosen.charged:
            if row is None:
                _set_fee(kind, chosen.sets[f"fees.{kind}"], line, figures)
            else:
                take_fee(row, line, figures)
        sum_fees(figures)
    figures.outbound = 0
    if chosen.outbound_rule != "none":
        work_out_outbound(str(chosen.outbound_rule), line, figures)


def choose_basis(run: Run, draft: Draft) -> Basis:
    """A reading of the text goes before the claimant's remedy, and that before `value`."""
    table, leg = run.plan.value, draft.claimed
    row = table.only or run.pick(table)
    of: Amount = _ITEM_PRICE
    percent, bonus = WHOLE, None
    if row is not None and table.name not in run.unsure:
        draft.chosen.append((table, row))
        of, percent = row.body.of, row.body.percent
    if leg is not None:
        bonus = leg.bonus
        if leg.of is not None:
            of, percent = leg.of, WHOLE if leg.percent is None else leg.percent
    if draft.sets:
        of = draft.sets.get("base", of)
        percent = draft.sets.get("percent", percent)
    return Basis(of, percent, bonus)


def _work_out_value(basis: Basis, line: Line, figures: Figures) -> None:
    """The base, its share, and the bonus."""
    found, percent = line.worth(basis.of), basis.percent
    figures.base = figures.worth = minor = found.minor
    if percent != WHOLE:
        if minor is not None:
            figures.worth = share(minor, percent, line.plan.policy.rounding)
        working = f"{found.working} x {percent_text(percent)}"
        found = Worth(figures.worth, working, found.waits_for)
    _add_step("value", "net", found, line, figures)
    if basis.bonus is not None:
        found = line.worth(basis.bonus)
        figures.bonus = found.minor
        _add_step("bonus", "net", found, line, figures)


def _add_step(label: str, name: str, worth: Worth, line: Line, figures: Figures) -> Money | None:
    """Adds an amount; one that is open leaves open what has the name."""
    amount = None
    if worth.minor is None:
        figures.open[name] = str(worth.waits_for)
    else:
        amount = Money(worth.minor, line.plan.policy.currency)
    figures.steps.append(Step(label, worth.working, amount))
    return amount


# --- fees -----------------------------------------------------------------------------------------


def _choose_fees(table: TablePlan[Fee], run: Run, draft: Draft, alone: bool) -> None:
    for row in fee_rows_of(table, run):
        draft.chosen.append((table, row))
        if row.body.fee is not None and (alone or row.body.per not in TAKEN_ONCE):
            draft.charged.append((table.part, row))
            if row.body.to_settle:
                draft.to_settle.append(row.body.to_settle)
            if table.table.decide in ("highest", "lowest") and _size(row, run) is None:
                draft.to_take[table.part] = [each.body for each in run.applying(table)]
        elif row.body.fee is not None:
            draft.to_take.setdefault(table.part, []).append(row.body)


def fee_rows_of(table: TablePlan[Fee], run: Run) -> list[RowPlan[Fee]]:
    """The rows of a fee that count: the first, the highest or lowest, or all that apply.

    An amount that is open may be the highest and the lowest, so it is taken before one that is
    known.
    """
    decide = table.table.decide
    if decide in ("first", "only_one"):
        row = run.pick(table)
        return [row] if row is not None and table.name not in run.unsure else []
    rows = run.applying(table)
    if decide == "add_up" or len(rows) < 2:
        return rows
    sizes = [_size(row, run) for row in rows]
    known = [size for size in sizes if size is not None]
    best = max(known, default=None) if decide == "highest" else min(known, default=None)
    return [rows[sizes.index(None if None in sizes else best)]]


def _size(row: RowPlan[Fee], run: Run) -> int | None:
    """What a fee comes to for one unit; None while it is open."""
    return run.worth(row.body.fee).minor


def take_fee(row: RowPlan[Fee], line: Line, figures: Figures) -> None:
    """Adds one fee; a fee that is open makes the net open."""
    body, found = row.body, line.worth(row.body.fee)
    minor, working = found.minor, found.working
    if body.per == "unit" and minor is not None:
        count = max(1, line.facts.value("quantity"))
        minor, working = minor * count, f"{working} x {count} units"
    if body.taken == "billed":
        working = f"{working}, billed apart"
    if body.certainty == "may":
        working = f"{working}, not deducted: it may be charged"
    _add_fee(row.ready, Worth(minor, working, found.waits_for), line, figures)


def _add_fee(fee: FeeLine, worth: Worth, line: Line, figures: Figures) -> None:
    amount = _add_step(f"fee {fee.kind}", f"fees.{fee.kind}", worth, line, figures)
    figures.fees.append(replace(fee, amount=amount))


def _set_fee(kind: str, amount: Amount, line: Line, figures: Figures) -> None:
    """A fee that a reading of the text sets."""
    if amount is not None:
        fee = fee_of(Fee(fee=amount), kind, "reading", line.plan.policy)
        _add_fee(fee, line.worth(amount), line, figures)


def sum_fees(figures: Figures) -> None:
    """The sum of the fees that are deducted."""
    amounts = [fee.amount for fee in deducted(figures)]
    known = None not in amounts
    figures.fee_total = sum([amount.minor for amount in amounts if amount]) if known else None


def deducted(figures: Figures) -> list[FeeLine]:
    """The fees that lessen the net."""
    fees = figures.fees
    return [e for e in fees if e.taken == "deducted" and e.certainty != "may"] if fees else fees


# --- outbound shipping and net --------------------------------------------------------------------


def choose_outbound(run: Run, draft: Draft) -> str:
    """Whether outbound shipping is given back: none, full or standard_part."""
    table = run.plan.outbound_shipping
    row = table.only or run.pick(table)
    if row is not None and table.name not in run.unsure:
        draft.chosen.append((table, row))
    rule = row.body.refund if row is not None else "none"
    return str(draft.sets.get("outbound_shipping", rule)) if draft.sets else rule


def work_out_outbound(rule: str, line: Line, figures: Figures) -> None:
    """The outbound shipping that is given back; open where what was paid is not known."""
    paid, standard = line.facts.value("outbound_paid"), line.facts.value("outbound_standard")
    if paid <= ABSENT:
        figures.outbound = None
        figures.open["outbound_refunded"] = "outbound_paid"
        return
    limited = rule == "standard_part" and standard > ABSENT
    figures.outbound = min(paid, standard) if limited else paid
    paid_text = decimal_text(paid, line.plan.policy.currency)
    working = f"{rule.replace('_', ' ')} of {paid_text} paid"
    if rule == "standard_part" and standard == UNKNOWN:
        figures.at_most = True
        working = f"{working}, at most: `outbound_standard` is not known"
    figures.steps.append(Step("outbound shipping", working, money(figures.outbound, line)))


def _paid(leg: Leg | None, draft: Draft) -> str:
    ways = ways_of(remedy_of(draft, leg), leg)
    if ways <= WORTHLESS:
        return "nothing"
    if ways <= WITHOUT_MONEY | WORTHLESS:
        return "no_money"
    return "money" if ways.isdisjoint(WITHOUT_MONEY | WORTHLESS) else "in_kind"


def total_up(line: Line, chosen: Draft, figures: Figures) -> None:
    """The net: value - deducted fees + bonus + outbound, never below zero."""
    if chosen.basis is None:  # refused
        return
    if chosen.pays == "no_money":
        figures.certainty = "no_money"
    elif chosen.pays == "nothing":
        figures.net = 0
    else:
        _add_up(line, figures, in_kind=chosen.pays == "in_kind")


def _add_up(line: Line, figures: Figures, *, in_kind: bool) -> None:
    value, fees = figures.worth, figures.fee_total
    bonus, outbound = figures.bonus, figures.outbound
    if value is None or fees is None or bonus is None or outbound is None:
        figures.certainty = "open"
        return
    left = value - fees + bonus + outbound
    figures.net = net = max(0, left)
    currency = line.plan.policy.currency
    working = f"value {decimal_text(value, currency)} - fees {decimal_text(fees, currency)}"
    if bonus:
        working += f" + bonus {decimal_text(bonus, currency)}"
    if outbound:
        working += f" + outbound {decimal_text(outbound, currency)}"
    if left < 0:
        working += ", never below zero"
    figures.steps.append(Step("net", working, Money(net, currency)))
    at_most = figures.at_most or in_kind
    if figures.fees:
        at_most = at_most or "at_least" in [each.certainty for each in deducted(figures)]
        _add_up_with_more(left, line, figures)
    if at_most:
        figures.certainty = "at_most"


def _add_up_with_more(net: int, line: Line, figures: Figures) -> None:
    """The net if what may be deducted is; open where an amount of that is."""
    more = [f.amount for f in figures.fees if f.taken == "deducted" and f.certainty == "may"]
    if not more:
        return
    known = [amount.minor for amount in more if amount is not None]
    left = max(0, net - sum(known)) if len(known) == len(more) else None
    working = f"net - {decimal_text(sum(known), line.plan.policy.currency)} that may be charged"
    if left is None:
        working = "net - what may be charged, which is not known yet"
    figures.steps.append(Step("net if charged", working, money(left, line)))


def money(minor: int | None, line: Line) -> Money | None:
    """An amount in the policy's currency."""
    return Money(minor, line.plan.policy.currency) if minor is not None else None
