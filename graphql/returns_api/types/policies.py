"""Policies and their editions as clients see them."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from adapters.store import records
from returns_api.context import Info
from returns_api.types.described import described
from returns_api.types.ids import Node, NodeKind, encode
from returns_api.types.trade import Partner, partner


@strawberry.type(description="A condition of `for`: which orders a policy is for.")
class ScopeKey:
    """One key with its words."""

    key: str
    words: list[str]


@strawberry.type(description="One published version of a policy; it never changes.")
class Edition(Node):
    """`digest` is the SHA-256 of what it says."""

    record: strawberry.Private[records.Edition]
    policy: str
    version: int
    title: str
    digest: str
    applies_by: str

    @described("Who owns the policy.")
    def owner(self) -> Partner:
        return partner(self.record.owner)

    @described("The first day on which it is in force.")
    def effective_from(self) -> date:
        return date.fromordinal(self.record.effective.first)

    @described("The last day, included; null for no end.")
    def effective_until(self) -> date | None:
        last = self.record.effective.last
        return date.fromordinal(last) if last is not None else None

    @described("Which orders it is for; empty for all that no other policy covers.")
    def scope(self) -> list[ScopeKey]:
        return [ScopeKey(key=key, words=list(words)) for key, words in self.record.scope]

    @described("The policy as it was written.")
    def yaml(self) -> str:
        return self.record.text

    @described("The policies that it extends.")
    def bases(self) -> list[str]:
        return list(self.record.bases)

    @described("When it was published, which may be long before it is in force.")
    def published_at(self) -> datetime:
        return self.record.published_at


@strawberry.type(description="A supplier's terms through time.")
class Policy(Node):
    """All its visible editions."""

    name: str
    found: strawberry.Private[tuple[records.Edition, ...]]

    @described("Who owns it.")
    def owner(self) -> Partner:
        return partner(self.found[0].owner)

    @described("The title of the newest edition.")
    def title(self) -> str:
        return self.found[0].title

    @described("Every edition, newest first.")
    def editions(self) -> list[Edition]:
        return [edition(each) for each in self.found]

    @described("The edition in force on a day, by default today.")
    def in_force(self, info: Info, on: date | None = None) -> Edition | None:
        found = in_force(self.found, (on or info.context.now().date()).toordinal())
        return edition(found) if found else None


def edition(found: records.Edition) -> Edition:
    """An edition as clients see it."""
    return Edition(
        id=encode(NodeKind.EDITION, found.id),
        record=found,
        policy=found.policy,
        version=found.version,
        title=found.title,
        digest=found.digest,
        applies_by=found.applies_by,
    )


def policy(found: tuple[records.Edition, ...]) -> Policy:
    """A policy of which at least one edition is visible, newest first."""
    name = found[0].policy
    return Policy(id=encode(NodeKind.POLICY, name), name=name, found=found)


def in_force(found: tuple[records.Edition, ...], day: int) -> records.Edition | None:
    """Of editions with the newest first, the one in force on an ordinal day."""
    return next((each for each in found if each.effective.covers(day)), None)
