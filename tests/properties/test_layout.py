"""Formatting keeps every comment and the meaning of every text; a second time changes nothing."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.events import ScalarEvent

from engine.errors import PolicyFaults
from engine.policy.layout.formatting import formatted
from engine.policy.scanning import scan
from engine.policy.text import parse, to_data

ROOT = Path(__file__).parents[2]


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted((*ROOT.glob("policies/**/*.yaml"), *ROOT.glob("takeback/**/*.yaml"))):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for page in sorted(ROOT.glob("docs/**/*.md")):
        for match in re.finditer(
            r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        ):
            yield f"{page.name}@{match.start()}", match[1]


def readable(text: str) -> bool:
    try:
        parse(text, "p.yaml")
    except PolicyFaults:
        return False
    return True


TEXTS = {name: text for name, text in texts() if readable(text)}


@lru_cache
def folded(text: str) -> frozenset[int]:
    """The lines, from 0, between which a value goes on: no comment may stand behind or over."""
    return frozenset(
        line
        for event in scan(text)
        if isinstance(event, ScalarEvent) and event.end_mark.index > event.start_mark.index
        for line in range(event.start_mark.line, event.end_mark.line)
    )


def planted(text: str, *, over: int | None, beside: bool) -> str:
    """The text with a comment at every line where one may stand, `over` deeper than the line."""
    inside, found = folded(text), []
    for number, line in enumerate(text.splitlines()):
        column = len(line) - len(line.lstrip())
        if over is not None and number - 1 not in inside:
            found.append(" " * max(0, column + over) + f"# c{number}-over")
        free = line.strip() and "#" not in line and number not in inside
        found.append(f"{line}  # c{number}-beside" if beside and free else line)
    return "\n".join(found) + "\n"


def comments(text: str) -> list[str]:
    return re.findall(r"# (c\d+-\w+)$", text, re.MULTILINE)


def meaning(text: str) -> object:
    return to_data(parse(text, "p.yaml"))


WHERE = ((0, False), (2, True), (-2, True))
"""How far above its line a comment starts, and whether one stands beside it."""


def test_there_are_texts_to_try() -> None:
    assert len(TEXTS) > 60


@pytest.mark.parametrize(
    ("name", "over", "beside"),
    [(name, *WHERE[at % 3]) for at, name in enumerate(TEXTS)],
)
def test_comments_at_every_line_are_kept_in_their_order(
    name: str, over: int | None, beside: bool
) -> None:
    text = planted(formatted(TEXTS[name], name), over=over, beside=beside)

    result = formatted(text, name)

    assert comments(result) == comments(text)
    assert meaning(result) == meaning(text)
    assert formatted(result, name) == result


@pytest.mark.parametrize("name", TEXTS)
def test_comments_of_a_text_as_it_was_written_are_kept(name: str) -> None:
    text = planted(TEXTS[name], over=1, beside=True)

    result = formatted(text, name)

    assert sorted(comments(result)) == sorted(comments(text))
    assert meaning(result) == meaning(text)
    assert formatted(result, name) == result


# --- random texts ---------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *["a", "it's", "", "null", "30", "1.50", "x: y", "# no", "a, b", "[c]", "-", "- a", "?"],
        *[
            "true",
            "'q'",
            '"d"',
            "two\nlines",
            "end\n",
            " blank ",
            "§3 x",
            "a" * 70 + " " + "b" * 60,
        ],
        *["\\", "*", "&a", "!t", "%", "@", "|", ">", "...", "---", "a:", ":a", "~", "é: ü", "a #b"],
    ]
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


class Writer:
    """Writes trees as YAML in one of their many layouts, with comments."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.number = 0

    def write(self, tree: object, depth: int = 0) -> str:
        if isinstance(tree, str):
            escaped = tree.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        pairs = tree.items() if isinstance(tree, dict) else [("", item) for item in tree]
        parts = [self.part(tree, key, value, depth) for key, value in pairs]
        inside = ",".join(f"{self.gap(depth)}{part}" for part in parts) + self.gap(depth)
        return f"{{{inside}}}" if isinstance(tree, dict) else f"[{inside}]"

    def part(self, tree: object, key: str, value: object, depth: int) -> str:
        said = f"{self.write(key)}:" if isinstance(tree, dict) else ""
        return f"{said}{self.gap(depth)}{self.write(value, depth + 6)}"

    def gap(self, depth: int) -> str:
        """Blanks, a line break, or a comment behind or over what follows."""
        pad = "\n" + " " * (depth + 1 + self.draw(st.integers(0, 5)))
        self.number += 1
        comment = f"# c{self.number}-x"
        return self.draw(st.sampled_from([" ", pad, f"  {comment}{pad}", f"{pad}{comment}{pad}"]))


@st.composite
def layouts(draw: st.DrawFn) -> str:
    tree = draw(st.dictionaries(st.sampled_from(["tests", "fees", "x"]), TREES, min_size=1))
    writer = Writer(draw)
    return "".join(f"{key}: {writer.write(value)}\n" for key, value in tree.items())


@settings(max_examples=80, deadline=None)
@given(layouts())
def test_any_tree_in_braces_is_laid_out_without_a_loss(text: str) -> None:
    result = formatted(text, "p.yaml")

    assert sorted(comments(result)) == sorted(comments(text))
    assert meaning(result) == meaning(text)
    assert formatted(result, "p.yaml") == result
