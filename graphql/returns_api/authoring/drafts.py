"""Drafts stored on the server, and published editions in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from adapters.store.authoring import drafts as kept
from adapters.store.records import Edition
from engine.errors import PolicyFaults, RequestFault
from engine.policy.dialect import MAX_CHARACTERS
from engine.policy.editions import PolicyFile
from engine.policy.reading import wrong_policy_id
from returns_api.authoring.inputs import DiscardDraftInput, SaveDraftInput, check_policy_id
from returns_api.authoring.types import PolicyTopic, topics
from returns_api.context import Context
from returns_api.types.codes import ProblemCode
from returns_api.types.ids import NodeKind, key_of
from returns_api.types.problems import InputProblem, Problem
from services.policies.sentences import topics_of


@strawberry.type(description="A policy text that is not published.")
class PolicyDraft:
    """Belongs to one partner; every key of it that may preview policies sees it."""

    policy: str
    yaml: str
    """The text of the policy."""
    version: int
    """The number of times it was saved."""
    saved_by: str
    """The public part of the key that saved it."""
    saved_at: datetime
    """When it was saved, in UTC."""


@strawberry.type(description="The draft was saved.")
class DraftSaved:
    """The draft with its new version."""

    draft: PolicyDraft
    """The draft as it is stored now."""


@strawberry.type(description="The draft was discarded.")
class DraftDiscarded:
    """Published editions are unaffected."""

    policy: str


@strawberry.type(description="The draft was saved or discarded by somebody else since you read it.")
class DraftConflict(Problem):
    """Nothing was changed; the caller keeps its own text."""

    theirs: PolicyDraft | None
    """The draft stored now, and who saved it; null if it was discarded."""


SaveDraftResult = Annotated[
    DraftSaved | DraftConflict | InputProblem, strawberry.union("SaveDraftResult")
]
DiscardDraftResult = Annotated[
    DraftDiscarded | DraftConflict | InputProblem, strawberry.union("DiscardDraftResult")
]


def drafts(context: Context) -> list[PolicyDraft]:
    """Returns all drafts of the principal's partner."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    return [_draft(each) for each in context.store.policy_drafts.all(context.principal)]


def draft(context: Context, policy: str) -> PolicyDraft | None:
    """Returns one draft of the principal's partner."""
    context.principal.must(Scope.PREVIEW_POLICIES)
    if wrong_policy_id(policy):
        return None
    found = context.store.policy_drafts.one(context.principal, policy)
    return _draft(found) if found else None


def save_draft(context: Context, said: SaveDraftInput) -> SaveDraftResult:
    """Stores a text, valid or not, unless somebody else has saved one meanwhile."""
    context.principal.must(Scope.PUBLISH_POLICIES)
    check_policy_id(said.policy)
    if not said.policy.startswith(f"{context.principal.handle}/"):
        begin = f"{context.principal.handle}/"
        raise RequestFault("wrong_owner", f"The name must begin with `{begin}`.", "policy")
    if len(said.yaml) > MAX_CHARACTERS or "\0" in said.yaml or not said.yaml.strip():
        too_long = f"A draft has 1 to {MAX_CHARACTERS:,} characters."
        raise RequestFault("too_long", too_long, "yaml")
    with context.store.atomic():
        found = context.store.policy_drafts.save(
            context.principal, said.policy, said.yaml, said.expected_version
        )
    if isinstance(found, kept.Outdated):
        return _conflict(found)
    return DraftSaved(draft=_draft(found))


def discard_draft(context: Context, said: DiscardDraftInput) -> DiscardDraftResult:
    """Discards a draft, unless somebody else has saved it meanwhile."""
    context.principal.must(Scope.PUBLISH_POLICIES)
    check_policy_id(said.policy)
    with context.store.atomic():
        found = context.store.policy_drafts.discard(
            context.principal, said.policy, said.expected_version
        )
    return _conflict(found) if found else DraftDiscarded(policy=said.policy)


def in_words(context: Context, edition: str) -> list[PolicyTopic] | None:
    """Returns a published edition in words, if the principal may see it.

    A retailer reads the values that were agreed with it, everybody else the defaults.
    """
    context.principal.must(Scope.READ_POLICIES)
    key = key_of(edition, NodeKind.EDITION)
    found = context.store.editions.visible(context.principal, key) if key else None
    if found is None:
        return None
    return topics(topics_of(_as_agreed(context, found)))


def _as_agreed(context: Context, found: Edition) -> PolicyFile:
    """Reads an edition under the terms of the retailer who asks, or as it was published if it
    forbids one of their values, which `forbiddenTerms` of the edition tells.
    """
    joined = context.store.partnerships.between(found.owner.id, context.principal.tenant)
    terms = joined.terms.get(found.policy, {}) if joined else {}
    with suppress(PolicyFaults):
        return context.library.file(context.store, found, terms)
    return context.library.file(context.store, found, {})


def _draft(found: kept.PolicyDraft) -> PolicyDraft:
    return PolicyDraft(
        policy=found.policy,
        yaml=found.text,
        version=found.version,
        saved_by=found.saved_by,
        saved_at=found.saved_at,
    )


def _conflict(found: kept.Outdated) -> DraftConflict:
    now = found.now
    who = f"{now.saved_by} has saved version {now.version}" if now else "It was discarded"
    return DraftConflict(
        code=ProblemCode.draft_changed,
        message=f"{who} since you saw it; nothing was changed.",
        path="input.expectedVersion",
        theirs=_draft(now) if now else None,
    )
