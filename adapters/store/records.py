"""Immutable records that the store returns and that outlive the session.

Those of which one request reads or writes many are msgspec structs, which take a fraction of a
dataclass's time to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from adapters.identity.principal import Kind as PartnerKind
from engine.money import Money
from engine.policy.model import Effective
from engine.policy.selection import Scope
from engine.policy.selection import Withdrawal as Known
from engine.replay.kept import Kept, Kind
from engine.settlement.spreading import tax_of_units

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A trading partner; `handle` is the name by which policies and files know it."""

    id: str
    handle: str
    name: str
    kind: PartnerKind


class Status(StrEnum):
    """Whether a partnership takes new orders."""

    ACTIVE = "active"
    """It takes orders and returns."""
    ENDED = "ended"
    """It takes no new orders; existing orders stay valid."""


class Telling(StrEnum):
    """What a supplier may let a retailer say of its orders without confirming it."""

    ORDERS = "orders"
    """New orders, at prices up to the supplier's."""
    PAYMENTS = "payments"
    """How an order was paid to the supplier."""
    DELIVERED = "delivered"
    """The days of delivery, and tracking numbers."""


class Standing(StrEnum):
    """Whether what a retailer said of an order holds; a supplier's own word always does."""

    PROPOSED = "proposed"
    """It waits for the supplier."""
    CONFIRMED = "confirmed"
    """The order is valid."""
    DECLINED = "declined"
    """The supplier declined it; it was never valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """One supplier and one retailer; `terms` holds agreed values by policy id, then by name.

    `retailer_refunds` lets the retailer refund its orders by itself. `may_tell` lists which of its
    reports on orders need no confirmation; all others wait for the supplier.
    """

    id: str
    supplier: Partner
    retailer: Partner
    status: Status
    programme: str
    terms: Mapping[str, Facts]
    retailer_refunds: bool = False
    may_tell: frozenset[Telling] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """What a supplier and a retailer agreed for one policy, by name."""

    retailer: Partner
    programme: str
    terms: Facts

    @property
    def seller(self) -> tuple[str, str]:
        """The handle of the retailer and its programme, by which a policy may be for it."""
        return self.retailer.handle, self.programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published version of a policy, with its text.

    `base_texts` holds, by reference, the texts of bases that are no editions of its owner;
    `language` is the version of the policy language in which it was published.
    """

    id: str
    policy: str
    version: int
    title: str
    owner: Partner
    text: str
    digest: str
    effective: Effective
    applies_by: str
    scope: Scope
    bases: tuple[str, ...]
    base_texts: Mapping[str, str]
    language: int
    published_at: datetime
    published_by: str

    @property
    def reference(self) -> str:
        """`acme/standard@1`."""
        return f"{self.policy}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Days withdrawn from an edition: from the ordinal `first` on, or all of them."""

    id: str
    edition: str
    first: int | None
    why: str
    at: datetime
    by: str

    @property
    def known(self) -> Known:
        """The withdrawal as edition selection reads it."""
        return Known(at=self.at, first=self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A supplier's SKU with the facts that the supplier declared about it.

    `prices` are unit prices in minor units by currency; None leaves stored prices unchanged.
    """

    sku: str
    title: str
    facts: Facts
    prices: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a supplier ships from; goods come back there unless a policy names another place."""

    handle: str
    name: str
    lines: tuple[str, ...]
    country: str


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """A retailer's order with one supplier; `dates` are ISO dates or moments by fact name.

    Nothing is refunded before its supplier confirms it; `waits_for` says in sentences why it waits,
    `said_by` and `said_at` who added it and when.
    """

    id: str
    number: str
    supplier: Partner
    retailer: Partner
    currency: str
    dates: Mapping[str, str]
    country: str
    channel: str
    facts: Facts
    standing: Standing = Standing.CONFIRMED
    waits_for: tuple[str, ...] = ()
    said_by: str = ""
    said_at: datetime | None = None
    tracking: tuple[Mapping[str, str], ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether its supplier recorded it, lets the retailer record it, or confirmed it."""
        return self.standing is Standing.CONFIRMED


class OrderLine(Struct, frozen=True, kw_only=True, gc=False):
    """One product of an order; its own dates and facts take precedence over the order's.

    `quantity` units were ordered, of which `cancelled` were cancelled. `tax` is the tax on all
    ordered units, beside `unit_price`, in minor units of the order's currency. `told_of_goods` are
    the product's facts when the order was recorded.
    """

    id: str
    order: Order
    number: str
    product: Product
    quantity: int
    returned: int
    unit_price: Money
    location: Location | None
    dates: Mapping[str, str]
    facts: Facts
    cancelled: int = 0
    tax: int = 0
    told_of_goods: Facts = {}

    @property
    def goods(self) -> Facts:
        """The product's facts: those recorded with the order, plus facts that were declared only
        since.
        """
        return {**self.product.facts, **self.told_of_goods}

    @property
    def kept(self) -> int:
        """Units that were ordered and not cancelled."""
        return self.quantity - self.cancelled

    def tax_of(self, units: int) -> int:
        """The tax of the first `units` of those ordered; for `kept` units, the tax that remains."""
        return tax_of_units(self.tax, units, self.quantity)

    @property
    def returnable(self) -> int:
        """Units that have not come back yet."""
        return self.kept - self.returned


class Decided(Struct, frozen=True, kw_only=True, gc=False):
    """A decision as it was given; `record` and `facts` are JSON, `digest` is the record's.

    `terms` are the terms agreed with the partner at the time; `considered` are the editions, with
    their days, of which none governed the order; both are JSON. A line of a return that was decided
    as one has its `place` in the `whole`, which has the first line's order line. `told` says who
    stated the facts; `versions` are those of Takeback and the packages it uses.
    """

    id: str
    kind: Kind = Kind.LINE
    order_line: str
    retailer: str
    supplier: str
    edition: str
    edition_digest: str
    terms: str = "{}"
    considered: str = "[]"
    whole: str = ""
    place: int | None = None
    facts: str
    told: str = "[]"
    record: str
    digest: str
    versions: str
    decided_at: datetime
    asked_by: str

    @property
    def kept(self) -> Kept:
        """The parts from which the decision can be derived again."""
        return Kept(
            kind=self.kind,
            policy_digest=self.edition_digest,
            facts=self.facts,
            record=self.record,
            digest=self.digest,
            versions=self.versions,
        )
