"""The schema's fields for authors of policies."""

from __future__ import annotations

import strawberry

from returns_api.authoring import comparing, work
from returns_api.authoring import drafts as kept
from returns_api.authoring.drafts import PolicyDraft
from returns_api.authoring.inputs import (
    ChangePolicyTextInput,
    CheckPolicyInput,
    ComparePoliciesInput,
    DiscardDraftInput,
    SaveDraftInput,
    StartPolicyInput,
    TryPolicyInput,
)
from returns_api.authoring.types import PolicyTopic
from returns_api.context import Info
from returns_api.types.described import described, mutation, refusable


@strawberry.type
class AuthoringQueries:
    """Queries about a text before it is published."""

    @refusable("Checks a policy text, fast enough to run while the author types.")
    def check_policy(
        self,
        info: Info,
        input: CheckPolicyInput,  # noqa: A002
    ) -> work.CheckPolicyResult:
        return work.check_policy(info.context, input)

    @refusable(
        "A policy text with one change applied; comments and layout stay. Nothing is stored."
    )
    def change_policy_text(
        self,
        info: Info,
        input: ChangePolicyTextInput,  # noqa: A002
    ) -> work.ChangePolicyTextResult:
        return work.change_policy_text(info.context, input)

    @refusable("A first policy, written from a few answers. Nothing is stored.")
    def start_policy(
        self,
        info: Info,
        input: StartPolicyInput,  # noqa: A002
    ) -> work.StartPolicyResult:
        return work.start_policy(info.context, input)

    @refusable("Scenarios decided by a draft, beside the edition in force. Nothing is stored.")
    def try_policy(
        self,
        info: Info,
        input: TryPolicyInput,  # noqa: A002
    ) -> work.TryPolicyResult:
        return work.try_policy(info.context, input)

    @refusable("The returns that two policies decide differently, each change with an example.")
    def compare_policies(
        self,
        info: Info,
        input: ComparePoliciesInput,  # noqa: A002
    ) -> comparing.ComparePoliciesResult:
        return comparing.compare_policies(info.context, input)

    @described("Your drafts, by policy.")
    def drafts(self, info: Info) -> list[PolicyDraft]:
        return kept.drafts(info.context)

    @described("Your draft of a policy; null if there is none.")
    def draft(self, info: Info, policy: str) -> PolicyDraft | None:
        return kept.draft(info.context, policy)

    @described(
        "A published edition in plain words, by its id; null if you may not see it. "
        "A retailer reads the values that were agreed with it, everybody else the defaults. If the "
        "edition forbids an agreed value (`forbiddenTerms`), its retailer reads the defaults, too, "
        "and lines under it are answered `terms_broken`."
    )
    def policy_in_words(self, info: Info, edition: strawberry.ID) -> list[PolicyTopic] | None:
        return kept.in_words(info.context, edition)


@strawberry.type
class AuthoringMutations:
    """Drafts that are stored until they are published."""

    @mutation("Saves a draft, unless somebody else has saved it since you read it.")
    def save_draft(self, info: Info, input: SaveDraftInput) -> kept.SaveDraftResult:  # noqa: A002
        return kept.save_draft(info.context, input)

    @mutation("Discards a draft, unless somebody else has saved it since you read it.")
    def discard_draft(
        self,
        info: Info,
        input: DiscardDraftInput,  # noqa: A002
    ) -> kept.DiscardDraftResult:
        return kept.discard_draft(info.context, input)
