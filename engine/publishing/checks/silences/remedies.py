"""Silences of `remedies`: shares of nothing, amounts that nobody is paid, keys of another form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.model import AfterRefusal, Goods, Policy, Remedy
from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map
from engine.policy.words import WITHOUT_MONEY, WORTHLESS
from engine.publishing.checks.silences.written import Kind, Silence, Written

_MONEYLESS: Final = WITHOUT_MONEY | WORTHLESS
_AMOUNTS: Final = ("of", "percent", "bonus")
_LATER: Final = ("then", "after")


def goods_silences(written: Written, goods: Goods) -> Iterator[Silence]:
    """Reports the silences of one row of `goods`."""
    if not goods.choice:
        yield from written.idle("chosen_by", "the row has no `choice`")


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


def refused_silences(written: Written, body: AfterRefusal) -> Iterator[Silence]:
    """Reports the silences in the remedies of one row of `after_refusal`."""
    legs = written.node("remedies")
    maps = (
        [leg for leg in legs.entries.values() if isinstance(leg, Map)]
        if isinstance(legs, Map)
        else []
    )
    for (party, leg), node in zip(body.remedies, maps, strict=False):
        yield from _of_refused(written, leg, party, node)


def remedy_silences(written: Written, leg: Remedy) -> Iterator[Silence]:
    """Reports the silences of one row of a party's remedy."""
    ours = written.table.part == written.policy.claimant
    yield from _share_of_nothing(written, leg)
    if written.text("of") == "none":
        says = "`of: none` is ignored, so the whole value is given."
        put = {"of": "item_price", "percent": "0%"}
        yield from written.silence("of", says, put=put, kind=Kind.NOT_AS_WRITTEN)
    if not ours:
        says = f"only `{written.policy.claimant}` can be paid a bonus; this one is never paid."
        yield from written.silence("bonus", says, drop=("bonus",), kind=Kind.NOT_AS_WRITTEN)
    elif set(_given(leg)) <= _MONEYLESS:
        named = " or ".join(f"`{each}`" for each in _given(leg))
        for key in _AMOUNTS:
            why = f"with {named} no money moves"
            yield from written.idle(key, why, kind=Kind.NOT_AS_WRITTEN)
    yield from _of_another_way(written, leg)


def _given(leg: Remedy) -> Sequence[str]:
    """Returns every remedy that a row may give."""
    later = leg.then if leg.first else None
    return [each for each in (leg.give, later, *leg.choice, *leg.first) if each is not None]


def _share_of_nothing(written: Written, leg: Remedy) -> Iterator[Silence]:
    """Reports a percentage without `of`: the whole is given."""
    if leg.percent is not None and leg.of is None and written.text("of") != "none":
        says = "`percent` without `of` is ignored: write what it is a share of."
        yield from written.silence(
            "percent",
            says,
            put={"of": "item_price", "percent": written.text("percent")},
            kind=Kind.NOT_AS_WRITTEN,
        )


def _of_another_way(written: Written, leg: Remedy) -> Iterator[Silence]:
    """Reports keys of a sequence, a choice or an exchange in a row that has none."""
    if not leg.first:
        for key in _LATER:
            yield from _no_sequence(written, leg, key)
    if not leg.choice and len(leg.first) < 2:
        yield from written.idle("chosen_by", "the row has no `choice`")
    if "exchange" not in _given(leg):
        says = "`exchange` says how an exchange is made, but this row gives none."
        yield from written.silence("exchange", says, drop=("exchange",))


def _no_sequence(written: Written, leg: Remedy, key: str) -> Iterator[Silence]:
    first = written.node("choice") or written.node("give")
    whole = all(written.place(each) is not None for each in _LATER)
    listed = first if isinstance(first, Items) else [leg.give]
    put = {"first": listed} if whole else {}
    yield from written.idle(
        key,
        "without `first` there is no next remedy",
        put=put,
        drop=("give", "choice", "chosen_by") if whole else (key,),
        kind=Kind.NOT_AS_WRITTEN,
    )


# --- after a refusal ------------------------------------------------------------------------------


def _of_refused(written: Written, leg: Remedy, party: str, node: Map) -> Iterator[Silence]:
    ours = party == written.policy.claimant
    for key in _AMOUNTS if ours else ("bonus",):
        if key in node.entries:
            yield _unpaid(written, node, key, party)
    for key in _LATER:
        if key in node.entries:
            yield Silence(
                key=key,
                place=node,
                row=written.row,
                says=f"`{written.row.id}`: after a refusal there is no next remedy, so `{key}` has "
                "no effect.",
                put={"give": leg.first[0]} if leg.first else {},
                drop=("first", "then", "after"),
                kind=Kind.NOT_AS_WRITTEN,
            )
    if not ours and leg.percent is not None and leg.of is None:
        yield Silence(
            key="percent",
            place=node,
            row=written.row,
            says=f"`{written.row.id}`: `percent` without `of` is ignored: {flow(node)}.",
            put={"of": "item_price"},
            kind=Kind.NOT_AS_WRITTEN,
        )


def _unpaid(written: Written, node: Map, key: str, party: str) -> Silence:
    sent = {leaf.fact for leaf in leaves(written.row.when)} <= set(written.policy.facts)
    when = written.own.get("when") if sent else None
    said = flow(when) if when is not None else "{condition: used}"
    return Silence(
        key=key,
        place=node,
        row=written.row,
        says=f"`{written.row.id}`: after a refusal `{party}` is paid nothing, so `{key}` has no "
        "effect.",
        advice="Leave it out. To pay, accept the return by a row of `eligibility` such as "
        f"`{{id: E-PART, when: {said}, answer: accept}}` and a row of `remedies.{party}` such as "
        f"`{{id: R-PART, when: {said}, {flow(node)[1:-1]}}}`.",
        drop=(key,),
        kind=Kind.NOT_AS_WRITTEN,
    )
