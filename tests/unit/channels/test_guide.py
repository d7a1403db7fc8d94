"""The example of the guide verifies what is sent, and nothing that was altered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.channels.signing import key_of, new_secret, signature

PAGE = (Path(__file__).parents[3] / "docs" / "stock.md").read_text(encoding="utf-8")
BODY = b'{"type":"stock.levels"}'
SECRET = new_secret()


@pytest.fixture
def is_genuine() -> Callable[[dict[str, str], bytes, str], bool]:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)
    found: Callable[[dict[str, str], bytes, str], bool] = names["is_genuine"]
    return found


def headers(*secrets: str, at: float = 0.0) -> dict[str, str]:
    sent = int(time.time() + at)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(sent),
        "webhook-signature": signature("msg_1", sent, BODY, map(key_of, secrets)),
    }


def test_the_guide_verifies_by_either_secret(is_genuine: Callable[..., bool]) -> None:
    for secrets in ((SECRET,), (SECRET, new_secret()), (new_secret(), SECRET)):
        assert is_genuine(headers(*secrets), BODY, SECRET)


def test_the_guide_refuses_what_is_altered_old_or_of_another(
    is_genuine: Callable[..., bool],
) -> None:
    assert not is_genuine(headers(SECRET), BODY + b" ", SECRET)
    assert not is_genuine({**headers(SECRET), "webhook-id": "msg_2"}, BODY, SECRET)
    assert not is_genuine(headers(new_secret()), BODY, SECRET)
    assert not is_genuine(headers(SECRET, at=-301), BODY, SECRET)
    assert not is_genuine({**headers(SECRET), "webhook-signature": "é"}, BODY, SECRET)
