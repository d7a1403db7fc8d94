"""Reads a page as tests look at it: what it may not hold, and what it says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

AS_WRITTEN: Final = ("pre", "textarea", "code", "script")
"""Elements whose text is somebody's own."""
MANY: Final = (
    "things|units|times|lines|rows|scenarios|changes|days|SKUs|payments|claims|settlements|returns|"
    "orders|invitations|partners|suppliers|retailers|editions|policies|keys|channels|attempts|"
    "sessions|tests|places|locations|parcels|documents|facts|findings|drafts|disputes|minutes|hours"
)
"""Nouns that pages count."""
CLUMSY: Final = {
    "a day as programs write it": r"\b\d{4}-\d\d-\d\d\b",
    "a key twice": r"\b[Kk]ey key\b",
    "one of many": rf"(?<![,.])\b1 (?:[a-z]+ ){{0,2}}(?:{MANY})\b",
    "two ends of a sentence": r"(?<!\.)\.[,;]|(?<!\.)\.\.(?!\.)",
    "nothing of nothing": r"\b0 of 0\b",
    "a sign of a text": r"`",
}
"""What no sentence of a page has."""


class Styled(HTMLParser):
    """Finds what the content security policy would refuse, names used twice, and what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.said: list[str] = []
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        inline = tag == "style" or (tag == "script" and "src" not in said)
        inline = inline or any("<Macro" in str(value) for value in said.values())  # a name twice
        if inline or any(name == "style" or name.startswith("on") for name in said):
            self.wrong.append(f"{tag} {said}")
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag in AS_WRITTEN or "mono" in str(said.get("class")):
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if not self._in:
            self.said.append(data)

    @property
    def clumsy(self) -> list[str]:
        """What of it nobody says so."""
        text = re.sub(r"\s+", " ", "".join(self.said))
        return [
            f"{what}: {text[max(0, each.start() - 40) : each.end() + 40]}"
            for what, written in CLUMSY.items()
            for each in re.finditer(written, text)
        ]


def read(text: str) -> Styled:
    found = Styled()
    found.feed(text)
    return found
