"""Facts that a supplier states for a product and that cannot be stated in a return any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, facts, flash
from dashboard.asking import ask
from dashboard.forms import form_of
from dashboard.refilling import again
from dashboard.returns.moving.answering import decide_anew
from dashboard.returns.waiting import lacking
from dashboard.view import link
from dashboard.writing.words import TAGS

_PREFIX: Final = "fact-"


async def known(request: Request, sku: str) -> list[dict[str, Any]]:
    """Returns a product's facts as fields with their values; none if the key may not state them."""
    if not {"PUT_GOODS", "READ_STOCK"} <= set(request.state.me["scopes"]):
        return []
    product, fields = await _product(request, sku)
    return [{**each, "typed": _typed(product["facts"].get(each["name"]))} for each in fields]


async def _product(request: Request, sku: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Returns one of the supplier's products, and the facts of goods."""
    data = await ask(request, "Product", sku=sku)
    if not data["products"]["nodes"]:
        raise HTTPException(404)
    return data["products"]["nodes"][0], [each for each in data["facts"] if facts.is_of_goods(each)]


def _typed(value: Any) -> str:
    """Returns a value as its field shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


async def say(request: Request) -> Response:
    """Stores the facts of the product; facts declared by a policy stay as stated."""
    sku, form = request.path_params["sku"], await form_of(request)
    product, fields = await _product(request, sku)
    at = f"{link(request, 'sku', sku=sku)}#known"
    try:
        said = facts.said(_said(product["facts"], fields, form))
        product = {"sku": product["sku"], "title": product["title"], "facts": said}
        done = await doing.do(request, "PutProducts", products=[product])
    except doing.Refused as refused:
        return await again(request, str(refused), at)
    says = " ".join(["Product facts saved. All decisions use them from now on.", *done["notes"]])
    if held := await held_up(request, sku):
        says += f" {_returns(held)} waiting for them: re-evaluate below."
    return flash.said_at(at, request, says, "warn" if done["notes"] else "good")


def _said(
    before: Mapping[str, Any], fields: list[dict[str, Any]], form: FormData
) -> dict[str, Any]:
    names = {each["name"] for each in fields}
    kept = {name: value for name, value in before.items() if name not in names}
    return {**kept, **facts.read(fields, form, _PREFIX)}


async def held_up(request: Request, sku: str) -> list[dict[str, Any]]:
    """Returns the returns that wait for facts of a product, with these facts, if the
    key may state.
    """
    needed = {"PUT_GOODS", "READ_STOCK", "READ_RETURNS", "READ_DECISIONS"}
    if not needed <= set(request.state.me["scopes"]):
        return []
    _, fields = await _product(request, sku)
    names = {each["name"] for each in fields}
    nodes = (await ask(request, "WaitingForProduct", sku=sku))["returns"]["nodes"]
    waits = [{**each, "lacks": _lacks(each, sku) & names} for each in nodes]
    return [{**each, "lacks": sorted(each["lacks"])} for each in waits if each["lacks"]]


def _lacks(found: Mapping[str, Any], sku: str) -> set[str]:
    own = [line for line in found["lines"] if line["sku"] == sku]
    return {each["name"] for line in own for each in lacking(line, found)}


def _returns(held: Sequence[Mapping[str, Any]]) -> str:
    return "1 return is" if len(held) == 1 else f"{len(held)} returns are"


async def decide(request: Request) -> Response:
    """Decides the returns anew that waited for it, by what is known of the product now."""
    sku, form = request.path_params["sku"], await form_of(request)
    await ask(request, "Frame")
    at, key, told = f"{link(request, 'sku', sku=sku)}#known", doing.text(form, "key"), []
    try:
        for each in await held_up(request, sku):
            done = await decide_anew(request, each, f"{key}-{each['number']}", [])
            state, _ = TAGS["ReturnState"][done["return"]["state"]]
            told.append(f"{each['number']}: now {state.lower()}.")
    except doing.Refused as refused:
        return flash.said_at(at, request, " ".join([*told, str(refused)]), "bad")
    return flash.said_at(at, request, " ".join(told) or "No returns are waiting any more.")


ROUTES: Final = (
    Route("/stock/facts/{sku:text}", say, methods=["POST"], name="sku_facts"),
    Route("/stock/waiting/{sku:text}", decide, methods=["POST"], name="sku_waiting"),
)
