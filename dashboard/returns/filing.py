"""Documents of a return: uploaded to the API's `/files` and downloaded from there."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import doing, flash
from dashboard.asking import SignedOut, ask, authorization
from dashboard.forms import form_of
from dashboard.view import link, show
from dashboard.writing.values import plain

_URL: Final = "http://dashboard/files"
SHOWN: Final = ("image/jpeg", "image/png", "image/webp")
"""Media types that a page shows; others can be downloaded."""


async def send(request: Request, return_: str, name: str, content: bytes, key: str) -> None:
    """Uploads a file to a return; raises `Refused`."""
    fields = {"return": return_, "idempotencyKey": key}
    sent = httpx.Request("POST", _URL, data=fields, files={"file": (name, content)})
    answer = await _sent(request, sent)
    if answer.status_code >= 400:
        raise doing.Refused(plain(json.loads(answer.content)["message"]))


async def add(request: Request) -> Response:
    """Uploads the file of a form to a return."""
    found = await _found(request)
    there = link(request, "return", number=found["number"])
    try:
        await form_of(request, files=True)
        async with request.form() as form:
            await send_of(request, found["id"], form.get("file"), doing.text(form, "key"))
    except doing.Refused as refused:
        return flash.said_at(there, request, str(refused), "bad")
    return flash.said_at(there, request, "File added to the return. Both partners can see it.")


async def send_of(request: Request, return_: str, file: Any, key: str) -> None:
    """Uploads the file in a form's field; raises `Refused` if it has none."""
    if not isinstance(file, UploadFile) or not file.filename:
        raise doing.Refused("Choose a photo or a PDF first.")
    content = await file.read()
    await send(request, return_, file.filename, content, key or doing.new_key())


async def shown(request: Request) -> Response:
    """Shows a page with the photo, or the file itself with `raw` in the address."""
    if request.query_params.get("raw"):
        return await _raw(request)
    found = await _found(request)
    named = [each for each in found["documents"] if each["id"] == request.path_params["document"]]
    if not named:
        raise HTTPException(404)
    photo = named[0]["mediaType"] in SHOWN
    return show(request, "returns/file.html", found=found, file=named[0], photo=photo)


async def _raw(request: Request) -> Response:
    """Sends a file as it was uploaded; browsers show photos, and download others."""
    document = request.path_params["document"]
    answer = await _sent(request, httpx.Request("GET", f"{_URL}/{document}"))
    if answer.status_code == 401:
        raise SignedOut("unauthenticated", "You are not signed in.", 401)
    if answer.status_code != 200:
        raise HTTPException(404)
    kind = answer.headers["content-type"]
    inline = kind.partition(";")[0] in SHOWN
    attached = answer.headers["content-disposition"]
    headers = {"content-disposition": "inline" if inline else attached}
    return Response(answer.content, media_type=kind, headers=headers)


async def _found(request: Request) -> dict[str, Any]:
    data = await ask(request, "ReturnToMove", number=request.path_params["number"])
    if data["found"] is None:
        raise HTTPException(404)
    return dict(data["found"])


async def _sent(request: Request, sent: httpx.Request) -> httpx.Response:
    client = request.client or ("127.0.0.1", 0)
    door = httpx.ASGITransport(request.app.state.api, client=(client[0], client[1]))
    sent.headers.update([(b"authorization", authorization(request.state.token))])
    answer = await door.handle_async_request(sent)
    await answer.aread()
    return answer


ROUTES: Final = (
    Route("/returns/{number}/files", add, methods=["POST"], name="return_files"),
    Route("/returns/{number}/files/{document}", shown, name="return_file"),
)
