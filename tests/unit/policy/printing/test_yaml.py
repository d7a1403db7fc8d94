"""What is written is read again as the same, and every line says where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PolicyFaults
from engine.policy.dialect import _REFUSED
from engine.policy.faults import Source
from engine.policy.printing.yaml import BUILT_IN, UNASKED, WIDTH, flow, written
from engine.policy.text import Map, from_data, parse, to_data

HERE = Source("a.yaml", 3, 1)
texts = st.text(max_size=40).filter(lambda text: not _REFUSED.search(text))
values = texts | st.booleans() | st.none() | st.integers(-(10**17), 10**17)
data = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def node(said: object, source: Source = HERE) -> Map:
    found = from_data(said, source)
    assert isinstance(found, Map)
    return found


@given(st.dictionaries(texts, data, min_size=1, max_size=5))
def test_whatever_is_written_is_read_again_as_the_same(said: dict[str, object]) -> None:
    assert to_data(parse(written(node(said)), "again.yaml")) == said


@pytest.mark.parametrize(
    "text",
    [
        *("30", "-1", "1.5", "true", "null", "~", "", " ", "no: yes", "a #b", "# a", "a: ", "a:"),
        *("- a", "? a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]", "a, b", "'a'"),
        *("a\nb", "a\n", ' "a"', "a'b", "---", "...", "<a>", "(a)", "é", "\u2028".strip() or "x"),
        *("2025-01-31T09:30:00-05:00", "15% of item_price", "USD 5.00", "2025-01-31", "a:b", "x "),
    ],
)
def test_a_text_stays_a_text(text: str) -> None:
    again = parse(written(node({"a": text, "b": [text], text or "k": 1})), "again.yaml")

    assert to_data(again) == {"a": text, "b": [text], text or "k": 1}


@pytest.mark.parametrize(
    "text", ["15% of item_price", "<last_day>", "W-BASE", "2025-01-31", "1 of"]
)
def test_plain_words_need_no_quotes(text: str) -> None:
    assert flow(from_data(text, HERE)) == text


def test_rows_have_a_line_each_with_their_origin() -> None:
    rows = [{"id": "A", "fee": "none"}, {"id": "B", "fee": "USD 1.00"}]
    tree = node({"fees": {"decide": "first", "rows": rows}})

    assert [line.split("  # ") for line in written(tree).splitlines()] == [
        ["fees:".ljust(60), "a.yaml:3"],
        ["  decide: first".ljust(60), "a.yaml:3"],
        ["  rows:".ljust(60), "a.yaml:3"],
        ["    - {id: A, fee: none}".ljust(60), "a.yaml:3"],
        ["    - {id: B, fee: USD 1.00}".ljust(60), "a.yaml:3"],
    ]


def test_a_long_row_has_a_line_for_each_key() -> None:
    tree = node({"must": [{"id": "A", "because": "x" * WIDTH, "code": "late"}]})

    lines = [line.partition("  # ")[0].rstrip() for line in written(tree).splitlines()]

    assert lines == ["must:", "  - id: A", f"    because: {'x' * WIDTH}", "    code: late"]


def test_what_an_edit_set_in_a_row_names_its_own_file() -> None:
    row = node({"id": "A", "days": 30, "when": {"category": "hats"}})
    there = Source("b.yaml", 7, 9)
    row = row.with_entry("days", from_data(45, there), there)
    tree = node({"rows": []}).with_entry("rows", from_data([], HERE))
    tree = tree.with_entry("rows", type(tree.entries["rows"])(source=HERE, items=(row,)))  # type: ignore[call-arg]

    assert written(tree).splitlines()[1].endswith("# a.yaml:3, days b.yaml:7")


def test_files_are_named_as_people_know_them_and_cannot_break_a_line() -> None:
    tree = node({"version": 1}, Source("acme/base@4", 2, 1))

    assert written(tree, lambda _: "base\n.yaml").endswith("# base?.yaml:2\n")


def test_what_is_built_in_says_so_and_what_cannot_be_written_is_a_comment() -> None:
    rows = (node({"id": "E-LATE"}, UNASKED), node({"id": "E-YES"}, BUILT_IN))
    listed = type(from_data([], HERE))(source=BUILT_IN, items=rows)  # type: ignore[call-arg]
    text = written(Map(source=HERE, entries={"rows": listed}, keys={}))

    assert text.splitlines()[1].startswith("#   - {id: E-LATE}")
    assert text.splitlines()[1].endswith("  # built in")
    assert to_data(parse(text, "again.yaml")) == {"rows": [{"id": "E-YES"}]}


def test_what_the_reader_refuses_is_refused_after_writing_too() -> None:
    with pytest.raises(PolicyFaults):
        parse(written(node({"a": "\u202e"})), "again.yaml")
