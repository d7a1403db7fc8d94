"""Trading partners, their partnerships and their keys."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters.identity.actors import COMMAND_LINE
from adapters.identity.keys import fits, hash_of, id_in
from adapters.identity.principal import SCOPES, Kind, Principal, Role, Scope
from adapters.store import reading
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.keys import Keys, NewKey
from adapters.store.last_days import LastDays
from adapters.store.place.statements import Statements
from adapters.store.quick import trade
from adapters.store.quick.stamps import KEYS, Stamps
from adapters.store.records import Partner, Partnership, Status, Telling
from adapters.store.tables import Tables, raw_sql, select
from engine.errors import RequestFault

_NAME: Final = re.compile(r"(?=.*\S)[^\x00-\x1f\x7f\ud800-\udfff]{1,200}\Z")
_KEY_ID: Final = re.compile(r"[\x21-\x7e]{1,100}\Z")
_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,59}\Z")


def new_id() -> str:
    """An id that cannot be guessed, 128 random bits, and that no command takes for an option."""
    return secrets.token_hex(16)


class Partners:
    """Every call runs inside a session of the store."""

    def __init__(
        self,
        reads: tuple[Statements, Stamps],
        kept_in: tuple[Tables, LastDays],
        journal: Journal,
        now: Callable[[], datetime],
    ) -> None:
        self._statements, self._stamps = reads
        self._tables, self._last_days = kept_in
        self._journal = journal
        self._keys = Keys(self._tables, journal, now)

    # --- for those who run Takeback ---------------------------------------------------------------

    def add(self, handle: str, name: str, kind: Kind) -> Partner:
        """A new partner, or the one that has the handle already.

        One that has no name but its handle takes the name.
        """
        if not _HANDLE.match(handle):
            raise RequestFault(
                "wrong_handle", f"`{handle[:60]}` is no handle: small letters, digits, `-`, `_`."
            )
        _check_name("name", name)
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
        """The partner with a handle, unscoped: no tenant check."""
        row = self._tables.Partner.get(handle=handle) if _HANDLE.match(handle) else None
        return reading.partner(row) if row else None

    def handles(self, keys: Collection[str]) -> dict[str, str]:
        """Handles by id, by handle, whoever asks: for commands."""
        rows, wanted = self._tables.Partner, list(keys)
        found = select((p.handle, p.id) for p in rows if p.id in wanted) if wanted else ()
        return {key: handle for handle, key in sorted(found)}

    def join(
        self, supplier: Partner, retailer: Partner, programme: str = "", by: str = COMMAND_LINE
    ) -> Partnership:
        """The partnership of two partners, made if there is none."""
        if programme:
            _check_name("programme", programme)
        rows, pair = self._tables.Partnership, {"supplier": supplier.id, "retailer": retailer.id}
        if (row := rows.get(**pair)) is None:
            self._journal.hold_all([supplier.id], [retailer.id])
            said = {"status": Status.ACTIVE, "programme": programme}
            row = rows(id=new_id(), **pair, **said)
            self._tables.OrderRules(**pair)
            self._told_both(row, by, "partnership_made", **said)
        return reading.partnership(row)

    def _told_both(self, row: Any, by: str, fact: str, **body: object) -> None:
        sides = Sides.between(row.supplier.id, row.retailer.id)
        self._journal.tell(sides, by, row.id, fact, **body)

    def hold(self, partner_id: str) -> None:
        """Whoever else holds the same partner waits until this session's changes are committed.

        It is the partner's journal that is held, and not its row: that would keep out all rows
        which refer to it, and whoever adds one may have the journal already.
        """
        self._journal.hold(partner_id)

    def issue_key(self, partner: Partner, role: Role) -> str:
        """A new key, to be shown once."""
        if role is not Role.SUPPORT and role.value != partner.kind.value:
            raise RequestFault("wrong_role", f"`{partner.handle}` is no {role}.")
        wanted = NewKey(partner=partner.id, name="", role=role, scopes=SCOPES[role])
        return self._keys.issue(wanted, COMMAND_LINE)[1]

    def acting(self, partner: Partner) -> Principal:
        """A partner as one who asks, without a key: for commands that act for it."""
        return Principal(
            tenant=partner.id,
            handle=partner.handle,
            kind=partner.kind,
            role=Role(partner.kind.value),
            key_id="",
        )

    def revoke_key(self, key_id: str) -> bool:
        """Ends a key; whether there was one that worked."""
        row = self._tables.ApiKey.get(id=key_id) if _KEY_ID.match(key_id) else None
        if row is None or row.revoked_at is not None:
            return False
        self.hold(row.partner.id)
        return self._keys.revoke(row.partner.id, key_id, COMMAND_LINE) is not None

    def principal(self, text: str) -> Principal | None:
        """Who a key belongs to; None for a wrong or revoked one."""
        key_id = id_in(text)
        if key_id is None:
            return None
        return self._stamps.under(KEYS, hash_of(text), lambda: self._holder(key_id, text))

    def principal_by_id(self, key_id: str) -> Principal | None:
        """Who a key belongs to, by its public part; None for a revoked one. For sessions."""
        found = trade.key_of(self._statements, key_id)
        return found[1] if found else None

    def _holder(self, key_id: str, text: str) -> Principal | None:
        hash_, principal = trade.key_of(self._statements, key_id) or (None, None)
        return principal if fits(text, hash_) else None

    # --- for a principal --------------------------------------------------------------------------

    def own(self, principal: Principal) -> Partner:
        """Oneself."""
        return reading.partner(self._tables.Partner[principal.tenant])

    def visible(self, principal: Principal, partner_id: str) -> Partner | None:
        """A partner: oneself, or one with whom there is a partnership."""
        return trade.visible(self._statements, principal, partner_id)

    def deals_with(self, principal: Principal, handle: str) -> bool:
        """Whether there is a partnership with the partner of a handle."""
        found = self.by_handle(handle)
        return found is not None and self._row(principal, found.id) is not None

    def partnerships(self, principal: Principal) -> tuple[Partnership, ...]:
        """All of one's partnerships, by the other's handle."""
        rows, tenant = self._tables.Partnership, principal.tenant
        if principal.kind is Kind.SUPPLIER:
            found = select(p for p in rows if p.supplier.id == tenant)[:]
        else:
            found = select(p for p in rows if p.retailer.id == tenant)[:]
        return tuple(
            sorted(map(reading.partnership, found), key=lambda each: other(each, tenant).handle)
        )

    def some(self, keys: Collection[str]) -> dict[str, Partnership]:
        """Partnerships by key; unscoped: no tenant check."""
        rows, wanted = self._tables.Partnership, list(keys)
        found = select(p for p in rows if p.id in wanted) if wanted else ()
        return {row.id: reading.partnership(row) for row in found}

    def between(self, supplier_id: str, retailer_id: str) -> Partnership | None:
        """The partnership of an order's two partners, whoever asks."""
        pair = ("between", retailer_id)
        return self._stamps.under(
            supplier_id, pair, lambda: trade.between(self._statements, supplier_id, retailer_id)
        )

    def hold_between(self, supplier_id: str, retailer_id: str) -> None:
        """Whoever else counts the returns of a partnership waits until this session ends."""
        self._tables.Partnership.get_for_update(supplier=supplier_id, retailer=retailer_id)

    def partnership_by_id(self, principal: Principal, key: str) -> Partnership | None:
        """One of one's partnerships."""
        row = self._tables.Partnership.get(id=key)
        mine = row is not None and principal.tenant in (row.supplier.id, row.retailer.id)
        return reading.partnership(row) if mine else None

    def terms_of(self, policy: str, supplier: str) -> Iterable[Mapping[str, object]]:
        """The terms that a supplier agreed on for one of its policies, with whomever."""
        some = select(
            p.terms
            for p in self._tables.Partnership
            if p.supplier.id == supplier and raw_sql("CAST(p.terms AS TEXT) <> '{}'")
        )
        return [terms[policy] for terms in some if terms.get(policy)]

    def set_terms(
        self, principal: Principal, key: str, policy: str, terms: Mapping[str, object]
    ) -> Partnership | None:
        """Replaces what was agreed for one policy; for the supplier of the partnership."""
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.terms = {**row.terms.get_untracked(), policy: dict(terms)}
        self._last_days.rules_changed(row.supplier.id, row.retailer.id)
        self._told_both(row, principal.by, "terms_set", policy=policy, terms=dict(terms))
        return reading.partnership(row)

    def allow_refunds(self, principal: Principal, key: str, *, allow: bool) -> Partnership | None:
        """Whether the retailer may refund orders by itself; for the supplier to say."""
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.retailer_refunds = allow
        self._told_both(row, principal.by, "refunds_allowed", allowed=allow)
        return reading.partnership(row)

    def _sold_through(self, principal: Principal, key: str) -> Any:
        """A partnership of a supplier, whose journal is held; None for another's."""
        principal.must(Scope.SET_TERMS)
        self.hold(principal.tenant)
        row = self._tables.Partnership.get(id=key)
        return row if row is not None and row.supplier.id == principal.tenant else None

    def let_tell(
        self, principal: Principal, key: str, may: Collection[Telling]
    ) -> Partnership | None:
        """What holds of orders when the retailer says it; for the supplier to say."""
        row = self._sold_through(principal, key)
        if row is None:
            return None
        row.retailer_may_tell = sorted(set(may))
        return reading.partnership(row)

    def _row(self, principal: Principal, other_id: str) -> Any:
        pair = (principal.tenant, other_id)
        supplier, retailer = pair if principal.kind is Kind.SUPPLIER else pair[::-1]
        return self._tables.Partnership.get(supplier=supplier, retailer=retailer)


def other(partnership: Partnership, tenant: str) -> Partner:
    """The partner on the other side."""
    return partnership.retailer if partnership.supplier.id == tenant else partnership.supplier


def _check_name(what: str, text: str) -> None:
    if not _NAME.match(text):
        raise RequestFault(f"wrong_{what}", f"A {what} has 1 to 200 characters that can be seen.")
