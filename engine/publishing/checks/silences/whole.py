"""Silences of `whole_return`: rows that waive nothing, and rows that test only one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.policy.conditions import leaves
from engine.policy.model import Waiver
from engine.policy.vocabulary import DERIVED
from engine.publishing.checks.silences.written import Kind, Silence, Written

_OF_A_LINE: Final = frozenset(
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
_OF_THE_WHOLE: Final = ("return_value", "line_count", "refused_lines", "whole_order_back")


def whole_silences(written: Written, body: Waiver) -> Iterator[Silence]:
    """Reports the silences of one row of `whole_return`."""
    if not body.waive:
        yield Silence(
            key="id",
            place=written.own,
            row=written.row,
            at=written.row.source,
            says=f"`{written.row.id}` waives nothing, and a row of `whole_return` does nothing "
            "else.",
            put={"waive": [f"fees.{table.part}" for table in written.policy.fees][:1] or ["fees"]},
        )
    derived = {*DERIVED, *(f"fees.{table.part}" for table in written.policy.fees)}
    of_clocks = {str(table.part) for table in written.policy.deadlines}
    for leaf in leaves(written.row.when):
        if leaf.fact in _OF_A_LINE | derived or leaf.fact.partition(".")[0] in of_clocks:
            yield _first_line(written, body, leaf.fact)
            return


def _first_line(written: Written, body: Waiver, fact: str) -> Silence:
    fee = next(iter(body.waive), "fees.NAME").removeprefix("fees.")
    known = ", ".join(f"`{name}`" for name in _OF_THE_WHOLE)
    return Silence(
        key="when",
        place=written.own,
        row=written.row,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}` asks `{fact}`, of which each line has its own: the first line "
        "alone decides for all.",
        advice=f"Ask what is of the whole return ({known}), or write the row into the fee: `fees: "
        f"{{{fee}: {{rows: [{{id: F-NONE, when: {{..}}, fee: none}}, ..]}}}}`.",
    )
