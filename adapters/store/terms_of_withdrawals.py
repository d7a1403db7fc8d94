"""Withdraws editions once it is confirmed which agreed terms the versions that come back end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.store.database import Store
from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.lost_terms import (
    NOTHING_LOST,
    Losing,
    LostTerm,
    LostTerms,
    Replaced,
    TermsLost,
    file_of,
    told,
)
from engine.policy.editions import FindBase
from engine.policy.selection import Candidate, Withdrawal, days_in_force, known


def withdraw(
    store: Store, said: WithdrawalRequest, shipped: FindBase, ends_terms: str = ""
) -> Withdrawn:
    """Withdraws an edition, inside a session.

    `ends_terms` is the digest of the agreed terms that its owner knows to end or to be forbidden
    by the versions that come back. Raises `TermsLost` without it, and `RequestFault`.
    """
    store.partners.hold(said.edition.owner.id)
    lost = _lost_by_withdrawing(store, said, shipped)
    made = store.withdrawing.withdraw(said)
    if lost.digest not in ("", ends_terms):
        sentence = f"This withdrawal ends agreed terms; confirm that. {lost.sentences}"
        raise TermsLost("terms_ended", sentence, lost)
    return made


def _lost_by_withdrawing(store: Store, said: WithdrawalRequest, shipped: FindBase) -> LostTerms:
    """Returns the agreed terms that the versions which come back end or forbid."""
    gone = said.edition
    agreed = store.partnerships.terms_of(gone.owner.id).get(gone.policy, ())
    if not agreed:
        return NOTHING_LOST
    every = store.editions.versions_of(gone.policy)
    taken = Withdrawal(at=gone.published_at, first=said.first)
    before, after = known(every), known(_withdrawn(every, gone.id, taken))
    back = [
        each
        for each in after
        if days_in_force(each.key, after) != days_in_force(each.key, before) and each.key != gone.id
    ]
    old = next(each for each in every if each.key == gone.id)
    replaced = (Replaced(old.scope, file_of(store, gone, shipped)),) if back else ()
    terms: list[LostTerm] = []
    for each in sorted(back, key=lambda one: one.version, reverse=True):
        losing = Losing(file_of(store, store.editions.by_id(each.key), shipped), replaced)
        terms += [lost for one in agreed for lost in losing.of(one)]
    return told((gone.reference, said.first), terms)


def _withdrawn(every: Iterable[Candidate], key: str, withdrawal: Withdrawal) -> Iterator[Candidate]:
    for each in every:
        more = (withdrawal,) if each.key == key else ()
        yield replace(each, withdrawals=(*each.withdrawals, *more))
