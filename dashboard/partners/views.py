"""Shows partners, and one partner: editions, agreed values, acceptances, channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.policies.views import all_of, following
from dashboard.view import link, show


async def listed(request: Request) -> Response:
    """Lists all partners, and the state of their channels."""
    found = await every(request)
    me = request.state.me
    joins = "JOIN_PARTNERS" in me["scopes"]
    invited = (await ask(request, "Invitations"))["invitations"] if joins else []
    channels = await _channels(request, me)
    return show(
        request,
        "partners/list.html",
        partnerships=found,
        invitations=invited,
        channels=channels,
    )


async def _channels(request: Request, me: dict[str, Any]) -> dict[str, Any]:
    """Returns the channel to each retailer, by its handle; empty if the key may not see stock."""
    if "READ_STOCK" not in me["scopes"]:
        return {}
    found = (await ask(request, "Channels"))["channels"]["nodes"]
    return {other(me, each)["handle"]: each for each in found}


def other(me: dict[str, Any], partnership: dict[str, Any]) -> dict[str, Any]:
    """Returns the partner on the other side."""
    side = "supplier" if me["partner"]["kind"] == "RETAILER" else "retailer"
    found: dict[str, Any] = partnership[side]
    return found


async def one(request: Request) -> Response:
    """Shows one partner, and each policy between the two."""
    found = await partnership(request)
    policies = [await _agreed(request, found, each) for each in await _policies(request, found)]
    channels = await _channels(request, request.state.me)
    return show(
        request,
        "partners/one.html",
        found=found,
        policies=policies,
        channel=channels.get(found["other"]["handle"]),
    )


async def every(request: Request) -> list[dict[str, Any]]:
    """Returns all partnerships with the `other` partner of each, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        data = await ask(request, "Partners", after=after)
        page = data["partnerships"]
        found += [{**each, "other": other(data["me"], each)} for each in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def partnership(request: Request) -> dict[str, Any]:
    """Returns the partnership with the partner of the page; raises 404 if there is none."""
    handle = request.path_params["partner"]
    joined = await every(request)
    wanted = next((each for each in joined if each["other"]["handle"] == handle), None)
    if wanted is None:
        raise HTTPException(404)
    return wanted


async def _policies(request: Request, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the supplier's policies in force now or later that apply to this retailer."""
    return _between(await all_of(request, "Policies"), found)


def _between(named: list[dict[str, Any]], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns policies with their relevant `editions`: the one in force, and the next one."""
    today = datetime.now(UTC).date().isoformat()
    own = [each for each in named if each["owner"]["handle"] == found["supplier"]["handle"]]
    counts = [
        {**each, "editions": [each["inForce"], following(each["editions"], today)]} for each in own
    ]
    meant = [
        {
            **each,
            "editions": [one for one in each["editions"] if one and _meant(one["scope"], found)],
        }
        for each in counts
    ]
    return sorted(
        (each for each in meant if each["editions"]), key=lambda each: not each["inForce"]
    )


def _meant(scope: list[dict[str, Any]], found: dict[str, Any]) -> bool:
    """Whether an edition applies to this retailer and its programme."""
    mine = {"retailer": found["retailer"]["handle"], "programme": found["programme"] or ""}
    return all(each["key"] not in mine or mine[each["key"]] in each["words"] for each in scope)


async def _agreed(
    request: Request, found: dict[str, Any], policy: dict[str, Any]
) -> dict[str, Any]:
    said = {"partnership": found["id"], "policy": policy["name"], "name": policy["name"]}
    answer = await ask(request, "PartnerAgreement", **said)
    agreement, governs = answer["agreement"], (answer["governs"] or {}).get("inForce")
    terms = {
        each["name"]: each["value"] for each in found["terms"] if each["policy"] == policy["name"]
    }
    editions = [
        {**each, "accepted": _accepted(agreement, each, terms)} for each in policy["editions"]
    ]
    void = [name for name in terms if governs and name not in governs["agreed"]]
    forbidden = {
        each["name"]: each["sentence"]
        for each in (governs["forbiddenTerms"] if governs else ())
        if each["retailer"]["handle"] == found["retailer"]["handle"]
    }
    return {
        **policy,
        "agreement": agreement,
        "terms": terms,
        "void": void,
        "forbidden": forbidden,
        "editions": editions,
    }


def _accepted(
    agreement: dict[str, Any] | None, edition: dict[str, Any], terms: dict[str, Any]
) -> dict[str, Any] | None:
    """Returns the acceptance of an edition under the present terms, or None."""
    for each in agreement["acceptances"] if agreement else ():
        if each["edition"]["id"] == edition["id"] and each["terms"] == terms:
            accepted: dict[str, Any] = each
            return accepted
    return None


async def accept(request: Request) -> Response:
    """Accepts an edition for a retailer, under the terms that the page showed."""
    form, found = await form_of(request), await partnership(request)
    said = {
        "partnership": found["id"],
        "edition": str(form.get("edition", "")),
        "termsDigest": str(form.get("terms", "")),
    }
    done = (await ask(request, "Accept", acceptance=said))["done"]
    back = link(request, "partner", partner=found["other"]["handle"])
    if "message" in done:
        return flash.said_at(back, request, done["message"], "bad")
    return flash.said_at(back, request, "Accepted and recorded in both partners' journals.")


ROUTES: Final = (
    Route("/partners", listed, name="partners"),
    Route("/partners/of/{partner}", one, name="partner"),
    Route("/partners/of/{partner}", accept, methods=["POST"]),
)
