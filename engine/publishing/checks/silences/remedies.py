"""Silences of `remedies`: shares of nothing, amounts that nobody is paid, keys of another form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.model import AfterRefusal, Policy, Remedy
from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map
from engine.policy.words import WITHOUT_MONEY, WORTHLESS
from engine.publishing.checks.silences.written import (
    Kind,
    Silence,
    Told,
    Unheeded,
    Written,
    idle,
)

_MONEYLESS: Final = WITHOUT_MONEY | WORTHLESS
_AMOUNTS: Final = ("of", "percent", "bonus")
_LATER: Final = ("then", "after")


def leg_silences(policy: Policy) -> Iterator[Silence]:
    """Reports remedies for other parties only: the claimant is then given what another is given."""
    node, claimant = policy.tree.get("remedies"), policy.claimant
    if not isinstance(node, Map) or any(table.part == claimant for table in policy.remedies):
        return
    other = next(iter(node.entries))
    yield Silence(
        key=other,
        place=node,
        says=f"`remedies` has no part for the claimant, `{claimant}`, which therefore gets what "
        f"`{other}` gets.",
        put={claimant: {"give": "refund"}},
        kind=Kind.NOT_AS_WRITTEN,
    )


# --- what is given --------------------------------------------------------------------------------


def _is_ours(written: Written, _: Remedy) -> bool:
    return written.table.part == written.policy.claimant


def _given(leg: Remedy) -> Sequence[str]:
    """Returns every remedy that a row may give."""
    later = leg.then if leg.first else None
    return [each for each in (leg.give, later, *leg.choice, *leg.first) if each is not None]


def _of_no_money(written: Written, leg: Remedy) -> Iterator[Silence]:
    """Reports amounts of remedies by which no money moves."""
    given = _given(leg)
    if _is_ours(written, leg) and set(given) <= _MONEYLESS:
        named = " or ".join(f"`{each}`" for each in given)
        for key in _AMOUNTS:
            yield from written.silence(
                key,
                f"with {named} no money moves, so `{key}` has no effect.",
                drop=(key,),
                kind=Kind.NOT_AS_WRITTEN,
            )


def _no_sequence(written: Written, leg: Remedy) -> Iterator[Silence]:
    """Reports what is to be given next where nothing is given first."""
    first = written.node("choice") or written.node("give")
    listed = first if isinstance(first, Items) else [leg.give]
    whole = all(written.place(each) is not None for each in _LATER)
    for key in () if leg.first else _LATER:
        yield from written.silence(
            key,
            f"without `first` there is no next remedy, so `{key}` has no effect.",
            put={"first": listed} if whole else {},
            drop=("give", "choice", "chosen_by") if whole else (key,),
            kind=Kind.NOT_AS_WRITTEN,
        )


REMEDIES: Final[tuple[Told, ...]] = (
    Unheeded(
        "percent",
        lambda row, leg: leg.percent is not None and leg.of is None and row.text("of") != "none",
        "`percent` without `of` is ignored: write what it is a share of.",
        put=lambda row, _: {"of": "item_price", "percent": row.text("percent")},
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "of",
        lambda row, _: row.text("of") == "none",
        "`of: none` is ignored, so the whole value is given.",
        put={"of": "item_price", "percent": "0%"},
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "bonus",
        lambda row, leg: not _is_ours(row, leg),
        "only `{policy.claimant}` can be paid a bonus; this one is never paid.",
        drop=("bonus",),
        kind=Kind.NOT_AS_WRITTEN,
    ),
    _of_no_money,
    _no_sequence,
    *idle(
        {"chosen_by": None},
        lambda _, leg: not leg.choice and len(leg.first) < 2,
        "the row has no `choice`",
    ),
    Unheeded(
        "exchange",
        lambda _, leg: "exchange" not in _given(leg),
        "`exchange` says how an exchange is made, but this row gives none.",
        drop=("exchange",),
    ),
)
"""The silences of a row of a party's remedy."""

GOODS: Final[tuple[Told, ...]] = (
    *idle({"chosen_by": None}, lambda _, goods: not goods.choice, "the row has no `choice`"),
)
"""The silences of a row of `goods`."""


# --- after a refusal ------------------------------------------------------------------------------


def refused_silences(written: Written, body: AfterRefusal) -> Iterator[Silence]:
    """Reports the silences in the remedies of one row of `after_refusal`."""
    legs = written.node("remedies")
    nodes = legs.entries.values() if isinstance(legs, Map) else ()
    maps = [leg for leg in nodes if isinstance(leg, Map)]
    for (party, leg), node in zip(body.remedies, maps, strict=False):
        yield from _of_refused(written, leg, party, node)


def _of_refused(written: Written, leg: Remedy, party: str, node: Map) -> Iterator[Silence]:
    ours = party == written.policy.claimant
    for key in _AMOUNTS if ours else ("bonus",):
        yield from written.silence(
            key,
            f"after a refusal `{party}` is paid nothing, so `{key}` has no effect.",
            within=node,
            advice=_accepted(written, party, node),
            drop=(key,),
            kind=Kind.NOT_AS_WRITTEN,
        )
    for key in _LATER:
        yield from written.silence(
            key,
            f"after a refusal there is no next remedy, so `{key}` has no effect.",
            within=node,
            put={"give": leg.first[0]} if leg.first else {},
            drop=("first", "then", "after"),
            kind=Kind.NOT_AS_WRITTEN,
        )
    if not ours and leg.percent is not None and leg.of is None:
        yield from written.silence(
            "percent",
            f"`percent` without `of` is ignored: {flow(node)}.",
            within=node,
            put={"of": "item_price"},
            kind=Kind.NOT_AS_WRITTEN,
        )


def _accepted(written: Written, party: str, node: Map) -> str:
    """Says how to pay after all."""
    sent = {leaf.fact for leaf in leaves(written.row.when)} <= set(written.policy.facts)
    when = written.own.get("when") if sent else None
    said = flow(when) if when is not None else "{condition: used}"
    return (
        "Leave it out. To pay, accept the return by a row of `eligibility` such as "
        f"`{{id: E-PART, when: {said}, answer: accept}}` and a row of `remedies.{party}` such as "
        f"`{{id: R-PART, when: {said}, {flow(node)[1:-1]}}}`."
    )
