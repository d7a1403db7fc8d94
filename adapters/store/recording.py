"""Checks which facts of an order each of its two sides may record, by the register of facts.

What no policy could read is refused too: an order never changes, so none of its lines could ever
come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.store.drafts import OrderDraft, plain
from adapters.store.ordering.days import DATES
from adapters.store.ordering.faults import OrderFault, fault
from engine.decision.encoders import check_readable
from engine.errors import RequestFault
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import Side, check_recorded

Named = tuple[str, str, Mapping[str, str], Mapping[str, object]]
"""A path and its order's currency, with the dates and the facts that are given there."""


def recording_faults(drafts: Sequence[OrderDraft], side: Side) -> Iterator[OrderFault]:
    """A fault for each fact or date of an order or line that this side may not record."""
    for path, currency, dates, facts in _said(drafts):
        for name in dates:
            yield from _not_to_write(name, side, path)
        for name, value in facts.items():
            wrong = [*_not_to_write(name, side, path)]
            if not wrong and name in DATES:
                said = f"`{name}` is a day; say it under `dates`."
                wrong = [fault("wrong_type", said, path, name)]
            yield from wrong or _not_to_read(name, value, currency, path)


def _said(drafts: Sequence[OrderDraft]) -> Iterable[Named]:
    for index, draft in enumerate(drafts):
        yield f"orders[{index}]", draft.currency, draft.dates, draft.facts
        for place, line in enumerate(draft.lines):
            at = f"orders[{index}].lines[{place}]"
            yield at, draft.currency, line.dates, line.facts


def _not_to_write(name: str, side: Side, path: str) -> Iterator[OrderFault]:
    if name not in SENT:
        return
    try:
        check_recorded(SENT[name], side)
    except RequestFault as refused:
        yield fault(refused.code, refused.message, path, name)


def _not_to_read(name: str, value: object, currency: str, path: str) -> Iterator[OrderFault]:
    """A fault of a value that no policy reads; a draft itself tells amounts below zero."""
    if name not in SENT or not plain(value):
        return
    try:
        check_readable(SENT[name], value, currency)
    except RequestFault as refused:
        if refused.code != "negative_money":
            yield fault(refused.code, refused.message, path, name)
