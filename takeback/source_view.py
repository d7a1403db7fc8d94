"""Finds the policy to show: a published edition, or a policy file in or below this folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adapters.store.connection.address import SqliteFile
from adapters.store.database import Store, open_store
from adapters.store.lifetime.bases import base_notices
from adapters.store.records import Edition, Withdrawal
from engine.dates import day_text
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile, load
from engine.policy.selection import DATES, NoPolicy, choose, known
from takeback.bases import Bases
from takeback.settings import Settings, policies_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A policy by its name: one version, or the one in force on a day, as known then or now."""

    policy: str
    version: int | None
    day: int
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A published edition that was read, with notes about it."""

    file: PolicyFile
    notes: tuple[str, ...]


def stored(settings: Settings, wanted: Wanted) -> Stored | None:
    """Returns the edition in a server's database; None if the database or the edition
    is missing.
    """
    address = settings.database
    if isinstance(address, SqliteFile) and not address.path.exists():
        return None
    store = open_store(address)
    try:
        with store.session():
            found = _edition(store, wanted)
            return _read(store, found, wanted) if found else None
    finally:
        store.close()


def in_files(wanted: Wanted) -> Path | None:
    """Returns the file of a policy in or below the current folder, or of a shipped one."""
    bases = Bases((Path(), policies_folder()))
    version = wanted.version or bases.newest().get(wanted.policy, 0)
    return bases.file_of(f"{wanted.policy}@{version}")


def _edition(store: Store, wanted: Wanted) -> Edition | None:
    if wanted.version is not None:
        return store.editions.named(wanted.policy, wanted.version)
    owner = store.partners.by_handle(wanted.policy.partition("/")[0])
    pool = known(store.editions.candidates(owner.id), wanted.known_at) if owner else ()
    same = [replace(each, scope=()) for each in pool if each.policy == wanted.policy]
    chosen = choose(same, {}, dict.fromkeys(DATES, wanted.day))
    if not isinstance(chosen, NoPolicy):
        return store.editions.by_id(chosen.key)
    if same:
        raise RequestFault(
            "no_policy",
            f"No version of `{wanted.policy}` is in force on {day_text(wanted.day)}; name one as "
            f"`{same[-1].reference}`.",
        )
    return None


def _read(store: Store, edition: Edition, wanted: Wanted) -> Stored:
    shipped = Bases((policies_folder(),))

    def find(policy: str, version: int) -> str | None:
        own = store.editions.text_of_base(edition, policy, version)
        return own or shipped.find(policy, version)

    file = load(edition.text, edition.reference, find)
    withdrawn = store.withdrawals.of_editions([edition.id]).get(edition.id, ())
    published = store.editions.candidates(edition.owner.id)
    bases = base_notices(edition, published, wanted.known_at)
    notes = (*_history(edition, withdrawn, wanted.known_at), *(each.sentence for each in bases))
    return Stored(file=file, notes=notes)


def _history(
    edition: Edition, withdrawn: Iterable[Withdrawal], known_at: datetime | None
) -> Iterable[str]:
    yield f"Published on {_moment(edition.published_at)}."
    for each in withdrawn:
        if known_at is None or each.at <= known_at:
            days = f"from {day_text(each.first)} on" if each.first else "altogether"
            yield f"Withdrawn {days} on {_moment(each.at)}: {each.why}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d at %H:%M} UTC"
