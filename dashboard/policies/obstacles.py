"""Says what keeps a text from being published, for the page of the draft and the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from dashboard.asking import ask
from dashboard.policies.opened import Opened, misnamed
from dashboard.policies.reading import read


def errors(checked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the findings of a check with which no text is published."""
    return [each for each in checked.get("findings", ()) if each["level"] == "ERROR"]


def is_ready(checked: Mapping[str, Any], about: Mapping[str, Any], name: str) -> bool:
    """Whether a text has no errors, and is that of the policy whose draft it is."""
    return bool(checked.get("readable")) and not errors(checked) and not misnamed(about, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What publishing a text now would meet: an obstacle, and agreed terms that it ends or forbids.

    `ends_terms` confirms that the terms end; None if they need no confirmation.
    """

    obstacle: str = ""
    lost: Sequence[Mapping[str, Any]] = ()
    ends_terms: str | None = None


async def publication(request: Request, found: Opened, text: str, day: str) -> Publication:
    """Returns what publishing a text without errors from a day on would meet."""
    if not found.may_write:
        return Publication()
    yaml, wrong = await dated(request, found, text, day)
    if wrong:
        return Publication(obstacle=wrong)
    done = (await ask(request, "PublicationCheck", yaml=yaml))["done"]
    return Publication(
        obstacle=why(done), lost=done.get("lostTerms", ()), ends_terms=done.get("endsTerms")
    )


async def obstacle(request: Request, found: Opened, text: str, day: str) -> str:
    """Returns why a text without errors cannot be published from a day on; empty if it can."""
    return (await publication(request, found, text, day)).obstacle


async def dated(request: Request, found: Opened, text: str, day: str) -> tuple[str, str]:
    """Returns a text with its version and first day, and an error, if any."""
    if wrong := misnamed(await read(request, text) or {}, found.name):
        return "", wrong
    for at, value in ((["version"], found.next_version), (["effective", "from"], day)):
        change = {"yaml": text, "set": {"at": at, "value": value}}
        answer = (await ask(request, "ChangedDraft", change=change))["changed"]
        if "yaml" not in answer:
            return "", str(answer["message"])
        text = answer["yaml"]
    return text, ""


def why(done: Mapping[str, Any]) -> str:
    """Says why nothing was published; empty if it was."""
    if "message" not in done:
        return ""
    said = [f"Line {each['line']}: {each['sentence']}" for each in done.get("faults", [])[:3]]
    said += [
        f"Test “{each['name']}”: {' '.join(each['failures'])}" for each in done.get("tests", [])
    ]
    return " ".join([str(done["message"]), *said])
