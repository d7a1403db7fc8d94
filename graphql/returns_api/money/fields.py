"""The schema's fields about money."""

from __future__ import annotations

from typing import Annotated

import strawberry

from adapters.identity.principal import Scope
from engine.errors import RequestFault
from engine.settlement import ledger
from returns_api.context import Context, Info
from returns_api.money import inputs, refunds, resolving
from returns_api.money.claims import (
    EndClaimInput,
    EndClaimResult,
    end_claim,
)
from returns_api.money.comparisons import Reconciliation, reconciliation
from returns_api.money.gateways import Gateway, Stop, gateway, stop
from returns_api.money.types import Payment, payment
from returns_api.types.described import described, mutation, refusable
from returns_api.types.ids import NodeKind, sought
from returns_api.types.pages import count_of
from returns_api.types.problems import InputProblem, input_problem
from services.payments.gateways import GatewayCredentials


@strawberry.type(description="The key works, and is stored encrypted.")
class GatewaySet:
    """Settlements that waited for it are sent."""

    gateway: Gateway
    """The account as it is now."""


SetGatewayResult = Annotated[GatewaySet | InputProblem, strawberry.union("SetGatewayResult")]


@strawberry.type
class MoneyQueries:
    """Queries about money."""

    @described("The payments of one of your orders.", asks=Scope.READ_MONEY)
    def payments(self, info: Info, order: strawberry.ID) -> list[Payment]:
        key, context = sought(order, NodeKind.ORDER), info.context
        found = context.store.tenant_money.payments(context.principal, key)
        return [payment(context, each) for each in found]

    @refusable("What a refund of an order would move now; nothing is moved.")
    def refund_preview(
        self,
        info: Info,
        input: inputs.RefundInput,  # noqa: A002
    ) -> refunds.RefundPreviewResult:
        return refunds.refund_preview(info.context, input)

    @refusable("What a refund of your consumer would move now; for retailers. Nothing is moved.")
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
        return gateway(info.context, found) if found else None

    @described("Comparisons of your settlements with what Stripe lists, newest first; at most 100.")
    def reconciliations(self, info: Info, first: int = 20) -> list[Reconciliation]:
        info.context.principal.must(Scope.RESOLVE_SETTLEMENTS)
        tenant, most = info.context.principal.tenant, count_of(first, "first")
        found = info.context.store.comparing.newest(tenant, most)
        return [reconciliation(each) for each in found]

    @described("Why your payouts are on hold; null while they are sent. For suppliers.")
    def payouts_on_hold(self, info: Info) -> Stop | None:
        info.context.principal.must(Scope.RESOLVE_SETTLEMENTS)
        return stop(info.context.store.payouts.of(info.context.principal.tenant))


@strawberry.type
class MoneyMutations:
    """Mutations of money."""

    @mutation("Marks a claim as paid back to you; for suppliers.")
    def settle_claim(self, info: Info, input: EndClaimInput) -> EndClaimResult:  # noqa: A002
        return end_claim(info.context, input, ledger.ClaimState.PAID, "settleClaim")

    @mutation("Drops a claim; for suppliers.")
    def drop_claim(self, info: Info, input: EndClaimInput) -> EndClaimResult:  # noqa: A002
        return end_claim(info.context, input, ledger.ClaimState.DROPPED, "dropClaim")

    @mutation("Sets your account at Stripe, after checking its key.")
    def set_gateway(self, info: Info, input: inputs.SetGatewayInput) -> SetGatewayResult:  # noqa: A002
        return _set_gateway(info.context, input)

    @mutation(
        "Adds a payment of an order to you: by its retailer, or as a retailer by its consumer."
    )
    def add_payment(
        self,
        info: Info,
        input: inputs.AddPaymentInput,  # noqa: A002
    ) -> refunds.AddPaymentResult:
        return refunds.add_payment(info.context, input)

    @mutation(
        "Refunds an order, fully or partly; for its supplier, or a retailer that it permits to."
    )
    def refund_order(
        self,
        info: Info,
        input: inputs.RefundOrderInput,  # noqa: A002
    ) -> refunds.RefundOrderResult:
        return refunds.refund_order(info.context, input)

    @mutation(
        "Refunds your consumer, fully or partly, from your own account at Stripe; for retailers. "
        "Add what the consumer paid by `addPayment`."
    )
    def refund_consumer(
        self,
        info: Info,
        input: inputs.RefundOrderInput,  # noqa: A002
    ) -> refunds.RefundOrderResult:
        return refunds.refund_consumer(info.context, input)

    @mutation("Permits a retailer to refund its orders with you by itself, or forbids it.")
    def allow_refunds(
        self,
        info: Info,
        input: inputs.AllowRefundsInput,  # noqa: A002
    ) -> refunds.AllowRefundsResult:
        return refunds.allow_refunds(info.context, input)

    @mutation("Resolves a settlement that needs attention or failed, as you decide.")
    def resolve_settlement(
        self,
        info: Info,
        input: inputs.ResolveSettlementInput,  # noqa: A002
    ) -> resolving.ResolveSettlementResult:
        return resolving.resolve_settlement(info.context, input)

    @mutation("Resumes your payouts after your key was refused; for suppliers.")
    def resume_payouts(
        self,
        info: Info,
        input: inputs.ResumePayoutsInput,  # noqa: A002
    ) -> resolving.ResumePayoutsResult:
        return resolving.resume_payouts(info.context, input)


def _set_gateway(context: Context, said: inputs.SetGatewayInput) -> SetGatewayResult:
    context.principal.must(Scope.SET_GATEWAY)
    signing = said.signing_secrets
    try:
        found = context.gateways.put(
            GatewayCredentials(
                partner=context.principal.tenant,
                key=said.key or "",
                signing=None if signing is None else tuple(signing),
                unrestricted=said.allow_unrestricted,
            ),
            context.principal.by,
        )
    except RequestFault as fault:
        return input_problem(fault, "input")
    return GatewaySet(gateway=gateway(context, found))
