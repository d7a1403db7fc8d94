"""The schema: what may be asked and done; the work is done elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry
from graphql import GraphQLSchema

from adapters.identity.principal import Scope
from engine.policy.register.built_in import SENT
from returns_api import eligibility as asking
from returns_api import goods, nodes, policies, previews, withdrawals
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
from returns_api.types.policies import Policy
from returns_api.types.scalars import CONFIG
from returns_api.types.trade import Order, OrderLine, Partner, Partnership
from services.returns.cases import View


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
    """Everything that may be asked."""

    @described("Who asks, and what this key may do.")
    def me(self, info: Info) -> Me:
        return me(info.context)

    @described(
        "Whether order lines may come back, and on which terms; 1 to 100 at once. With `asOf` or "
        "`knownAt`, for suppliers and support agents: as if asked on that day, or by what was "
        "published at that moment; nothing of it is kept."
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
        "What would hold of goods that nobody has bought yet: as if they were ordered, delivered "
        "and asked for today. 1 to 100 at once; nothing is kept."
    )
    def prospects(self, info: Info, goods: list[ProspectInput]) -> list[Eligibility]:
        info.context.principal.must(Scope.ASK)
        return asking_before(info.context, goods)

    @refusable("What a draft would decide; for suppliers and support agents.")
    def preview(self, info: Info, input: PreviewInput) -> previews.PreviewResult:  # noqa: A002
        return previews.preview(info.context, input)

    @described(
        "A policy by id or by name, such as `acme-supply/standard`: as of a day, by default today, "
        "and as it was known at a moment, by default now.",
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
        "Policies by name; of one partner by handle, and in force on a day, if given, as known at "
        "a moment, by default now.",
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

    @described("Every built-in fact that policies may test, and whose it is to say.")
    def facts(self) -> list[FactDefinition]:
        return [fact_definition(each) for each in SENT.values()]

    @described("A decision that was given.", asks=Scope.READ_DECISIONS)
    def decision(self, info: Info, id: strawberry.ID) -> RecordedDecision | None:  # noqa: A002
        found = nodes.node(info.context, id, NodeKind.DECISION)
        return found if isinstance(found, RecordedDecision) else None

    @described(
        "What happened that concerns you and that your key may see, in order, after an entry's "
        "number: ask again with the last number, and nothing is missed. Of some kinds, if given. "
        "A `RETURN_SETTLE` says that a supplier has squared a return, so that its consumer may be "
        "refunded."
    )
    def journal(
        self,
        info: Info,
        after: Annotated[
            int, strawberry.argument(description="The number of an entry: what follows is given.")
        ] = 0,
        first: Annotated[int, strawberry.argument(description="How many entries, 1 to 500.")] = 100,
        kinds: list[JournalKind] | None = None,
    ) -> list[JournalEntry]:
        return entries_after(info.context, after, first, kinds)

    @described("Anything by its id; null for what does not exist or is another's.")
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
    """Everything that may be done; one mutation in an operation."""

    @mutation("Publishes a policy for good; for suppliers.")
    def publish_policy(
        self,
        info: Info,
        input: PublishPolicyInput,  # noqa: A002
    ) -> policies.PublishPolicyResult:
        return policies.publish_policy(info.context, input)

    @mutation("Withdraws an edition, wholly or from a day on; for its owner. It is never removed.")
    def withdraw_policy(
        self,
        info: Info,
        input: WithdrawPolicyInput,  # noqa: A002
    ) -> withdrawals.WithdrawPolicyResult:
        return withdrawals.withdraw_policy(info.context, input)

    @mutation("Sets what was agreed with a partner; for suppliers.")
    def set_terms(self, info: Info, input: SetTermsInput) -> policies.SetTermsResult:  # noqa: A002
        return policies.set_terms(info.context, input)

    @mutation("Adds products and locations, or replaces what was said of them; for suppliers.")
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
    """graphql-core's own schema, which executes documents without Strawberry's outer layers."""
    return SCHEMA._schema


def sdl() -> str:
    """The schema as text."""
    return SCHEMA.as_str() + "\n"
