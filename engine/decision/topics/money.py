"""The money of a line: value, fees, outbound shipping, net. Each term is rounded once.

Choosing the rows is apart from working out their figures, so that figures are worked out again for
a choice of rows that is known already.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.decision.draft import Basis, Draft
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.ready import fee_of
from engine.decision.record import FeeLine, Leg, Step
from engine.decision.run import Run
from engine.decision.topics.remedies import WHOLE, lead_leg, remedy_of
from engine.money import Money, decimal_text, percent_text, share
from engine.policy.model import Amount, Fee, FromFact
from engine.policy.words import TAKEN_ONCE, WITHOUT_MONEY, WORTHLESS

_ITEM_PRICE: Final = FromFact("item_price")

# --- value ----------------------------------------------------------------------------------------


def choose_rows(run: Run, draft: Draft, *, alone: bool) -> None:
    """Chooses what is given back, and what is charged; fees per return only where the line is the
    whole return."""
    draft.basis = choose_basis(run, draft)
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


def work_out(basis: Basis, run: Run, draft: Draft) -> None:
    """The figures of what was chosen, but for the net."""
    work_out_value(basis, run, draft)
    if draft.charged:
        for kind, row in draft.charged:
            if row is None:
                _set_fee(kind, run, draft)
            else:
                take_fee(kind, row, run, draft)
        sum_fees(draft)
    draft.outbound = 0
    if draft.outbound_rule != "none":
        work_out_outbound(str(draft.outbound_rule), run, draft)


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


def work_out_value(basis: Basis, run: Run, draft: Draft) -> None:
    """The base, its share, and the bonus."""
    found, currency = run.engines.worth(basis.of)(run.facts.values), run.plan.policy.currency
    minor, working = found.minor, found.working
    draft.percent, draft.base = basis.percent, minor
    if basis.percent != WHOLE:
        working = f"{working} x {percent_text(basis.percent)}"
    if minor is None:
        draft.open["net"] = str(found.waits_for)
    elif basis.percent != WHOLE:
        minor = share(minor, basis.percent, run.plan.policy.rounding)
    draft.worth = minor
    amount = None if minor is None else Money(minor, currency)
    draft.steps.append(Step("value", working, amount))
    if basis.bonus is not None:
        _work_out_bonus(basis.bonus, run, draft)


def _work_out_bonus(amount: Amount, run: Run, draft: Draft) -> None:
    found = run.engines.worth(amount)(run.facts.values)
    draft.bonus = found.minor
    if found.minor is None:
        draft.open["net"] = str(found.waits_for)
    draft.steps.append(Step("bonus", found.working, money(found.minor, run)))


# --- fees -----------------------------------------------------------------------------------------


def _choose_fees(table: TablePlan[Fee], run: Run, draft: Draft, alone: bool) -> None:
    for row in fee_rows_of(table, run):
        draft.chosen.append((table, row))
        if row.body.fee is not None and (alone or row.body.per not in TAKEN_ONCE):
            draft.charged.append((table.part, row))
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
    return run.engines.worth(row.body.fee)(run.facts.values).minor


def take_fee(kind: str, row: RowPlan[Fee], run: Run, draft: Draft) -> None:
    """Adds one fee; a fee that is open makes the net open."""
    body, fee = row.body, row.ready
    found = run.engines.worth(body.fee)(run.facts.values)
    minor, working = found.minor, found.working
    if minor is None:
        draft.open[f"fees.{kind}"] = str(found.waits_for)
    elif body.per == "unit":
        count = max(1, run.facts.value("quantity"))
        minor, working = minor * count, f"{working} x {count} units"
    if body.to_settle:
        draft.to_settle.append(body.to_settle)
    if body.taken == "billed":
        working = f"{working}, billed apart"
    if body.certainty == "may":
        working = f"{working}, not deducted: it may be charged"
    _add_fee(fee, minor, working, run, draft)


def _add_fee(fee: FeeLine, minor: int | None, working: str, run: Run, draft: Draft) -> None:
    amount = money(minor, run)
    draft.fees.append(replace(fee, amount=amount))
    draft.steps.append(Step(f"fee {fee.kind}", working, amount))


def _set_fee(kind: str, run: Run, draft: Draft) -> None:
    """A fee that a reading of the text sets."""
    policy = run.plan.policy
    amount: Amount = draft.sets[f"fees.{kind}"]
    if amount is None:
        return
    found = run.engines.worth(amount)(run.facts.values)
    if found.minor is None:
        draft.open[f"fees.{kind}"] = str(found.waits_for)
    fee = fee_of(Fee(fee=amount), kind, "reading", policy)
    _add_fee(fee, found.minor, found.working, run, draft)


def sum_fees(draft: Draft) -> None:
    """The sum of the fees that are deducted."""
    amounts = [fee.amount for fee in deducted(draft)]
    known = None not in amounts
    draft.fee_total = sum([amount.minor for amount in amounts if amount]) if known else None


def deducted(draft: Draft) -> list[FeeLine]:
    """The fees that lessen the net."""
    fees = draft.fees
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


def work_out_outbound(rule: str, run: Run, draft: Draft) -> None:
    """The outbound shipping that is given back; open where what was paid is not known."""
    paid, standard = run.facts.value("outbound_paid"), run.facts.value("outbound_standard")
    if paid <= ABSENT:
        draft.outbound = None
        draft.open["outbound_refunded"] = "outbound_paid"
        return
    limited = rule == "standard_part" and standard > ABSENT
    draft.outbound = min(paid, standard) if limited else paid
    paid_text = decimal_text(paid, run.plan.policy.currency)
    working = f"{rule.replace('_', ' ')} of {paid_text} paid"
    if rule == "standard_part" and standard == UNKNOWN:
        draft.at_most = True
        working = f"{working}, at most: `outbound_standard` is not known"
    draft.steps.append(Step("outbound shipping", working, money(draft.outbound, run)))


def _paid(leg: Leg | None, draft: Draft) -> str:
    remedy = remedy_of(draft, leg)
    if remedy in WITHOUT_MONEY:
        return "no_money"
    if remedy in WORTHLESS:
        return "nothing"
    in_kind = leg is not None and leg.give is None and not WITHOUT_MONEY.isdisjoint(leg.choice)
    return "in_kind" if in_kind else "money"


def total_up(run: Run, draft: Draft) -> None:
    """The net: value - deducted fees + bonus + outbound, never below zero."""
    if draft.basis is None:  # refused
        return
    if draft.pays == "no_money":
        draft.certainty = "no_money"
    elif draft.pays == "nothing":
        draft.net = 0
    else:
        _add_up(run, draft)


def _add_up(run: Run, draft: Draft) -> None:
    value, fees, bonus, outbound = draft.worth, draft.fee_total, draft.bonus, draft.outbound
    if value is None or fees is None or bonus is None or outbound is None:
        draft.certainty = "open"
        return
    left = value - fees + bonus + outbound
    draft.net = net = max(0, left)
    currency = run.plan.policy.currency
    working = f"value {decimal_text(value, currency)} - fees {decimal_text(fees, currency)}"
    if bonus:
        working += f" + bonus {decimal_text(bonus, currency)}"
    if outbound:
        working += f" + outbound {decimal_text(outbound, currency)}"
    if left < 0:
        working += ", never below zero"
    draft.steps.append(Step("net", working, Money(net, currency)))
    at_most = draft.at_most or draft.pays == "in_kind"
    if draft.fees:
        at_most = at_most or "at_least" in [each.certainty for each in deducted(draft)]
        _add_up_with_more(left, run, draft)
    if at_most:
        draft.certainty = "at_most"


def _add_up_with_more(net: int, run: Run, draft: Draft) -> None:
    """The net if what may be deducted is; open where an amount of that is."""
    more = [f.amount for f in draft.fees if f.taken == "deducted" and f.certainty == "may"]
    if not more:
        return
    known = [amount.minor for amount in more if amount is not None]
    left = max(0, net - sum(known)) if len(known) == len(more) else None
    working = f"net - {decimal_text(sum(known), run.plan.policy.currency)} that may be charged"
    if left is None:
        working = "net - what may be charged, which is not known yet"
    draft.steps.append(Step("net if charged", working, money(left, run)))


def money(minor: int | None, run: Run) -> Money | None:
    """An amount in the policy's currency."""
    return Money(minor, run.plan.policy.currency) if minor is not None else None
