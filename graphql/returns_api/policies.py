"""Lists and publishes policies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Annotated

import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.store.lists.of_records import OWN_POLICIES, POLICIES_OF_PARTNERS
from adapters.store.lists.statements import ListQuery
from adapters.store.publishing import Draft, Refused, publish, refusal
from adapters.store.records import Edition as EditionRecord
from engine.errors import RequestFault
from engine.policy.selection import known
from returns_api.context import Context
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.inputs import PublishPolicyInput
from returns_api.types.pages import Connection, Page, Shown, check_partner
from returns_api.types.pages import listed as listed_page
from returns_api.types.policies import Edition, Policy, When, edition, policy
from returns_api.types.problems import (
    InputProblem,
    PolicyFaultsProblem,
    input_problem,
)
from returns_api.types.publishing import (
    LostTerm,
    PolicyTestsFailed,
    PublishingRefused,
    VersionTaken,
    lost_terms,
    publishing_problem,
)


@strawberry.type(description="The policy was published.")
class PublishedPolicy:
    """The edition never changes from now on."""

    edition: Edition


@strawberry.type(description="Nothing prevents the text from being published now.")
class ReadyToPublish:
    """The policy and version that the text names."""

    policy: str
    version: int
    lost_terms: list[LostTerm]
    """The terms agreed with partners that this version ends, by the retailer's handle."""
    ends_terms: str | None
    """What `endsTerms` of `publishPolicy` takes, to confirm that these terms end; null if none do.
    It changes with them, with the text, and with the first day.
    """


PublishPolicyResult = Annotated[
    PublishedPolicy
    | PolicyFaultsProblem
    | PolicyTestsFailed
    | VersionTaken
    | PublishingRefused
    | InputProblem,
    strawberry.union("PublishPolicyResult"),
]
PublicationCheckResult = Annotated[
    ReadyToPublish
    | PolicyFaultsProblem
    | PolicyTestsFailed
    | VersionTaken
    | PublishingRefused
    | InputProblem,
    strawberry.union("PublicationCheckResult"),
]


def when(as_of: date | None, known_at: datetime | None) -> When:
    """Returns the requested times; raises `RequestFault` for a time without an offset."""
    return When(as_of=as_of, known_at=moment(known_at))


def moment(known_at: datetime | None) -> datetime | None:
    """Returns a time as sent; raises `RequestFault` if it has no offset."""
    if known_at is not None and known_at.tzinfo is None:
        said = "A moment has an offset, as in `2025-01-31T09:30:00Z`."
        raise RequestFault("wrong_moment", said, "knownAt")
    return known_at


def listed(
    context: Context, partner: str | None, at: When, page: Page | None
) -> Connection[Policy]:
    """Lists the visible policies by name; of one partner and in force on a day, if given."""
    principal, filters = context.principal, dict[str, object]()
    if partner is not None:
        if partner != context.store.partners.own(principal).handle:
            check_partner(context, partner, "partner")
        filters["partner"] = partner
    if at != When():
        filters["names"] = _names_at(context, partner, at)
    of = OWN_POLICIES if principal.kind is Kind.SUPPLIER else POLICIES_OF_PARTNERS
    asked = ListQuery(principal=principal, sort="NAME", filters=filters)
    shown = Shown(
        read=partial(context.store.editions.by_policy, principal),
        show=lambda found: policy(_published(found, at), at),
    )
    return listed_page(context, of, asked, page, shown)


def _names_at(context: Context, partner: str | None, at: When) -> list[str]:
    """Returns the visible policies published by a time, and in force on a day, if given."""
    editions, moment = context.store.editions, at.known_at
    found: set[str] = set()
    for owner in editions.owners(context.principal, partner):
        pool = [
            each for each in context.published(owner) if editions.meant(context.principal, each)
        ]
        if at.as_of is not None:
            day = at.as_of.toordinal()
            pool = [each for each in known(pool, moment) if each.effective.covers(day)]
        found.update(each.policy for each in pool if _was_published(each.published_at, moment))
    return sorted(found)


def _published(found: Iterable[EditionRecord], at: When) -> tuple[EditionRecord, ...]:
    return tuple(each for each in found if _was_published(each.published_at, at.known_at))


def _was_published(at: datetime | None, by: datetime | None) -> bool:
    """Whether it was published by a time; without one, everything was."""
    return at is None or by is None or at <= by


def named(context: Context, text: str, at: When) -> Policy | None:
    """Returns a visible policy by id or name (`acme/standard`), if it was published by then."""
    name = key_of(text, NodeKind.POLICY) or text
    versions = context.store.editions.versions(context.principal, name[:100])
    found = _published(versions, at)
    return policy(found, at) if found else None


def publish_policy(context: Context, said: PublishPolicyInput) -> PublishPolicyResult:
    """Publishes a text for the supplier who asks."""
    context.principal.must(Scope.PUBLISH_POLICIES)
    principal, store, key = context.principal, context.store, said.idempotency_key
    with store.atomic():
        before = store.idempotency.before(principal, key, "publishPolicy", said.yaml)
        if before is not None:
            return PublishedPolicy(edition=edition(store.editions.by_id(str(before))))
        draft = Draft(text=said.yaml, by=principal.by, ends_terms=said.ends_terms or "")
        owner, shipped = store.partners.own(principal), context.library.shipped()
        answer = publish(store, owner, draft, shipped)
        if isinstance(answer, Refused):
            return publishing_problem(answer, "input.yaml")
        store.idempotency.keep(principal, key, ("publishPolicy", said.yaml), answer.id)
        return PublishedPolicy(edition=edition(answer))


def publication_check(context: Context, yaml: str) -> PublicationCheckResult:
    """Returns why a text would not be published now."""
    context.principal.must(Scope.PUBLISH_POLICIES)
    context.spend(1)
    owner, draft = context.store.partners.own(context.principal), Draft(text=yaml, by="")
    try:
        answer = refusal(context.store, owner, draft, context.library.shipped())
    except RequestFault as fault:
        return input_problem(fault)
    if isinstance(answer, Refused):
        return publishing_problem(answer, "yaml")
    ready = answer.file.policy
    return ReadyToPublish(
        policy=ready.id,
        version=ready.version,
        lost_terms=lost_terms(answer.lost),
        ends_terms=answer.lost.digest or None,
    )
