"""Whether a line comes back: deadlines, eligibility, limits, demands, and the answer they give."""

from __future__ import annotations

from dataclasses import replace

from engine.decision.amounts import worth
from engine.decision.clocks import BAD, Standing, stand
from engine.decision.draft import Draft, Said
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.plan import RowPlan, TablePlan
from engine.decision.run import Run
from engine.money import Money
from engine.policy.model import Amount, Clock, Demand, Limit, Reading, Verdict

_ANSWER_OF_SILENCE = {"accept": "accept", "settle": "accept", "refuse": "refuse", "send_back": "refuse", "close": "refuse"}


def read_deadlines(run: Run, draft: Draft) -> None:
    """Reads every clock and writes where it stands for later rows to test."""
    for table in run.plan.deadlines:
        _deadline(table, run, draft)
    _sum_up(run, draft)


def answer_line(run: Run, draft: Draft) -> None:
    """Works out the answer, the deadlines read, and writes it where later rows can test it."""
    verdict = _eligibility(run, draft)
    _write_word(run, "answer", draft.verdict.answer)
    _write_word(run, "code", draft.verdict.code)
    if verdict is None or not verdict.stands:
        for table in run.plan.limits:
            _limit(table, run, draft)
        _demands(run, draft)
    write_answer(run, draft.verdict)


def write_answer(run: Run, said: Said) -> None:
    """Puts the final answer and code where later topics test them."""
    _write_word(run, "answer", said.answer)
    _write_word(run, "code", said.code)


# --- deadlines ------------------------------------------------------------------------------------


def _deadline(table: TablePlan, run: Run, draft: Draft) -> None:
    part = str(table.table.part)
    row, standing = _chosen_clock(table, run)
    draft.standings[part] = (row, standing)
    _write_deadline(run, part, row, standing)
    if row is None or standing is None:
        return
    draft.chosen.append((table, row))
    clock = standing.clock
    if standing.state == "not_started" and (clock.must_start or part == "request") and clock.start:
        facts = tuple(entry.fact for entry in clock.start.dates)
        if all(not run.facts.was_sent(fact) for fact in facts):
            draft.said.append(Said(answer="ask", code="fact_missing", row=row, missing=facts,
                                   sentence=f"It must be known when the goods were {_event(facts[0])}."))


def _event(fact: str) -> str:
    return fact.replace("_", " ")


def _chosen_clock(table: TablePlan, run: Run) -> tuple[RowPlan | None, Standing | None]:
    policy = run.plan.policy

    def read(row: RowPlan) -> Standing:
        assert isinstance(row.row.body, Clock)
        return stand(row.row.body, run.facts, policy.time_zone, policy.calendar)

    if table.table.decide in ("longest", "shortest"):
        found = [(row, read(row)) for row in run.applying(table)]
        if not found:
            return None, None
        pick = max if table.table.decide == "longest" else min
        return pick(found, key=lambda pair: pair[1].rank)
    row = run.pick(table)
    return (row, read(row)) if row else (None, None)


def _write_deadline(run: Run, part: str, row: RowPlan | None, standing: Standing | None) -> None:
    """Writes what later rows test of a deadline, and only that."""
    values = run.facts.values
    for name, slot in run.plan.deadline_slots[part]:
        if name == "state":
            values[slot] = run.plan.codes[f"{part}.state"][standing.state if standing else "none"]
        elif standing is None or row is None:
            values[slot] = ABSENT
        elif name == "row":
            values[slot] = run.plan.codes.get(f"{part}.row", {}).get(row.row.id, 0)
        else:
            value = getattr(standing, name)
            values[slot] = ABSENT if value is None else value


def _sum_up(run: Run, draft: Draft) -> None:
    states = {standing.state for _, standing in draft.standings.values() if standing is not None}
    for state, slot in run.plan.state_slots:
        run.facts.values[slot] = int(state in states and _first_in(state, draft) is not None)


def _first_in(state: str, draft: Draft) -> tuple[str, RowPlan, Standing] | None:
    """The first deadline that counts in a state; parts that only `go_on` do not."""
    for part, (row, standing) in draft.standings.items():
        if row is None or standing is None or standing.state != state:
            continue
        clock = standing.clock
        ignored = {"early": clock.if_early, "late": clock.if_late, "silent": clock.if_silent}.get(state)
        if ignored != "go_on":
            return part, row, standing
    return None


# --- eligibility ----------------------------------------------------------------------------------


def _eligibility(run: Run, draft: Draft) -> Verdict | None:
    table = run.plan.single["eligibility"]
    candidates = run.candidates(table)
    if len(candidates) > 1 or not (candidates and candidates[0].asked.mask & run.true):
        run.note(table, candidates)
        answers = {row.row.body.answer for row in candidates if isinstance(row.row.body, Verdict)}
        if answers != {"refuse"}:
            draft.said.append(Said(answer="accept", code="ok"))
            return None
    row = candidates[-1]
    body = row.row.body
    assert isinstance(body, Verdict)
    draft.chosen.append((table, row))
    said = _from_deadline(row, draft) if row.row.code == "from_deadline" or body.answer == "from_deadline" else _said(row, body)
    draft.said.append(_taken(said, body, row, draft))
    return body


def _said(row: RowPlan, body: Verdict) -> Said:
    default = {"accept": "ok", "review": "discretionary", "ask": "missing_evidence",
               "two_readings": "conflict_in_text", "refuse": "not_entitled"}[body.answer]
    return Said(answer=body.answer, code=row.row.code or default, row=row, sentence=row.row.because,
                missing=body.missing, to_settle=body.to_settle, curable=body.curable,
                belongs_to=body.belongs_to, readings=body.readings)


def _from_deadline(row: RowPlan, draft: Draft) -> Said:
    """The answer of a row that leaves it to the deadlines: the first that is early, silent, disputed or late."""
    found = next((hit for state in ("early", "silent", "disputed", "late") if _asks(row, state)
                  and (hit := _first_in(state, draft))), None)
    if found is None:
        return Said(answer="refuse", code="outside_window", row=row, sentence=row.row.because)
    part, clock_row, standing = found
    clock = standing.clock
    sentence = row.row.because or clock_row.row.because
    common = Said(answer="refuse", code=clock.if_late, row=row, sentence=sentence, also=(clock_row.row.id,), deadline=part)
    if standing.state == "early":
        return replace(common, code=clock.if_early)
    if standing.state == "disputed":
        return _disputed(common, standing)
    if standing.state == "silent":
        draft.on_silence = clock.if_silent
        answer = _ANSWER_OF_SILENCE.get(clock.if_silent or "refuse", "refuse")
        code = "ok" if answer == "accept" else ("outside_window" if clock.if_late == "go_on" else clock.if_late)
        return replace(common, answer=answer, code=code)
    return common


def _asks(row: RowPlan, state: str) -> bool:
    from engine.policy.conditions import leaves

    tested = {word for leaf in leaves(row.row.when) if leaf.fact == "deadlines" for word in leaf.words}
    return not tested or state in tested


def _disputed(common: Said, standing: Standing) -> Said:
    readings = []
    for reading in standing.clock.readings:
        each = dict(standing.readings)[reading.id]
        bad = each.state in BAD
        code = (reading.clock.if_early if each.state == "early" else reading.clock.if_late) if bad else "ok"
        readings.append(Reading(id=reading.id, answer="refuse" if bad else "accept", code=code,
                                because=reading.because, clause=reading.clause))
    return replace(common, answer="two_readings", code=standing.clock.code or "conflict_in_text", readings=tuple(readings))


def _taken(said: Said, body: Verdict, row: RowPlan, draft: Draft) -> Said:
    """A reading that the owner takes decides; the question stays open in `unsettled`."""
    if said.answer != "two_readings" or body.we_take in (None, "none"):
        return said
    reading = next(each for each in said.readings if each.id == body.we_take)
    draft.sets = dict(reading.sets)
    code = reading.code or ("ok" if reading.answer == "accept" else said.code)
    return replace(said, answer=reading.answer, code=code, sentence=reading.because, to_settle=reading.to_settle,
                   unsettled=row.row.id)


# --- limits ---------------------------------------------------------------------------------------


def _limit(table: TablePlan, run: Run, draft: Draft) -> None:
    part = str(table.table.part)
    rows = run.applying(table) if table.table.decide in ("lowest", "highest") else [
        row for row in (run.pick(table),) if row]
    judged = [(row, *_judged(row, run)) for row in rows]
    if not judged:
        _write_word(run, f"{part}.state", "none")
        return
    known = [each for each in judged if each[1] is not None]
    if len(known) < len(judged):
        row, _, waits = judged[0]
        draft.open[f"limits.{part}"] = str(waits)
        draft.limits.append((part, "open", None))
        _write_word(run, f"{part}.state", "open")
        return
    pick = max if table.table.decide == "highest" else min
    row, left, _ = pick(known, key=lambda each: each[1] or 0)
    _limit_said(row, part, left or 0, run, draft)
    draft.chosen.append((table, row))


def _limit_said(row: RowPlan, part: str, left: int, run: Run, draft: Draft) -> None:
    body = row.row.body
    assert isinstance(body, Limit)
    state = "over" if left < 0 else "inside"
    shown = str(left) if body.counts else str(Money(left, run.plan.policy.currency))
    draft.limits.append((part, state, shown))
    _write_word(run, f"{part}.state", state)
    _write(run, f"{part}.left", left)
    if state == "over":
        code = row.row.code or ("count_limit" if body.counts else "value_limit")
        draft.said.append(Said(answer=body.if_over, code=code, row=row, sentence=row.row.because,
                               to_settle=body.to_settle))


def _judged(row: RowPlan, run: Run) -> tuple[int | None, str | None]:
    """What is left under a limit (below zero: broken), or what it waits for."""
    body = row.row.body
    assert isinstance(body, Limit)
    used, adds = _value(body.used, run), _value(body.adds, run)
    lefts: list[int] = []
    for bound, sign, strict in ((body.at_most, 1, 0), (body.under, 1, 1), (body.at_least, -1, 0)):
        if bound is None:
            continue
        value = _value(bound, run)
        waits = next((str(each[1]) for each in (value, used, adds) if each[0] is None), None)
        if waits:
            return None, waits
        lefts.append(sign * ((value[0] or 0) - (used[0] or 0) - (adds[0] or 0)) - strict)
    return min(lefts), None


def _value(value: Amount | int | str, run: Run) -> tuple[int | None, str | None]:
    if isinstance(value, int):
        return value, None
    if isinstance(value, str):
        return run.facts.number(value), value
    found = worth(value, run.facts.number, run.plan.policy.currency, run.plan.policy.rounding)
    return found.minor, found.waits_for


# --- demands --------------------------------------------------------------------------------------


def _demands(run: Run, draft: Draft) -> None:
    table = run.plan.single["demands"]
    run.reach(table.stage)
    for row in table.rows:
        applies = run.holds(row.asked)
        if applies is False:
            continue
        _demand(row, table, applies, run, draft)
    for word in draft.missing:
        _write(run, f"missing#{word}", 1)
    for name in draft.failed:
        _write(run, f"failed#{name}", 1)
    for _, slot in run.plan.needs:
        if run.facts.values[slot] == UNKNOWN:
            run.facts.values[slot] = 0


def _demand(row: RowPlan, table: TablePlan, applies: bool | None, run: Run, draft: Draft) -> None:
    body = row.row.body
    assert isinstance(body, Demand)
    met = run.holds(row.inner) if row.inner else True
    if applies is None:
        if met is not True:
            run.note(table, [row])
        return
    draft.requires |= dict.fromkeys(body.need)
    draft.subject_to |= dict.fromkeys(body.subject_to)
    draft.original_packaging = draft.original_packaging or _wants_box(body)
    if body.need or body.must or body.subject_to:
        draft.chosen.append((table, row))
    if met is None:
        waits = [leaf_words for leaf_words in _open_words(row, run)]
        draft.open[f"demands.{row.row.id}"] = ", ".join(waits)
    if met is False:
        _failed(row, body, run, draft)


def _failed(row: RowPlan, body: Demand, run: Run, draft: Draft) -> None:
    draft.failed.append(row.row.id)
    lacking = tuple(word for word in body.need if run.facts.values[run.plan.slots[f"evidence#{word}"]] == 0)
    draft.missing |= dict.fromkeys(lacking)
    if body.if_not == "go_on":
        return
    default = "missing_evidence" if body.need else ("packaging_not_met" if body.original_packaging else "condition_breached")
    draft.said.append(Said(answer=body.if_not, code=row.row.code or default, row=row, sentence=row.row.because,
                           missing=lacking if body.if_not == "ask" else (), to_settle=body.to_settle,
                           curable=body.curable or body.if_not == "ask"))


def _wants_box(body: Demand) -> bool:
    from engine.policy.conditions import leaves

    if body.original_packaging:
        return True
    tests = leaves(body.must) if body.must is not None else []
    return any(leaf.fact == "packaging" and set(leaf.words) <= {"sealed_original", "opened_original"} and leaf.op == "in"
               for leaf in tests)


def _open_words(row: RowPlan, run: Run) -> list[str]:
    from engine.decision.plan import leaf_slot
    from engine.policy.conditions import leaves

    assert row.inner is not None
    return list(dict.fromkeys(
        leaf.words[0] if leaf.fact == "evidence" else leaf.fact for leaf in leaves(row.inner.condition)
        if run.facts.values[leaf_slot(leaf, run.plan)] == UNKNOWN))


# --- writing derived facts ------------------------------------------------------------------------


def _write(run: Run, name: str, value: int) -> None:
    slot = run.plan.slots.get(name)
    if slot is not None:
        run.facts.values[slot] = value


def _write_word(run: Run, name: str, word: str) -> None:
    slot = run.plan.slots.get(name)
    if slot is not None:
        run.facts.values[slot] = run.plan.codes.get(name, {}).get(word, 0)


write, write_word = _write, _write_word
