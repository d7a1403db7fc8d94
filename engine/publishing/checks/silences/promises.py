"""Silences of `must`: tests that every outcome passes, or none, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.policy import words as w
from engine.policy.faults import listed, nearest
from engine.policy.model import ALWAYS, Op, OutcomeTest, Policy, Promise, ShareOfCount
from engine.policy.text import Items, Map, to_data
from engine.policy.topics.goods import COUNTRY
from engine.policy.vocabulary import DEADLINE_FACTS, FactType
from engine.publishing.checks.silences.written import Kind, Silence

_WORDS: Final[dict[str, Sequence[str]]] = {
    "answer": w.ANSWERS,
    "remedy": w.REMEDIES,
    "choice": w.REMEDIES,
    "timing": w.TIMINGS,
    "goods": w.GOODS,
    **dict.fromkeys(("return_paid_by", "label_by", "reshipment_paid_by"), w.PARTIES),
}
_MONEY: Final = ("base", "net", "fees", "fee_total", "outbound_refunded")
_UNSEEN: Final = ("deadlines", "missing", "failed")
"""Sets, whose words a promise cannot test."""
_ON_WORDS: Final = (Op.IN, Op.NOT_IN)
_FINE: Final = ("", "")


def promise_silences(policy: Policy) -> Iterator[Silence]:
    """Reports the silences of every promise of a policy."""
    node = policy.tree.get("must")
    items = node.items if isinstance(node, Items) else (node,)
    maps = {item.source: item for item in items if isinstance(item, Map)}
    for promise in (promise for promise in policy.must if promise.source in maps):
        yield from _of_promise(promise, maps[promise.source], policy)


def _of_promise(promise: Promise, place: Map, policy: Policy) -> Iterator[Silence]:
    if promise.never_both and not promise.outcome and promise.when != ALWAYS:
        says = f"`{promise.id}`: `never_both` covers every return, so `when` has no effect."
        yield Silence(key="when", place=place, says=says, drop=("when",))
    outcome = place.get("outcome")
    for test in promise.outcome if isinstance(outcome, Map) else ():
        why, advice = _fault_of(test, policy)
        kept = "no" if test.op is Op.IN else "every"
        if why and isinstance(outcome, Map):
            yield Silence(
                key=test.path,
                place=outcome,
                says=f"`{promise.id}`: `{test.path} {test.written}` is kept by {kept} outcome: "
                f"{why}",
                advice=advice,
                kind=Kind.NOT_AS_WRITTEN,
            )


def _fault_of(test: OutcomeTest, policy: Policy) -> tuple[str, str]:
    """Returns why a test cannot test its field, and what to write; empty texts if it can."""
    kind = _kind(test.path, policy)
    if test.op is Op.ABSENT:
        return _FINE
    if kind is None or kind is FactType.DATE:
        return f"a promise cannot test `{test.path}`.", _another_field(test.path)
    return _of_words(test, policy) if kind is FactType.WORD else _of_numbers(test, kind)


def _another_field(path: str) -> str:
    part, _, field = path.partition(".")
    if field in ("last_day", "first_day"):
        return f"Promise the days instead: `{part}.days_allowed: {{at_least: 14}}`."
    return "Promise the answer instead, with a `when`: `when: {..}, outcome: {answer: accept}`."


def _kind(path: str, policy: Policy) -> FactType | None:
    """Returns the type of a field as promises see it; None if they cannot see it."""
    part, _, field = path.partition(".")
    if path in _UNSEEN or any(table.part == part for table in policy.limits):
        return None
    if field in DEADLINE_FACTS and part != "fees":
        return DEADLINE_FACTS[field].type
    numbers = {**dict.fromkeys(_MONEY, FactType.MONEY), "percent": FactType.PERCENT}
    return numbers.get(part if part == "fees" else path, FactType.WORD)


# --- words ----------------------------------------------------------------------------------------


def _of_words(test: OutcomeTest, policy: Policy) -> tuple[str, str]:
    if test.op not in _ON_WORDS:
        return f"`{test.path}` is a word.", f"Write `{test.path}: {{not: WORD}}`, or the word."
    roles = dict(policy.parties)
    known = _words_of(test.path, policy)
    wrong = [word for word in test.words if known is not None and word not in known]
    if not wrong or (test.path == "goods_to" and all(map(COUNTRY.match, wrong))):
        return _FINE
    if wrong[0] in roles and "by" in test.path:
        says = f"`{wrong[0]}` is a role, but the outcome names the party."
        return says, f"Write `{roles[wrong[0]]}` in its place."
    hint = nearest(wrong[0], known or ())
    return f"`{test.path}` is never `{wrong[0]}`.", hint.strip() or f"Known: {listed(known or ())}."


def _words_of(path: str, policy: Policy) -> Sequence[str] | None:
    """Returns the words that a field can have; None if it can have any."""
    part, _, field = path.partition(".")
    if field == "row":
        return [row.id for table in policy.deadlines if table.part == part for row in table.rows]
    if path == "goods_to":
        values = policy.tree.get("values")
        own = to_data(values.get("place")) if isinstance(values, Map) else None
        return [*w.PLACES, *(own if isinstance(own, list) else [str(own)] if own else [])]
    words = {**_WORDS, "code": list(policy.codes)}
    return w.STATES if field == "state" else words.get(path)


# --- numbers --------------------------------------------------------------------------------------

_USUAL: Final = {FactType.COUNT: "14", FactType.PERCENT: "50%", FactType.MONEY: "USD 5.00"}


def _of_numbers(test: OutcomeTest, kind: FactType) -> tuple[str, str]:
    path, counts = test.path, isinstance(test.bound, int | ShareOfCount)
    bound = f"`{path}: {{{test.op}: {_USUAL[kind]}}}`."
    if test.op in _ON_WORDS:
        if kind is FactType.COUNT and all(word.isdecimal() for word in test.words):
            return _FINE
        says = f"`{path}` is not a word, but it is compared with one."
        return says, f"Write a bound: `{path}: {{at_least: {_USUAL[kind]}}}`."
    if kind is FactType.MONEY and counts and test.bound != 0:
        says = f"`{path}` is money, and a bare number counts its smallest coin."
        return says, f"Write the sum with its currency: {bound}"
    if kind is FactType.COUNT and not counts:
        says = f"`{path}` is a number of days, but it is compared with money."
        return says, f"Write a plain number: {bound}"
    return _FINE
