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
from engine.money import Money, decimal_text, share
from engine.policy.model import AfterRefusal, Amount, Fee, Goods, Outbound, Remedy, Shipping, Value
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
    if body.of is not None and give not in WITHOUT_MONEY and party != run.plan.policy.claimant:
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
    row = _row(run, draft, "value")
    body = row.row.body if row is not None else Value()
    claimant = run.plan.policy.claimant
    leg = next((row.row.body for table, row in draft.chosen
                if table.table.topic == "remedies" and table.table.part == claimant), None)
    assert isinstance(body, Value)
    draft.value = _merged(body, leg if isinstance(leg, Remedy) else None, draft)
    draft.bonus_of = leg.bonus if isinstance(leg, Remedy) else None
    work_out_value(run, draft)


def _merged(body: Value, leg: Remedy | None, draft: Draft) -> Value:
    """What the claimant's remedy or a reading of the text says goes before the topic `value`."""
    of, percent = (leg.of, _percent(leg)) if leg is not None and leg.of is not None else (body.of, body.percent)
    return Value(of=draft.sets.get("base", of), percent=draft.sets.get("percent", percent))  # type: ignore[arg-type]


def work_out_value(run: Run, draft: Draft) -> None:
    """The base, its share, and a bonus on top."""
    policy, value = run.plan.policy, draft.value
    found = worth(value.of, run.facts.number, policy.currency, policy.rounding)
    draft.percent = value.percent
    draft.base = found.minor
    write(run, "base", ABSENT if found.minor is None else found.minor)
    working = found.working
    if found.minor is None:
        draft.open["net"] = str(found.waits_for)
    elif value.percent == 1_000_000:
        draft.worth = found.minor
    else:
        draft.worth = share(found.minor, value.percent, policy.rounding)
    if value.percent != 1_000_000:
        working = f"{found.working} x {percent_text(value.percent)}"
    draft.steps.append(Step(label="value", working=working, amount=_money(draft.worth, run)))
    if draft.bonus_of is not None:
        _bonus(draft.bonus_of, run, draft)


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
        if body.fee is None or (body.per == "return" and not alone):
            continue
        draft.fee_rows.append((kind, row))
        take_fee(kind, row, run, draft)
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


def take_fee(kind: str, row: RowPlan, run: Run, draft: Draft) -> None:
    """Adds one fee to the draft; a fee that is open makes the net open."""
    policy, body = run.plan.policy, row.row.body
    assert isinstance(body, Fee)
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
    if body.taken == "billed":
        working = f"{working}, billed apart"
    if body.certainty == "may":
        working = f"{working}, not deducted: it may be charged"
    draft.steps.append(Step(label=f"fee {kind}", working=working, amount=fee.amount))


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
    if draft.verdict.answer == "refuse":
        return
    leg = lead_leg(run, draft)
    remedy = draft.sets.get("remedy", leg.give if leg else None)
    if remedy in WITHOUT_MONEY or remedy in WORTHLESS:
        draft.net = 0 if remedy in WORTHLESS else None
        draft.certainty = "exact" if remedy in WORTHLESS else "no_money"
        return
    value, fees, bonus, outbound = draft.worth, draft.fee_total, draft.bonus, draft.outbound
    if value is None or fees is None or bonus is None or outbound is None:
        draft.certainty = "open"
        return
    net = value - fees + bonus + outbound
    draft.net = max(0, net)
    if any(fee.certainty == "at_least" for fee in deducted):
        draft.certainty = "at_most"
    currency = run.plan.policy.currency
    working = f"value {decimal_text(value, currency)} - fees {decimal_text(fees, currency)}"
    for name, term in (("bonus", bonus), ("outbound", outbound)):
        working += f" + {name} {decimal_text(term, currency)}" if term else ""
    working += ", never below zero" if net < 0 else ""
    draft.steps.append(Step(label="net", working=working, amount=_money(draft.net, run)))


def _outbound(run: Run, draft: Draft) -> None:
    row = _row(run, draft, "outbound_shipping")
    body = row.row.body if row is not None else Outbound()
    assert isinstance(body, Outbound)
    draft.outbound_rule = str(draft.sets.get("outbound_shipping", body.refund))
    work_out_outbound(run, draft)


def work_out_outbound(run: Run, draft: Draft) -> None:
    """The outbound shipping that is given back."""
    draft.outbound = 0
    if draft.outbound_rule == "none":
        return
    paid, standard = run.facts.number("outbound_paid"), run.facts.number("outbound_standard")
    if paid is None:
        draft.outbound = None
        draft.open["outbound_refunded"] = "outbound_paid"
        return
    standard_part = draft.outbound_rule == "standard_part" and standard is not None
    draft.outbound = min(paid, standard or 0) if standard_part else paid
    said = str(draft.outbound_rule).replace("_", " ")
    working = f"{said} of {decimal_text(paid, run.plan.policy.currency)} paid"
    draft.steps.append(Step(label="outbound shipping", working=working, amount=_money(draft.outbound, run)))


def _money(minor: int | None, run: Run) -> Money | None:
    return Money(minor, run.plan.policy.currency) if minor is not None else None
