"""Shows what two partners agreed for one policy, and lets the supplier set it after a preview."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import ask
from dashboard.forms import MOST_PACKED, form_of, unpacked
from dashboard.partners.views import every, partnership
from dashboard.policies import row_wording as saying
from dashboard.policies.views import named
from dashboard.view import link, show

_FIELD: Final = "term-"
"""What the names of the fields begin with; the name of an agreed value follows."""
_PLACE: Final = re.compile(r"input\.terms\[([0-9]+)\]")
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


async def page(request: Request) -> Response:
    """Shows what is agreed, and the fields to change it."""
    found = await _found(request)
    return _page(request, found, _typed_of(found))


async def terms(request: Request) -> Response:
    """Shows what the terms would change; sets them if that was shown and is still so."""
    found, form = await _found(request), await form_of(request)
    typed = {name: doing.text(form, _FIELD + name) for name in found["values"]}
    agreed = _terms(found, typed)
    about = {"partnership": found["id"], "policy": found["policy"], "terms": agreed}
    seen = (await ask(request, "CheckTerms", input=about))["done"]
    if "message" in seen:
        return _page(request, found, typed, wrong=_wrong(seen, agreed))
    if not seen["changes"]:
        return _told(request, found, "These terms are agreed.")
    seen["seal"] = doing.shown(about, seen)
    if not doing.text(form, "seen"):
        return _page(request, found, typed, seen=seen)
    if doing.text(form, "seen") != seen["seal"]:
        return _page(request, found, typed, seen=seen, wrong={"": doing.CHANGED})
    try:
        await doing.do(request, "SetTerms", **about, **doing.unchanged(seen))
    except doing.Refused as refused:
        return _page(request, found, typed, wrong={"": str(refused)})
    return _told(request, found, "Terms set. They apply to every return requested from now on.")


def _told(request: Request, found: Mapping[str, Any], words: str) -> Response:
    at = link(request, "terms", partner=found["other"]["handle"], policy=found["policy"])
    return flash.said_at(at, request, words)


def _page(
    request: Request,
    found: Mapping[str, Any],
    typed: Mapping[str, str],
    seen: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    may = "SET_TERMS" in request.state.me["scopes"]
    said = {"found": found, "typed": typed, "seen": seen, "wrong": wrong or {}, "may": may}
    return show(request, "partners/terms.html", 422 if wrong else 200, say=saying.sentence, **said)


async def _found(request: Request) -> dict[str, Any]:
    """Returns the partnership with the values that may be agreed; raises 404 if there is none."""
    joined, policy = await partnership(request), request.path_params["policy"]
    said = {"partnership": joined["id"], "policy": policy}
    editions = (await ask(request, "PartnerTerms", **said))["editions"]
    if not editions:
        raise HTTPException(404)
    agreed = {each["name"]: each["value"] for each in joined["terms"] if each["policy"] == policy}
    return {
        **joined,
        "policy": policy,
        "title": editions[0]["title"],
        "agreed": agreed,
        "gone": [name for name in agreed if name not in _declared(editions)],
        "values": {name: _value(name, editions) for name in _declared(editions)},
    }


def _declared(editions: Sequence[Mapping[str, Any]]) -> list[str]:
    names = (each["name"] for edition in editions for each in edition["agreeable"])
    return list(dict.fromkeys(names))


def _value(name: str, editions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns one value as the newest edition declares it, and what each edition says of it."""
    declared = [
        (edition, each)
        for edition in editions
        for each in edition["agreeable"]
        if each["name"] == name
    ]
    words = [word for _, each in declared for word in each["of"]]
    limits = [f"Version {edition['version']}: {_limits(each)}" for edition, each in declared]
    limits += [
        f"Version {edition['version']}: no effect."
        for edition in editions
        if all(each["name"] != name for each in edition["agreeable"])
    ]
    return {
        **max(declared, key=lambda pair: int(pair[0]["version"]))[1],
        "of": list(dict.fromkeys(words)),
        "limits": limits if len(editions) > 1 else [_limits(declared[0][1])],
    }


def _limits(declared: Mapping[str, Any]) -> str:
    """Returns the published default and the allowed range in words."""
    least, most = declared["atLeast"], declared["atMost"]
    bounds = [f"at least {least}"] if least else []
    bounds += [f"at most {most}"] if most else []
    bounds += [f"one of {', '.join(declared['of'])}"] if declared["of"] else []
    said = f"Default {declared['default'] or 'none'}"
    return f"{said}; {' and '.join(bounds) or 'any value'} may be agreed."


def _typed_of(found: Mapping[str, Any]) -> dict[str, str]:
    agreed = found["agreed"]
    return {name: _written(agreed[name]) if name in agreed else "" for name in found["values"]}


def _written(value: Any) -> str:
    """Returns an agreed value as its field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else str(value)


def _terms(found: Mapping[str, Any], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns everything that is agreed by the fields; an empty one leaves the default."""
    return [
        {"name": name, "value": _read(found["values"][name]["type"], text)}
        for name, text in typed.items()
        if text
    ]


def _read(kind: str, text: str) -> Any:
    """Returns a typed value by its type; what is none stays a text, which the API refuses."""
    if kind == "yes_no":
        return {"true": True, "false": False}.get(text, text)
    if kind == "set":
        return [each.strip() for each in text.split(",") if each.strip()]
    if kind in ("count", "number") and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if kind == "rows":
        return unpacked(text, MOST_PACKED) or text
    return text


def _wrong(done: Mapping[str, Any], sent: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Returns what is wrong by the name of its value; what is wrong with none has no name."""
    found: dict[str, str] = {}
    for each in done.get("faults") or [{"path": None, "sentence": done["message"]}]:
        place = _PLACE.match(each["path"] or "")
        name = sent[int(place[1])]["name"] if place else ""
        found[name] = " ".join(filter(None, (found.get(name), each["sentence"])))
    return found


async def listed(request: Request) -> Response:
    """Lists what is agreed for one policy, by partner."""
    policy = await named(request, request.path_params["policy"])
    if policy is None:
        raise HTTPException(404)
    name, owner = policy["name"], policy["owner"]["handle"]
    partners = [
        {**each, "agreed": [term for term in each["terms"] if term["policy"] == name]}
        for each in await every(request)
        if each["supplier"]["handle"] == owner
    ]
    return show(request, "partners/agreed.html", policy=policy, partners=partners)


ROUTES: Final = (
    Route("/partners/of/{partner}/terms/{policy:text}", page, name="terms"),
    Route("/partners/of/{partner}/terms/{policy:text}", terms, methods=["POST"]),
    Route("/policies/agreed/{policy:text}", listed, name="agreed"),
)
