"""No field of a form, whatever it holds, leads to a fault of ours or to a connection that drops."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from dashboard import forms
from dashboard.policies.opened import digest
from tests.dashboard.drafts import begun, fields
from tests.dashboard.world import SUPPLIER, World, opened

DASHBOARD: Final = Path(forms.__file__).parent
READERS: Final = ("forms.py", "doing.py")
"""What reads fields; the others ask it."""
OF_OURS: Final = (
    *("asking.py", "assets.py", "values.py", "filing.py", "live.py", "security.py"),
    "dating.py",
)
"""What reads answers of the API, our own files, headers, and days that are known to be some."""
FILE: Final = object()
ODD: Final = {
    "nothing": "",
    "digits": "9" * 5_000,
    "deep": "[" * 3_000,
    "shape": '{"a": [{}, null]}',
    "far": "9999-12-31",
    "no day": "2026-99-99",
    "other digits": "٣²",
    "sign": "-1",
    "hidden": "a\0b",
    "file": FILE,
    "word": "abc",
}
_READS: Final = re.compile(r"\b(loads|is(decimal|digit|numeric)|date\.fromisoformat)$")
ARABIC: Final = "٣٣٣"


@pytest.fixture(scope="module")
def changed(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(migrated, tmp_path_factory.mktemp("odd")) as made:
        yield made


@pytest.fixture(scope="module")
def person(changed: World) -> TestClient:
    return changed.person(SUPPLIER)


class Fields(HTMLParser):
    """What the forms of a page would send, by where they go."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._form = self.found.setdefault(said.get("action") or "", {})
        elif tag in ("input", "select", "textarea", "button") and said.get("name"):
            self._form.setdefault(str(said["name"]), said.get("value") or "")


def sent(person: TestClient, at: str, said: dict[str, Any]) -> Any:
    files = {name: ("a.txt", b"a") for name, each in said.items() if each is FILE}
    data = {name: each for name, each in said.items() if each is not FILE}
    return person.post(at, data=data, files=files or None)


def places(world: World) -> dict[str, str]:
    """The page of each form, by where the form goes."""
    ids = world.ids[SUPPLIER[0]]
    credit = f"/payments/credit/{ids['partnership']}/USD"
    listed = [
        "/policies/new",
        f"/policies/withdraw/{ids['edition']}",
        "/partners/keys",
        f"{credit}/limit",
        f"{credit}/use",
        f"/returns/{ids['number']}/word",
        f"/stock/sku/{ids['sku']}",
    ]
    return {**{each: each for each in listed}, f"/stock/facts/{ids['sku']}": listed[-1]}


def test_no_form_breaks_by_what_is_in_a_field(changed: World, person: TestClient) -> None:
    odd, tried = cycle(ODD.values()), 0

    for at, page in places(changed).items():
        said = Fields()
        said.feed(person.get(page).text)
        names = said.found[at]
        assert names, at
        for name in names:
            value, tried = next(odd), tried + 1
            answer = sent(person, at, {**names, name: value})
            assert answer.status_code < 500, (at, name, value)
        for value in ODD.values():
            answer = sent(person, at, dict.fromkeys(names, value))
            assert answer.status_code < 500, (at, value)

    assert tried > 30


def test_no_field_of_a_draft_breaks_its_page(person: TestClient) -> None:
    draft = begun(person, "odd-fields")
    said = fields(person.get(draft).text)
    odd = cycle(ODD.values())

    for name in [*said, "do", "typical", "retailer", "ordered_from", "back", "facts"]:
        answer = sent(person, draft, {**said, name: next(odd)})
        assert answer.status_code < 500, name
    for action in ("discard", "publish"):
        at = draft.replace("/draft/", f"/{action}/")
        for name in ("version", "from", "key"):
            answer = sent(person, at, {"version": "1", "from": "", "key": "k", name: next(odd)})
            assert answer.status_code < 500, (action, name)


NAMED: Final = {
    "version digits": ({"version": "9" * 5_000}, "version"),
    "version too large": ({"version": "9" * 10}, "version"),
    "version of others": ({"version": ARABIC}, "version"),
    "version file": ({"version": FILE}, "version"),
    "mine": ({"do": "mine:99999999999"}, "version"),
    "edit word": ({"do": "edit:x"}, "do=edit"),
    "edit number": ({"do": "edit:5"}, "do=edit"),
    "edit list": ({"do": "edit:[5]"}, "do=edit"),
    "edit nothing": ({"do": "edit:[{}]"}, "do=edit"),
    "edit beyond": ({"do": 'edit:[{"start": 5, "end": 99999, "text": ""}]'}, "do=edit"),
    "edit back": ({"do": 'edit:[{"start": 5, "end": 1, "text": ""}]'}, "do=edit"),
    "edit half": ({"do": 'edit:[{"start": 1, "end": 1, "text": "\\ud800"}]'}, "do=edit"),
    "expect number": ({"do": "expect:5"}, "do=expect"),
    "expect numbers": ({"do": "expect:[1, 2]"}, "do=expect"),
    "expect value": ({"do": 'expect:["x", 5]'}, "do=expect"),
    "expect deep": ({"do": f'expect:["x", {{"a": {"[" * 500}{"]" * 500}}}]'}, "do=expect"),
    "remove word": ({"do": "remove:"}, "do=remove"),
    "remove number": ({"do": "remove:5"}, "do=remove"),
    "remove deep": ({"do": "remove:" + "[" * 3_000}, "do=remove"),
    "control list": ({'[[],"number","1"]': "2"}, "number"),
    "control kind": ({'[["window"],"x","1"]': "2"}, "window"),
    "control deep": ({"[" * 3_000: "2"}, "[["),
    "control number": ({'[[5],"text","1"]': "2"}, "text"),
    "ordered": ({"try_ordered": "9999-12-31"}, "try_ordered"),
    "ordered word": ({"try_ordered": "soon"}, "try_ordered"),
    "slider": ({"try_delivered": "9" * 5_000}, "try_delivered"),
    "hidden": ({"yaml": "a: \0"}, "yaml"),
    "text file": ({"yaml": FILE}, "yaml"),
}


def test_a_draft_says_which_field_it_cannot_read_and_keeps_nothing(person: TestClient) -> None:
    draft = begun(person, "odd-named")
    said = fields(person.get(draft).text)
    said["shown"] = digest(said["yaml"])

    for case, (odd, name) in NAMED.items():
        answer = sent(person, draft, {**said, "kept": "", **odd})
        assert answer.status_code == 422, case
        assert name in answer.text, case
    for version in ("abc", "9" * 5_000, FILE, ""):
        answer = sent(person, draft.replace("/draft/", "/discard/"), {"version": version})
        assert answer.status_code == 422
        assert "“version”" in answer.text
    assert fields(person.get(draft).text)["version"] == said["version"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ('{"ordered": "9999-12-31"}', 200),
        ('{"a": "\\ud800"}', 422),
        ('{"a": 1e999}', 422),
        ("[" * 3_000, 422),
        ('{"a": "\\u0000"}', 400),
    ],
)
def test_facts_in_an_address_break_no_page(facts: str, status: int, person: TestClient) -> None:
    draft = begun(person, f"odd-facts-{digest(facts)[:8]}")

    assert person.get(draft, params={"facts": facts}).status_code == status


@pytest.mark.parametrize("files", [None, {"photo": ("a.txt", b"a")}], ids=["plain", "in parts"])
def test_no_form_has_more_fields_than_are_read(files: Any, person: TestClient) -> None:
    at = begun(person, f"odd-many-{len(files or ())}").replace("/draft/", "/discard/")
    most = dict.fromkeys((f"f{number}" for number in range(forms.MOST_FIELDS)), "x")

    for more in ({}, {"one": "more"}):
        answer = person.post(at, data={**most, **more}, files=files)
        assert answer.status_code == 422
        assert ("the limit is 1,000 fields" in answer.text) == bool(more)


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "idna", "undefined", "zip", "utf-16"]
)
def test_a_form_of_another_character_set_breaks_nothing(charset: str, person: TestClient) -> None:
    for content in (b"+2AA-", b"\\ud800", b"xn--" + b"a" * 70):
        part = (
            b'--b\r\ncontent-disposition: form-data; name="days"\r\n\r\n'
            + content
            + b"\r\n--b--\r\n"
        )
        kind = {"content-type": f"multipart/form-data; boundary=b; charset={charset}"}
        for at in ("/policies/new", "/partners/keys", "/sign-in", "/zone"):
            assert person.post(at, content=part, headers=kind).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/orders?search=a%00b",
        "/returns?search=%00",
        "/stock?search=%ED%A0%80",
        "/orders?from=9999-99-99",
    ],
)
def test_an_address_with_odd_characters_is_refused_or_read(path: str, person: TestClient) -> None:
    answer = person.get(path)

    assert answer.status_code in (200, 400)
    assert "%00" not in path or answer.status_code == 400


REFUSED: Final = {
    "/partners/keys": ({"scope": "abc", "name": "x", "once": "odd"}, "“scopes”"),
    "/policies/withdraw/{edition}": ({"from": "2026-99-99", "why": "x", "key": "k"}, "“from”"),
    "/returns/{number}/word": ({"word-1": "accept", "remedy-1": "FOO"}, "“remedy”"),
    "/stock/facts/{sku}": ({"fact-case_pack": "9" * 5_000}, "whole number"),
}


@pytest.mark.parametrize("at", REFUSED)
def test_what_is_refused_is_told_by_its_field_and_is_no_fault_of_ours(
    at: str, changed: World, person: TestClient
) -> None:
    said, names = REFUSED[at]

    answer = person.post(at.format(**changed.ids[SUPPLIER[0]]), data=said)

    assert answer.status_code in (400, 422)
    assert names in answer.text
    assert "got invalid value" not in answer.text


@pytest.mark.parametrize("currency", ["usd", "U", "USDX", "%00"])
def test_credit_in_no_currency_is_not_there(
    currency: str, changed: World, person: TestClient
) -> None:
    pair = changed.ids[SUPPLIER[0]]["partnership"]

    for act in ("limit", "use"):
        at = f"/payments/credit/{pair}/{currency}/{act}"
        assert person.post(at, data={"amount": "1", "key": "k"}).status_code == 404
        assert person.get(at).status_code == 404


@pytest.mark.parametrize("name", ["flash", "zone", "session", "theme"])
def test_no_cookie_breaks_a_page(name: str, changed: World, person: TestClient) -> None:
    token = person.cookies["session"]
    packed = [["good", "\ud800"], ["good", 5], 5, [[]], [["good"], "x"], ["good", "x"], {"a": 1}]
    values = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in packed]
    deep = base64.urlsafe_b64encode(b"[" * 3_000).decode()

    for value in [*values, deep, "", "=", "a", "\u00e9", '"\\012\\000"', "9" * 3_000]:
        cookies = f"session={token}; {name}={value}".encode("latin-1")
        answer = changed.client().get("/stock", headers=[(b"cookie", cookies)])
        assert answer.status_code in (200, 303), value


def test_nothing_but_its_readers_reads_what_was_sent() -> None:
    wrong = []
    for path in sorted(DASHBOARD.rglob("*.py")):
        if path.name in (*READERS, *OF_OURS):
            continue
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = ast.unparse(each) if isinstance(each, ast.Attribute) else ""
            if _READS.search(said):
                wrong.append(f"{path.relative_to(DASHBOARD)}:{each.lineno}: {said}")
        wrong += [
            f"{path.relative_to(DASHBOARD)}: a form"
            for _ in re.findall(r"(?<!async with )request\.form\(", path.read_text("utf-8"))
        ]

    assert wrong == []
