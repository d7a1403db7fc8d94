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
    Step.HOLD: "It waits for a person, or for what is missing.",
    Step.APPROVE: "It is authorized.",
    Step.REFUSE: "It is refused.",
    Step.SHIP: "A parcel is on its way.",
    Step.RECEIVE_PART: "A part of it has arrived.",
    Step.RECEIVE: "All that comes has arrived.",
    Step.INSPECT: "All that arrived was looked at.",
    Step.SETTLE: "The supplier has squared it.",
    Step.CLOSE: "It is closed.",
    Step.UNSETTLE: "Money of it that had moved came back: it is open, and the money is owed.",
    Step.CANCEL: "It was cancelled.",
    Step.EXPIRE: "Its last day has passed, and nothing that was announced came.",
    Step.REOPEN: "It waits for a person again.",
    Step.CORRECT: "What was counted or found of it was undone.",
}
RETURNS: Final = (
    _return("request", "A return was asked for.", "lines"),
    _return("dated", "Its supplier says another day of the request, and why.", "requested why"),
    _return("decide", "Its lines were decided anew, by more facts or on another day.", "lines"),
    _return("judge", "A person has decided lines of it.", "lines"),
    _return(
        "shortened",
        "A line has fewer units: the others were cancelled, or are in another return.",
        "line units",
    ),
    _return("findings", "Units of it were looked at.", "lines"),
    *(_return(step, _STEPS[step], "before after") for step in MOVING),
    _return("place", "Its supplier has the place by now where its goods go.", "lines"),
    _return("receipt_undone", "Units of it were counted that did not come.", "arrivals"),
    _return("inspection_undone", "What was found of units does not hold.", "inspection units"),
    _return("document", "A photo or paper was sent to it.", "kind sha256 size"),
    EntryKind(
        name="consumer_erased",
        says="Nobody knows any more who the consumer was; photos and papers were removed.",
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
    _parcel("received", "Goods came that belong to no known return.", "lines"),
    _parcel("findings", "Units of such goods were looked at.", "lines"),
    _parcel("undone", "What was counted or found of such goods does not hold.", "inspection units"),
    _parcel("tied", "Such goods turned out to be of a return.", "return lines"),
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
        says="Stock was counted or moved; retailers are told levels by their channel.",
        about=Thing.STOCK,
        whose=Whose.SUPPLIER,
        needs=Scope.READ_STOCK,
        own=fields("moves"),
    ),
    _channel("channel_put", "A channel was opened or changed.", "kind host", own="buffer"),
    _channel("channel_secret", "A channel has a new secret.", "fingerprint"),
    _channel("feeds_paused", "Nothing more is sent until the supplier resumes."),
    _channel("feeds_resumed", "It is sent again."),
    _channel("feeds_retried", "What failed or was parked is tried at once."),
    _channel("feeds_resent", "All levels are sent again, or one.", "sku"),
    _channel("feeds_parked", "Some SKUs are not sent any more by themselves.", "why skus"),
    _channel("feeds_stopped", "The retailer wants no more.", "why"),
    _channel("stock_reported", "A retailer said what it holds.", "skus different"),
)
