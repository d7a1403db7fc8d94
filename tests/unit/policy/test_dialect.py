"""A policy text is YAML 1.2 without references, within limits; every refusal names its place."""

import pytest
from ruamel.yaml.events import (
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.errors import PolicyFaults
from engine.policy.dialect import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, events, source_of


def refusal(text: str) -> tuple[str, int, int]:
    with pytest.raises(PolicyFaults) as caught:
        list(events(text, "a.yaml"))
    (fault,) = caught.value.faults
    return fault.code, fault.source.line, fault.source.column


def test_events_say_what_begins_where() -> None:
    found = list(events("a: [b]\nc: {d: 1}\n", "a.yaml"))

    kinds = [type(event) for event in found]
    inner = [SequenceStartEvent, ScalarEvent, SequenceEndEvent]
    assert kinds[:5] == [MappingStartEvent, ScalarEvent, *inner]
    assert source_of(found[3], "a.yaml") == ("a.yaml", 1, 5)


def test_quotes_tell_a_word_from_a_number() -> None:
    found = list(events("[30, '30']", "a.yaml"))

    assert [each.implicit[0] for each in found if isinstance(each, ScalarEvent)] == [True, False]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: &x 1\n", "anchor", 1, 4),
        ("a: 1\nb: *x\n", "anchor", 2, 4),
        ("a: !!int 1\n", "tag", 1, 4),
        ("a: ! 1\n", "tag", 1, 4),
        ("a: !x {b: 1}\n", "tag", 1, 4),
        ("a: 1\n---\nb: 2\n", "second_document", 2, 1),
        ("%YAML 1.1\n---\na: 1\n", "directive", 2, 1),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "directive", 2, 1),
        ("a:\n\tb: 1\n", "tab", 2, 1),
        ("a: b\x00c\n", "hidden_character", 1, 5),
        ("a: 1\nb: x\u202ey\n", "hidden_character", 2, 5),
        ("a: b\ud800\n", "hidden_character", 1, 5),
        ("a: 1\u2028b: 2\n", "hidden_character", 1, 5),
        ("a: 1\rb: 2\n", "hidden_character", 1, 5),
        ('a: "x\\u202e"\n', "hidden_character", 1, 4),
        ('a: "\\0"\n', "hidden_character", 1, 4),
        ("a: [1\nb: 2", "not_yaml", 1, 4),
        ('a: "\\UFFFFFFFF"\n', "not_yaml", 1, 1),
    ],
)
def test_what_the_dialect_leaves_out_is_refused(
    text: str, code: str, line: int, column: int
) -> None:
    assert refusal(text) == (code, line, column)


def test_a_mark_of_byte_order_and_windows_line_ends_are_read_over() -> None:
    ours = events("\ufeffa: 1\r\nb: 2\r\n", "a.yaml")

    assert [each.value for each in ours if isinstance(each, ScalarEvent)] == ["a", "1", "b", "2"]


def test_no_text_nests_deeper_than_it_may() -> None:
    at_most = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert list(events(at_most, "a.yaml"))
    assert refusal(f"[{at_most}]")[0] == "too_deep"


def test_no_text_is_longer_or_fuller_than_it_may_be() -> None:
    too_long = "#" * (MAX_CHARACTERS + 1)
    too_full = "[" + "1," * MAX_NODES + "]"

    assert refusal(too_long)[0] == "too_large"
    assert refusal(too_full)[0] == "too_large"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: {b: 1\nc: {d: 2}\ne: 3\n", 1, 4, "The `{` that opens here has no `}` before line 2"),
        ("a:\n  - [b, {c: 1]\n", 2, 9, "The `{` that opens here has no `}`"),
        ("a: [b\n", 1, 4, "The `[` that opens here has no `]`"),
        ("a: {b: {c: 1}\nd: 2\n", 1, 4, "The `{` that opens here has no `}`"),
        ("a: 'b\nc: 1\n", 1, 4, "The quote that opens here is not closed."),
        ("a: 1}\n", 1, 5, None),
        ("a: {b: 1}}\n", 1, 10, "This `}` closes nothing; take it out."),
        ("a:\n    b: 1\n  c: 2\n", 3, 3, "The indentation of this line fits no line above it"),
        ("a:\n- b\n - c: 1\n", 3, 5, "This line is indented deeper"),
        ("a:\n- b: 1\n - c: 1\n", 3, 2, "The indentation of this line fits no line above it"),
        ("a: 1\n  b: 2\n", 2, 4, "This line is indented deeper than the line above"),
        ("a: b: c\n", 1, 5, "A text with `: ` in it needs quotes around it."),
        ("a:\n  b: 1\n  - c\n", 3, 3, "Items of a list (`- `) and `key: value` lines"),
        ("a:\n  - b\n  c: 1\n", 3, 3, "Items of a list (`- `) and `key: value` lines"),
        ("a: 1\nb\n", 2, 1, "The colon is missing: a line is `key: value`."),
        ("a: @b\n", 1, 4, "A text cannot begin with `@`; put it in quotes."),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_words_where_it_is_mended(
    text: str, line: int, column: int, said: str | None
) -> None:
    if said is None:
        assert list(events(text, "a.yaml"))
        return
    with pytest.raises(PolicyFaults) as caught:
        list(events(text, "a.yaml"))

    (fault,) = caught.value.faults
    assert (fault.source.line, fault.source.column) == (line, column), fault
    assert said in fault.sentence
    assert "block" not in fault.sentence
