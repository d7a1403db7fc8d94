"""The history of a settlement in words, from its entries in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dashboard.writing.words import called, tag

TITLES: Final[dict[str, str]] = {
    "SETTLEMENT_PLANNED": "Planned",
    "SETTLEMENT_SENDING": "Sent to the gateway",
    "SETTLEMENT_SUBMITTED": "Being processed by the gateway",
    "SETTLEMENT_SUCCEEDED": "Paid",
    "SETTLEMENT_FAILED": "Failed",
    "SETTLEMENT_CAME_BACK": "Returned by the bank",
    "SETTLEMENT_NEEDS_ATTENTION": "Needs attention",
    "SETTLEMENT_CANCELLED": "Cancelled",
}
"""What each kind of entry about a settlement says."""
_ACTORS: Final = {
    "worker": "automatic",
    "gateway": "reported by the gateway",
    "policy": "by the policy",
    "command line": "by the server administrator",
}


def told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an entry with its title, details and author in words; without ids."""
    actor = str(entry["actor"])
    return {
        "title": TITLES[entry["kind"]],
        "details": ", ".join(_details(entry["body"])),
        "actor": _ACTORS.get(actor, f"by {actor}"),
        "at": entry["at"],
    }


def _details(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("amount"):
        yield str(body["amount"])
    if body.get("tax"):
        yield f"of which tax {body['tax']}"
    if body.get("instrument"):
        yield called(body["instrument"])
    if body.get("state"):
        yield f"status: {tag('SettlementState', body['state'].upper())[0].lower()}"
    if body.get("attempt"):
        yield f"attempt {body['attempt']}"
    for cause in dict.fromkeys(str(body[name]) for name in ("trouble", "reason") if body.get(name)):
        yield called(cause)
