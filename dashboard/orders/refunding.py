"""Refunds an order, or a retailer's consumer; shows what would move before it moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.orders.views import left_of, order_in
from dashboard.view import link, show


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of refund: who pays whom, and the operations for it."""

    name: str
    title: str
    preview: str
    refund: str


ORDER: Final = Kind(
    name="order",
    title="from the supplier to the retailer",
    preview="RefundPreview",
    refund="RefundOrder",
)
CONSUMER: Final = Kind(
    name="consumer",
    title="from the retailer to the consumer",
    preview="ConsumerRefundPreview",
    refund="RefundConsumer",
)

UNPAID: Final = ("REFUSED", "CANCELLED", "EXPIRED")
"""States of returns that pay for no units."""


async def asked(request: Request) -> Response:
    """Shows what is left, and what the refund would move."""
    data = await ask(request, "OrderToRefund", order=request.path_params["order"])
    typed = FormData(list(request.query_params.multi_items()))
    return await _page(request, data, typed)


async def refund(request: Request) -> Response:
    """Makes the refund; after a refusal, shows the form as filled in."""
    data = await ask(request, "OrderToRefund", order=request.path_params["order"])
    found, form = order_in(data), await form_of(request)
    kind = _kind(kinds(data), form)
    try:
        if kind is None:
            raise doing.Refused("Your key does not allow refunding this order.")
        done = await doing.do(
            request,
            kind.refund,
            refund=refund_of(found, form),
            why=doing.text(form, "why"),
            idempotencyKey=doing.text(form, "key"),
            ifUnchanged=doing.text(form, "seen"),
        )
    except doing.Refused as refused:
        return await _page(request, data, form, str(refused))
    count = len(done["settlements"])
    parts = "1 settlement" if count == 1 else f"{count} settlements"
    there = f"{link(request, 'order', order=found['id'])}#money"
    return flash.said_at(there, request, f"Refund planned as {parts}; it is sent next.")


def kinds(data: Mapping[str, Any]) -> list[Kind]:
    """Returns the kinds of refunds that the user may make for the order."""
    me, found = data["me"], data["found"]
    if "REFUND_ORDERS" not in me["scopes"]:
        return []
    if me["partner"]["kind"] == "SUPPLIER":
        return [ORDER]
    own = [
        each["retailerRefunds"]
        for each in me["partnerships"]
        if each["supplier"]["handle"] == found["supplier"]["handle"]
    ]
    return [CONSUMER, *([ORDER] if any(own) else [])]


def _kind(may: list[Kind], typed: FormData) -> Kind | None:
    """Returns the chosen kind; by default the first."""
    chosen = [each for each in may if each.name == doing.text(typed, "kind")]
    return next(iter([*chosen, *may]), None)


def refund_of(found: Mapping[str, Any], typed: FormData) -> dict[str, Any]:
    """Returns the refund as the API's input; raises `Refused`."""
    lines = [
        {"line": line["number"], "units": units}
        for place, line in enumerate(found["lines"], 1)
        if (units := doing.count(typed, f"cancelled-{place}", line["sku"]))
    ]
    return {
        "order": found["id"],
        "payment": doing.text(typed, "payment") or None,
        "amount": _amount(found, typed),
        "keepBack": doing.minor(doing.text(typed, "keep"), found["currency"]) or 0,
        "lines": lines or None,
    }


def _amount(found: Mapping[str, Any], typed: FormData) -> int | None:
    """Returns the typed amount, or price and tax of the typed units; raises `Refused` for both."""
    amount = doing.minor(doing.text(typed, "amount"), found["currency"])
    units = [
        (line, count)
        for place, line in enumerate(found["lines"], 1)
        if (count := doing.count(typed, f"units-{place}", line["sku"]))
    ]
    if amount is not None and units:
        raise doing.Refused("Enter an amount or units of lines, not both.")
    return sum(_worth(line, count) for line, count in units) if units else amount


def _worth(line: Mapping[str, Any], units: int) -> int:
    """Returns price and tax of some units of a line, in minor units."""
    price, tax = line["unitPrice"], line["tax"]
    if units > (left := left_of(line)):
        back = (
            f"{line['quantityReturned']} are covered by a return"
            if line["quantityReturned"]
            else ""
        )
        gone = f"{line['quantityCancelled']} are cancelled" if line["quantityCancelled"] else ""
        why = "; ".join([f"{line['quantity']} were ordered", *filter(None, [back, gone])])
        raise doing.Refused(
            f"{line['sku']}: {left} can be refunded here, since {why}. "
            "To refund more, enter an amount."
        )
    whole = [doing.minor(each["amount"], each["currency"]) or 0 for each in (price, tax)]
    return whole[0] * units + whole[1] * units // int(line["quantity"])


async def _returns(
    request: Request, found: Mapping[str, Any], me: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Returns the returns that pay or may pay for units of the order, besides this refund."""
    if "READ_RETURNS" not in me["scopes"] or not any(
        line["quantityReturned"] for line in found["lines"]
    ):
        return []
    data = await ask(request, "OrderReturns", order=found["id"])
    return [each for each in data["returns"]["nodes"] if each["state"] not in UNPAID]


def _is_of(payment: Mapping[str, Any], kind: Kind, me: Mapping[str, Any]) -> bool:
    """Whether a kind of refund can use a payment: to the supplier, or to the retailer itself."""
    ours = kind is CONSUMER or me["partner"]["kind"] == "SUPPLIER"
    return bool(payment["paidToYou"]) is ours


async def _page(
    request: Request, data: Mapping[str, Any], typed: FormData, wrong: str = ""
) -> Response:
    found, may = order_in(data), kinds(data)
    kind, seen, payments, nothing = _kind(may, typed), None, [], ""
    if kind is not None and "READ_MONEY" in data["me"]["scopes"]:
        data = await ask(request, "OrderPayments", order=found["id"])
        payments = [each for each in data["payments"] if _is_of(each, kind, data["me"])]
    if kind is not None:
        try:
            seen = await doing.do(request, kind.preview, **refund_of(found, typed))
        except doing.Refused as refused:
            nothing = str(refused)
    returns = await _returns(request, found, data["me"])
    lines = [{**line, "left": left_of(line)} for line in found["lines"]]
    return show(
        request,
        "orders/refund.html",
        422 if wrong else 200,
        nothing=nothing,
        found={**found, "lines": lines},
        returns=returns,
        kinds=may,
        kind=kind,
        payments=payments,
        seen=seen,
        typed=typed,
        key=doing.new_key(),
        wrong=wrong,
    )


ROUTES: Final = (
    Route("/orders/{order}/refund", asked, name="order_refund"),
    Route("/orders/{order}/refund", refund, methods=["POST"]),
)
