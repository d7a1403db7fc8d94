"""Shows the state of the gateway account: its health, reconciliation, disputes, payouts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act, scopes
from dashboard.asking import ask
from dashboard.doing import new_key, text
from dashboard.forms import form_of
from dashboard.view import address_of, link, show

SIZE: Final = 25
_HEALTH: Final = frozenset({"SET_GATEWAY"})
_RESOLVE: Final = frozenset({"RESOLVE_SETTLEMENTS"})


async def _missing(request: Request, needed: Collection[str]) -> Response | None:
    """Returns a page that says which permission is missing, or None."""
    if await scopes(request) >= set(needed):
        return None
    return show(request, "payments/refused.html")


async def reconciliations(request: Request) -> Response:
    """Shows the comparisons with the gateway's list, and their differences."""
    if refused := await _missing(request, _RESOLVE):
        return refused
    found = await ask(request, "Reconciliations")
    return show(request, "payments/reconciliations.html", runs=found["reconciliations"])


async def disputes(request: Request) -> Response:
    """Shows payments that payers disputed at their banks, in order of time."""
    found = await ask(request, "Disputes", **address_of(request).window(SIZE))
    return show(request, "payments/disputes.html", found=found["journalEntries"])


async def health(request: Request) -> Response:
    """Shows the account, its key, and events that were not understood."""
    if refused := await _missing(request, _HEALTH):
        return refused
    may = await scopes(request) >= _RESOLVE
    found = await ask(request, "GatewayHealth", may=may)
    hold = found.get("payoutsOnHold")
    return show(request, "payments/gateway.html", found=found["gateway"], hold=hold)


async def set_account(request: Request) -> Response:
    """Sets the account at Stripe: its key is checked first, and stored encrypted."""
    form = await form_of(request)
    secrets = [each for each in text(form, "secrets").split() if each]
    said = {
        "key": text(form, "key") or None,
        "signingSecrets": secrets or None,
        "allowUnrestricted": bool(text(form, "unrestricted")),
    }
    says = "Account saved. The key works and is stored encrypted."
    return await act(request, "SetGateway", at=link(request, "gateway"), says=says, **said)


async def resume_page(request: Request) -> Response:
    """Says what will happen, and asks for confirmation."""
    if refused := await _missing(request, _RESOLVE):
        return refused
    hold = (await ask(request, "PayoutsOnHold"))["payoutsOnHold"]
    return show(request, "payments/resume.html", hold=hold, key=new_key())


async def resume(request: Request) -> Response:
    """Resumes the payouts."""
    key, at = text(await form_of(request), "key"), link(request, "payments")
    says = "Payouts resumed."
    return await act(request, "ResumePayouts", at=at, says=says, idempotencyKey=key)


ROUTES: Final = (
    Route("/payments/reconciliation", reconciliations, name="reconciliations"),
    Route("/payments/disputes", disputes, name="disputes"),
    Route("/payments/gateway", health, name="gateway"),
    Route("/payments/gateway", set_account, methods=["POST"]),
    Route("/payments/resume", resume_page, name="resume_payouts"),
    Route("/payments/resume", resume, methods=["POST"]),
)
