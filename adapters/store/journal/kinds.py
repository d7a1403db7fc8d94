"""What a kind of entry is: what it is about, which sides hear of it, and what each of them hears.

An entry is written into the journal of each side that it concerns. What is not for a side is not
written into its journal; what a role may not see is left out when that role reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from adapters.identity.principal import Kind, Principal, Scope


class Thing(StrEnum):
    """What entries are about; their subject is its id."""

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
    """Whose matter it is: always one side's, or that of either kind of partner."""

    SUPPLIER = "supplier"
    RETAILER = "retailer"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Whose journals get an entry, by ids: of whose matter it is, and of its trading partners.

    Money that a retailer gives back to its consumer has that retailer on both sides.
    """

    own: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def between(cls, own: str, other: str) -> Self:
        """Of two partners, which may be one."""
        return cls(own=own, others=() if own == other else (other,))


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKind:
    """One kind: `own` are the fields for whose matter it is, `other` those for its trading partner.

    Where `other` is None the trading partner hears nothing of it. `needs` is the right by which a
    role sees the thing itself; None where everybody who has a key of a side may.
    """

    name: str
    says: str
    about: Thing
    whose: Whose
    needs: Scope | None
    own: frozenset[str]
    other: frozenset[str] | None = None

    def cut(self, body: Mapping[str, object], *, own: bool) -> dict[str, object]:
        """What one side hears; raises ValueError for a side that hears nothing, or another field.

        Such an entry was never thought of, so it must not be written.
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
        """The fields that somebody may read; None for those who may not read the entry."""
        if self.needs is not None and self.needs not in principal.scopes:
            return None
        if self.whose is Whose.EITHER or self.whose.value == principal.kind.value:
            return self.own
        return self.other if principal.kind is Kind.RETAILER else None


def fields(text: str) -> frozenset[str]:
    """Names with blanks between them."""
    return frozenset(text.split())
