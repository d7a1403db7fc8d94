"""Nodes keep what was written and where; plain scalars follow the core schema of YAML 1.2."""

import pytest

from engine.errors import PolicyFaults
from engine.policy.faults import Source
from engine.policy.text import Items, Map, Scalar, from_data, parse, resolve, scalar, size, to_data

HERE = Source("a.yaml", 3, 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("NO", "NO"),
        ("~", None),
        ("null", None),
        ("", None),
        ("30", 30),
        ("-5", -5),
        ("010", 10),
        ("1.50", 1.5),
        ("1e400", "1e400"),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
        ("2025-01-31", "2025-01-31"),
        ("9" * 400, "9" * 400),
    ],
)
def test_a_plain_scalar_is_read_by_the_core_schema(text: str, value: object) -> None:
    found = resolve(text)

    assert found == value
    assert type(found) is type(value)


def test_a_map_knows_where_its_keys_and_values_stand() -> None:
    tree = parse("a: 1\nb:\n  c: [x, y]\n", "a.yaml")

    inner = tree.entries["b"]
    assert isinstance(inner, Map)
    assert inner.key_source("c") == ("a.yaml", 3, 3)
    assert inner.entries["c"].source == ("a.yaml", 3, 6)


def test_a_key_that_stands_twice_names_the_line_of_the_first() -> None:
    with pytest.raises(PolicyFaults) as caught:
        parse("a: 1\nb: 2\na: 3\n", "a.yaml")

    (fault,) = caught.value.faults
    assert (fault.code, fault.source.line) == ("duplicate_key", 3)
    assert "line 1" in fault.sentence


@pytest.mark.parametrize("text", ["", "# only a comment", "- a\n", "word", "~"])
def test_only_a_map_is_a_policy(text: str) -> None:
    with pytest.raises(PolicyFaults, match="wrong_shape"):
        parse(text, "a.yaml")


@pytest.mark.parametrize("text", ["", "\n", "# later\n"])
def test_a_file_without_anything_is_told_to_be_so(text: str) -> None:
    with pytest.raises(PolicyFaults, match="lines; here is nothing"):
        parse(text, "a.yaml")


def test_a_key_must_be_a_word() -> None:
    with pytest.raises(PolicyFaults, match="A key must be a word"):
        parse("? [a, b]\n: c\n", "a.yaml")


def test_data_makes_the_round_trip_through_nodes() -> None:
    data = {"a": [1, True, None, "USD 5.00"], "b": {"c": "15%"}}

    assert to_data(from_data(data, HERE)) == data


def test_a_scalar_for_a_plain_value_looks_as_if_it_were_written() -> None:
    written = [scalar(value, HERE).text for value in (None, True, False, 30, "30 days")]

    assert written == ["null", "true", "false", "30", "30 days"]


def test_entries_are_put_in_left_out_and_renamed_in_place() -> None:
    tree = parse("a: 1\nb: 2\nc: 3\n", "a.yaml")

    changed = tree.renamed({"b": "x"}).without("c").with_entry("d", scalar(4, HERE))

    assert to_data(changed) == {"a": 1, "x": 2, "d": 4}
    assert list(changed.entries) == ["a", "x", "d"]
    assert changed.key_source("x").line == 2
    assert list(tree.entries) == ["a", "b", "c"]


def test_what_is_usual_fills_what_is_not_said() -> None:
    own, usual = parse("a: 1\n", "a.yaml"), parse("a: 9\nb: 2\n", "a.yaml")

    assert to_data(own.over(usual)) == {"a": 1, "b": 2}
    assert own.over(None) is own


def test_the_size_of_a_node_counts_all_that_is_in_it() -> None:
    tree = parse("a: [1, {b: 2}]\n", "a.yaml")

    assert size(tree) == 5


def test_a_node_says_what_it_is() -> None:
    tree = parse("a: [1]\nb: x\n", "a.yaml")

    assert [node.kind for node in (tree, *tree.entries.values())] == ["a map", "a list", "a value"]
    assert isinstance(tree.entries["a"], Items)
    assert isinstance(tree.entries["b"], Scalar)
    assert tree.text_of("b") == "x"
    assert tree.text_of("a") == ""


def test_a_text_that_was_read_before_gives_the_same_nodes_at_the_same_places() -> None:
    text = "policy: a/b\nrows:\n  - {id: X, when: {opened: true}, fee: 5%}\n  - 'two'\n"

    first, again, elsewhere = parse(text, "one"), parse(text, "one"), parse(text, "two")

    assert again == first
    assert again is not first  # nobody can change what another gets
    assert {node.source.file for node in elsewhere.entries.values()} == {"two"}


def test_a_text_that_is_wrong_is_wrong_each_time() -> None:
    for _ in range(2):
        with pytest.raises(PolicyFaults, match="not_yaml"):
            parse("a: [", "one")
