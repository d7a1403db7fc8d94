"""What the API's reader refuses of a draft, its pages refuse as well, and stay of use."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from types import SimpleNamespace
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from dashboard.policies.reading import read
from dashboard.writing.values import plain
from engine.errors import PolicyFaults
from engine.policy import text as texts
from engine.policy.text import Map, _parsed
from services.policies.written import written
from tests.dashboard.drafts import begun, fields
from tests.dashboard.making import asked
from tests.dashboard.world import SUPPLIER, World

LEVELS: Final = 12
"""Of a bomb; read as any YAML, it takes seconds."""
BOMB: Final = "\n".join(
    [
        'a0: &a0 ["x", "x"]',
        *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 4)}]" for n in range(1, LEVELS)),
    ]
)
ODD: Final = {
    "bomb": BOMB,
    "large": "- a\n" * 40_000,
    "many values": "a:\n" + "- a\n" * 25_000,
    "deep": "[" * 3_000,
    "no character": 'title: "\\ud800"\n',
    "twice": "title: a\ntitle: b\n",
    "tag": "title: !!python/object:os.system x\n",
    "two": "a: 1\n---\nb: 2\n",
    "number": f"title: {'9' * 5_000}\n",
    "key": "? [a]\n: b\n",
    "word": "a",
    "nothing": "",
}
CHECK: Final = """query($yaml: String!) { checkPolicy(input: {yaml: $yaml}) {
  ... on CheckedPolicy { findings { line sentence } } } }"""


@pytest.fixture
def person(busy: World) -> TestClient:
    return busy.person(SUPPLIER)


def alerts(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>|\s+", " ", page)).replace("“", "`").replace("”", "`")


@pytest.mark.parametrize("odd", ODD)
def test_a_draft_with_an_odd_text_says_why_as_the_api_does_and_can_be_mended(
    odd: str, busy: World, person: TestClient
) -> None:
    draft = begun(person, f"odd-{list(ODD).index(odd)}")
    good = fields(person.get(draft).text)

    sent = person.post(draft, data={**good, "yaml": ODD[odd]})

    found = asked(busy, SUPPLIER, CHECK, yaml=ODD[odd])["checkPolicy"]["findings"][0]
    said = f"Line {found['line']}: {found['sentence']}"
    assert sent.status_code == 200
    assert said in alerts(sent.text)
    for page in (
        draft,
        draft.replace("/draft/", "/publish/"),
        draft.replace("/draft/", "/compare/"),
    ):
        assert person.get(page).status_code == 200, page
    mended = person.post(draft, data={**fields(person.get(draft).text), "yaml": good["yaml"]})
    assert "is not a valid policy" not in mended.text
    assert fields(person.get(draft).text)["yaml"] == good["yaml"]


def test_an_odd_text_that_is_kept_can_be_discarded(person: TestClient) -> None:
    draft = begun(person, "odd-discarded")
    person.post(draft, data={**fields(person.get(draft).text), "yaml": BOMB})
    version = fields(person.get(draft).text)["version"]

    gone = person.post(draft.replace("/draft/", "/discard/"), data={"version": version})

    assert gone.status_code == 303
    assert person.get(draft).status_code == 404


@pytest.mark.parametrize("odd", [each for each in ODD if each != "number"])
def test_what_the_language_refuses_is_nothing_to_a_page(odd: str) -> None:
    assert written(ODD[odd]) is None


def test_what_is_wrong_with_a_text_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text, scanned = f"{BOMB}\n# again", list[str]()

    def counted(said: str, file: str) -> Map:
        scanned.append(file)
        return _parsed(said, file)

    monkeypatch.setattr(texts, "_parsed", counted)
    found = []

    for _ in range(3):
        with pytest.raises(PolicyFaults) as refused:
            texts.parse(text, "once.yaml")
        found.append(refused.value.faults)

    assert found[0] == found[1] == found[2]
    assert found[0][0].source == ("once.yaml", 1, 5)
    assert scanned == ["once.yaml"]


def test_a_text_is_read_with_every_word_as_it_is_written() -> None:
    said = "a: yes\nb: 007\nc: [1.50, ~, '2026-01-01', true]\nd: {e: }\n"

    assert written(said) == {
        "a": "yes",
        "b": "007",
        "c": ["1.50", "~", "2026-01-01", "true"],
        "d": {"e": ""},
    }


def test_reading_ends_when_nobody_waits_any_more() -> None:
    clock = iter(range(100))

    assert written("a:\n" + "- b\n" * 200, 5, lambda: next(clock)) is None


def test_no_text_is_read_where_all_requests_are_answered() -> None:
    seen: list[bool] = []

    def reader(_text: str) -> Any:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        seen.append(True)

    app: Any = SimpleNamespace(state=SimpleNamespace(read=reader))
    request: Any = SimpleNamespace(app=app)

    asyncio.run(read(request, "a: b"))

    assert seen == [True]


def test_a_day_that_is_to_be_typed_stays_as_it_is_typed() -> None:
    said = "`31.12.2026` is not a date; write it as `2025-01-31`. It began on 2025-02-01."

    assert plain(said) == (
        "“31.12.2026” is not a date; write it as “2025-01-31”. It began on 1 Feb 2025."
    )
