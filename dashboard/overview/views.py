"""Shows the overview, and the report of a period as a page and as CSV."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.asking import ask
from dashboard.overview import figures, report
from dashboard.overview.period import Period, period_of
from dashboard.overview.waiting import editions, invitations, tasks
from dashboard.returns.views import partners
from dashboard.view import address_of, open_link, show
from dashboard.writing import sheets
from dashboard.writing.words import tag

MOST_REASONS: Final = 8


async def overview(request: Request) -> Response:
    """Shows what waits now, and the figures of the days in the address."""
    period = period_of(address_of(request), _today())
    found = await ask(request, "Overview", **period.asked)
    supplier = found["me"]["partner"]["kind"] == "SUPPLIER"
    where, scopes = open_link(request), set(found["me"]["scopes"])
    mine, theirs = tasks(found, where, supplier=supplier)
    if not supplier and {"JOIN_PARTNERS", "READ_POLICIES"} <= scopes:
        found_too = (await ask(request, "EditionsToAccept"))["editionsToAccept"]
        suppliers = (each["partnership"]["supplier"]["handle"] for each in found_too)
        mine += editions(list(dict.fromkeys(suppliers)), where)
    if "JOIN_PARTNERS" in scopes:
        invited = (await ask(request, "Invitations"))["invitations"]
        (theirs if supplier else mine).extend(invitations(invited, where, supplier=supplier))
    return show(
        request,
        "overview/overview.html",
        **_shown(found, period),
        cards=figures.cards(found["figures"]),
        channels=found["channels"]["nodes"],
        choices=period.choices(_today()),
        leaves=_leaves(),
        mine=mine,
        reasons=figures.reasons(found["figures"], MOST_REASONS),
        theirs=theirs,
        supplier=supplier,
    )


def _leaves() -> list[dict[str, str]]:
    """Returns the parameters of the lists of orders whose last day is today, within 7
    and 30 days.
    """
    today = _today()
    lasts = (today + timedelta(days=days) for days in (0, 6, 29))
    return [{"last_from": str(today), "last_to": str(last), "sort": "LAST_DAY"} for last in lasts]


def _shown(found: dict[str, Any], period: Period) -> dict[str, Any]:
    """Returns what the overview and the report share."""
    names, rows = figures.outcomes(found["figures"])
    return {
        "answers": [tag("Answer", each)[0] for each in names],
        "days": {"from": str(period.first), "to": str(period.last)},
        "figures": found["figures"],
        "partners": dict(partners(found["me"])),
        "period": period,
        "query": urlencode,
        "times": rows,
    }


async def report_page(request: Request) -> Response:
    """Shows the figures as a page to print."""
    period = period_of(address_of(request), _today())
    found = await ask(request, "Report", **period.asked)
    shown = _shown(found, period)
    cards = figures.cards(found["figures"])
    reasons = figures.reasons(found["figures"])
    return show(request, "overview/report.html", **shown, cards=cards, made=_now(), reasons=reasons)


async def report_file(request: Request) -> Response:
    """Sends the figures as CSV."""
    period = period_of(address_of(request), _today())
    found = await ask(request, "Report", **period.asked)
    rows = report.rows(found["figures"], dict(partners(found["me"])))
    name = f"returns-{period.first}-to-{period.last}.csv"
    return sheets.sent(name, report.HEAD, rows)


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    """Returns today in UTC, by which figures are counted."""
    return _now().date()


ROUTES: Final = (
    Route("/overview", overview, name="overview"),
    Route("/report", report_page, name="report"),
    Route("/report.csv", report_file, name="report_file"),
)
