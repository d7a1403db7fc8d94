"""Describes kinds of entries: their subject, the sides that get them, and each side's fields.

An entry is written into the journal of each side that it concerns. A field that is not for a side
is not written into its journal; a field that a role may not see is left out when that role reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from adapters.identity.principal import Kind, Principal, Scope


class Thing(StrEnum):
    """Types of subjects; an entry's subject is the id of such a thing."""

    PARTNER = "partner"
    KEY = "key"
    PARTNERSHIP = "partnership"
    INVITATION = "invitation"
    POLICY = "policy"
    EDITION = "edition"
    GOODS = "goods"
    ORDER = "order"
    PAYMENT = "payment"
    SETTLEMENT = "settlement"
    CLAIM = "claim"
    CREDIT = "credit"
    GATEWAY = "gateway"
    LANE = "lane"
    COMPARISON = "comparison"
    STOCK = "stock"
    CHANNEL = "channel"
    RETURN = "return"
    PARCEL = "parcel"
    CONSUMER_RETURN = "consumer return"


class Whose(StrEnum):
    """Which side a kind's subjects belong to: always one kind of partner, or either."""

    SUPPLIER = "supplier"
    RETAILER = "retailer"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Whose journals get an entry, by ids: the side that it belongs to, and its trading partners.

    If a retailer refunds its own consumer, that retailer is on both sides.
    """

    own: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def between(cls, own: str, other: str) -> Self:
        """The sides of two partners, which may be the same."""
        return cls(own=own, others=() if own == other else (other,))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKind:
    """One kind: `own` are the fields for the side that it belongs to, `other` those for its
    partner.

    If `other` is None, the partner gets no entry. `needs` is the scope that a role must have to see
    the thing itself; None if every key of a side may.
    """

    name: str
    says: str
    about: Thing
    whose: Whose
    needs: Scope | None
    own: frozenset[str]
    other: frozenset[str] | None = None

    def cut(self, body: Mapping[str, object], *, own: bool) -> dict[str, object]:
        """The fields for one side; raises ValueError for an unknown field, or a side without
        entries.

        Such an entry is a programming error and must not be written.
        """
        fields = self.own if own else self.other
        if fields is None:
            raise ValueError(f"The other side does not hear of `{self.name}`.")
        if body.keys() <= fields:
            return dict(body)
        if unknown := set(body) - self.own - (self.other or frozenset()):
            raise ValueError(f"`{self.name}` has no field {', '.join(sorted(unknown))}.")
        return {name: value for name, value in body.items() if name in fields}

    def readable(self, principal: Principal) -> frozenset[str] | None:
        """The fields that a principal may read; None if it may not read such entries."""
        if self.needs is not None and self.needs not in principal.scopes:
            return None
        if self.whose is Whose.EITHER or self.whose.value == principal.kind.value:
            return self.own
        return self.other if principal.kind is Kind.RETAILER else None


def fields(text: str) -> frozenset[str]:
    """Splits names at blanks."""
    return frozenset(text.split())
