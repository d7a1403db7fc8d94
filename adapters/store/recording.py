"""Checks which facts of an order each of its two sides may record, by the register of facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.store.drafts import OrderDraft
from adapters.store.ordering.days import DATES
from adapters.store.ordering.faults import OrderFault, fault
from engine.errors import RequestFault
from engine.policy.register.built_in import SENT
from engine.policy.register.tellers import Side, check_recorded

Named = tuple[str, Mapping[str, str], Mapping[str, object]]
"""A path, with the dates and the facts that are given there."""


def recording_faults(drafts: Sequence[OrderDraft], side: Side) -> Iterator[OrderFault]:
    """A fault for each fact or date of an order or line that this side may not record."""
    for path, dates, facts in _said(drafts):
        for name in dates:
            yield from _not_to_write(name, side, path)
        for name in facts:
            wrong = [*_not_to_write(name, side, path)]
            if not wrong and name in DATES:
                said = f"`{name}` is a day; say it under `dates`."
                wrong = [fault("wrong_type", said, path, name)]
            yield from wrong


def _said(drafts: Sequence[OrderDraft]) -> Iterable[Named]:
    for index, draft in enumerate(drafts):
        yield f"orders[{index}]", draft.dates, draft.facts
        for place, line in enumerate(draft.lines):
            yield f"orders[{index}].lines[{place}]", line.dates, line.facts


def _not_to_write(name: str, side: Side, path: str) -> Iterator[OrderFault]:
    if name not in SENT:
        return
    try:
        check_recorded(SENT[name], side)
    except RequestFault as refused:
        yield fault(refused.code, refused.message, path, name)
