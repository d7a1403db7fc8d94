"""Describes the parts of a decision in plain English; knows nothing of printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.decision.record import (
    Deadline,
    Decision,
    FeeLine,
    Leg,
    ReadingOutcome,
    ReturnDecision,
)
from engine.money import Money
from engine.policy.model import Clock
from takeback.terminal import clean


def outcome(decision: Decision) -> list[tuple[str, str]]:
    """Describes what follows from the answer, in pairs of a name and a sentence."""
    legs = [(f"To {plain(leg.party)}", remedy(leg)) for leg in decision.remedies]
    found = [
        ("Net", net(decision)),
        *legs,
        ("Goods", goods(decision)),
        ("Way back", way_back(decision)),
        ("Box", "original packaging required" if decision.original_packaging_required else ""),
        ("Silence", plain(decision.on_silence or "")),
        ("Belongs to", plain(decision.belongs_to or "")),
        ("Engine", engine(decision)),
        ("Policy", edition(decision)),
    ]
    return [(name, value) for name, value in found if value]


def net(decision: Decision | ReturnDecision) -> str:
    """Describes the net amount and how certain it is."""
    if decision.answer == "refuse" or decision.net_certainty == "no_money":
        return ""
    if decision.net is None:
        return "open"
    return f"{'at most ' if decision.net_certainty == 'at_most' else ''}{decision.net}"


def remedy(leg: Leg) -> str:
    """Describes what one party gets, from whom, and when."""
    what = plain(leg.give) if leg.give else " or ".join(plain(word) for word in leg.choice)
    chosen = f", chosen by the {plain(leg.chosen_by)}" if leg.choice and leg.chosen_by else ""
    amount = f" of {leg.amount}" if leg.amount else ""
    from_ = f" from the {plain(leg.from_)}" if leg.from_ else ""
    when = f", {plain(leg.timing)}" if leg.timing else ""
    by = f", by {leg.pay_by}" if leg.pay_by else ""
    creates = f", creates {', '.join(map(plain, leg.creates))}" if leg.creates else ""
    return f"{what}{amount}{from_}{chosen}{when}{by}{creates}"


def goods(decision: Decision) -> str:
    """Describes what becomes of the goods."""
    what = plain(decision.goods or "") or " or ".join(map(plain, decision.goods_choice))
    to = f" to {plain(decision.goods_to)}" if decision.goods_to else ""
    proof = f", proof: {', '.join(map(plain, decision.proof))}" if decision.proof else ""
    return f"{what}{to}{proof}"


def way_back(decision: Decision) -> str:
    """Describes who pays for return shipping and who makes the label."""
    parts = [
        ("paid by the ", decision.return_paid_by),
        ("label by the ", decision.label_by),
        ("sending out again paid by the ", decision.reshipment_paid_by),
    ]
    said = [f"{words}{plain(party)}" for words, party in parts if party]
    return ", ".join(said).replace("by the nobody", "by nobody")


def engine(decision: Decision) -> str:
    """Describes which evaluators ran, and whether they agreed."""
    if decision.alarm:
        return f"{decision.engine}: {decision.alarm}"
    agreed = " and plain Python, which agree" if decision.engines_agreed else ""
    return f"{decision.engine}{agreed}"


def edition(decision: Decision) -> str:
    """Describes the edition that decided, its days and its digest."""
    stamp = decision.policy
    if stamp is None:
        return "none"
    until = f" to {stamp.effective_until}" if stamp.effective_until else " on"
    days = f"in force from {stamp.effective_from}{until}"
    return f"{stamp.id}@{stamp.version}, {days}, digest {stamp.digest[:16]}"


def standing(deadline: Deadline) -> str:
    """Describes the state of a deadline and its last day."""
    state = plain(deadline.state)
    end = deadline.last_moment or deadline.last_day
    last = f", last {'moment' if deadline.last_moment else 'day'} {end}" if end else ", no last day"
    first = f", first day {deadline.first_day}" if deadline.first_day else ""
    return f"{state}{first}{last}{_left(deadline.days_left)}"


def _left(days: int | None) -> str:
    if days is None:
        return ""
    unit = "day" if abs(days) == 1 else "days"
    return f" ({days} {unit} left)" if days >= 0 else f" ({-days} {unit} late)"


def counted(deadline: Deadline, clock: Clock | None, facts: Mapping[str, object]) -> str:
    """Describes how a clock, if known, found the last day, and what was compared with it."""
    parts, clock = [f"row {deadline.row}"], _counting(deadline, clock)
    if deadline.length:
        parts.append(f"{deadline.length}{_extended(clock)} from {_start(deadline, clock)}")
    parts += _moved(clock, facts)
    if deadline.counting == "start_day_is_first":
        parts.append("the start day counts as day 1")
    happened = f"on {deadline.event_on}" if deadline.event_on else "has not happened yet"
    parts.append(f"{deadline.event} {happened}")
    if deadline.by:
        parts.append(f"the {plain(deadline.by)} must act")
    return "; ".join(parts)


def counted_by(clock: Clock, facts: Mapping[str, object]) -> str:
    """How one reading of a clock finds its last day, where the readings disagree."""
    dates = clock.start.dates if clock.start else ()
    each = [f"{f'{d.plus} after ' if d.plus else ''}{d.fact} on {facts.get(d.fact)}" for d in dates]
    length = [f"{clock.within}{_extended(clock)} from {' or '.join(each)}"] if clock.within else []
    return "; ".join([*length, *_moved(clock, facts)])


def _counting(deadline: Deadline, clock: Clock | None) -> Clock | None:
    """The clock, or the reading of it that a last day was counted by: the one that is taken, else
    the first that counts so."""
    for each in clock.readings if clock else ():
        start = each.clock.start.dates if each.clock.start else ()
        if clock and clock.we_take not in (None, "none", each.id):
            continue
        if str(each.clock.within) == deadline.length and deadline.counted_from in [
            date.fact for date in start
        ]:
            return each.clock
    return clock


def _extended(clock: Clock | None) -> str:
    return f" extended by {clock.extended_by}" if clock and clock.extended_by else ""


def _moved(clock: Clock | None, facts: Mapping[str, object]) -> Iterator[str]:
    """What moves the end of a clock on: a pause of its time, a day of rest."""
    paused = [name for name in (clock.pauses or () if clock else ()) if facts.get(name)]
    if clock and clock.pauses and clock.pauses[0] in paused:
        days = " to ".join(f"{name} on {facts[name]}" for name in paused)
        until = "" if len(paused) > 1 else " until now"
        yield f"days of the running time from {days}{until} do not count"
    if clock and clock.roll:
        yield "an end on a day of rest moves on"


def _start(deadline: Deadline, clock: Clock | None) -> str:
    """Describes the start of a deadline; a start moved by some days is not its event's day."""
    fact, day = deadline.counted_from or "the start", deadline.counted_from_day
    if not day:
        return f"{fact}, not known yet"
    dates = clock.start.dates if clock and clock.start else ()
    plus = next((each.plus for each in dates if each.fact == fact and each.plus), None)
    return f"{day}, {plus} after {fact}" if plus else f"{fact} on {day}"


def unasked(decision: Decision) -> list[str]:
    """Returns the facts that were sent but no row and no amount used."""
    made = {"line_count"}  # a return always has it
    if decision.outbound_rule not in (None, "none"):
        made |= {"outbound_paid", "outbound_standard"}
    if any(leg.choice for leg in decision.remedies):
        made.add("wanted")
    return [name for name in decision.inputs_ignored if name not in made]


def of_lines(decision: ReturnDecision) -> str:
    """Describes how many lines of a return got which answer."""
    words = {"accept": "accepted", "refuse": "refused", "review": "for a person to decide"}
    words |= {"ask": "waiting for an answer", "two_readings": "with two readings"}
    answers = [line.answer for line in decision.lines]
    counts = [f"{answers.count(answer)} {words[answer]}" for answer in dict.fromkeys(answers)]
    return f"{len(answers)} lines: {', '.join(counts)}."


def shares(decision: ReturnDecision) -> list[tuple[str, str]]:
    """Describes the net of a return and each line's share."""
    lines = zip(decision.lines, decision.shares, strict=True)
    each = [_share(line, share) for line, share in lines]
    nothing = "nothing" if decision.answer == "refuse" else "no money"
    return [("Net", net(decision) or nothing), ("By line", ", ".join(each))]


def _share(line: Decision, share: Money | None) -> str:
    if line.answer == "refuse":
        return "refused"
    return "no money" if line.net_certainty == "no_money" else money(share)


def fee(line: FeeLine) -> str:
    """Describes one fee."""
    rate = f" ({line.rate})" if line.rate else ""
    settle = f", to settle: {line.to_settle}" if line.to_settle else ""
    return f"{plain(line.kind)} {money(line.amount)}{rate}, {plain(line.taken)}{settle}"


def unsettled(decision: Decision) -> list[str]:
    """Describes what is missing, open, still to come, or for a person to settle."""
    missing, curable = ", ".join(decision.missing), decision.curable
    lines = [
        f"missing: {missing}{' (can be supplied)' if curable else ''}" if missing else "",
        "" if missing or not curable else "this can be mended and asked again",
        *(f"{each.name} waits for {each.waits_for}" for each in decision.open),
        *(f"subject to {plain(step)}" for step in decision.subject_to),
        *(f"to settle: {question}" for question in decision.to_settle),
        f"taken until settled: row {decision.unsettled}" if decision.unsettled else "",
        *(f"{name}: {state}, {left} left" for name, state, left in decision.limits if left),
    ]
    return [line for line in lines if line]


def reading(outcome: ReadingOutcome) -> str:
    """Describes the outcome of one reading of a text."""
    parts = [
        "no payment" if outcome.answer == "refuse" else f"net {money(outcome.net)}",
        f"remedy {plain(outcome.remedy)}" if outcome.remedy else "",
        f"fees {', '.join(fee(line) for line in outcome.fees)}" if outcome.fees else "",
        f"goods {plain(outcome.goods)}" if outcome.goods else "",
        f"way back paid by {plain(outcome.return_paid_by)}" if outcome.return_paid_by else "",
        f"last day {outcome.last_day}" if outcome.last_day else "",
        outcome.clause or "",
    ]
    return "; ".join(part for part in parts if part)


def money(amount: Money | None) -> str:
    """Describes an amount, or says that it is open."""
    return str(amount) if amount is not None else "open"


def shown(value: object) -> str:
    """Returns a fact's value as a person would write it."""
    if isinstance(value, dict):
        more = f" and {value['ahead']} in this return" if value.get("ahead") else ""
        return f"{value['counted']}{more} (counted for {value['for']})"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def plain(word: str) -> str:
    """Returns a word of the policy language in plain English."""
    return clean(word.replace("_", " "))
