"""Begins a draft and reads its page, for tests of what is done with it."""

from __future__ import annotations

import html
import re
from typing import Any

from starlette.testclient import TestClient

ANSWERS = {
    "days": "30",
    "counted_from": "delivered",
    "remedy": "credit",
    "percent": "100",
    "paid_by": "consumer",
    "fee_percent": "0",
    "packaging": "no",
    "currency": "USD",
    "first_day": "2091-01-01",
}


def begun(person: TestClient, name: str, **said: str) -> str:
    """The address of a draft that the four questions began."""
    answer = person.post("/policies/new", data={**ANSWERS, "name": name, **said})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def fields(page: str) -> dict[str, str]:
    """What the form of a draft would send, its text and controls included."""
    found = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page)
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert area
    said = {html.unescape(name): html.unescape(value) for name, value in found}
    return {**said, "yaml": html.unescape(area[1])}


def control(said: dict[str, Any], *at: str) -> str:
    """The name of the control of a place."""
    start = '["' + '", "'.join(at) + '"]'
    return next(name for name in said if name.startswith(f"[{start}"))
