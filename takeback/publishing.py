"""Publishes policy files into the store of a server, for operators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.identity.actors import COMMAND_LINE
from adapters.identity.principal import Kind
from adapters.store.database import Store, open_store
from adapters.store.lifetime.bases import base_notices
from adapters.store.lost_terms import TermsLost
from adapters.store.publishing import Draft, publish
from adapters.store.records import Edition, Partner
from engine.errors import PolicyFaults, RequestFault
from engine.publishing.pins import Notice, notices
from takeback.bases import Bases
from takeback.files import Unreadable, read_text
from takeback.settings import Settings, policies_folder


def publish_file(
    settings: Settings,
    path: Path,
    owner: str,
    added: Callable[[], None] = lambda: None,
    ends_terms: str = "",
) -> Edition:
    """Publishes a file for a supplier; adds an unknown supplier and calls `added`.

    `ends_terms` is the digest of the agreed terms that it may end. Raises `PolicyFaults` with every
    fault and failing test, `TermsLost`, or `RequestFault` with the reason.
    """
    text = read_text(path)
    if isinstance(text, Unreadable):
        raise RequestFault("unreadable", text.sentence, str(path))
    store = open_store(settings.database)
    try:
        with store.session(), store.atomic():
            new = store.partners.by_handle(owner) is None
            supplier = store.partners.add(owner, owner, Kind.SUPPLIER)
            draft = Draft(text=text, by=COMMAND_LINE, file=str(path), ends_terms=ends_terms)
            done = published(store, supplier, draft, Bases((path.parent, policies_folder())))
    finally:
        store.close()
    if new:
        added()
    return done


def base_news(settings: Settings, path: Path, edition: Edition) -> tuple[Notice, ...]:
    """Returns notices about the bases of an edition, in the store and in the files beside it."""
    store = open_store(settings.database)
    try:
        with store.session():
            found = store.editions.candidates(edition.owner.id)
            names = [name.partition("#")[0] for name in edition.bases]
            kept = {name: _published(store, edition, name) for name in names}
        bases = Bases((path.parent, policies_folder()))
        told = (
            *base_notices(edition, found),
            *notices(edition.bases, bases.newest()),
            *(_edited(name, bases, text) for name, text in kept.items() if text),
        )
        return tuple({(each.code, each.base): each for each in told if each}.values())
    finally:
        store.close()


def _published(store: Store, edition: Edition, name: str) -> str | None:
    policy, _, version = name.rpartition("@")
    return store.editions.base(edition.owner.id, policy, int(version))


def _edited(name: str, bases: Bases, published: str) -> Notice | None:
    """Returns a notice if a base was published with another text than its file has now."""
    file = bases.file_of(name)
    if file is None or read_text(file) == published:
        return None
    said = (
        f"The base `{name}` is published with another text than `{file}` has: the one that is "
        "published holds."
    )
    return Notice(code="edited_base", base=name, sentence=said)


def published(store: Store, owner: Partner, draft: Draft, bases: Bases) -> Edition:
    """Publishes a new edition inside a session; raises as `publish_file` does."""
    answer = publish(store, owner, draft, bases.find)
    if isinstance(answer, Edition):
        return answer
    if answer.lost.terms:
        raise TermsLost(answer.code, answer.message, answer.lost)
    faults = (*answer.faults, *(case.fault for case in answer.failures))
    if faults:
        raise PolicyFaults(faults)
    raise RequestFault(answer.code, answer.message, draft.file)
