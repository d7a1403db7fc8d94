"""Shows the list of policies, one policy with its editions, and an edition in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.asking import ask
from dashboard.forms import as_day
from dashboard.policies import row_wording as saying
from dashboard.view import show


async def listed(request: Request) -> Response:
    """Lists all visible policies, and the partner's drafts."""
    found = await all_of(request, "Policies")
    may_draft = "PREVIEW_POLICIES" in request.state.me["scopes"]
    drafts = (await ask(request, "Drafts"))["drafts"] if may_draft else []
    today = datetime.now(UTC).date().isoformat()
    listed_ = [{**each, "next": following(each["editions"], today)} for each in found]
    return show(request, "policies/pages/list.html", policies=listed_, drafts=drafts)


def following(editions: Sequence[dict[str, Any]], today: str) -> dict[str, Any] | None:
    """Returns the edition that comes into force next, on a day after today."""
    coming = [
        (days["fromDay"], each["version"], each)
        for each in editions
        for days in each["daysInForce"]
        if days["fromDay"] > today
    ]
    return min(coming, key=lambda each: each[:2])[2] if coming else None


async def all_of(request: Request, operation: str, **said: str) -> list[dict[str, Any]]:
    """Returns every policy that an operation lists, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await ask(request, operation, after=after, **said))["policies"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def one(request: Request) -> Response:
    """Shows one policy: the edition in force, and all editions."""
    policy = await named(request, request.path_params["policy"])
    if policy is None:
        raise HTTPException(404)
    editions = sorted(policy["editions"], key=lambda each: -each["version"])
    editions = [{**each, "next": _replacing(each, editions)} for each in editions]
    own = request.state.me["partner"]["handle"] == policy["owner"]["handle"]
    return show(
        request, "policies/pages/one.html", policy={**policy, "editions": editions}, own=own
    )


def _replacing(edition: dict[str, Any], others: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Returns the newer version that takes over, and its day; None if nothing does.

    An edition whose days are all taken is replaced on its first day, unless it was withdrawn.
    """
    held = edition["daysInForce"]
    if not held and any(each["fromDay"] is None for each in edition["withdrawals"]):
        return None
    day = _day_after(held[-1]["untilDay"]) if held else edition["effectiveFrom"]
    if day is None:
        return None
    newer = [each for each in others if each["version"] > edition["version"]]
    found = next((each for each in newer if _holds(each, day)), None)
    return found and {"version": found["version"], "day": day, "never": not held}


def _holds(edition: dict[str, Any], day: str) -> bool:
    return any(
        each["fromDay"] <= day and (each["untilDay"] or day) >= day
        for each in edition["daysInForce"]
    )


def _day_after(day: str | None) -> str | None:
    last = as_day(day)
    return (last + timedelta(days=1)).isoformat() if last else None


async def named(request: Request, name: str) -> dict[str, Any] | None:
    """Returns a policy by its name; None if there is none."""
    names = await all_of(request, "PolicyNames", owner=name.partition("/")[0])
    known = next((each["id"] for each in names if each["name"] == name), None)
    return (await ask(request, "Policy", id=known))["found"] if known else None


async def edition(request: Request) -> Response:
    """Shows one edition in plain words, to print and send, beside its text."""
    found = await ask(request, "EditionPage", edition=request.path_params["edition"])
    if found["found"] is None or "yaml" not in found["found"]:
        raise HTTPException(404)
    own = found["me"]["partner"]["handle"] == found["found"]["owner"]["handle"]
    return show(
        request,
        "policies/pages/edition.html",
        found=found["found"],
        topics=found["topics"] or [],
        own=own,
        say=saying.sentence,
    )


ROUTES: Final = (
    Route("/policies", listed, name="policies"),
    Route("/policies/of/{policy:text}", one, name="policy"),
    Route("/policies/edition/{edition}", edition, name="edition"),
)
