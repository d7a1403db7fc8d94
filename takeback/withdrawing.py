"""Withdraws editions in the store of a server, for operators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.identity.actors import COMMAND_LINE
from adapters.store import terms_of_withdrawals
from adapters.store.database import Store, open_store
from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.records import Edition
from engine.errors import RequestFault
from engine.policy.faults import nearest
from takeback.bases import Bases
from takeback.settings import Settings, policies_folder


@contextmanager
def opened(settings: Settings, policy: str, version: int) -> Iterator[tuple[Store, Edition]]:
    """Opens the store and an edition in it; raises `RequestFault` if there is none."""
    store = open_store(settings.database)
    try:
        with store.session():
            found = store.editions.named(policy, version)
            hint = "" if found else _nearest(store, f"{policy}@{version}")
        if found is None:
            raise RequestFault("not_found", f"`{policy}@{version}` is not published here.{hint}")
        yield store, found
    finally:
        store.close()


def _nearest(store: Store, reference: str) -> str:
    owner = store.partners.by_handle(reference.partition("/")[0])
    published = store.editions.candidates(owner.id) if owner else ()
    return nearest(reference, sorted(each.reference for each in published))


def withdraw(
    store: Store, edition: Edition, first: int | None, why: str, ends_terms: str = ""
) -> Withdrawn:
    """Withdraws it, from an ordinal day on or entirely.

    `ends_terms` is the digest of the agreed terms that it may end. Raises `TermsLost`, and
    `RequestFault` with the reason.
    """
    with store.session(), store.atomic():
        said = WithdrawalRequest(edition=edition, first=first, why=why, by=COMMAND_LINE)
        shipped = Bases((policies_folder(),)).find
        return terms_of_withdrawals.withdraw(store, said, shipped, ends_terms)
