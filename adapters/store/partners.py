"""Trading partners and their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from adapters.identity.actors import COMMAND_LINE
from adapters.identity.keys import fits, hash_of, id_in
from adapters.identity.principal import SCOPES, Kind, Principal, Role
from adapters.store import reading
from adapters.store.connection.statements import Statements
from adapters.store.hot_reads import trade
from adapters.store.hot_reads.stamps import KEYS, Stamps
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.keys import Keys, NewKey
from adapters.store.records import Partner
from adapters.store.tables import Tables, select
from engine.characters import is_blank
from engine.errors import RequestFault

_NAME: Final = re.compile(r"(?=.*\S)[^\x00-\x1f\x7f\ud800-\udfff]{1,200}\Z")
_KEY_ID: Final = re.compile(r"[\x21-\x7e]{1,100}\Z")
_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,59}\Z")


class Partners:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        reads: tuple[Statements, Stamps],
        tables: Tables,
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._statements, self._stamps = reads
        self._tables = tables
        self._journal = journal
        self._keys = Keys(self._tables, journal, now)

    # --- for operators ----------------------------------------------------------------------------

    def add(self, handle: str, name: str, kind: Kind) -> Partner:
        """Adds a partner, or returns the one that has the handle.

        An existing one without a name other than its handle gets the name.
        """
        if not _HANDLE.match(handle):
            said = f"`{handle[:60]}` is no handle: 2 to 60 small letters, digits, `-` and `_`."
            raise RequestFault("wrong_handle", said, "handle")
        check_name("name", name)
        row = self._tables.Partner.get(handle=handle)
        if row is not None and row.kind != kind:
            raise RequestFault("wrong_kind", f"`{handle}` is a {row.kind} already.")
        if row is None:
            row = self._tables.Partner(id=new_id(), handle=handle, name=name, kind=kind)
            self._told(row.id, row.id, "partner_added", kind=kind)
        elif row.name == handle != name:
            self.hold(row.id)
            row.name = name
            self._told(row.id, row.id, "partner_named")
        return reading.partner(row)

    def _told(self, tenant: str, subject: str, fact: str, **body: object) -> None:
        self._journal.tell(Sides(own=tenant), COMMAND_LINE, subject, fact, **body)

    def by_handle(self, handle: str) -> Partner | None:
        """Returns the partner with a handle, or None; unscoped: no tenant check."""
        row = self._tables.Partner.get(handle=handle) if _HANDLE.match(handle) else None
        return reading.partner(row) if row else None

    def handles(self, keys: Collection[str]) -> dict[str, str]:
        """Handles by id, sorted by handle, for commands; unscoped: no tenant check."""
        rows, wanted = self._tables.Partner, list(keys)
        found = select((p.handle, p.id) for p in rows if p.id in wanted) if wanted else ()
        return {key: handle for handle, key in sorted(found)}

    def known(self, kind: Kind | None = None) -> list[str]:
        """All handles, of one kind or of every, for commands; unscoped: no tenant check."""
        rows, kinds = self._tables.Partner, [kind] if kind else list(Kind)
        return sorted(select(p.handle for p in rows if p.kind in kinds))

    def hold(self, partner_id: str) -> None:
        """Locks the partner until this session's changes are committed.

        Locks its journal and not its row: a lock of the row would block every insert that refers to
        it, and a session that inserts may hold the journal already.
        """
        self._journal.hold(partner_id)

    def issue_key(self, partner: Partner, role: Role) -> str:
        """Issues a key and returns its text, which is shown once."""
        if role is not Role.SUPPORT and role.value != partner.kind.value:
            raise RequestFault("wrong_role", f"`{partner.handle}` is no {role}.")
        wanted = NewKey(partner=partner.id, name="", role=role, scopes=SCOPES[role])
        return self._keys.issue(wanted, COMMAND_LINE)[1]

    def acting(self, partner: Partner) -> Principal:
        """The principal of a command that acts for a partner without a key."""
        return Principal(
            tenant=partner.id,
            handle=partner.handle,
            kind=partner.kind,
            role=Role(partner.kind.value),
            key_id="",
        )

    def revoke_key(self, key_id: str) -> bool:
        """Revokes a key; returns whether it was valid."""
        row = self._tables.ApiKey.get(id=key_id) if _KEY_ID.match(key_id) else None
        if row is None or row.revoked_at is not None:
            return False
        self.hold(row.partner.id)
        return self._keys.revoke(row.partner.id, key_id, COMMAND_LINE) is not None

    def principal(self, text: str) -> Principal | None:
        """The principal of a key; None for a wrong or revoked one."""
        key_id = id_in(text)
        if key_id is None:
            return None
        return self._stamps.under(KEYS, hash_of(text), lambda: self._holder(key_id, text))

    def principal_by_id(self, key_id: str) -> Principal | None:
        """The principal of a key by its public part, for sessions; None for a revoked one."""
        found = trade.key_of(self._statements, key_id)
        return found[1] if found else None

    def _holder(self, key_id: str, text: str) -> Principal | None:
        hash_, principal = trade.key_of(self._statements, key_id) or (None, None)
        return principal if fits(text, hash_) else None

    # --- for a principal --------------------------------------------------------------------------

    def own(self, principal: Principal) -> Partner:
        """The principal's own partner record."""
        return reading.partner(self._tables.Partner[principal.tenant])

    def visible(self, principal: Principal, partner_id: str) -> Partner | None:
        """Returns the principal itself, or a partner that it has a partnership with, or None."""
        return trade.visible(self._statements, principal, partner_id)


def check_name(what: str, text: str) -> None:
    """Raises `RequestFault` for a name that is blank, too long or has control characters."""
    if not _NAME.match(text) or is_blank(text):
        raise RequestFault(f"wrong_{what}", f"A {what} has 1 to 200 visible characters.")
