"""Words of the language and amounts as people write them."""

from __future__ import annotations

from engine.money import percent_text
from engine.policy.model import Amount, Bounded, Each, Extreme, Fixed, FromFact, Percent


def plain(word: str) -> str:
    """A word of the language as people write it."""
    return word.replace("_", " ")


def amount_text(amount: Amount) -> str:
    """An amount in words."""
    if amount is None:
        return "nothing"
    if isinstance(amount, Fixed):
        return str(amount.money)
    if isinstance(amount, FromFact):
        return f"the {plain(amount.fact)}"
    if isinstance(amount, Percent):
        return f"{percent_text(amount.millionths)} of {amount_text(amount.of)}"
    return _composed(amount)


def _composed(amount: Amount) -> str:
    if isinstance(amount, Extreme):
        name = "greater" if amount.greatest else "lesser"
        return f"the {name} of {' and '.join(amount_text(part) for part in amount.parts)}"
    if isinstance(amount, Each):
        per = "unit" if amount.per == "quantity" else plain(amount.per)
        return f"{amount_text(amount.amount)} per {per}"
    if isinstance(amount, Bounded):
        bounds = (("at least", amount.at_least), ("at most", amount.at_most))
        said = [f"{name} {amount_text(bound)}" for name, bound in bounds if bound is not None]
        return ", ".join([amount_text(amount.amount), *said])
    return "an amount to be assessed"
