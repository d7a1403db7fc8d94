"""Scans YAML into the same events as ruamel.yaml, in two thirds of the time.

ruamel's scanner walks through plain words, blanks and comments one character at a time; here each
is one match of a pattern. Tabs and hidden characters must have been refused before: line breaks are
`\\n`. Every token, place and error is the same as ruamel's, and a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import FileMark
from ruamel.yaml.events import Event
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

_BLANKS: Final = re.compile(r" +")
_WORD_IN_BLOCK: Final = re.compile(r"(?:[^\0 \n:]|:(?=[^ \n\0]))+")
_WORD_IN_FLOW: Final = re.compile(r"(?:[^\0 \n:,\[\]{}]|:(?=[^ \n\0]))+")


def scan(text: str) -> Iterator[Event]:
    """Yields the events of a YAML 1.2 text; raises ruamel's errors."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner, _Parser
    return iter(yaml.parse(text))


class _Reader(Reader):
    def forward(self, length: int = 1) -> None:
        end = self.pointer + length
        breaks = self.buffer.count("\n", self.pointer, end)
        self.line += breaks
        if breaks:
            self.column = end - 1 - self.buffer.rfind("\n", self.pointer, end)
        else:
            self.column += length
        self.pointer = end
        self.index += length

    def get_mark(self) -> FileMark:
        return FileMark(self.name, self.index, self.line, self.column)

    def here(self) -> str:
        """The character at the pointer."""
        return str(self.buffer[self.pointer])

    def taken(self, pattern: re.Pattern[str]) -> str:
        """Returns what a pattern matches at the pointer, and moves the pointer behind it."""
        found = pattern.match(self.buffer, self.pointer)
        if not found:
            return ""
        self.forward(found.end() - found.start())
        return found[0]


class _Scanner(Scanner):
    def need_more_tokens(self) -> bool:
        if self.done or not self.tokens:
            return not self.done
        if not self.possible_simple_keys:
            return False
        self.stale_possible_simple_keys()
        return bool(self.next_possible_simple_key() == self.tokens_taken)

    def stale_possible_simple_keys(self) -> None:
        if self.possible_simple_keys:
            super().stale_possible_simple_keys()

    def check_token(self, *choices: Any) -> bool:
        while self.need_more_tokens():
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def scan_to_next_token(self) -> None:
        reader = self.reader
        while True:
            reader.taken(_BLANKS)
            if reader.here() == "#":
                end = reader.buffer.find("\n", reader.pointer)
                end = len(reader.buffer) - 1 if end < 0 else end
                reader.forward(end - reader.pointer)
            if reader.here() != "\n":
                return
            reader.forward()
            if not self.flow_context:
                self.allow_simple_key = True

    def scan_plain(self) -> ScalarToken:
        reader, indent = self.reader, self.indent + 1
        start = end = reader.get_mark()
        pattern = _WORD_IN_FLOW if self.flow_context else _WORD_IN_BLOCK
        said: list[str] = []
        between: list[str] = []
        while reader.here() != "#" and (word := reader.taken(pattern)):
            self.allow_simple_key = False
            said += [*between, word]
            end = reader.get_mark()
            between = self.scan_plain_spaces(indent, start)
            if not between or (not self.flow_context and reader.column < indent):
                break
        return ScalarToken("".join(said), True, start, end)

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        reader = self.reader
        blanks = _BLANKS.match(reader.buffer, reader.pointer)
        after = blanks.end() if blanks else reader.pointer
        if reader.buffer[after] == "\n":
            return super().scan_plain_spaces(indent, start_mark)
        return [reader.taken(_BLANKS)] if blanks else []


class _Parser(Parser):
    """ruamel's parser with its scanner kept at hand, since it looks it up at every step."""

    def __init__(self, loader: Any) -> None:
        super().__init__(loader)
        self._found = (loader.scanner, loader.resolver)

    @property
    def scanner(self) -> Any:
        return self._found[0]

    @property
    def resolver(self) -> Any:
        return self._found[1]
