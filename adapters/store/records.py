"""What the store gives back: plain, immutable records that outlive the session.

Those of which one request reads or writes many are msgspec structs, which are made in a fraction of
the time that a dataclass takes.
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
    """A trading partner; `handle` is the word that policies and files know it by."""

    id: str
    handle: str
    name: str
    kind: PartnerKind


class Status(StrEnum):
    """Whether a partnership takes new orders."""

    ACTIVE = "active"
    """It does."""
    ENDED = "ended"
    """It takes no more; what was ordered stands."""


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
    """It holds."""
    DECLINED = "declined"
    """The supplier declined it; it never held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """One supplier and one retailer; `terms` holds agreed values by policy id, then by name.

    `retailer_refunds` lets the retailer refund its orders by itself. `may_tell` is what holds of an
    order when the retailer says it; all else waits for the supplier.
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
class Edition:
    """A published version of a policy, with its text.

    `base_texts` holds, by reference, those of its bases that are no editions of its owner;
    `language` is the version of the policy language that it was published in.
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
    """Days taken away from an edition: those from the ordinal `first` on, or all of them."""

    id: str
    edition: str
    first: int | None
    why: str
    at: datetime
    by: str

    @property
    def known(self) -> Known:
        """As selection sees it."""
        return Known(at=self.at, first=self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A supplier's SKU with the facts that the supplier declared about it.

    `prices` are those of a unit in minor units by currency; None leaves those that are there.
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
    """What a retailer bought from one supplier; `dates` are ISO dates or moments by fact name.

    Until its supplier confirms it nothing is given back of it; `waits_for` says why it waits, in
    sentences, and `said_by` and `said_at` who added it when.
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
        """Whether its supplier said it, let it be said, or confirmed it."""
        return self.standing is Standing.CONFIRMED


class OrderLine(Struct, frozen=True, kw_only=True, gc=False):
    """One product of an order; its own dates and facts go before the order's.

    `quantity` units were ordered, of which `cancelled` never came about. `tax` was charged on all
    of them together, beside `unit_price`, in minor units of the order's currency. `told_of_goods`
    are the facts of the product as they were when the order was recorded.
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
        """The facts of the product: as told before the purchase, and what was told since."""
        return {**self.product.facts, **self.told_of_goods}

    @property
    def kept(self) -> int:
        """Units that were ordered and not cancelled."""
        return self.quantity - self.cancelled

    def tax_of(self, units: int) -> int:
        """The tax of the first `units` that were ordered; of `kept` it is what is left of it."""
        return tax_of_units(self.tax, units, self.quantity)

    @property
    def returnable(self) -> int:
        """Units that have not come back yet."""
        return self.kept - self.returned


class Decided(Struct, frozen=True, kw_only=True, gc=False):
    """A decision as it was given; `record` and `facts` are JSON, `digest` is the record's.

    `terms` are what was agreed with the partner then, `considered` the editions of which none
    governed the order, with their days, both JSON. A line of a return that was decided as one is
    its `place` in the `whole`, which has the order line of its first. `told` is who said its facts,
    `versions` are those of our code and of what it builds on.
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
        """What of it can be derived again."""
        return Kept(
            kind=self.kind,
            policy_digest=self.edition_digest,
            facts=self.facts,
            record=self.record,
            digest=self.digest,
            versions=self.versions,
        )
