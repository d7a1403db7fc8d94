"""Holds a decision against what a corpus case expects; says every difference as a sentence.

A key that is not known here is a difference too: nothing is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import clocks
from clocks import End

from engine.decision.record import Decision, FeeLine, Leg, ReadingOutcome, ReturnDecision
from engine.money import Money
from engine.policy.model import Policy

DECISIONS: Final = {
    "accept": {"accept"},
    "deny": {"refuse", "ask"},
    "review": {"review"},
    "ambiguous": {"two_readings"},
}
PARTIES: Final = {"customer": "consumer"}
REMEDIES: Final = {
    "none_covered_by_allowance": {"covered_by_allowance"},
    "jewelry_credit_memo": {"credit_memo", "store_credit", "account_credit"},
}
GOODS: Final = {"return": "ship_back", "not_returned_to_supplier": "not_to_supplier"}
SAME_PAPER: Final = {
    "receipt": {"receipt", "proof_of_purchase"},
    "proof_of_purchase": {"proof_of_purchase", "receipt"},
    "law_tag": {"law_tag", "law_tag_photo"},
    "certificate": {"certificate", "gia_certificate"},
    "expiry_date": {"expiry_date"},
}
SILENCES: Final = {
    "accept": {"accept", "settle"},
    "refund": {"accept", "settle"},
    "approve": {"accept", "settle"},
    "settle": {"accept", "settle"},
    "return": {"send_back"},
    "send": {"send_back"},
    "close": {"close", "refuse"},
    "cancel": {"close", "refuse"},
    "den": {"close", "refuse"},
    "refus": {"close", "refuse"},
    "reject": {"close", "refuse"},
}
"""What a default for silence may be called here, by a part of its name in the corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A decision with what is needed to judge it."""

    whole: Decision | ReturnDecision
    policy: Policy
    ends: tuple[End, ...]

    @property
    def first(self) -> Decision:
        """The line, or the first of several."""
        return self.whole.lines[0] if isinstance(self.whole, ReturnDecision) else self.whole

    @property
    def lines(self) -> tuple[Decision, ...]:
        """Every line."""
        return self.whole.lines if isinstance(self.whole, ReturnDecision) else (self.whole,)

    @property
    def fees(self) -> dict[str, list[FeeLine]]:
        """Every fee by its type."""
        own = [fee for line in self.lines for fee in line.fees]
        return _by_kind(
            [*own, *(self.whole.fees if isinstance(self.whole, ReturnDecision) else ())]
        )

    def leg(self, party: str) -> Leg | None:
        """What one party gets."""
        return next((leg for leg in self.first.remedies if leg.party == party), None)


Check = Callable[[Outcome, Any, Mapping[str, Any]], list[str]]


def differences(expect: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """A sentence for each expected key that came out otherwise."""
    found: list[str] = []
    for key, wanted in expect.items():
        check = CHECKS.get(key)
        if check is None:
            found.append(f"`{key}` is not a key of `expect` that is known")
            continue
        found += [f"{key}: {said}" for said in check(outcome, wanted, expect)]
    return found


# --- the answer -----------------------------------------------------------------------------------


def _decision(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of(DECISIONS.get(wanted, set()), outcome.whole.answer, wanted)


def _code(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({wanted}, outcome.whole.code, wanted)


def _line_decisions(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    if len(wanted) != len(outcome.lines):
        return [f"{len(wanted)} lines expected, got {len(outcome.lines)}"]
    found: list[str] = []
    for number, (each, line) in enumerate(zip(wanted, outcome.lines, strict=True), 1):
        own = each if isinstance(each, Mapping) else {"decision": each}
        alone = Outcome(whole=line, policy=outcome.policy, ends=outcome.ends)
        found += [f"line {number}: {said}" for said in differences(own, alone)]
    return found


def _readings(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = list(outcome.first.readings)
    if len(got) != len(wanted):
        return [f"{len(wanted)} expected, got {_shown(each.answer for each in got)}"]
    if _matched(list(wanted), got):
        return []
    shown = [f"{each.answer}/{each.remedy}/{each.net}" for each in got]
    return [f"expected {_shown(each['decision'] for each in wanted)}, got {_shown(shown)}"]


def _matched(wanted: list[Any], got: list[ReadingOutcome]) -> bool:
    """Whether every expected reading has one of its own."""
    if not wanted:
        return True
    head, rest = wanted[0], wanted[1:]
    return any(
        _fits_reading(head, each) and _matched(rest, [other for other in got if other is not each])
        for each in got
    )


def _fits_reading(wanted: Mapping[str, Any], got: ReadingOutcome) -> bool:
    tests = {
        "decision": lambda value: got.answer in DECISIONS.get(value, set()),
        "reason_code": lambda value: got.code == value,
        "settlement": lambda value: got.remedy in REMEDIES.get(value, {value}),
        "net_amount": lambda value: got.net is not None and _decimal(got.net) == Decimal(value),
        "return_shipping_paid_by": lambda value: got.return_paid_by == _party(value),
        "last_eligible_date": lambda value: got.last_day == str(value),
        "fees": lambda value: not _fee_differences(value, _by_kind(got.fees), None),
        "why": lambda value: True,
        "note": lambda value: True,
        "because": lambda value: True,
    }
    return all(key in tests and tests[key](value) for key, value in wanted.items())


# --- deadlines ------------------------------------------------------------------------------------


def _deadline(outcome: Outcome, expect: Mapping[str, Any]) -> list[End]:
    """The deadlines that fit all that a case says of one deadline."""
    found = list(outcome.ends)
    if "window" in expect:
        found = [end for end in found if clocks.fits_window(end, expect["window"])]
    if "deadline_event" in expect:
        found = [end for end in found if clocks.fits_event(end, expect["deadline_event"])]
    if "last_eligible_date" in expect:
        wanted = expect["last_eligible_date"]
        found = [end for end in found if end.last_day == (None if wanted is None else str(wanted))]
    if "last_eligible_at" in expect:
        found = [end for end in found if clocks.fits_moment(end, expect["last_eligible_at"])]
    return found


def _clock(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    if _deadline(outcome, expect) or (wanted is None and not outcome.ends):
        return []
    return [f"no deadline is {_shown_window(wanted)}; there is {_shown(outcome.ends)}"]


def _opening(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    first = expect.get("first_eligible_date")
    for end in outcome.ends:
        opens = "min_window" not in expect or clocks.fits_opening(end, expect["min_window"])
        if opens and (first is None or end.first_day == str(first)):
            return []
    return [f"no deadline opens as {_shown_window(wanted)}; there is {_shown(outcome.ends)}"]


def _deadlines(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for each in wanted:
        fits = [
            end
            for end in outcome.ends
            if clocks.fits_event(end, each["event"])
            and ("last_date" not in each or end.last_day == str(each["last_date"]))
        ]
        if not fits:
            found.append(f"none is {_shown_window(each)}; there is {_shown(outcome.ends)}")
    return found


# --- what is given --------------------------------------------------------------------------------


def _settlement(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    legal = REMEDIES.get(wanted, {wanted})
    party = expect.get("settle_to")
    if party is not None and (leg := outcome.leg(_party(party))) is not None:
        return _one_of(legal, leg.give, wanted)
    given = {outcome.first.remedy} - {None} or set(outcome.first.choice)
    return [] if given and given <= legal else [f"expected {wanted}, got {_shown(given)}"]


def _options(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    listed = [outcome.first.choice, *(leg.choice for leg in outcome.first.remedies)]
    listed += [(leg.give,) for leg in outcome.first.remedies if leg.give and not leg.choice]
    for each in listed:
        if len(each) == len(wanted) and all(
            REMEDIES.get(word, {word}) & set(each) for word in wanted
        ):
            return []
    return [f"expected {_shown(wanted)}, got {_shown(outcome.first.choice)}"]


def _percent(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = outcome.first.percent
    same = got is not None and Decimal(got.rstrip("%")) == Decimal(str(wanted))
    return [] if same else [f"expected {wanted}%, got {got}"]


def _net(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    nets = [outcome.whole.net]
    party = expect.get("settle_to")
    if party is not None and (leg := outcome.leg(_party(party))) is not None:
        nets.append(leg.amount)
    if any(net is not None and _decimal(net) == Decimal(str(wanted)) for net in nets):
        return []
    open_ = "; ".join(f"{each.name} waits for {each.waits_for}" for each in outcome.first.open)
    return [f"expected {wanted}, got {nets[0]}{f' ({open_})' if open_ else ''}"]


def _settle_to(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({leg.party for leg in outcome.first.remedies}, _party(wanted), wanted)


def _settle_from(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    payers = {leg.from_ or outcome.policy.owner for leg in outcome.first.remedies}
    return _one_of(payers, _party(wanted), wanted)


def _issued_by(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    legs = outcome.first.remedies
    issuers = {leg.issued_by or leg.from_ or outcome.policy.owner for leg in legs}
    return _one_of(issuers, _party(wanted), wanted)


def _timing(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    timings = {outcome.first.timing, *(leg.timing for leg in outcome.first.remedies)}
    return _one_of(timings, wanted, wanted)


def _creates(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = {
        *outcome.first.creates,
        *(word for leg in outcome.first.remedies for word in leg.creates),
    }
    return [] if set(wanted) == got else [f"expected {_shown(wanted)}, got {_shown(got)}"]


# --- fees -----------------------------------------------------------------------------------------


def _fees(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    bases = [line.base for line in outcome.lines if line.base is not None]
    base = sum((_decimal(each) for each in bases), Decimal()) if bases else None
    return _fee_differences(wanted, outcome.fees, base)


def _fee_differences(
    wanted: Sequence[Mapping[str, Any]], fees: Mapping[str, list[FeeLine]], base: Decimal | None
) -> list[str]:
    found: list[str] = []
    left = {kind: list(lines) for kind, lines in fees.items()}
    for each in wanted:
        kind = next((k for k in left if k == each["type"] or k.startswith(f"{each['type']}_")), "")
        if not kind:
            found.append(f"no fee {each['type']}; there is {_shown(fees)}")
            continue
        found += [f"{kind}: {said}" for said in _fee(each, left.pop(kind), base)]
    charged = [kind for kind, lines in left.items() if any(_is_charged(line) for line in lines)]
    return found + [f"not expected: {kind}" for kind in charged]


def _is_charged(fee: FeeLine) -> bool:
    return fee.amount is None or fee.amount.minor != 0


def _fee(wanted: Mapping[str, Any], got: list[FeeLine], base: Decimal | None) -> list[str]:
    found: list[str] = []
    tests: dict[str, Callable[[Any], bool]] = {
        "type": lambda value: True,
        "rule": lambda value: True,
        "amount": lambda value: _total(got) == Decimal(str(value)),
        "percent": lambda value: _is_share(got, Decimal(str(value)), base),
        "currency": lambda value: all(fee.amount and fee.amount.currency == value for fee in got),
        "paid_by": lambda value: all(fee.owed_by == _party(value) for fee in got),
        "minimum": lambda value: all((fee.certainty == "at_least") is value for fee in got),
        "discretionary": lambda value: all((fee.certainty == "may") is value for fee in got),
        "deducted_from_settlement": lambda value: all(
            (fee.taken == "deducted") is value for fee in got
        ),
    }
    for key, value in wanted.items():
        if key not in tests:
            found.append(f"`{key}` is not known")
        elif not tests[key](value):
            found.append(f"{key} {value} expected, got {_shown(_fee_shown(fee) for fee in got)}")
    return found


def _is_share(got: list[FeeLine], percent: Decimal, base: Decimal | None) -> bool:
    rates = {fee.rate for fee in got}
    if rates == {f"{percent.normalize():f}%"}:
        return True
    total = _total(got)
    return base is not None and total is not None and total * 100 == base * percent


def _total(fees: list[FeeLine]) -> Decimal | None:
    amounts = [fee.amount for fee in fees if fee.amount is not None]
    if len(amounts) < len(fees):
        return None
    return sum((_decimal(amount) for amount in amounts), Decimal())


def _fee_shown(fee: FeeLine) -> str:
    return f"{fee.rate or ''} {fee.amount} {fee.certainty} {fee.taken} by {fee.owed_by}".strip()


# --- goods and shipping ---------------------------------------------------------------------------


def _paid_by(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({_party(wanted)}, outcome.first.return_paid_by, wanted)


def _reshipment(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({_party(wanted)}, outcome.first.reshipment_paid_by, wanted)


def _label_by(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({_party(wanted)}, outcome.first.label_by, wanted)


def _outbound(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    rule = outcome.first.outbound_rule
    given = rule not in (None, "none")
    return [] if given is wanted else [f"expected {wanted}, but the rule is {rule}"]


def _return_to(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _one_of({str(wanted).replace("country:", "country ")}, outcome.first.goods_to, wanted)


def _goods(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = outcome.first.goods or next(iter(outcome.first.goods_choice), None)
    return _one_of({GOODS.get(wanted, wanted)}, got, wanted)


def _goods_options(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = set(outcome.first.goods_choice)
    same = {GOODS.get(word, word) for word in wanted} == got
    return [] if same else [f"expected {_shown(wanted)}, got {_shown(got)}"]


# --- papers and the rest --------------------------------------------------------------------------


def _requires(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = {*outcome.first.requires, *outcome.first.subject_to, *outcome.first.missing}
    if outcome.first.original_packaging_required:
        got.add("original_packaging")
    lost = [word for word in wanted if not SAME_PAPER.get(word, {word}) & got]
    return [f"{', '.join(lost)} not asked for; asked for are {_shown(got)}"] if lost else []


def _silence(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    legal = {each for part, words in SILENCES.items() if part in wanted for each in words}
    return _one_of(legal, outcome.first.on_silence, wanted)


def _curable(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    got = outcome.first.curable
    return [] if got is wanted else [f"expected {wanted}, got {got}"]


def _allowance(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return _percent(outcome, wanted, expect)


def _words(outcome: Outcome, wanted: Any, expect: Mapping[str, Any]) -> list[str]:
    return []


CHECKS: Final[dict[str, Check]] = {
    "decision": _decision,
    "reason_code": _code,
    "line_decisions": _line_decisions,
    "readings": _readings,
    "window": _clock,
    "last_eligible_date": _clock,
    "last_eligible_at": _clock,
    "deadline_event": _clock,
    "min_window": _opening,
    "first_eligible_date": _opening,
    "deadlines": _deadlines,
    "settlement": _settlement,
    "settlement_options": _options,
    "settlement_percent": _percent,
    "net_amount": _net,
    "settle_to": _settle_to,
    "settle_from": _settle_from,
    "refund_issued_by": _issued_by,
    "refund_timing": _timing,
    "creates": _creates,
    "fees": _fees,
    "return_shipping_paid_by": _paid_by,
    "reshipment_paid_by": _reshipment,
    "label_by": _label_by,
    "original_shipping_refunded": _outbound,
    "return_to": _return_to,
    "goods_disposition": _goods,
    "goods_disposition_options": _goods_options,
    "requires": _requires,
    "on_lapse": _silence,
    "curable": _curable,
    "new_allowance_percent": _allowance,
    "because": _words,
    "note": _words,
}
"""How each key of `expect` is judged; `because` and `note` are words for people."""


def _one_of(legal: Iterable[Any], got: Any, wanted: Any) -> list[str]:
    return [] if got in set(legal) else [f"expected {wanted}, got {_shown([got])}"]


def _party(word: str) -> str:
    return PARTIES.get(word, word)


def _by_kind(fees: Iterable[FeeLine]) -> dict[str, list[FeeLine]]:
    found: dict[str, list[FeeLine]] = {}
    for fee in fees:
        found.setdefault(fee.kind, []).append(fee)
    return found


def _decimal(money: Money) -> Decimal:
    return Decimal(money.decimal.replace(",", ""))


def _shown_window(wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        return ", ".join(f"{key} {value}" for key, value in wanted.items())
    return "without an end" if wanted is None else str(wanted)


def _shown(values: Iterable[Any]) -> str:
    listed = [str(value) for value in values]
    return "; ".join(sorted(listed) if isinstance(values, set) else listed) or "none"
