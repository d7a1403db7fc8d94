"""Shows and sets what a supplier agreed with a retailer, for operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from adapters.identity.principal import Kind, Principal
from adapters.store.database import Store
from engine.errors import RequestFault
from services.partners.agreeing import Agreeing, Agreement, TermsChange
from takeback.partners import known, opened
from takeback.policy_cache import Library
from takeback.settings import Settings, policies_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A supplier and a retailer by handle, and one of the supplier's policies."""

    supplier: str
    retailer: str
    policy: str


def shown(settings: Settings, named: Named) -> Agreement:
    """Returns what is agreed, and the editions for which terms may be agreed."""
    with _found(settings, named) as (_agreeing, _acting, agreement):
        return agreement


def foretold(settings: Settings, named: Named, terms: Mapping[str, object]) -> TermsChange:
    """Returns what other terms would change; raises `TermsNotAllowed`."""
    with _found(settings, named) as (agreeing, acting, agreement):
        return agreeing.change(acting, agreement, terms)


def set_terms(
    settings: Settings, named: Named, terms: Mapping[str, object], was: TermsChange
) -> None:
    """Replaces everything that is agreed, if it is as it was when the change was shown.

    Raises `RequestFault` `changed` otherwise, and `TermsNotAllowed`.
    """
    with _found(settings, named) as (agreeing, acting, agreement):
        if _told(agreeing.change(acting, agreement, terms)) != _told(was):
            said = "What this would change is not what was shown any more; run it again."
            raise RequestFault("changed", said)
        agreeing.set(acting, agreement, terms)


def _told(change: TermsChange) -> tuple[object, ...]:
    """Returns what a person was shown of a change."""
    effects = [(each.edition.called, each.rows, each.was_broken) for each in change.effects]
    return change.values, effects


@contextmanager
def _found(settings: Settings, named: Named) -> Iterator[tuple[Agreeing, Principal, Agreement]]:
    with closing(Library(policies_folder())) as library, opened(settings) as store:
        acting, key = _joined(store, named)
        store.partners.hold(acting.tenant)
        agreeing = Agreeing(store, library)
        yield agreeing, acting, agreeing.found(acting, key, named.policy)


def _joined(store: Store, named: Named) -> tuple[Principal, str]:
    """Returns the supplier, acting, and the key of the partnership."""
    owner = known(store, named.supplier, Kind.SUPPLIER)
    retailer = known(store, named.retailer, Kind.RETAILER)
    joined = store.partnerships.between(owner.id, retailer.id)
    if joined is None:
        said = (
            f"`{named.supplier}` and `{named.retailer}` are not joined; `takeback partner join` "
            "does so."
        )
        raise RequestFault("not_found", said)
    return store.partners.acting(owner), joined.id
