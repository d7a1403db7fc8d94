"""Shows balances of account credit and their statements; spends credit and sets its limit."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.asking import ask
from dashboard.doing import Refused, minor, new_key, text
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.view import address_of, link, show

SIZE: Final = 25
ACTS: Final = {
    "use": ("UseCredit", "Apply to invoice", "Credit applied to the invoice."),
    "pay-out": ("PayOutCredit", "Record payout", "Credit recorded as paid out."),
    "limit": ("SetCreditLimit", "Set limit", "Limit saved."),
}
"""A supplier's actions: operation, button, and message afterwards."""
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")


async def balances(request: Request) -> Response:
    """Shows the account credit with each partner."""
    found = await ask(request, "Credit", **address_of(request).window(SIZE))
    return show(request, "payments/credit.html", found=found["creditBalances"])


async def statement(request: Request) -> Response:
    """Shows one month of a balance."""
    month = address_of(request).fitting("month", _MONTH.match, _this_month())
    found = await _statement(request, month)
    acts = {name: button for name, (_, button, _) in ACTS.items()}
    return show(request, "payments/statement.html", found=found, acts=acts)


def _this_month() -> str:
    return f"{datetime.now(UTC):%Y-%m}"


async def _statement(request: Request, month: str) -> dict[str, Any]:
    """Returns the statement; 404 for another partner's, or an unknown currency."""
    path, address = request.path_params, address_of(request)
    if not _CURRENCY.match(path["currency"]):
        raise HTTPException(404)
    asked = {"partnership": path["partnership"], "currency": path["currency"], "month": month}
    found = (await ask(request, "CreditStatement", **asked, **address.window(SIZE)))["statement"]
    if found is None:
        raise HTTPException(404)
    return dict(found)


async def spend_page(request: Request) -> Response:
    """Shows the form of an action, and says what will happen."""
    found, act = await _statement(request, _this_month()), request.path_params["act"]
    if act not in ACTS:
        raise HTTPException(404)
    words = ACTS[act]
    return show(
        request,
        "payments/spend.html",
        found=found,
        act=act,
        words=words,
        key=new_key(),
    )


async def spend(request: Request) -> Response:
    """Runs the action."""
    path, form = request.path_params, await form_of(request)
    where = {"partnership": path["partnership"], "currency": path["currency"]}
    at = link(request, "credit_statement", **where)
    if path["act"] not in ACTS or not _CURRENCY.match(path["currency"]):
        raise HTTPException(404)
    operation, _, says = ACTS[path["act"]]
    try:
        asked = {**where, **_asked(path["act"], form, path["currency"])}
    except Refused as error:
        return await again(request, str(error), at)
    return await act(request, operation, at=at, says=says, **asked)


def _asked(act_: str, form: FormData, currency: str) -> dict[str, Any]:
    amount = minor(text(form, "amount"), currency)
    if act_ == "limit":
        return {"limit": amount}
    named = ("invoice",) if act_ == "use" else ("how", "reference")
    said = {name: text(form, name) for name in named}
    once = {"idempotencyKey": text(form, "key"), "ifUnchanged": text(form, "seen")}
    return {"amount": amount or 0, **once, **said}


ROUTES: Final = (
    Route("/payments/credit", balances, name="credit"),
    Route("/payments/credit/{partnership}/{currency}", statement, name="credit_statement"),
    Route("/payments/credit/{partnership}/{currency}/{act}", spend_page, name="spend_credit"),
    Route("/payments/credit/{partnership}/{currency}/{act}", spend, methods=["POST"]),
)
