"""Kinds of entries about returns, stock, and the channels that share it."""

from __future__ import annotations

from typing import Final

from adapters.identity.principal import Scope
from adapters.store.journal.kinds import EntryKind, Thing, Whose, fields
from engine.returns.lifecycle import MOVING, Step


def _return(name: str, says: str, shared: str) -> EntryKind:
    return EntryKind(
        name=f"return_{name}",
        says=says,
        about=Thing.RETURN,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_RETURNS,
        own=fields(shared),
        other=fields(shared),
    )


_STEPS: Final = {
    Step.HOLD: "The return waits for a person, or for missing facts.",
    Step.APPROVE: "The return was approved.",
    Step.REFUSE: "The return was refused.",
    Step.SHIP: "A parcel is on its way.",
    Step.RECEIVE_PART: "Part of the return arrived.",
    Step.RECEIVE: "All expected units arrived.",
    Step.INSPECT: "All units that arrived were inspected.",
    Step.SETTLE: "Everything owed for the return was paid or credited.",
    Step.CLOSE: "The return was closed.",
    Step.UNSETTLE: "A payment came back: the return is open again, and the money is owed.",
    Step.CANCEL: "The return was cancelled.",
    Step.EXPIRE: "The return expired: its last day passed and nothing arrived.",
    Step.REOPEN: "The return was reopened and waits for a person.",
    Step.CORRECT: "A count or an inspection of the return was undone.",
}
RETURNS: Final = (
    _return("request", "A return was requested.", "lines"),
    _return(
        "dated", "The supplier changed the day of the request, with a reason.", "requested why"
    ),
    _return(
        "decide",
        "The lines of a return were decided again, with more facts or for another day.",
        "lines",
    ),
    _return("judge", "A person decided lines of a return.", "lines"),
    _return(
        "shortened",
        "A line has fewer units: the others were cancelled, or are in another return.",
        "line units",
    ),
    _return("findings", "Units of a return were inspected.", "lines"),
    *(_return(step, _STEPS[step], "before after") for step in MOVING),
    _return("place", "The supplier added the location that the goods go to.", "lines"),
    _return("receipt_undone", "A count of units that had not arrived was undone.", "arrivals"),
    _return("inspection_undone", "An inspection of units was undone.", "inspection units"),
    _return("document", "A photo or document was added to a return.", "kind sha256 size"),
    EntryKind(
        name="consumer_erased",
        says="The consumer's personal data was erased; photos and documents were removed.",
        about=Thing.CONSUMER_RETURN,
        whose=Whose.RETAILER,
        needs=Scope.READ_RETURNS,
        own=fields(""),
    ),
)


def _parcel(name: str, says: str, own: str) -> EntryKind:
    return EntryKind(
        name=f"parcel_{name}",
        says=says,
        about=Thing.PARCEL,
        whose=Whose.SUPPLIER,
        needs=Scope.HANDLE_RETURNS,
        own=fields(own),
    )


PARCELS: Final = (
    _parcel("received", "A parcel arrived that belongs to no known return.", "lines"),
    _parcel("findings", "Units of such a parcel were inspected.", "lines"),
    _parcel("undone", "A count or an inspection of such a parcel was undone.", "inspection units"),
    _parcel("tied", "Such a parcel was matched to a return.", "return lines"),
)


def _channel(name: str, says: str, shared: str = "", own: str = "") -> EntryKind:
    return EntryKind(
        name=name,
        says=says,
        about=Thing.CHANNEL,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_STOCK,
        own=fields(f"{shared} {own}"),
        other=fields(shared),
    )


STOCK: Final = (
    EntryKind(
        name="stock_moved",
        says="Stock was counted or moved. Retailers receive the levels by their channel.",
        about=Thing.STOCK,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_STOCK,
        own=fields("moves"),
    ),
    _channel("channel_put", "A channel was opened or changed.", "kind host", own="buffer"),
    _channel("channel_secret", "A channel got a new secret.", "fingerprint"),
    _channel("feeds_paused", "The supplier paused a channel; nothing is sent until it is resumed."),
    _channel("feeds_resumed", "The supplier resumed a channel."),
    _channel("feeds_retried", "Failed and parked levels are sent again at once."),
    _channel("feeds_resent", "All levels, or one, are sent again.", "sku"),
    _channel("feeds_parked", "Some SKUs are no longer sent automatically.", "why skus"),
    _channel("feeds_stopped", "The retailer stopped a channel.", "why"),
    _channel("stock_reported", "A retailer reported its view of the stock.", "skus different"),
)
