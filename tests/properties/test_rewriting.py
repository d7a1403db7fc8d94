"""Laws of changing a policy text in one place, checked on every shipped policy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import PolicyFaults, RequestFault
from engine.policy.editions import load
from engine.policy.layout.reading import Branch, Leaf, Lines, gaps, name_of, read_layout
from engine.policy.rewriting import (
    Add,
    Change,
    Move,
    Remove,
    Rewriter,
    RewritingFault,
    Rewritten,
    Set,
    edited,
    rewritten,
)
from engine.policy.scanning import scan
from engine.policy.text import parse, to_data
from takeback.bases import Bases

FOLDER = Path(__file__).parents[2] / "policies"
TEXTS = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*.yaml")}
SOME = ("standard.yaml", "home-goods.yaml", "real/66-google-merchant-online-return-policy.yaml")
"""Rows of one line and of many, with comments all around; other texts are tried less."""
few = settings(deadline=None, max_examples=8)
Step = tuple[tuple[str, ...], Branch, int]


def steps(held: Branch, at: tuple[str, ...] = ()) -> Iterator[Step]:
    """Every entry of a text: where its holder is, the holder, and its number."""
    for number, entry in enumerate(held.entries):
        yield at, held, number
        if isinstance(entry.value, Branch):
            yield from steps(entry.value, (*at, step_of(held, number)))


def step_of(held: Branch, number: int) -> str:
    entry = held.entries[number]
    named = entry.name if held.is_map else name_of(entry.value)
    return str(number) if named is None or held.find(named) != number else named


def placed(step: Step) -> tuple[str, ...]:
    at, held, number = step
    return (*at, step_of(held, number))


STEPS = {name: list(steps(read_layout(TEXTS[name]))) for name in SOME}
PLACES = [(name, number) for name in SOME for number in range(len(STEPS[name]))]
anywhere = st.sampled_from(PLACES)
words = st.sampled_from(["two words", "30", "true", "it's: so", 'a "b" \\ c', "#5", "[x]", "", "é"])
values = st.recursive(
    words | st.integers(-9, 10**6) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=4,
)
LONG = "word " * 18
wide = values.map(lambda each: {"decide": each, "rows": [{"id": LONG, "when": {LONG: each}}, each]})
"""Values that fit into no line."""


def comments(text: str) -> Counter[str]:
    found = gaps(text, list(scan(text)), Lines(text))
    return Counter(gap.text for gap in found if gap.text)


def data_of(text: str, at: tuple[str, ...] = ()) -> Any:
    data: Any = to_data(parse(text, ""))
    held: Leaf | Branch = read_layout(text)
    for step in at:
        assert isinstance(held, Branch)
        number = held.find(step)
        assert number is not None
        data = data[step] if isinstance(data, dict) else data[number]
        held = held.entries[number].value
    return data


@cache
def kept(text: str) -> Rewriter:
    return Rewriter(text, "")


def changed(text: str, change: Change) -> Rewritten:
    """The text after a change; undone it is the same text, whatever was changed in it before."""
    done = rewritten(text, "", change)
    assert kept(text).rewritten(change) == done
    assert edited(text, done.edits) == done.text
    assert edited(done.text, done.undo) == text
    return done


@few
@given(anywhere, values | wide)
def test_a_value_that_is_set_is_there_and_every_comment_outside_of_it_stays(
    where: tuple[str, int], value: Any
) -> None:
    name, step = where[0], STEPS[where[0]][where[1]]
    text, at = TEXTS[name], placed(step)
    done = changed(text, Set(at=at, value=value))
    windows = "\ufeff" + text.replace("\n", "\r\n")
    other = changed(windows, Set(at=at, value=value)).text
    assert other == "\ufeff" + done.text.replace("\n", "\r\n")
    old = step[1].entries[step[2]].value
    inside = comments_within(text, old)
    assert comments(text) - inside == comments(done.text)


def comments_within(text: str, span: Leaf | Branch) -> Counter[str]:
    found = gaps(text, list(scan(text)), Lines(text))
    return Counter(gap.text for gap in found if gap.text and span.start <= gap.at < span.end)


@pytest.mark.parametrize("name", SOME)
def test_a_word_or_number_that_is_set_and_set_back_gives_the_same_bytes(name: str) -> None:
    text = TEXTS[name]
    scalars = [each for each in STEPS[name] if isinstance(each[1].entries[each[2]].value, Leaf)]
    for step in scalars[:: max(1, len(scalars) // 6)]:
        value, is_map = step[1].entries[step[2]].value, step[1].is_map
        if "\n" in text[value.start : value.end]:
            continue  # of several lines: `undo` gives those back
        at = placed(step)
        other = rewritten(text, "", Set(at=at, value="other")).text
        named = step[1].entries[step[2]].name in ("id", "name") and is_map
        back = (
            (*at[:-2], "other", at[-1]) if named and len(at) > 1 and held_in_list(name, at) else at
        )
        assert rewritten(other, "", Set(at=back, value=data_of(text, at))).text == text


def held_in_list(name: str, at: tuple[str, ...]) -> bool:
    return not held_at(TEXTS[name], at[:-2]).is_map and not at[-2].isdigit()


def held_at(text: str, at: tuple[str, ...]) -> Branch:
    held: Leaf | Branch = read_layout(text)
    for step in at:
        assert isinstance(held, Branch)
        number = held.find(step)
        assert number is not None
        held = held.entries[number].value
    assert isinstance(held, Branch)
    return held


LISTS = [
    (name, placed(step))
    for name, found in STEPS.items()
    for step in found
    if isinstance(value := step[1].entries[step[2]].value, Branch)
    and not value.is_map
    and len(value.entries) > 1
]
lists = st.sampled_from(LISTS)


def items_of(text: str, at: tuple[str, ...]) -> list[str]:
    held = held_at(text, at)
    return [step_of(held, number) for number in range(len(held.entries))]


@few
@given(lists, st.data(), values)
def test_a_row_that_is_added_and_removed_gives_the_same_bytes(
    where: tuple[str, tuple[str, ...]], data: st.DataObject, value: Any
) -> None:
    name, at = where
    text = TEXTS[name]
    after = data.draw(st.sampled_from([None, *items_of(text, at)]))
    row = {"id": "A-NEW-ROW", "when": value}
    done = changed(text, Add(at=at, value=row, after=after))
    assert comments(done.text) == comments(text)
    assert rewritten(done.text, "", Remove(at=(*at, "A-NEW-ROW"))).text == text


@few
@given(lists, st.data())
def test_a_row_that_is_moved_and_moved_back_gives_the_same_bytes(
    where: tuple[str, tuple[str, ...]], data: st.DataObject
) -> None:
    name, at = where
    text, items = TEXTS[name], items_of(TEXTS[name], at)
    number = data.draw(st.integers(0, len(items) - 1))
    target = data.draw(st.sampled_from([None, *(n for n in range(len(items)) if n != number)]))
    after = None if target is None else items[target]
    done = changed(text, Move(at=(*at, items[number]), after=after))
    assert comments(done.text) == comments(text)
    order = items.copy()
    row = order.pop(number)
    place = 0 if after is None else order.index(after) + 1
    order.insert(place, row)
    numbered = all(each.isdigit() for each in items)
    row = str(place) if numbered else row
    back = None if not number else (str_of(items, number, place) if numbered else items[number - 1])
    assert rewritten(done.text, "", Move(at=(*at, row), after=back)).text == text


def str_of(items: list[str], number: int, place: int) -> str:
    """The number that the item before the moved one has after the move."""
    before = number - 1
    return str(before + (place <= before))


@few
@given(anywhere)
def test_what_is_removed_is_gone_and_every_comment_outside_of_it_stays(
    where: tuple[str, int],
) -> None:
    name, step = where[0], STEPS[where[0]][where[1]]
    text = TEXTS[name]
    done = changed(text, Remove(at=placed(step)))
    lost = comments(text) - comments(done.text)
    entry = step[1].entries[step[2]]
    line = text[text.rfind("\n", 0, entry.start) + 1 : (text + "\n").index("\n", entry.end)]
    assert all(each in line for each in lost)
    assert not comments(done.text) - comments(text)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_shipped_policy_whose_title_is_changed_says_that_and_nothing_else(name: str) -> None:
    find = Bases((FOLDER,)).find
    text = TEXTS[name]
    done = rewritten(text, name, Set(at=("title",), value="Another: title"))
    before, after = load(text, name, find).policy, load(done.text, name, find).policy
    assert after.title == "Another: title"
    assert _without_title(before.tree) == _without_title(after.tree)


def _without_title(tree: Any) -> str:
    return json.dumps(to_data(tree.without("title")), sort_keys=True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Set(at=("nothing", "here"), value=1), "not_found"),
        (Set(at=(), value=1), "not_found"),
        (Remove(at=("eligibility", "rows", "NONE")), "not_found"),
        (Add(at=("title",), value={}), "wrong_reference"),
        (Move(at=("title",)), "not_found"),
        (Set(at=("title",), value="a\tb"), "wrong_type"),
        (Set(at=("title",), value="a\u202eb"), "wrong_type"),
    ],
)
def test_what_cannot_be_changed_is_refused(change: Change, code: str) -> None:
    with pytest.raises(RequestFault) as found:
        rewritten(TEXTS["home-goods.yaml"], "", change)
    assert found.value.code == code


@settings(deadline=None, max_examples=25)
@given(st.text("ab:-[]{}#'\"|> \n?,", max_size=40), st.sampled_from(["a", "b", "0"]), values)
def test_any_text_is_changed_as_asked_or_left_alone(text: str, key: str, value: Any) -> None:
    for change in (Set(at=(key,), value=value), Remove(at=(key,))):
        try:
            done = rewritten(f"{text}\nb: 1\n", "", change)
        except (PolicyFaults, RequestFault, RewritingFault):
            continue
        assert edited(done.text, done.undo) == f"{text}\nb: 1\n"


SMALL = """\
a:  # beside
  # over b
  b: 1
rows:
  # of R1
  - {id: R1, x: 1}  # by R1

  # of R2
  - id: R2
    y: {p: 1, # in
        q: 2}
  - {id: R3}
# end
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Set(at=("a",), value=5), "a:  # beside\n  # over b\n  b: 1", "a: 5  # beside"),
        (
            Remove(at=("rows", "R2", "y", "q")),
            "{p: 1, # in\n        q: 2}",
            "{p: 1 # in\n        }",
        ),
        (
            Move(at=("rows", "R2"), after="R3"),
            "\n\n  # of R2\n  - id: R2\n    y: {p: 1, # in\n        q: 2}\n  - {id: R3}",
            "\n  - {id: R3}\n\n  # of R2\n  - id: R2\n    y: {p: 1, # in\n        q: 2}",
        ),
        (
            Add(at=("rows",), value={"id": "N"}, after="R1"),
            "  # by R1\n",
            "  # by R1\n  - {id: N}\n",
        ),
    ],
)
def test_comments_stay_with_what_they_are_about(change: Change, old: str, new: str) -> None:
    assert old in SMALL
    assert changed(SMALL, change).text == SMALL.replace(old, new)
