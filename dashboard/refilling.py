"""Shows the page of a refused form again, with the reason and everything that was typed.

Fills in the page as it is rendered for everybody, so that no template has to support it. Left out
are values that nobody should see again, such as secrets, and files, which no page can fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route

from dashboard import flash
from dashboard.forms import form_of
from dashboard.paths import here

Attributes = list[tuple[str, str | None]]
_KEYS: Final = ("key", "once", "seen", "ends")
"""The fields that a page makes anew each time."""
_UNSEEN: Final = ("hidden", "password", "file", "submit", "button")
_CHOSEN: Final = ("checkbox", "radio")


async def again(request: Request, wrong: str, at: str) -> Response:
    """Returns the page of a form that was sent: its own address, or `at` if that shows none."""
    form = await form_of(request)
    request.state.wrong = wrong
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    own = await _shown(request, here(request), urlencode(said))  # what was typed is confirmed
    shown = own or await _shown(request, at.partition("#")[0])
    if shown is None or shown.status_code != 200:
        return flash.said_at(at, request, wrong, "bad")
    return HTMLResponse(refilled(bytes(shown.body).decode(), here(request), form), 422)


async def _shown(request: Request, path: str, query: str = "") -> Response | None:
    """Returns the page at a path as rendered now; None if there is none."""
    asked = {"path": unquote(path), "raw_path": path.encode(), "query_string": query.encode()}
    scope = {**request.scope, **asked, "method": "GET"}
    for route in request.app.routes:
        match, found = route.matches(scope)
        if match is Match.FULL and isinstance(route, Route):
            response: Response = await route.endpoint(Request({**scope, **found}))
            return response
    return None


def refilled(page: str, action: str, form: FormData) -> str:
    """Returns a page whose form for `action` contains what was typed in it.

    Of several such forms, it is the one with the hidden fields that were sent.
    """
    forms = _Forms()
    forms.feed(page)
    fits = [each for each in forms.found if each.fits(action, form)]
    if not fits:
        return page
    filled = _Filled(fits[0], form)
    filled.feed(page)
    filled.close()
    return "".join(filled.written)


class _Form:
    """A form of a page: its position, its action, and its surroundings."""

    def __init__(self, place: int, said: Mapping[str, str | None], around: list[int]) -> None:
        self.place, self.around = place, around
        self.action = said.get("action")
        self.hidden: dict[str, str] = {}

    def fits(self, action: str, form: FormData) -> bool:
        sent = all(value in form.getlist(name) for name, value in self.hidden.items())
        return self.action == action and sent


class _Forms(HTMLParser):
    """Finds all forms of a page; those in folded parts, with the positions of the parts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._folded: list[int] = []
        self._folds = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = dict(attrs)
        if tag == "details":
            self._folded.append(self._folds)
            self._folds += 1
        elif tag == "form":
            self.found.append(_Form(len(self.found), said, list(self._folded)))
        elif tag == "input" and said.get("type") == "hidden" and said.get("name") not in _KEYS:
            self.found[-1].hidden[said.get("name") or ""] = said.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._folded.pop()


class _Filled(HTMLParser):
    """Copies a page, except for the values of one of its forms."""

    def __init__(self, form: _Form, typed: FormData) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._form, self._here = form, False
        self._typed = {name: [str(each) for each in typed.getlist(name)] for name in typed}
        self._forms = self._folds = 0
        self._select = ""
        self._skips = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said, raw = dict(attrs), self.get_starttag_text() or ""
        if tag == "form":
            self._here = self._forms == self._form.place
            self._forms += 1
        elif tag == "details":
            if self._folds in self._form.around and "open" not in said:
                raw = "<details open" + raw.removeprefix("<details")
            self._folds += 1
        self.written.append(self._tag(tag, said) if self._here else raw)

    def _tag(self, tag: str, said: dict[str, str | None]) -> str:
        """Returns a tag of the form with what was typed."""
        raw, name = self.get_starttag_text() or "", said.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select in self._typed:
            return _with(tag, said, "selected", said.get("value") in self._typed[self._select])
        elif tag == "input" and said.get("type") in _CHOSEN:
            on = (said.get("value") or "on") in self._typed.get(name, ())
            return _with(tag, said, "checked", on)
        elif tag == "input" and self._typed.get(name) and said.get("type") not in _UNSEEN:
            return _with(tag, {**said, "value": self._typed[name].pop(0)}, "", on=False)
        elif tag == "textarea" and self._typed.get(name):
            self._skips = True
            return raw + "\n" + escape(self._typed[name].pop(0))
        return raw

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._skips = False
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def _write(self, text: str) -> None:
        if not self._skips:
            self.written.append(text)


def _with(tag: str, said: Mapping[str, str | None], flag: str, on: bool) -> str:
    """Returns a tag with its attributes, with or without a flag."""
    kept = {name: value for name, value in said.items() if name != flag}
    written = [
        name if value is None else f'{name}="{escape(value)}"' for name, value in kept.items()
    ]
    return f"<{' '.join([tag, *written, *([flag] if on else [])])}>"
