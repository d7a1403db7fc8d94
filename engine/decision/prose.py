"""Writes the default sentence of a row without a `because`, from what the row sets.

Decisions store these sentences: a change here changes records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from engine.money import percent_text
from engine.policy.model import (
    AfterRefusal,
    Amount,
    Bounded,
    Demand,
    Each,
    Extreme,
    Fee,
    Fixed,
    FromFact,
    Goods,
    Limit,
    Outbound,
    Percent,
    Quantity,
    Remedy,
    Row,
    ShareOfCount,
    Shipping,
    Value,
    Verdict,
    Waiver,
)


def sentence_of(part: str, row: Row) -> str:
    """Returns a sentence about a row of a topic; `part` names the party of a remedy, or the fee."""
    said = _SAYS[type(row.body)](row.body, part) if type(row.body) in _SAYS else ""
    return said or f"Row {row.id} applies."


def amount_text(amount: Amount) -> str:
    """Returns an amount in words."""
    if amount is None:
        return "nothing"
    if isinstance(amount, Fixed):
        return str(amount.money)
    if isinstance(amount, FromFact):
        return _plain(amount.fact)
    if isinstance(amount, Percent):
        return f"{percent_text(amount.millionths)} of {amount_text(amount.of)}"
    return _composed(amount)


def _composed(amount: Amount) -> str:
    if isinstance(amount, Extreme):
        name = "greater" if amount.greatest else "lesser"
        return f"the {name} of {' and '.join(amount_text(part) for part in amount.parts)}"
    if isinstance(amount, Each):
        return f"{amount_text(amount.amount)} for each {_plain(amount.per)}"
    if isinstance(amount, Bounded):
        bounds = (("at least", amount.at_least), ("at most", amount.at_most))
        said = [f"{name} {amount_text(bound)}" for name, bound in bounds if bound is not None]
        return ", ".join([amount_text(amount.amount), *said])
    return "an amount still to be assessed"


def _verdict(body: Verdict, _: str) -> str:
    return {
        "accept": "Nothing stands against the return.",
        "refuse": "The policy refuses this return.",
        "review": "A person decides this.",
        "ask": "Something has to be supplied first.",
        "two_readings": "The policy can be read in more than one way here.",
    }.get(body.answer, "A deadline decides this.")


def _demand(body: Demand, _: str) -> str:
    said: list[str] = []
    if body.need:
        said.append(f"Needed: {_listed(body.need)}.")
    if body.original_packaging:
        said.append("The original packaging is required.")
    elif body.must is not None:
        said.append("The goods must be in the state that the policy asks for.")
    if body.subject_to:
        said.append(f"Still to come: {_listed(body.subject_to)}.")
    return " ".join(said) or "Original packaging is not required."


def _remedy(body: Remedy, part: str) -> str:
    party = _plain(part)
    if body.first:
        first = _listed(body.first, " or ")
        return f"The {party} first gets {first}, then {_plain(str(body.then))}."
    if body.choice:
        return f"The {_plain(str(body.chosen_by))} chooses: {_listed(body.choice, ' or ')}."
    return f"The {party} gets {_plain(str(body.give))}."


def _goods(body: Goods, _: str) -> str:
    if body.choice:
        return f"The {_plain(str(body.chosen_by))} chooses: {_listed(body.choice, ' or ')}."
    where = f" to {_plain(body.to)}" if body.to else ""
    return f"The goods {_FATES.get(str(body.do), _plain(str(body.do)))}{where}."


_FATES: Final = {
    "ship_back": "are shipped back",
    "keep": "may be kept",
    "keep_until_released": "are kept until they are released",
    "may_be_kept_by_retailer": "may be kept by the retailer",
    "destroy": "are destroyed, with proof",
    "dispose": "are disposed of",
    "donate": "are donated",
    "restock_in_store": "are restocked in the store",
    "sent_back_to_sender": "are sent back to the sender",
    "not_to_supplier": "do not go back to the supplier",
}


def _shipping(body: Shipping, _: str) -> str:
    said = []
    if body.paid_by:
        said.append(f"The way back is paid by {_party(body.paid_by)}.")
    if body.label_by:
        said.append(f"The label is made by {_party(body.label_by)}.")
    if body.reshipment_paid_by:
        said.append(f"Sending goods out again is paid by {_party(body.reshipment_paid_by)}.")
    return " ".join(said)


def _value(body: Value, _: str) -> str:
    share = "" if body.percent == 1_000_000 else f"{percent_text(body.percent)} of "
    return f"A full settlement is worth {share}{amount_text(body.of)}."


def _fee(body: Fee, part: str) -> str:
    name = "" if part == "fee" else f" for {_plain(part)}"
    if body.fee is None:
        return f"There is no fee{name}."
    may = "may be" if body.certainty == "may" else "is"
    least = " at least" if body.certainty == "at_least" else ""
    per = "" if body.per == "line" else f" per {body.per}"
    return f"The fee{name} {may}{least} {amount_text(body.fee)}{per}."


def _outbound(body: Outbound, _: str) -> str:
    return {
        "full": "Outbound shipping is given back.",
        "standard_part": "The standard part of outbound shipping is given back.",
    }.get(body.refund, "Outbound shipping is not given back.")


def _after_refusal(body: AfterRefusal, part: str) -> str:
    goods = _goods(body.goods, part) if body.goods.do or body.goods.choice else ""
    return " ".join(said for said in (goods, _shipping(body.shipping, part)) if said)


def _limit(body: Limit, part: str) -> str:
    counted = [_quantity(each) for each in (body.used, body.adds) if each != 0]
    bounds = (("at most", body.at_most), ("under", body.under), ("at least", body.at_least))
    bound = " and ".join(f"{name} {_quantity(to)}" for name, to in bounds if to is not None)
    return f"The limit `{part}`: {' and '.join(counted) or 'nothing'} may come to {bound}."


def _quantity(quantity: Quantity) -> str:
    """Returns a bound or a counted quantity in words: an amount, number, fact or share of one."""
    if isinstance(quantity, ShareOfCount):
        return f"{percent_text(quantity.millionths)} of {_plain(quantity.fact)}"
    if isinstance(quantity, int | str):
        return _plain(str(quantity))
    return amount_text(quantity)


def _waiver(body: Waiver, _: str) -> str:
    return f"Not taken: {_listed(body.waive)}."


def _plain(word: str) -> str:
    return word.replace("_", " ").replace("fees.", "")


def _party(party: str) -> str:
    return "nobody" if party == "nobody" else f"the {_plain(party)}"


def _listed(words: tuple[str, ...], last: str = ", ") -> str:
    return last.join(_plain(word) for word in words)


_SAYS: Final[dict[type, Callable[[Any, str], str]]] = {
    Verdict: _verdict,
    Limit: _limit,
    Demand: _demand,
    Remedy: _remedy,
    Goods: _goods,
    Shipping: _shipping,
    Value: _value,
    Fee: _fee,
    Outbound: _outbound,
    AfterRefusal: _after_refusal,
    Waiver: _waiver,
}
