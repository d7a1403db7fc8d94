"""What may be asked and done about money; part of the schema."""

from __future__ import annotations

from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from engine.errors import RequestFault
from returns_api.context import Context, Info
from returns_api.money import inputs, refunds, resolving
from returns_api.money.types import (
    Gateway,
    Payment,
    Reconciliation,
    RecordedSettlement,
    State,
    Stop,
    gateway,
    payment,
    reconciliation,
    settlement,
    stop,
)
from returns_api.types.described import described
from returns_api.types.ids import NodeKind, sought
from returns_api.types.pages import Connection, Edge, Page, count_of, cut
from returns_api.types.problems import InputProblem, input_problem
from services.payments.gateways import Said


@strawberry.type(description="The key works, and is kept sealed.")
class GatewaySet:
    """Settlements that waited for it are sent."""

    gateway: Gateway


SetGatewayResult = Annotated[GatewaySet | InputProblem, strawberry.union("SetGatewayResult")]


@strawberry.type
class MoneyQueries:
    """What may be asked about money."""

    @described("Your settlements, newest first; in some states or of one order, if given.")
    def settlements(
        self,
        info: Info,
        states: list[State] | None = None,  # type: ignore[valid-type]
        order: strawberry.ID | None = None,
        page: Page | None = None,
    ) -> Connection[RecordedSettlement]:
        info.context.principal.must(Scope.READ_MONEY)
        key = sought(order, NodeKind.ORDER) if order is not None else None
        keys = info.context.store.seen.settlements(info.context.principal, states or [], key)
        return _listed(info.context, keys, page)

    @described("How one of your orders was paid.")
    def payments(self, info: Info, order: strawberry.ID) -> list[Payment]:
        info.context.principal.must(Scope.READ_MONEY)
        key, context = sought(order, NodeKind.ORDER), info.context
        found = context.store.seen.payments(context.principal, key)
        return [payment(context, each) for each in found]

    @described("What a refund of an order would move now; nothing moves.")
    def refund_preview(
        self,
        info: Info,
        input: inputs.RefundInput,  # noqa: A002
    ) -> refunds.RefundPreviewResult:
        return refunds.refund_preview(info.context, input)

    @described("What a refund of your consumer would move now; for retailers, nothing moves.")
    def consumer_refund_preview(
        self,
        info: Info,
        input: inputs.RefundInput,  # noqa: A002
    ) -> refunds.RefundPreviewResult:
        return refunds.consumer_refund_preview(info.context, input)

    @described("Your account at Stripe.")
    def gateway(self, info: Info) -> Gateway | None:
        info.context.principal.must(Scope.SET_GATEWAY)
        found = info.context.store.accounts.of(info.context.principal.tenant)
        return gateway(found) if found else None

    @described("How your settlements compared with what Stripe lists, newest first; at most 100.")
    def reconciliations(self, info: Info, first: int = 20) -> list[Reconciliation]:
        info.context.principal.must(Scope.RESOLVE_SETTLEMENTS)
        tenant, most = info.context.principal.tenant, count_of(first, "first")
        found = info.context.store.comparing.newest(tenant, most)
        return [reconciliation(each) for each in found]

    @described("Why nothing of your money is sent; null while it is. For suppliers.")
    def stopped_lane(self, info: Info) -> Stop | None:
        info.context.principal.must(Scope.RESOLVE_SETTLEMENTS)
        return stop(info.context.store.lanes.of(info.context.principal.tenant))


@strawberry.type
class MoneyMutations:
    """What may be done about money."""

    @described("Sets your account at Stripe, after trying its key.")
    def set_gateway(self, info: Info, input: inputs.SetGatewayInput) -> SetGatewayResult:  # noqa: A002
        return _set_gateway(info.context, input)

    @described(
        "Says how an order was paid to you: by its retailer, or as a retailer by its consumer."
    )
    def add_payment(
        self,
        info: Info,
        input: inputs.AddPaymentInput,  # noqa: A002
    ) -> refunds.AddPaymentResult:
        return refunds.add_payment(info.context, input)

    @described("Refunds an order, whole or in part; for its supplier, or whom it allows to.")
    def refund_order(
        self,
        info: Info,
        input: inputs.RefundOrderInput,  # noqa: A002
    ) -> refunds.RefundOrderResult:
        return refunds.refund_order(info.context, input)

    @described(
        "Refunds your consumer, whole or in part, by your own account at Stripe; for retailers. "
        "What the consumer paid is said by `addPayment`."
    )
    def refund_consumer(
        self,
        info: Info,
        input: inputs.RefundOrderInput,  # noqa: A002
    ) -> refunds.RefundOrderResult:
        return refunds.refund_consumer(info.context, input)

    @described("Lets a retailer refund its orders with you by itself, or no longer.")
    def allow_refunds(
        self,
        info: Info,
        input: inputs.AllowRefundsInput,  # noqa: A002
    ) -> refunds.AllowRefundsResult:
        return refunds.allow_refunds(info.context, input)

    @described("Does what you decide about a settlement that needs attention or failed.")
    def resolve_settlement(
        self,
        info: Info,
        input: inputs.ResolveSettlementInput,  # noqa: A002
    ) -> resolving.ResolveSettlementResult:
        return resolving.resolve_settlement(info.context, input)

    @described("Sends your settlements again after your key was refused; for suppliers.")
    def open_lane(self, info: Info) -> resolving.LaneOpened:
        return resolving.open_lane(info.context)


def _set_gateway(context: Context, said: inputs.SetGatewayInput) -> SetGatewayResult:
    context.principal.must(Scope.SET_GATEWAY)
    signing = said.signing_secrets
    try:
        found = context.gateways.put(
            Said(
                partner=context.principal.tenant,
                key=said.key or "",
                signing=None if signing is None else tuple(signing),
                unrestricted=said.allow_unrestricted,
            ),
            context.principal.by,
        )
    except RequestFault as fault:
        return input_problem(fault, "input")
    return GatewaySet(gateway=gateway(found))


def _listed(context: Context, keys: list[str], page: Page | None) -> Connection[RecordedSettlement]:
    chosen, info = cut([(key, key) for key in keys], page)
    found = [(key, context.store.seen.settlement(context.principal, key)) for key, _ in chosen]
    return Connection(
        edges=[Edge(cursor=key, node=settlement(context, each)) for key, each in found if each],
        page_info=info,
        total_count=len(keys),
    )
