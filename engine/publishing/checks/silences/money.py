"""Silences of `value`, `fees` and `whole_return`: amounts multiplied twice, compared wrongly or
never taken, rows that waive nothing, and rows that test only one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.model import (
    Each,
    Fee,
    FromFact,
    ToBeAssessed,
    Value,
    Waiver,
    held_in,
)
from engine.policy.printing.yaml import flow
from engine.policy.register.built_in import SENT
from engine.policy.text import Map, Node
from engine.policy.vocabulary import DERIVED
from engine.policy.words import TAKEN_ONCE
from engine.publishing.checks.silences.written import Kind, Silence, Written

_SUMS: Final = ("item_price", "base", "return_value", "order_total", "fee_total")
"""Amounts that already cover all units."""
_OF_ONE_LINE: Final = (
    "unit_price",
    "retail_price",
    "current_price",
    "list_price",
    "lowest_price_365d",
    "discount",
    "missing_value",
    "kept_gift_value",
    "core_charge",
    "outbound_freight",
    "gift_card_balance",
    "price_difference",
    "fee_total",
)
"""Amounts of one line: a fee taken once would use only the first line's. Amounts that a policy
declares itself count, too."""
OF_A_FEE: Final = {
    "per": "line",
    "taken": "deducted",
    "owed_by": "",
    "owed_to": "",
    "certainty": "fixed",
    "to_settle": "",
}
"""The keys of a fee beside its amount, and the values that hold without them."""


def value_silences(written: Written, _: Value) -> Iterator[Silence]:
    """Reports the silences of one row of `value`."""
    if written.text("of") == "none":
        says = "`of: none` is ignored, so the whole price is given."
        put = {"percent": "0%"}
        yield from written.silence("of", says, put=put, drop=("of",), kind=Kind.NOT_AS_WRITTEN)


def fee_silences(written: Written, fee: Fee) -> Iterator[Silence]:
    """Reports the silences of one row of a fee."""
    if fee.fee is None:
        for key, usual in OF_A_FEE.items():
            if key in written.own.entries:
                yield from written.idle(key, "the row takes no fee", usual)
        return
    yield from _taken_all_the_same(written, fee)
    yield from _counted_wrongly(written, fee)


def _taken_all_the_same(written: Written, fee: Fee) -> Iterator[Silence]:
    """Reports a fee that a person should settle, or another party owes, but that is deducted."""
    open_ = any(isinstance(each, ToBeAssessed) for each in held_in(fee.fee))
    if fee.to_settle and fee.certainty == "fixed" and not open_:
        says = "the whole fee is taken, and no person is asked about `to_settle`."
        yield from written.silence(
            "to_settle",
            says,
            put={"certainty": "may"},
            advice="Write `certainty: may`, or `certainty: at_least` if it is taken and more "
            "may follow.",
            kind=Kind.NOT_AS_WRITTEN,
        )
    owes, claimant = fee.owed_by, written.policy.claimant
    if owes not in (None, claimant) and fee.taken == "deducted" and fee.certainty != "may":
        says = (
            f"the fee is deducted from what `{claimant}` gets, though `owed_by` says that "
            f"`{owes}` owes it."
        )
        put = {"taken": "billed"}
        yield from written.silence("owed_by", says, put=put, kind=Kind.NOT_AS_WRITTEN)


def _counted_wrongly(written: Written, fee: Fee) -> Iterator[Silence]:
    """Reports an amount that `per` counts once more for each unit, or for the first line alone."""
    for each in held_in(fee.fee):
        fact = each.fact if isinstance(each, FromFact) else ""
        counted = isinstance(each, Each) and each.per == "quantity"
        own = fact in written.policy.facts and fact not in SENT
        of_a_fee = fact.startswith("fees.")
        if fee.per == "unit" and (counted or fact in _SUMS or of_a_fee):
            of = "`each` already counts the units" if counted else f"`{fact}` is for all units"
            says = f"{of}, and `per: unit` multiplies it by `quantity` once more."
            yield from written.silence("per", says, drop=("per",), kind=Kind.NOT_AS_WRITTEN)
            return
        if fee.per in TAKEN_ONCE and (own or fact in _OF_ONE_LINE or of_a_fee):
            says = (
                f"the fee is taken once per {fee.per}, so it only counts the `{fact}` of the first "
                "line."
            )
            yield from written.silence("per", says, put={"per": "line"}, kind=Kind.NOT_AS_WRITTEN)
            return


# --- waivers --------------------------------------------------------------------------------------

_DIFFERS: Final = frozenset(
    """
    category brand sku label place fulfilment programme reason condition packaging inspection
    tags evidence lacking quantity_ordered case_pack loose_units opened seal_intact tags_attached
    accessories_complete set_complete final_sale usage_minutes trial_night mobile_carrier
    unit_price retail_price current_price list_price lowest_price_365d discount discount_percent
    missing_value kept_gift_value core_charge price_difference power_kva screen_inches carat
    wanted exchange_same_product exchange_in_stock legal_basis
    """.split()  # noqa: SIM905 - a list would take one line per word
)
"""Facts that can differ between the lines of a return."""
_OF_THE_RETURN: Final = ("return_value", "line_count", "refused_lines", "whole_order_back")


def whole_silences(written: Written, body: Waiver) -> Iterator[Silence]:
    """Reports the silences of one row of `whole_return`."""
    if not body.waive:
        yield Silence(
            key="id",
            place=written.own,
            row=written.row,
            at=written.row.source,
            says=f"`{written.row.id}` has no `waive`, and a row of `whole_return` does nothing but "
            "waive fees.",
            put={"waive": [f"fees.{table.part}" for table in written.policy.fees][:1] or ["fees"]},
        )
    derived = {*DERIVED, *(f"fees.{table.part}" for table in written.policy.fees)}
    of_clocks = {str(table.part) for table in written.policy.deadlines}
    for leaf in leaves(written.row.when):
        if leaf.fact in _DIFFERS | derived or leaf.fact.partition(".")[0] in of_clocks:
            yield _first_line(written, body, leaf.fact)
            return


def _first_line(written: Written, body: Waiver, fact: str) -> Silence:
    fee = next(iter(body.waive), "fees.NAME").removeprefix("fees.")
    known = ", ".join(f"`{name}`" for name in _OF_THE_RETURN)
    return Silence(
        key="when",
        place=written.own,
        row=written.row,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}` tests `{fact}`, which differs from line to line: the first line "
        "decides for the whole return.",
        advice=f"Test a fact of the whole return ({known}), or write the row into the fee: `fees: "
        f"{{{fee}: {{rows: [{{id: F-NONE, when: {{..}}, fee: none}}, ..]}}}}`.",
    )


# --- bounds of an amount --------------------------------------------------------------------------


def amount_silences(written: Written) -> Iterator[Silence]:
    """Reports amounts, wherever they stand, of which a part never counts or counts too often."""
    for place in _maps(written.own):
        if {"each", "per"} == set(place.entries) and place.text_of("per") in ("unit", "quantity"):
            yield from _each_of_all(place, written)
        if not {"amount", "at_least", "at_most"} <= set(place.entries):
            continue
        low, high = (_order(place.text_of(key)) for key in ("at_least", "at_most"))
        if low is not None and high is not None and low[0] == high[0] and low[1] > high[1]:
            yield Silence(
                key="at_least",
                place=place,
                row=written.row,
                says=f"`{written.row.id}`: the floor `{place.text_of('at_least')}` lies above the "
                f"cap `{place.text_of('at_most')}` and is never reached.",
                put={"at_least": place.text_of("at_most"), "at_most": place.text_of("at_least")},
                kind=Kind.NOT_AS_WRITTEN,
            )


def _each_of_all(place: Map, written: Written) -> Iterator[Silence]:
    said = flow(place.entries["each"])
    of_all = next((fact for fact in _SUMS if re.search(rf"\b{fact}\b", said)), None)
    if of_all is not None:
        yield Silence(
            key="each",
            place=place,
            row=written.row,
            says=f"`{written.row.id}`: `{of_all}` is for all units, and `each` multiplies "
            "it by their number once more.",
            advice=f"Write the amount alone: `{said}`.",
            kind=Kind.NOT_AS_WRITTEN,
        )


def _maps(node: Node) -> Iterator[Map]:
    if isinstance(node, Map):
        yield node
        for key, child in node.entries.items():
            if key != "rows":
                yield from _maps(child)
    for item in getattr(node, "items", ()):
        yield from _maps(item)


def _order(text: str) -> tuple[str, float] | None:
    """Parses an amount of money or a share into its unit and its number."""
    amount, _, of = text.partition("% of ")
    if of:
        return (of, float(amount)) if amount.replace(".", "", 1).isdecimal() else None
    currency, _, number = text.partition(" ")
    plain = number.replace(".", "", 1).isdecimal()
    return (currency, float(number)) if plain and len(currency) == 3 else None
