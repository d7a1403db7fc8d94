"""Compares a decision with what a test case expects; states every difference as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from engine.decision.record import Decision, ReturnDecision
from engine.decision.whole_return.waivers import fees_by_kind
from engine.money import Money
from engine.policy.faults import nearest

_SHORT: Final = {
    "amount": "net",
    "fee": "fee_total",
    "eligible": "answer",
    "original_required": "original_packaging_required",
}
_DEADLINE: Final = (
    "state",
    "row",
    "event",
    "event_on",
    "counted_from",
    "counted_from_day",
    "length",
    "counting",
    "first_day",
    "last_day",
    "last_moment",
    "days_left",
    "days_since_open",
    "days_allowed",
    "by",
)
_LEG: Final = (
    "give",
    "choice",
    "chosen_by",
    "from",
    "amount",
    "timing",
    "pay_by",
    "issued_by",
    "creates",
    "same_product",
    "price_difference",
)
PLAIN: Final = (
    "answer",
    "code",
    "sentence",
    "for_agent",
    "on_silence",
    "curable",
    "belongs_to",
    "unsettled",
    "remedy",
    "chosen_by",
    "timing",
    "goods",
    "goods_to",
    "return_paid_by",
    "label_by",
    "reshipment_paid_by",
    "percent",
    "net",
    "net_certainty",
    "base",
    "fee_total",
    "outbound_refunded",
    "outbound_rule",
    "original_packaging_required",
)
LISTS: Final = (
    "missing",
    "requires",
    "subject_to",
    "choice",
    "creates",
    "proof",
    "goods_choice",
    "waived",
    "to_settle",
    "open",
)
_OF_WHOLE: Final[Mapping[str, Callable[[ReturnDecision], list[str]]]] = {
    "decided_by": lambda whole: [each.row for each in whole.because],
    "clauses": lambda whole: [each.clause for each in whole.because if each.clause],
}
"""Rows that decided about a return as a whole."""
_OF_ROWS: Final[Mapping[str, Callable[[Decision], list[str]]]] = {
    "decided_by": lambda line: [*line.decided_by, *(each.row for each in line.because)],
    "clauses": lambda line: [each.clause for each in line.because if each.clause],
    "also_true": lambda line: [each.row for each in line.also_true],
    "nearly": lambda line: [each.row for each in line.nearly],
}
"""Lists of rows, of which a test names some."""
_NAMED: Final[Mapping[str, Callable[[Decision], list[str]]]] = {
    "readings": lambda line: [reading.answer for reading in line.readings],
    "open": lambda line: [each.name for each in line.open],
}
"""Lists of which a test names a part of each item."""
FIELDS: Final = (*PLAIN, *LISTS, *_OF_ROWS, "fees", "readings", "lines", "last_day")
"""The fields that a test may expect, apart from those of deadlines, limits and remedies."""


_LONGEST: Final = 120
"""The longest value in a sentence about it, in characters."""


def differences(expect: dict[str, object], decision: Decision | ReturnDecision) -> list[str]:
    """Returns a sentence for each expected field that came out differently."""
    found: list[str] = []
    for key, wanted in expect.items():
        if key == "lines":
            found += _lines(wanted, decision)
            continue
        name, wanted_ = _SHORT.get(key, key), wanted
        if key == "eligible" and isinstance(wanted, bool):
            wanted_ = "accept" if wanted else "refuse"
        for place, known, got in _values(name, decision):
            if not known:
                found.append(f"`{key}` is not a field of an outcome.{nearest(key, FIELDS)}")
                break
            if not _same(name, wanted_, got):
                found.append(f"{place}{key}: expected {_brief(wanted)}, got {_brief(got)}")
    return found


def is_field(key: str) -> bool:
    """Returns whether a test may expect a field, as far as that is known without a decision."""
    part, _, field = _SHORT.get(key, key).rpartition(".")
    if not part:
        return field in (*FIELDS, *_DEADLINE, "publish")
    leg = part.startswith("remedies.") and field in _LEG
    return part == "fees" or field in (*_DEADLINE, "left") or leg


def _lines(wanted: object, decision: Decision | ReturnDecision) -> list[str]:
    if (
        not isinstance(decision, ReturnDecision)
        or not isinstance(wanted, list)
        or len(wanted) != len(decision.lines)
    ):
        return ["lines: the number of lines is not the one expected"]
    return [
        f"lines[{index}].{said}"
        for index, (each, line) in enumerate(zip(wanted, decision.lines, strict=True))
        if isinstance(each, dict)
        for said in differences(each, line)
    ]


def _values(name: str, decision: Decision | ReturnDecision) -> Iterator[tuple[str, bool, object]]:
    """Yields where a field is, whether there is such a field, and its value.

    What a return has no value of its own for is expected of each of its lines.
    """
    if name == "fees" or name.startswith("fees."):
        fees = _fees(decision)
        yield "", True, fees if name == "fees" else fees.get(name[5:])
    elif not isinstance(decision, ReturnDecision):
        yield "", *_of_line(name, decision)
    elif name in ("answer", "code", "net", "net_certainty", "waived"):
        yield "", True, getattr(decision, name)
    elif name in _SUMS:
        yield "", True, _SUMS[name](decision)
    elif listed := _OF_ROWS.get(name):
        own = [each for line in decision.lines for each in listed(line)]
        whole = _OF_WHOLE[name](decision) if name in _OF_WHOLE else []
        yield "", True, [*own, *whole]
    else:
        for index, line in enumerate(decision.lines):
            yield f"lines[{index}].", *_of_line(name, line)


def _of_line(name: str, decision: Decision) -> tuple[bool, object]:
    if listed := _OF_ROWS.get(name) or _NAMED.get(name):
        return True, listed(decision)
    if name in PLAIN or name in LISTS:
        return True, getattr(decision, name)
    return _part(name, decision)


def _fee_total(decision: ReturnDecision) -> Money | None:
    fees = [fee for each in fees_by_kind(decision).values() for fee in each]
    return _sum([fee.amount for fee in fees if fee.is_deducted], decision)


def _sum(amounts: Iterable[Money | None], decision: ReturnDecision) -> Money | None:
    known = list(amounts)
    currency = next((line.base.currency for line in decision.lines if line.base), None)
    if None in known or currency is None:
        return None
    return Money(sum(amount.minor for amount in known if amount), currency)


_SUMS: Final[Mapping[str, Callable[[ReturnDecision], Money | None]]] = {
    "fee_total": _fee_total,
    "base": lambda whole: _sum([e.base for e in whole.lines if e.answer != "refuse"], whole),
    "outbound_refunded": lambda whole: _sum([each.outbound for each in whole.money], whole),
}
"""Amounts of a return that are those of its accepted lines together."""


def _fees(decision: Decision | ReturnDecision) -> dict[str, object]:
    """Returns the amounts of the fees by their kind, without those that come to nothing."""
    found: dict[str, object] = {}
    for kind, fees in fees_by_kind(decision).items():
        known = [fee.amount for fee in fees if fee.amount is not None]
        total = sum(amount.minor for amount in known)
        if len(known) < len(fees):
            found[kind] = "to_be_assessed"
        elif total:
            found[kind] = Money(total, known[0].currency)
    return found


def _part(name: str, decision: Decision) -> tuple[bool, object]:
    """Returns whether a field is one of a limit, a deadline or a remedy, and its value."""
    part, _, field = name.rpartition(".")
    if not part and field in _DEADLINE:
        part = (decision.main_deadline or "") if decision.request is not None else ""
    for limit, state, left in decision.limits:
        if part == limit and field in ("state", "left"):
            return True, state if field == "state" else left
    deadline = next((each for each in decision.deadlines if each.name == part), None)
    if deadline is not None and field in _DEADLINE:
        return True, getattr(deadline, field)
    leg = next((each for each in decision.remedies if f"remedies.{each.party}" == part), None)
    if part.startswith("remedies.") and field in _LEG:
        return True, getattr(leg, "from_" if field == "from" else field, None)
    return field in (*_DEADLINE, "left"), None


def _same(name: str, wanted: object, got: object) -> bool:
    if name in _OF_ROWS:
        listed = wanted if isinstance(wanted, list) else [wanted]
        return isinstance(got, list) and all(str(each) in got for each in listed)
    if isinstance(got, dict):
        fees = {} if wanted in ("none", None) else wanted
        return isinstance(fees, dict) and {k: str(v) for k, v in fees.items()} == {
            k: str(v) for k, v in got.items()
        }
    if name == "readings":
        return wanted == got
    if isinstance(wanted, list):
        return isinstance(got, list | tuple) and sorted(map(str, wanted)) == sorted(map(str, got))
    if wanted in ("none", None):
        return got in (None, (), [], "none") or (isinstance(got, Money) and got.minor == 0)
    return _text(wanted) == _text(got)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _brief(value: object) -> str:
    """Shortens a value so that it fits into a sentence."""
    said = _shown(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"


def _shown(value: object) -> str:
    if isinstance(value, dict) and value:
        return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return "none" if value is None or value == {} else _text(value)
