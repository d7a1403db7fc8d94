"""What a row says first, for people who read a policy.

Decisions store the sentences of `engine.decision.prose`, which never change; these may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from engine.decision.prose import sentence_of
from engine.money import percent_text
from engine.policy.model import (
    AfterRefusal,
    Demand,
    Fee,
    Goods,
    Leaf,
    Outbound,
    Remedy,
    Row,
    Shipping,
    Value,
    Verdict,
    Waiver,
)
from services.policies.amounts import amount_text, plain
from services.policies.wording import condition_text


def row_sentence(part: str, row: Row) -> str:
    """One sentence about a row of a topic; `part` names the party of a remedy or the fee."""
    body = row.body
    if isinstance(body, Verdict):
        return _verdict(body, row)
    if isinstance(body, Demand):
        return _demand(body)
    if isinstance(body, AfterRefusal):
        return _after_refusal(body, part, row)
    said = _SAYS[type(body)](body, part) if type(body) in _SAYS else ""
    return said or sentence_of(part, row)


# --- whether goods may come back ------------------------------------------------------------------


def _verdict(body: Verdict, row: Row) -> str:
    if body.answer == "from_deadline":
        state = row.when.words[0] if isinstance(row.when, Leaf) and row.when.words else ""
        return _FROM_DEADLINE.get(state, "The deadline decides.")
    if body.answer == "review" and body.to_settle:
        return f"A person decides: {body.to_settle}."
    return {
        "accept": "The return is accepted.",
        "refuse": "The return is refused.",
        "review": "A person decides.",
        "ask": "More information is needed first.",
    }.get(body.answer, "The policy can be read in more than one way here.")


_FROM_DEADLINE: Final = {
    "late": "Refused by the deadline.",
    "early": "Refused by the deadline.",
    "disputed": "The policy is ambiguous here.",
    "silent": "Decided as the deadline sets out for a missing response.",
}


def _demand(body: Demand) -> str:
    said: list[str] = []
    if body.need:
        said.append(f"Required: {_listed(body.need)}.")
    if body.original_packaging:
        said.append("Original packaging is required.")
    elif body.must is not None:
        said.append(f"Required: {condition_text(body.must)}.")
    if body.subject_to:
        said.append(f"Subject to {_listed(body.subject_to)}.")
    return " ".join(said) or "Original packaging is not required."


# --- what is given and taken ----------------------------------------------------------------------


def _remedy(body: Remedy, part: str) -> str:
    if body.first:
        first = " or ".join(map(remedy_text, body.first))
        return f"The {plain(part)} first receives {first}, then {remedy_text(str(body.then))}."
    if body.choice:
        choice = " or ".join(map(remedy_text, body.choice))
        return f"The {plain(str(body.chosen_by))} chooses: {choice}."
    return f"The {plain(part)} receives {remedy_text(str(body.give))}."


def remedy_text(name: str) -> str:
    """A remedy with its article."""
    special = _REMEDIES.get(name)
    return special or f"{'an' if name[:1] in 'aeiou' else 'a'} {plain(name)}"


_REMEDIES: Final = {
    "original_payment_refund": "a refund to the original payment method",
    "partial_refund": "a partial refund",
    "refund_by_check": "a refund by check",
    "account_credit": "account credit",
    "core_credit": "core credit",
    "store_credit": "store credit",
    "covered_by_allowance": "nothing: the allowance covers it",
    "nothing": "nothing",
}


def _shipping(body: Shipping) -> str:
    said = []
    if body.paid_by:
        said.append(_pays(body.paid_by, "return shipping"))
    if body.label_by:
        said.append(f"The {plain(body.label_by)} provides the return label.")
    if body.reshipment_paid_by:
        said.append(_pays(body.reshipment_paid_by, "shipping the goods out again"))
    return " ".join(said)


def _pays(party: str, what: str) -> str:
    if party == "nobody":
        return f"Nobody pays for {what}."
    return f"The {plain(party)} pays {'' if what == 'return shipping' else 'for '}{what}."


def _value(body: Value, _: str) -> str:
    share = "" if body.percent == 1_000_000 else f"{percent_text(body.percent)} of "
    return f"The full value is {share}{amount_text(body.of)}."


def _fee(body: Fee, part: str) -> str:
    name = "fee" if part == "fee" else f"{plain(part)} fee"
    if body.fee is None:
        return f"There is no {name}."
    may = "may be" if body.certainty == "may" else "is"
    least = " at least" if body.certainty == "at_least" else ""
    per = "" if body.per == "line" else f" per {body.per}"
    return f"The {name} {may}{least} {amount_text(body.fee)}{per}."


def _outbound(body: Outbound, _: str) -> str:
    return {
        "full": "Outbound shipping is refunded.",
        "standard_part": "Standard outbound shipping is refunded.",
    }.get(body.refund, "Outbound shipping is not refunded.")


def _after_refusal(body: AfterRefusal, part: str, row: Row) -> str:
    told: Goods = body.goods
    goods = sentence_of(part, replace(row, body=told)) if told.do or told.choice else ""
    said = " ".join(each for each in (goods, _shipping(body.shipping)) if each)
    return said or sentence_of(part, row)


def _waiver(body: Waiver, _: str) -> str:
    return f"Waived: {_listed(tuple(each.removeprefix('fees.') for each in body.waive))}."


def _listed(words: tuple[str, ...], last: str = ", ") -> str:
    return last.join(plain(word) for word in words)


_SAYS: Final[dict[type, Callable[[Any, str], str]]] = {
    Remedy: _remedy,
    Shipping: lambda body, _: _shipping(body) or "The payer of return shipping is not stated.",
    Value: _value,
    Fee: _fee,
    Outbound: _outbound,
    Waiver: _waiver,
}
