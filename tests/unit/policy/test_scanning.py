"""The quick scanner yields what ruamel's yields, event for event and error for error."""

import random
from itertools import product

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from engine.policy.scanning import scan

TEXTS = [
    "a: 1 # c\nb: x:y z\nc: {d: e:f, g: [1, 2 3]}\n",
    "d: |\n  t\n   u\ne: >-\n  a\n  b\nf: a\n  b\n\n  c\n",
    "- {id: A, when: {is: x}, because: Some words here}\n- {id: B}\n",
    "a: \"x \\u00e4 y\"\nb: 'it''s'\nc: x # y\n? k\n: v\n",
    "a:\n- b\n-   c: d\n    e: f\n\n# comment\ng: [h,\n  i, j: k]\n",
    "a: b: c\n",
    "a: [b\n",
    "a: {b: }, c\n",
    "a: x #y\n  z\nb:c: d\n",
]


def said(text: str, quick: bool) -> list[object]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    found: list[object] = []
    try:
        for event in scan(text) if quick else yaml.parse(text):
            marks = [
                (mark.line, mark.column, mark.index) for mark in (event.start_mark, event.end_mark)
            ]
            values = [
                getattr(event, name, None) for name in ("value", "implicit", "anchor", "style")
            ]
            found.append((type(event).__name__, marks, values))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        found.append((error.context, error.problem, mark and (mark.line, mark.column)))
    except YAMLError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_gives_the_same_events(text: str) -> None:
    assert said(text, quick=True) == said(text, quick=False)


def test_every_short_text_gives_the_same_events() -> None:
    for letters in product("a:{}[], #-\n?", repeat=3):
        text = "".join(letters)
        assert said(text, quick=True) == said(text, quick=False), repr(text)


def test_a_text_with_a_character_changed_gives_the_same_events() -> None:
    chance = random.Random(7)
    for text in TEXTS * 40:
        at = chance.randrange(len(text))
        changed = text[:at] + chance.choice("a:{}[], #-\n?'\"|>&*!%.") + text[at + 1 :]
        assert said(changed, quick=True) == said(changed, quick=False), repr(changed)
