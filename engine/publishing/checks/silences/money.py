"""Silences of `value`, `fees` and `whole_return`: amounts multiplied twice, compared wrongly or
never taken, rows that waive nothing, and rows that test only one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.model import Each, Fee, FromFact, ToBeAssessed, Waiver, held_in
from engine.policy.printing.yaml import flow
from engine.policy.register.built_in import SENT
from engine.policy.text import Map, below
from engine.policy.vocabulary import DERIVED
from engine.policy.words import TAKEN_ONCE
from engine.publishing.checks.silences.written import Kind, Silence, Told, Unheeded, Written

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


VALUES: Final[tuple[Told, ...]] = (
    Unheeded(
        "of",
        lambda row, _: row.text("of") == "none",
        "`of: none` is ignored, so the whole price is given.",
        put={"percent": "0%"},
        drop=("of",),
        kind=Kind.NOT_AS_WRITTEN,
    ),
)
"""The silences of a row of `value`."""


def _no_fee(written: Written, fee: Fee) -> Iterator[Silence]:
    """Reports the keys of a row that takes no fee."""
    for key, usual in OF_A_FEE.items() if fee.fee is None else ():
        if written.own.text_of(key) != usual:
            says = f"the row takes no fee, so `{key}` has no effect."
            yield from written.silence(key, says, within=written.own, drop=(key,))


def _is_sure(fee: Fee) -> bool:
    """Returns whether the whole fee is taken."""
    open_ = any(isinstance(each, ToBeAssessed) for each in held_in(fee.fee))
    return fee.fee is not None and fee.certainty == "fixed" and not open_


def _is_anothers(written: Written, fee: Fee) -> bool:
    """Returns whether another party owes a fee that is deducted from what the claimant gets."""
    owed = fee.owed_by not in (None, written.policy.claimant)
    return owed and fee.fee is not None and fee.taken == "deducted" and fee.certainty != "may"


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


FEES: Final[tuple[Told, ...]] = (
    _no_fee,
    Unheeded(
        "to_settle",
        lambda _, fee: fee.to_settle and _is_sure(fee),
        "the whole fee is taken, and no person is asked about `to_settle`.",
        put={"certainty": "may"},
        advice="Write `certainty: may`, or `certainty: at_least` if it is taken and more may "
        "follow.",
        kind=Kind.NOT_AS_WRITTEN,
    ),
    Unheeded(
        "owed_by",
        _is_anothers,
        "the fee is deducted from what `{policy.claimant}` gets, though `owed_by` says that "
        "`{body.owed_by}` owes it.",
        put={"taken": "billed"},
        kind=Kind.NOT_AS_WRITTEN,
    ),
    _counted_wrongly,
)
"""The silences of a row of a fee."""


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


def _waives_nothing(written: Written, body: Waiver) -> Iterator[Silence]:
    """Reports a row without `waive`."""
    if not body.waive:
        fees = [f"fees.{table.part}" for table in written.policy.fees]
        yield Silence(
            key="id",
            place=written.own,
            row=written.row,
            at=written.row.source,
            says=f"`{written.row.id}` has no `waive`, and a row of `whole_return` does nothing but "
            "waive fees.",
            put={"waive": fees[:1] or ["fees"]},
        )


def _first_line(written: Written, body: Waiver) -> Iterator[Silence]:
    """Reports a test of a fact that can differ between the lines of a return."""
    deadlines = {str(table.part) for table in written.policy.deadlines}
    fees = {f"fees.{table.part}" for table in written.policy.fees}
    tests = (leaf.fact for leaf in leaves(written.row.when))
    differing = (
        fact
        for fact in tests
        if fact in _DIFFERS | fees or fact in DERIVED or fact.partition(".")[0] in deadlines
    )
    fact, fee = next(differing, None), next(iter(body.waive), "fees.NAME").removeprefix("fees.")
    if fact is not None:
        known = ", ".join(f"`{name}`" for name in _OF_THE_RETURN)
        yield Silence(
            key="when",
            place=written.own,
            row=written.row,
            kind=Kind.NOT_AS_WRITTEN,
            says=f"`{written.row.id}` tests `{fact}`, which differs from line to line: the first "
            "line decides for the whole return.",
            advice=f"Test a fact of the whole return ({known}), or write the row into the fee: "
            f"`fees: {{{fee}: {{rows: [{{id: F-NONE, when: {{..}}, fee: none}}, ..]}}}}`.",
        )


WAIVERS: Final[tuple[Told, ...]] = (_waives_nothing, _first_line)
"""The silences of a row of `whole_return`."""


# --- bounds of an amount --------------------------------------------------------------------------


def amount_silences(written: Written, _: object) -> Iterator[Silence]:
    """Reports amounts, wherever they stand, of which a part never counts or counts too often."""
    for place in below(written.own.without("rows")):
        if isinstance(place, Map) and {"each", "per"} == set(place.entries):
            yield from _each_of_all(place, written)
        if isinstance(place, Map) and {"amount", "at_least", "at_most"} <= set(place.entries):
            yield from _floor_above_cap(place, written)


def _each_of_all(place: Map, written: Written) -> Iterator[Silence]:
    """Reports an amount of all units that is multiplied by their number once more."""
    said = flow(place.entries["each"])
    of_all = next((fact for fact in _SUMS if re.search(rf"\b{fact}\b", said)), None)
    if of_all is not None and place.text_of("per") in ("unit", "quantity"):
        yield from written.silence(
            "each",
            f"`{of_all}` is for all units, and `each` multiplies it by their number once more.",
            within=place,
            advice=f"Write the amount alone: `{said}`.",
            kind=Kind.NOT_AS_WRITTEN,
        )


def _floor_above_cap(place: Map, written: Written) -> Iterator[Silence]:
    """Reports a floor above the cap of the same amount."""
    least, most = place.text_of("at_least"), place.text_of("at_most")
    low, high = _order(least), _order(most)
    if low is not None and high is not None and low[0] == high[0] and low[1] > high[1]:
        yield from written.silence(
            "at_least",
            f"the floor `{least}` lies above the cap `{most}` and is never reached.",
            within=place,
            put={"at_least": most, "at_most": least},
            kind=Kind.NOT_AS_WRITTEN,
        )


def _order(text: str) -> tuple[str, float] | None:
    """Parses an amount of money or a share into its unit and its number."""
    amount, _, of = text.partition("% of ")
    if of:
        return (of, float(amount)) if amount.replace(".", "", 1).isdecimal() else None
    currency, _, number = text.partition(" ")
    plain = number.replace(".", "", 1).isdecimal()
    return (currency, float(number)) if plain and len(currency) == 3 else None
