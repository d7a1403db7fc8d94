"""What the sender of the goods has to do, and which places need an address from the supplier."""

from __future__ import annotations

from typing import Final

from engine.decision.record import Decision
from engine.returns.outcome import COMING_BACK

SHIPPED_FROM: Final = frozenset({None, "", "supplier_warehouse"})
"""Words for the place that the goods were shipped from; no word at all means the same."""
ELSEWHERE: Final = frozenset(
    (
        *("platform_warehouse", "retailer_fulfilment_center", "retailer_location"),
        *("store_of_purchase", "store_of_return"),
    )
)
"""Places whose address the sender knows without the supplier."""
_COUNTRY: Final = "country "


def country_of(place: str) -> str:
    """Returns the country of `country IE`, which means any place there; empty for other words."""
    return place.removeprefix(_COUNTRY) if place.startswith(_COUNTRY) else ""


def needs_address(place: str) -> bool:
    """Returns whether the supplier has to declare a place before anybody can send goods there."""
    return place not in ELSEWHERE


_PAYS: Final = "The {payer} pays for sending it back."
_WAIT: Final = "Do not send the goods yet: their supplier has not said where they go."
_KEPT: Final = "Keep the goods; they do not come back."
_STAYS: Final = {
    "destroy": "Destroy the goods; they do not come back.",
    "dispose": "Dispose of the goods; they do not come back.",
    "donate": "Donate the goods; they do not come back.",
    "restock_in_store": "Put the goods back on sale where they are.",
}


def instructions(
    decision: Decision, number: str, expires_on: str | None, *, nowhere: bool = False
) -> tuple[str, ...]:
    """Returns the instructions in the order to follow them; `expires_on` is an ISO date.

    While goods that must come back have `nowhere` to go, the only instruction is to wait.
    """
    if decision.answer != "accept":
        return ()
    if decision.goods is not None and decision.goods not in COMING_BACK:
        return _STAYS.get(decision.goods, _KEPT), *_proof(decision)
    if nowhere:
        return (_WAIT,)
    return tuple(_to_send(decision, number, expires_on))


def _to_send(decision: Decision, number: str, expires_on: str | None) -> list[str]:
    said = [f"Write {number} on the outside of the parcel."]
    if decision.original_packaging_required:
        said.append("Use the original packaging.")
    if decision.requires:
        papers = ", ".join(each.replace("_", " ") for each in decision.requires if each != "rma")
        said += [f"Enclose: {papers}."] if papers else []
    if decision.label_by:
        said.append(f"The {decision.label_by} sends the label.")
    if decision.return_paid_by:
        said.append(_PAYS.format(payer=decision.return_paid_by))
    if expires_on:
        said.append(f"The authorization ends with {expires_on}.")
    return said


def _proof(decision: Decision) -> tuple[str, ...]:
    papers = ", ".join(each.replace("_", " ") for each in decision.proof)
    return (f"Send as proof: {papers}.",) if papers else ()
