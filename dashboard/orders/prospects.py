"""Shows the terms for goods before a retailer sells them."""

from __future__ import annotations

from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing
from dashboard.asking import ask
from dashboard.returns.views import partners
from dashboard.view import show


async def asked(request: Request) -> Response:
    """Shows the form, and the answer if the form is complete."""
    known = await ask(request, "WhatMayBeBought")
    reason = next(each for each in known["facts"] if each["name"] == "reason")
    typed = FormData(list(request.query_params.multi_items()))
    answer, wrong = None, ""
    if doing.text(typed, "sku"):
        try:
            data = await ask(request, "Prospects", goods=[_goods(typed)])
            answer = data["prospects"][0]
            wrong = answer["problem"]["message"] if answer["problem"] else ""
        except doing.Refused as refused:
            wrong = str(refused)
    return show(
        request,
        "orders/prospects.html",
        422 if wrong else 200,
        partners=partners(known["me"]),
        reason=reason,
        typed=typed,
        answer=None if wrong else answer,
        wrong=wrong,
    )


def _goods(typed: FormData) -> dict[str, Any]:
    currency = doing.letters(typed, "currency") or "USD"
    return {
        "partner": doing.text(typed, "partner"),
        "sku": doing.text(typed, "sku"),
        "unitPrice": doing.minor(doing.text(typed, "price"), currency) or 0,
        "currency": currency,
        "quantity": doing.count(typed, "quantity") or 1,
        "reason": doing.text(typed, "reason") or None,
        "country": doing.letters(typed, "country"),
    }


ROUTES: Final = (Route("/orders/prospects", asked, name="prospects"),)
