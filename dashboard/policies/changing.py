"""Computes the text that a form of a draft asks for: changed, extended or fixed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request

from dashboard.asking import ask
from dashboard.doing import Refused
from dashboard.forms import packed
from dashboard.policies.controls import changes
from dashboard.policies.opened import Opened, digest, text_of
from dashboard.policies.reading import read
from dashboard.policies.typical import TYPICAL

_REFUSED: Final = "Not changed, because the policy would become invalid:"
_RENAMED: Final = re.compile(r"now \w+, before: ")
_MOVED: Final = "The policy has changed since this was offered. Review it again."


def pressed(said: Mapping[str, str]) -> str:
    """Returns the pressed button: the script stores it in a field while an earlier request runs."""
    return said.get("pressed") or said.get("do", "")


async def wanted(request: Request, form: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Returns the changed text, and a sentence for each change that failed.

    A change that would make a readable text unreadable is not applied. Raises `Refused` for fields
    that no page of ours sends.
    """
    said = dict(form)
    sent = said.get("yaml", "").replace("\r\n", "\n")
    if pressed(said) == "back":
        return said.get("back", sent).replace("\r\n", "\n"), []
    text, wrong = await _changed(request, form, sent)
    faults = await _faults(request, text) if text != sent else []
    if faults and not await _faults(request, sent):
        return sent, [*wrong, f"{_REFUSED} {faults[0]}"]
    return text, wrong


async def way_back(request: Request, found: Opened, sent: str, text: str) -> str:
    """Returns a readable text to go back to from an unreadable one, if known; else empty.

    `sent` is the text that the previous page offered to go back to.
    """
    known = [sent.replace("\r\n", "\n"), str(found.draft["yaml"]) if found.draft else ""]
    if found.policy and not sent:
        known.append(await text_of(request, replace(found, draft=None)))
    for each in known:
        if each and each != text and not await _faults(request, each):
            return each
    return ""


async def _faults(request: Request, text: str) -> list[str]:
    """Returns why a text cannot be read; empty if it can."""
    answer = (await ask(request, "ReadDraft", **{"try": {"yaml": text}}))["read"]
    return [each["sentence"] for each in answer.get("faults", ())]


async def _changed(
    request: Request, form: Sequence[tuple[str, str]], text: str
) -> tuple[str, list[str]]:
    said, wrong = dict(form), list[str]()
    do, _, rest = pressed(said).partition(":")
    if do == "edit":
        return (_edited(text, rest), []) if said.get("shown") == digest(text) else (text, [_MOVED])
    tree = await read(request, text)
    try:
        asked = [*changes(form, tree), *_asked(do, rest, said, tree)]
    except ValueError as error:
        return text, [str(error)]
    for change in asked:
        answer = (await ask(request, "ChangedDraft", change={"yaml": text, **change}))["changed"]
        if "yaml" in answer:
            text = answer["yaml"]
        else:
            wrong.append(_why(answer))
    return text, wrong


def _asked(do: str, rest: str, said: Mapping[str, str], tree: Any) -> Iterator[dict[str, Any]]:
    """Yields the changes that a button stands for."""
    if do == "remove":
        yield {"remove": packed(rest, "do=remove", _is_place)}
    if do == "call":
        yield {"set": {"at": ["policy"], "value": rest}}
    if do == "expect":
        name, fields = packed(rest, "do=expect", _is_expected)
        for field, value in fields.items():
            yield {"set": {"at": ["tests", "cases", name, "expect", field], "value": value}}
        if "answer" in fields:  # the old name of the answer no longer applies
            now = f"now {fields['answer']}, before: {_RENAMED.sub('', name)}"
            yield {"set": {"at": ["tests", "cases", name, "name"], "value": now}}
    if do == "add" and said.get("typical") in TYPICAL:
        yield from TYPICAL[said["typical"]][1](said, tree)


def _edited(text: str, said: str) -> str:
    """Applies edits to a text; they count characters from 0 and are in order."""
    parts, at = list[str](), 0
    for each in packed(said, "do=edit", _are_edits):
        if not at <= each["start"] <= each["end"] <= len(text):
            raise Refused("“do=edit” refers to positions that do not exist in this text.")
        parts += [text[at : each["start"]], each["text"]]
        at = each["end"]
    return "".join([*parts, text[at:]])


def _is_place(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(each, str) for each in found)


def _is_expected(found: Any) -> bool:
    """Whether it is the name of a test and the fields that it would have to expect."""
    if not isinstance(found, list) or list(map(type, found)) != [str, dict]:
        return False
    return all(isinstance(each, str | bool) or _is_place(each) for each in found[1].values())


def _are_edits(found: Any) -> bool:
    kinds = {"start": int, "end": int, "text": str}
    edits = found if isinstance(found, list) else [None]
    return all(
        isinstance(each, dict) and {name: type(value) for name, value in each.items()} == kinds
        for each in edits
    )


def _why(answer: Mapping[str, Any]) -> str:
    faults = answer.get("faults") or []
    return faults[0]["sentence"] if faults else str(answer["message"])
