"""What an accepted line comes to: remedies, goods, shipping, value, fees, outbound, net."""

from __future__ import annotations

from engine.dates import day_text
from engine.decision.amounts import percent_text, rate_of, worth
from engine.decision.answer import write, write_word
from engine.decision.clocks import stand
from engine.decision.draft import Draft
from engine.decision.encoding import ABSENT
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.record import FeeLine, Leg, Step
from engine.decision.run import Run
from engine.money import Money, share
from engine.policy.model import AfterRefusal, Amount, Fee, Goods, Outbound, Remedy, Shipping, Value
from engine.policy.reading import STEPS
from engine.policy.words import WITHOUT_MONEY, WORTHLESS


def settle_line(run: Run, draft: Draft, *, alone: bool) -> None:
    """Fills in everything after the answer; `alone` takes the fees per return here too."""
    if draft.verdict.answer == "refuse":
        _after_refusal(run, draft)
        return
    for table in run.plan.remedies:
        _leg(table, run, draft)
    _lead(run, draft)
    _goods(run, draft)
    _shipping(run, draft)
    _value(run, draft)
    for table in run.plan.fees:
        _fee(table, run, draft, alone)
    _set_fees(run, draft)
    sum_fees(run, draft)
    _outbound(run, draft)


def _row(run: Run, draft: Draft, topic: str) -> RowPlan | None:
    table = run.plan.single[topic]
    row = run.pick(table)
    if row is not None and topic not in run.unsure:
        draft.chosen.append((table, row))
    return row


# --- remedies -------------------------------------------------------------------------------------


def _leg(table: TablePlan, run: Run, draft: Draft) -> None:
    row = run.pick(table)
    if row is None:
        return
    draft.chosen.append((table, row))
    party = str(table.table.part)
    assert isinstance(row.row.body, Remedy)
    draft.legs[party] = _made(party, row, row.row.body, run, draft)


def _made(party: str, row: RowPlan | None, body: Remedy, run: Run, draft: Draft) -> Leg:
    give, choice = _given(row, body, run)
    currency = run.plan.policy.currency
    amount: int | None = None
    if body.of is not None and give not in WITHOUT_MONEY:
        found = worth(body.of, run.facts.number, currency, run.plan.policy.rounding)
        amount = None if found.minor is None else share(found.minor, _percent(body), run.plan.policy.rounding)
        if found.minor is None:
            draft.open[f"remedies.{party}"] = str(found.waits_for)
    return Leg(party=party, give=give, choice=choice, chosen_by=body.chosen_by, from_=body.from_,
               amount=Money(amount, currency) if amount is not None else None, timing=body.timing,
               pay_by=_pay_by(body, run), issued_by=body.issued_by, creates=body.creates,
               same_product=body.same_product, price_difference=body.price_difference)


def _percent(body: Remedy) -> int:
    return 1_000_000 if body.percent is None else body.percent


def _given(row: RowPlan | None, body: Remedy, run: Run) -> tuple[str | None, tuple[str, ...]]:
    if body.first:
        assert row is not None and row.inner is not None
        if run.holds(row.inner):
            return body.then, ()
        return (body.first[0], ()) if len(body.first) == 1 else (None, body.first)
    if body.choice:
        wanted = run.facts.sent.get("wanted")
        return (str(wanted), body.choice) if wanted in body.choice else (None, body.choice)
    return body.give, ()


def _pay_by(body: Remedy, run: Run) -> str | None:
    if body.pay_within is None:
        return None
    standing = stand(body.pay_within, run.facts, run.plan.policy.time_zone, run.plan.policy.calendar)
    return day_text(standing.last_day) if standing.last_day is not None else None


def _lead(run: Run, draft: Draft) -> None:
    """The leg of the claimant (else the first) is the remedy that names without a prefix mean."""
    leg = lead_leg(run, draft)
    remedy = draft.sets.get("remedy", leg.give if leg else None)
    write_word(run, "remedy", str(remedy))
    write_word(run, "timing", str(draft.sets.get("timing", leg.timing if leg else None)))


def lead_leg(run: Run, draft: Draft) -> Leg | None:
    """The claimant's leg, else the first."""
    claimant = run.plan.policy.claimant
    return draft.legs.get(claimant) or next(iter(draft.legs.values()), None)


# --- goods and shipping ---------------------------------------------------------------------------


def _goods(run: Run, draft: Draft) -> None:
    row = _row(run, draft, "goods")
    if row is not None and "goods" not in run.unsure:
        assert isinstance(row.row.body, Goods)
        _take_goods(row.row.body, draft)
    draft.goods = _override(draft, "goods", draft.goods)
    draft.goods_to = _override(draft, "goods_to", draft.goods_to)
    write_word(run, "goods", str(draft.goods))
    write_word(run, "goods_to", str(draft.goods_to))


def _take_goods(body: Goods, draft: Draft) -> None:
    draft.goods, draft.goods_choice, draft.goods_to, draft.proof = body.do, body.choice, body.to, body.proof


def _shipping(run: Run, draft: Draft) -> None:
    row = _row(run, draft, "return_shipping")
    if row is not None and "return_shipping" not in run.unsure:
        assert isinstance(row.row.body, Shipping)
        _take_shipping(row.row.body, draft)
    draft.return_paid_by = _override(draft, "return_paid_by", draft.return_paid_by)
    draft.label_by = _override(draft, "label_by", draft.label_by)
    write_word(run, "return_paid_by", str(draft.return_paid_by))
    write_word(run, "label_by", str(draft.label_by))


def _take_shipping(body: Shipping, draft: Draft) -> None:
    draft.return_paid_by, draft.label_by = body.paid_by, body.label_by
    draft.reshipment_paid_by = body.reshipment_paid_by


def _override(draft: Draft, name: str, value: str | None) -> str | None:
    found = draft.sets.get(name, value)
    return str(found) if found is not None else None


def _after_refusal(run: Run, draft: Draft) -> None:
    row = _row(run, draft, "after_refusal")
    if row is None:
        return
    body = row.row.body
    assert isinstance(body, AfterRefusal)
    _take_goods(body.goods, draft)
    _take_shipping(body.shipping, draft)
    for party, remedy in body.remedies:
        draft.legs[party] = _made(party, None, remedy, run, draft)


# --- money ----------------------------------------------------------------------------------------


def _value(run: Run, draft: Draft) -> None:
    policy = run.plan.policy
    row = _row(run, draft, "value")
    body = row.row.body if row is not None else Value()
    assert isinstance(body, Value)
    leg = next((each.row.row.body for each in _chosen_legs(run, draft)), None)
    of: Amount = body.of
    percent = body.percent
    if isinstance(leg, Remedy) and leg.of is not None:
        of, percent = leg.of, _percent(leg)
    of = draft.sets.get("base", of)  # type: ignore[assignment]
    percent = draft.sets.get("percent", percent)  # type: ignore[assignment]
    found = worth(of, run.facts.number, policy.currency, policy.rounding)
    draft.percent = percent
    draft.base = found.minor
    write(run, "base", ABSENT if found.minor is None else found.minor)
    if found.minor is None:
        draft.open["net"] = str(found.waits_for)
    worth_ = share(found.minor, percent, policy.rounding) if found.minor is not None else None
    working = found.working if percent == 1_000_000 else f"{found.working} x {percent_text(percent)}"
    draft.steps.append(Step(label="value", working=working, amount=_money(worth_, run)))
    if isinstance(leg, Remedy) and leg.bonus is not None:
        _bonus(leg.bonus, run, draft)


class _Chosen:
    def __init__(self, row: RowPlan) -> None:
        self.row = row


def _chosen_legs(run: Run, draft: Draft) -> list[_Chosen]:
    claimant = run.plan.policy.claimant
    return [_Chosen(row) for table, row in draft.chosen
            if table.table.topic == "remedies" and table.table.part == claimant]


def _bonus(amount: Amount, run: Run, draft: Draft) -> None:
    found = worth(amount, _looker(run, draft), run.plan.policy.currency, run.plan.policy.rounding)
    draft.bonus = found.minor
    if found.minor is None:
        draft.open["net"] = str(found.waits_for)
    draft.steps.append(Step(label="bonus", working=found.working, amount=_money(found.minor, run)))


def _looker(run: Run, draft: Draft):  # type: ignore[no-untyped-def]
    def look(name: str) -> int | None:
        if name == "base":
            return draft.base
        if name == "fee_total":
            return draft.fee_total
        if name.startswith("fees."):
            kinds = [fee.amount for fee in draft.fees if fee.kind == name[5:]]
            return None if None in kinds else sum(amount.minor for amount in kinds if amount)
        return run.facts.number(name)

    return look


def _fee(table: TablePlan, run: Run, draft: Draft, alone: bool) -> None:
    kind = str(table.table.part)
    name = f"fees.{kind}"
    if name in draft.sets:
        return
    for row in _fee_rows(table, run, draft):
        body = row.row.body
        assert isinstance(body, Fee)
        draft.chosen.append((table, row))
        if body.per == "return" and not alone:
            continue
        take_fee(kind, row, body, run, draft)
    kinds = [fee.amount for fee in draft.fees if fee.kind == kind]
    write(run, name, ABSENT if None in kinds or not kinds else sum(amount.minor for amount in kinds if amount))


def _fee_rows(table: TablePlan, run: Run, draft: Draft) -> list[RowPlan]:
    if table.table.decide in ("first", "only_one"):
        row = run.pick(table)
        return [row] if row is not None and table.name not in run.unsure else []
    rows = run.applying(table)
    if table.table.decide == "add_up" or len(rows) < 2:
        return rows
    pick = max if table.table.decide == "highest" else min
    look = _looker(run, draft)
    policy = run.plan.policy

    def size(row: RowPlan) -> int:
        assert isinstance(row.row.body, Fee)
        return worth(row.row.body.fee, look, policy.currency, policy.rounding).minor or 0

    return [pick(rows, key=size)]


def take_fee(kind: str, row: RowPlan, body: Fee, run: Run, draft: Draft) -> None:
    """Adds one fee to the draft; a fee that is open makes the net open."""
    if body.fee is None:
        return
    policy = run.plan.policy
    found = worth(body.fee, _looker(run, draft), policy.currency, policy.rounding)
    minor, working = found.minor, found.working
    if body.per == "unit" and minor is not None:
        count = run.facts.number("quantity") or 1
        minor, working = minor * count, f"{working} x {count} units"
    fee = FeeLine(kind=kind, amount=_money(minor, run), per=body.per, taken=body.taken,
                  owed_by=body.owed_by or policy.claimant, owed_to=body.owed_to or policy.owner,
                  certainty=body.certainty, to_settle=body.to_settle, row=row.row.id, rate=rate_of(body.fee))
    draft.fees.append(fee)
    if minor is None:
        draft.open[f"fees.{kind}"] = str(found.waits_for)
    if body.to_settle:
        draft.to_settle.append(body.to_settle)
    note = {"billed": ", billed apart", "deducted": ""}[body.taken]
    may = ", not deducted: it may be charged" if body.certainty == "may" else ""
    draft.steps.append(Step(label=f"fee {kind}", working=f"{working}{note}{may}", amount=_money(minor, run)))


def _set_fees(run: Run, draft: Draft) -> None:
    """Fees that a reading of the text sets."""
    policy = run.plan.policy
    for path, amount in draft.sets.items():
        if not path.startswith("fees."):
            continue
        found = worth(amount, _looker(run, draft), policy.currency, policy.rounding)  # type: ignore[arg-type]
        if amount is not None:
            draft.fees.append(FeeLine(kind=path[5:], amount=_money(found.minor, run), per="line", taken="deducted",
                                      owed_by=policy.claimant, owed_to=policy.owner, certainty="fixed", to_settle=None,
                                      row="reading", rate=rate_of(amount)))  # type: ignore[arg-type]
            draft.steps.append(Step(label=f"fee {path[5:]}", working=found.working, amount=_money(found.minor, run)))


def sum_fees(run: Run, draft: Draft) -> list[FeeLine]:
    """The fees that are deducted, summed up in `fee_total`."""
    deducted = [fee for fee in draft.fees if fee.taken == "deducted" and fee.certainty != "may"]
    amounts = [fee.amount for fee in deducted]
    draft.fee_total = None if None in amounts else sum(amount.minor for amount in amounts if amount)
    write(run, "fee_total", ABSENT if draft.fee_total is None else draft.fee_total)
    return deducted


def total_up(run: Run, draft: Draft) -> None:
    """The net: value - deducted fees + bonus + outbound, never below zero."""
    deducted = sum_fees(run, draft)
    leg = lead_leg(run, draft)
    remedy = draft.sets.get("remedy", leg.give if leg else None)
    if draft.verdict.answer == "refuse":
        draft.net = None
        return
    if remedy in WITHOUT_MONEY or remedy in WORTHLESS:
        draft.net = 0 if remedy in WORTHLESS else None
        draft.certainty = "exact" if remedy in WORTHLESS else "no_money"
        return
    value = share(draft.base, draft.percent or 0, run.plan.policy.rounding) if draft.base is not None else None
    terms = (value, draft.fee_total, draft.bonus, draft.outbound)
    if any(term is None for term in terms):
        draft.certainty = "open"
        return
    net = (value or 0) - (draft.fee_total or 0) + (draft.bonus or 0) + (draft.outbound or 0)
    draft.net = max(0, net)
    draft.certainty = "at_most" if any(fee.certainty == "at_least" for fee in deducted) else "exact"
    floor = ", never below zero" if net < 0 else ""
    working = f"value {_sum(run, value)} - fees {_sum(run, draft.fee_total)}"
    working += f" + bonus {_sum(run, draft.bonus)}" if draft.bonus else ""
    working += f" + outbound {_sum(run, draft.outbound)}" if draft.outbound else ""
    draft.steps.append(Step(label="net", working=working + floor, amount=_money(draft.net, run)))


def _outbound(run: Run, draft: Draft) -> None:
    row = _row(run, draft, "outbound_shipping")
    body = row.row.body if row is not None else Outbound()
    assert isinstance(body, Outbound)
    rule = str(draft.sets.get("outbound_shipping", body.refund))
    draft.outbound_rule = rule
    draft.outbound = 0
    if rule == "none":
        return
    paid, standard = run.facts.number("outbound_paid"), run.facts.number("outbound_standard")
    if paid is None:
        draft.outbound = None
        draft.open["outbound_refunded"] = "outbound_paid"
        return
    draft.outbound = min(paid, standard) if rule == "standard_part" and standard is not None else paid
    working = f"{rule.replace('_', ' ')} of {_sum(run, paid)} paid"
    draft.steps.append(Step(label="outbound shipping", working=working, amount=_money(draft.outbound, run)))


def _money(minor: int | None, run: Run) -> Money | None:
    return Money(minor, run.plan.policy.currency) if minor is not None else None


def _sum(run: Run, minor: int | None) -> str:
    return Money(minor or 0, run.plan.policy.currency).decimal


__all__ = ["STEPS", "lead_leg", "settle_line", "take_fee", "total_up"]
