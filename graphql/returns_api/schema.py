"""The schema: its queries and mutations; the work is done in other modules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry
from graphql import GraphQLSchema

from adapters.identity.principal import Scope
from engine.policy.register.built_in import SENT
from returns_api import agreeing, goods, nodes, policies, previews, withdrawals
from returns_api import eligibility as asking
from returns_api.authoring.fields import AuthoringMutations, AuthoringQueries
from returns_api.context import Info
from returns_api.figures import FigureQueries
from returns_api.journal import JournalEntry, JournalKind, entries_after
from returns_api.lists import RecordLists
from returns_api.money.credit.fields import CreditMutations, CreditQueries
from returns_api.money.fields import MoneyMutations, MoneyQueries
from returns_api.money.lists import MoneyLists
from returns_api.ordering.fields import OrderMutations
from returns_api.ordering.lists import OrderLists
from returns_api.partnering.fields import PartneringMutations, PartneringQueries
from returns_api.prospects import ProspectInput
from returns_api.prospects import prospects as asking_before
from returns_api.returns.arriving import ArrivingMutations, ArrivingQueries
from returns_api.returns.documents import ReturnDocument
from returns_api.returns.fields import ReturnMutations, ReturnQueries
from returns_api.returns.lists import ReturnLists
from returns_api.returns.received import ReceivedParcel
from returns_api.returns.types import ConsumerReturn, Return
from returns_api.stock.fields import StockMutations, StockQueries
from returns_api.stock.lists import StockLists
from returns_api.stock.types import Channel
from returns_api.types.described import described, mutation, refusable
from returns_api.types.describing import describe
from returns_api.types.eligibility import Eligibility, RecordedDecision
from returns_api.types.facts import FactDefinition, fact_definition
from returns_api.types.ids import Node, NodeKind
from returns_api.types.inputs import (
    EligibilityLineInput,
    PreviewInput,
    PublishPolicyInput,
    PutProductsInput,
    SetTermsInput,
    WithdrawPolicyInput,
)
from returns_api.types.me import Me, me
from returns_api.types.ordering import OrderAmendment
from returns_api.types.pages import Connection, Page, paged
from returns_api.types.policies import Edition, Policy
from returns_api.types.scalars import CONFIG
from returns_api.types.trade import Order, OrderLine, Partner, Partnership
from services.returns.decision_service import View


@strawberry.type
class Query(
    MoneyQueries,
    MoneyLists,
    CreditQueries,
    OrderLists,
    ReturnQueries,
    ReturnLists,
    ArrivingQueries,
    StockQueries,
    StockLists,
    RecordLists,
    FigureQueries,
    AuthoringQueries,
    PartneringQueries,
):
    """All queries."""

    @described("The owner of the API key, and what this key may do.")
    def me(self, info: Info) -> Me:
        return me(info.context)

    @described(
        "Whether a mutation of yours was answered under an idempotency key. Sent again under this "
        "key, it changes nothing and returns the same answer."
    )
    def answered(self, info: Info, idempotency_key: str) -> bool:
        return info.context.store.idempotency.knows(info.context.principal, idempotency_key)

    @described(
        "Whether order lines may be returned, and on which terms; 1 to 100 lines. With `asOf` or "
        "`knownAt`, for suppliers and support agents: as if requested on that day, or by the "
        "editions published at that time; nothing is stored then."
    )
    def eligibility(
        self,
        info: Info,
        lines: list[EligibilityLineInput],
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> list[Eligibility]:
        info.context.principal.must(Scope.ASK)
        view = View(as_of=as_of, known_at=policies.moment(known_at))
        if not view.present:
            info.context.principal.must(Scope.PREVIEW_POLICIES)
        return asking.eligibility(info.context, lines, view)

    @described(
        "The terms of goods before they are bought: as if they were ordered, delivered and "
        "requested back today. 1 to 100 goods; nothing is stored."
    )
    def prospects(self, info: Info, goods: list[ProspectInput]) -> list[Eligibility]:
        info.context.principal.must(Scope.ASK)
        return asking_before(info.context, goods)

    @refusable("What a draft would decide; for suppliers and support agents.")
    def preview(self, info: Info, input: PreviewInput) -> previews.PreviewResult:  # noqa: A002
        return previews.preview(info.context, input)

    @refusable(
        "Whether a text could be published now, by all the checks of `publishPolicy`: of the text "
        "and its tests, and against what is published. Nothing is stored; for suppliers."
    )
    def publication_check(self, info: Info, yaml: str) -> policies.PublicationCheckResult:
        return policies.publication_check(info.context, yaml)

    @refusable(
        "What `setTerms` would do with this input: the values and the rows that would change, and "
        "which edition forbids a value. Nothing is stored; for suppliers."
    )
    def terms_check(self, info: Info, input: SetTermsInput) -> agreeing.TermsCheckResult:  # noqa: A002
        return agreeing.check_terms(info.context, input)

    @described(
        "The editions under which two partners may agree on terms: those of a policy in force or "
        "upcoming for the retailer, in the order of their days, or else the newest. Empty for "
        "others; `agreeable` of each says what may be agreed.",
        asks=Scope.READ_POLICIES,
    )
    def editions_to_agree(
        self, info: Info, partnership: strawberry.ID, policy: str
    ) -> list[Edition]:
        return agreeing.editions(info.context, partnership, policy)

    @described(
        "A policy by id or by name, such as `acme-supply/standard`: as of a day, by default "
        "today, and as known at a time, by default now.",
        asks=Scope.READ_POLICIES,
    )
    def policy(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> Policy | None:
        return policies.named(info.context, id, policies.when(as_of, known_at))

    @paged(
        "Policies by name; of one partner (handle) and in force on a day, if given; as known at a "
        "time, by default now.",
        also_page=True,
        asks=Scope.READ_POLICIES,
    )
    def policies(
        self,
        info: Info,
        partner: str | None = None,
        as_of: date | None = None,
        known_at: datetime | None = None,
        page: Page | None = None,
    ) -> Connection[Policy]:
        return policies.listed(info.context, partner, policies.when(as_of, known_at), page)

    @described("Every built-in fact that policies may test, and who may state it.")
    def facts(self) -> list[FactDefinition]:
        return [fact_definition(each) for each in SENT.values()]

    @described("A stored decision.", asks=Scope.READ_DECISIONS)
    def decision(self, info: Info, id: strawberry.ID) -> RecordedDecision | None:  # noqa: A002
        found = nodes.node(info.context, id, NodeKind.DECISION)
        return found if isinstance(found, RecordedDecision) else None

    @described(
        "Events that concern you and that your key may see, in order, after an entry's number: "
        "ask again with the last number to miss none. Of some kinds only, if given. A "
        "`RETURN_SETTLE` means that a supplier has settled a return, so that its consumer may be "
        "refunded."
    )
    def journal(
        self,
        info: Info,
        after: Annotated[
            int, strawberry.argument(description="The number of an entry, after which to start.")
        ] = 0,
        first: Annotated[
            int, strawberry.argument(description="The number of entries, 1 to 500.")
        ] = 100,
        kinds: list[JournalKind] | None = None,
    ) -> list[JournalEntry]:
        return entries_after(info.context, after, first, kinds)

    @described("Any object by its id; null if it does not exist or is another's.")
    def node(self, info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002
        return nodes.node(info.context, id)


@strawberry.type
class Mutation(
    MoneyMutations,
    CreditMutations,
    OrderMutations,
    ReturnMutations,
    ArrivingMutations,
    StockMutations,
    AuthoringMutations,
    PartneringMutations,
):
    """All mutations; an operation contains one."""

    @mutation("Publishes a policy edition, which never changes; for suppliers.")
    def publish_policy(
        self,
        info: Info,
        input: PublishPolicyInput,  # noqa: A002
    ) -> policies.PublishPolicyResult:
        return policies.publish_policy(info.context, input)

    @mutation(
        "Withdraws an edition, entirely or from a day on; for its owner. It is never deleted."
    )
    def withdraw_policy(
        self,
        info: Info,
        input: WithdrawPolicyInput,  # noqa: A002
    ) -> withdrawals.WithdrawPolicyResult:
        return withdrawals.withdraw_policy(info.context, input)

    @mutation("Sets the terms agreed with a partner; for suppliers.")
    def set_terms(self, info: Info, input: SetTermsInput) -> agreeing.SetTermsResult:  # noqa: A002
        return agreeing.set_terms(info.context, input)

    @mutation("Adds or replaces products and locations; for suppliers.")
    def put_products(self, info: Info, input: PutProductsInput) -> goods.PutProductsResult:  # noqa: A002
        return goods.put_products(info.context, input)


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[
        Partner,
        Partnership,
        Policy,
        Order,
        OrderLine,
        OrderAmendment,
        RecordedDecision,
        Channel,
        Return,
        ConsumerReturn,
        ReceivedParcel,
        ReturnDocument,
    ],
    config=CONFIG,
)
describe(SCHEMA._schema)


def core_schema() -> GraphQLSchema:
    """Returns graphql-core's schema, which runs documents without Strawberry's outer layers."""
    return SCHEMA._schema


def sdl() -> str:
    """Returns the schema as text."""
    return SCHEMA.as_str() + "\n"
