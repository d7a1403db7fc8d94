"""Shows claims for overpaid money, and ends them."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.acting import act
from dashboard.asking import ask
from dashboard.doing import new_key, text
from dashboard.forms import form_of
from dashboard.view import address_of, link, show

SIZE: Final = 25
STATES: Final = {"OPEN": "Open", "PAID": "Paid", "DROPPED": "Dropped", "WITHDRAWN": "Withdrawn"}
ENDS: Final = {
    "paid": ("SettleClaim", "Mark as paid", "Claim marked as paid."),
    "drop": ("DropClaim", "Drop claim", "Claim dropped."),
}
"""The ways to end a claim: operation, button, and message afterwards."""


async def listed(request: Request) -> Response:
    """Shows the list, by the parameters of its address."""
    address = address_of(request)
    state = address.one_of("state", STATES) or None
    found = await ask(request, "Claims", state=state, **address.window(SIZE))
    ends = {name: button for name, (_, button, _) in ENDS.items()}
    states = list(STATES.items())
    return show(
        request,
        "payments/claims.html",
        found=found["claims"],
        states=states,
        ends=ends,
        key=new_key,
    )


async def end(request: Request) -> Response:
    """Ends the claim."""
    path, form = request.path_params, await form_of(request)
    if path["end"] not in ENDS:
        raise HTTPException(404)
    at, (operation, _, says) = link(request, "claims"), ENDS[path["end"]]
    asked = {
        "claim": path["claim"],
        "why": text(form, "why"),
        "idempotencyKey": text(form, "key"),
        "ifUnchanged": text(form, "seen"),
    }
    return await act(request, operation, at=at, says=says, **asked)


ROUTES: Final = (
    Route("/payments/claims", listed, name="claims"),
    Route("/payments/claims/{claim}/{end}", end, methods=["POST"], name="end_claim"),
)
