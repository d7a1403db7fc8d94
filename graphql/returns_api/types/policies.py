"""Policies and their editions as clients see them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import strawberry

from adapters.store import records
from adapters.store.lifetime.bases import base_notices
from engine.errors import PolicyFaults
from engine.policy.model import Agreed
from engine.policy.printing.yaml import flow
from engine.policy.selection import days_in_force, known
from returns_api.context import Context, Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.trade import Partner, partner
from services.partners.forbidding import forbidden_terms


@strawberry.type(description="A condition of `for`: the orders that a policy covers.")
class ScopeKey:
    """One key with its words."""

    key: str
    """The property of the order, such as `country`."""
    words: list[str]
    """The words, one of which the order must have."""


@strawberry.type(
    description="Days withdrawn from an edition, which itself stays as it was published."
)
class Withdrawal:
    """From the time `at`, the edition governs no order of `fromDay` or later."""

    at: datetime
    why: str
    from_day: date | None
    """The first day that was withdrawn; null for all days."""


@strawberry.type(description="Days on which an edition is in force, both included.")
class DaysInForce:
    """The days that newer versions and withdrawals leave it."""

    from_day: date
    """The first of them."""
    until_day: date | None
    """The last of them; null for no end."""


@strawberry.enum(description="What happened to the base of an edition.")
class BaseNoticeCode(StrEnum):
    NEWER_BASE = "newer_base"
    """There is a newer edition of it."""
    WITHDRAWN_BASE = "withdrawn_base"
    """It was withdrawn."""


@strawberry.type(description="A notice about a base that an edition is pinned to.")
class BaseNotice:
    """The edition itself stays as it is."""

    code: BaseNoticeCode
    base: str
    """The base, such as `takeback/standard@2`."""
    sentence: str


@strawberry.type(description="A value that an edition lets partners agree on.")
class AgreeableValue:
    """Values are written as in a policy; `null` for what the edition does not set."""

    name: str
    """One of the names under `agreed`."""
    type: str
    """Its type, such as `length`, `percent` or `word`."""
    default: str | None
    """What holds until something is agreed."""
    at_least: str | None
    """The least that may be agreed."""
    at_most: str | None
    """The most that may be agreed."""
    of: list[str]
    """The words that may be agreed; empty for any."""


@strawberry.type(description="A value agreed with a retailer that an edition forbids.")
class ForbiddenTerm:
    """Lines of that retailer under the edition are answered `terms_broken`."""

    retailer: Partner
    """The retailer with whom it was agreed."""
    name: str
    """One of the names under `agreed`."""
    value: str
    """The agreed value, as written in a policy."""
    sentence: str


@strawberry.enum(description="The date of an order by which an edition is chosen.")
class AppliesBy(StrEnum):
    ORDERED = "ordered"
    """When it was ordered."""
    DELIVERED = "delivered"
    """When it reached the consumer."""
    REQUESTED = "requested"
    """When its return is requested."""


@strawberry.type(description="One published version of a policy; it never changes.")
class Edition(Node):
    """`digest` is the SHA-256 of its content."""

    record: strawberry.Private[records.Edition]
    known_at: strawberry.Private[datetime | None]
    policy: str
    version: int
    title: str
    """The title of the policy in this edition."""
    digest: str
    applies_by: AppliesBy
    """The date of an order by which it is chosen: it must lie in the edition's days."""

    @described("The owner of the policy.")
    def owner(self) -> Partner:
        return partner(self.record.owner)

    @described(
        "The days on which it is in force, in order, as newer versions and withdrawals leave them; "
        "empty if these leave none."
    )
    def days_in_force(self, info: Info) -> list[DaysInForce]:
        pool = known(info.context.published(self.record.owner.id), self.known_at)
        return [
            DaysInForce(
                from_day=date.fromordinal(each.first),
                until_day=date.fromordinal(each.last) if each.last else None,
            )
            for each in days_in_force(self.record.id, pool)
        ]

    @described("The first day on which it is in force, unless a newer version takes its place.")
    def effective_from(self) -> date:
        return date.fromordinal(self.record.effective.first)

    @described("The last day, included, unless a newer version takes its place; null for no end.")
    def effective_until(self) -> date | None:
        last = self.record.effective.last
        return date.fromordinal(last) if last is not None else None

    @described("The orders that it covers; empty for all that no other policy covers.")
    def scope(self) -> list[ScopeKey]:
        return [ScopeKey(key=key, words=list(words)) for key, words in self.record.scope]

    @described("The policy as it was written.")
    def yaml(self) -> str:
        return self.record.text

    @described(
        "The names of the values that partners may agree on; terms under any other name have no "
        "effect under this edition. Empty too if this release cannot read its text."
    )
    def agreed(self, info: Info) -> list[str]:
        with suppress(PolicyFaults):
            file = info.context.library.file(info.context.store, self.record, {})
            return [each.name for each in file.policy.agreed]
        return []

    @described("The values that partners may agree on, with the default and the allowed range.")
    def agreeable(self, info: Info) -> list[AgreeableValue]:
        with suppress(PolicyFaults):
            file = info.context.library.file(info.context.store, self.record, {})
            return [_agreeable(each) for each in file.policy.agreed]
        return []

    @described(
        "The agreed values that it forbids: lines under it are answered `terms_broken` until "
        "others are agreed. A supplier reads those of all its retailers, a retailer its own."
    )
    def forbidden_terms(self, info: Info) -> list[ForbiddenTerm]:
        context = info.context
        with suppress(PolicyFaults):
            file = context.library.file(context.store, self.record, {})
            return [
                ForbiddenTerm(
                    retailer=partner(each.partnership.retailer),
                    name=each.name,
                    value=each.value,
                    sentence=each.sentence,
                )
                for each in forbidden_terms(self.record, file, context.partnerships())
            ]
        return []

    @described("The policies that it extends.")
    def bases(self) -> list[str]:
        return list(self.record.bases)

    @described("When it was published, which may be long before it is in force.")
    def published_at(self) -> datetime:
        return self.record.published_at

    @described("Who published it, such as `key` and its public part; only for its owner.")
    def published_by(self, info: Info) -> str | None:
        own = self.record.owner.id == info.context.principal.tenant
        return self.record.published_by if own else None

    @described("Its withdrawals, in order.")
    def withdrawals(self, info: Info) -> list[Withdrawal]:
        found = info.context.withdrawn(self.record.owner.id).get(self.record.id, ())
        at = self.known_at
        return [withdrawal(each) for each in found if at is None or each.at <= at]

    @described("Notices about its bases; only for its owner.")
    def notices(self, info: Info) -> list[BaseNotice]:
        owner = self.record.owner.id
        if owner != info.context.principal.tenant:
            return []
        found = base_notices(self.record, info.context.published(owner), self.known_at)
        return [
            BaseNotice(code=BaseNoticeCode(n.code), base=n.base, sentence=n.sentence) for n in found
        ]


def _agreeable(found: Agreed) -> AgreeableValue:
    default, least, most = (
        flow(each) if each else None for each in (found.default, found.at_least, found.at_most)
    )
    return AgreeableValue(
        name=found.name,
        type=str(found.type),
        default=default,
        at_least=least,
        at_most=most,
        of=list(found.of),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The day and the time of knowledge that a policy is requested for; by default now."""

    as_of: date | None = None
    known_at: datetime | None = None


@strawberry.type(description="A supplier's terms through time.")
class Policy(Node):
    """All its visible editions, including withdrawn ones, as known at one time."""

    name: str
    found: strawberry.Private[tuple[records.Edition, ...]]
    when: strawberry.Private[When]

    @described("The supplier whose policy it is.")
    def owner(self) -> Partner:
        return partner(self.found[0].owner)

    @described("The title of the newest edition.")
    def title(self) -> str:
        return self.found[0].title

    @described("Every edition, newest first.")
    def editions(self) -> list[Edition]:
        return [edition(each, self.when.known_at) for each in self.found]

    @described("The edition in force on a day, by default the requested one, or else today.")
    def in_force(self, info: Info, on: date | None = None) -> Edition | None:
        day = on or self.when.as_of or info.context.now().date()
        found = in_force(info.context, self.found, day.toordinal(), self.when.known_at)
        return edition(found, self.when.known_at) if found else None


def edition(found: records.Edition, known_at: datetime | None = None) -> Edition:
    """Converts an edition, with what was known of it at a time, by default now."""
    return Edition(
        known_at=known_at,
        id=encode(NodeKind.EDITION, found.id),
        record=found,
        policy=found.policy,
        version=found.version,
        title=found.title,
        digest=found.digest,
        applies_by=AppliesBy(found.applies_by),
    )


def policy(found: tuple[records.Edition, ...], when: When = When()) -> Policy:
    """Converts a policy with its visible editions (at least one), newest first."""
    name = found[0].policy
    return Policy(id=encode(NodeKind.POLICY, name), name=name, found=found, when=when)


def in_force(
    context: Context, found: tuple[records.Edition, ...], day: int, at: datetime | None
) -> records.Edition | None:
    """Returns the one in force on an ordinal day, as known then, of editions given newest first."""
    pool = known(context.published(found[0].owner.id), at)
    days = {each.key: each.effective for each in pool}
    return next((each for each in found if each.id in days and days[each.id].covers(day)), None)


def withdrawal(found: records.Withdrawal) -> Withdrawal:
    """Converts a withdrawal to the API's type."""
    first = date.fromordinal(found.first) if found.first else None
    return Withdrawal(at=found.at, why=found.why, from_day=first)
