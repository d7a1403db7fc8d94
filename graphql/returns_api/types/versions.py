"""Versions of what is shown, compared inside the transaction that acts on it.

A caller sends the `version` that it was shown as `ifUnchanged`. Two callers that were shown the
same thing, and act at the same moment, do not both act: the first changes the version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from adapters.store.database import Store
from adapters.store.money.credit.records import Between
from adapters.store.money.records import Claim, Settlement, unpaid_of
from adapters.store.records import OrderLine
from adapters.store.returns.arrived import ReceivedParcel
from adapters.store.returns.records import Return
from engine.decision.record import Deadline, Decision
from engine.errors import RequestFault

CHANGED: Final = "This has changed since it was shown. Read it again, then decide."


_TERMS: Final = (
    *("answer", "code", "policy", "decided_by", "missing", "open", "requires", "subject_to"),
    *("original_packaging_required", "remedy", "choice", "timing", "creates", "goods"),
    *("goods_choice", "goods_to", "proof", "return_paid_by", "label_by", "reshipment_paid_by"),
    *("base", "percent", "fees", "fee_total", "outbound_refunded", "net", "net_certainty"),
    "waived",
)
"""What a decision grants and demands, without facts, sentences, what is left of a limit, and days
counted from the request itself, which tell of its moment."""
_OF_THE_MOMENT: Final = ("requested", "request_sent", "now")


def version(*what: object) -> str:
    """Returns a digest of what is shown; equal contents have equal versions."""
    return hashlib.sha256(msgspec.json.encode(what)).hexdigest()[:32]


def check_unchanged(shown: str | None, *now: Callable[[], str], text: str = CHANGED) -> None:
    """Raises `RequestFault` `changed` unless the version is one that may be shown now.

    Call it under the locks of what is then changed. A caller that sends no version was shown
    nothing.
    """
    if shown is not None and not any(shown == each() for each in now):
        raise changed(text)


def changed(text: str = CHANGED) -> RequestFault:
    """Returns the error for what is not as it was shown."""
    return RequestFault("changed", text, "ifUnchanged")


def check_return_unchanged(store: Store, shown: str | None, found: Return) -> None:
    """Raises `RequestFault` `changed` unless a return is as it was shown to any key of its
    partner, with its settlements or without."""
    if shown is not None and shown not in versions_of_return(store, found):
        raise changed()


def versions_of_return(store: Store, found: Return) -> tuple[str, ...]:
    """The versions of a return for all keys of a partner: those that may read money or not."""
    return tuple(version_of_return(store, found, money=each) for each in (True, False))


def version_of_return(store: Store, found: Return, *, money: bool) -> str:
    """The version of a return: of its lines, of what arrived, and of what was paid for it.

    For a key that may not read `money` it changes only with what is unpaid, which it is shown.
    """
    made: dict[str, list[Settlement]] = {line.id: [] for line in found.lines}
    for each in store.settlements.of_return_lines(list(made)):
        made[each.return_line].append(each)
    paid: list[object] = [
        [(each.id, each.state, each.amount) for each in one] if money else unpaid_of(one)
        for one in made.values()
    ]
    came = store.arrivals.ever(found.id), store.arrivals.inspected_ever(found.id)
    return version(found, came, paid)


def version_of_answer(line: OrderLine, decision: Decision) -> str:
    """The version of what `eligibility` answers for a line: of the terms, whatever the time, and
    whatever else is returned."""
    terms = [getattr(decision, name) for name in _TERMS]
    legs = [replace(each, pay_by=None) for each in decision.remedies]
    readings = [replace(each, sentence="") for each in decision.readings]
    limits = [(name, state) for name, state, _ in decision.limits]
    return version(line.id, terms, legs, readings, limits, _last_day(decision.request))


def _last_day(found: Deadline | None) -> str | None:
    """Returns the last day of a deadline, None if each request has another one."""
    return None if found is None or found.counted_from in _OF_THE_MOMENT else found.last_day


def version_of_parcel(store: Store, found: ReceivedParcel) -> str:
    """The version of a parcel without a return: of its units and their inspections."""
    return version(found, store.received_parcels.inspections(found.id))


def version_of_settlement(found: Settlement) -> str:
    """The version of a settlement: of its state, and of each time that it is sent again."""
    sent = found.generation, found.polls
    return version(found.id, found.state, found.amount, sent, found.sentence)


def version_of_claim(found: Claim) -> str:
    """The version of a claim: of its state, and of what is left of it."""
    return version(found.id, found.state, found.left)


def version_of_credit(store: Store, of: Between) -> str:
    """The version of account credit: of all that was posted to it."""
    return version(of, store.tenant_credit.balance(of).totals)
