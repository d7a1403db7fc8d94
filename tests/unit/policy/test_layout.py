"""The canonical layout: what moves, what stays, and where comments stand afterwards."""

from textwrap import dedent

import pytest

from engine.errors import PolicyFaults
from engine.policy.layout import formatting
from engine.policy.layout.formatting import LayoutFault, formatted
from engine.policy.layout.reading import ORDER
from engine.policy.reading import KEYS
from engine.policy.topics.catalogue import TOPICS

LONG = "a sentence that is quite a bit longer than what is left of the line beside its key and dash"


def laid_out(text: str) -> str:
    return formatted(dedent(text), "p.yaml")


def test_every_key_of_a_policy_has_its_place() -> None:
    assert {*KEYS, *TOPICS} <= set(ORDER)
    assert len(ORDER) == len(set(ORDER))


def test_topics_stand_in_the_order_of_the_guide_and_apart() -> None:
    text = laid_out("""\
        tests: {usual: {ordered: 2025-01-01}}
        # about the fees
        fees:
            rows: []
        window: {days: 30}
        currency: USD
        policy: a/b
        """)

    assert text == dedent("""\
        policy: a/b
        currency: USD
        window: {days: 30}

        # about the fees
        fees:
          rows: []

        tests: {usual: {ordered: 2025-01-01}}
        """)


def test_an_unknown_key_stays_behind_the_one_before_it() -> None:
    assert laid_out("tests: {}\nwhatever: 1\npolicy: a/b\n") == (
        "policy: a/b\ntests: {}\nwhatever: 1\n"
    )


def test_rows_stand_in_columns_while_they_are_the_same() -> None:
    text = laid_out("""\
        fees:
          rows:
          - {id: F-A, when: {is: fault}, fee: none}
          - { id:   F-LONGER,otherwise: true, because: Always. , fee: 15% of item_price }
        """)

    assert text == dedent("""\
        fees:
          rows:
            - {id: F-A,      when: {is: fault}, fee: none}
            - {id: F-LONGER, otherwise: true,   because: Always., fee: 15% of item_price}
        """)


def test_columns_that_would_be_too_wide_are_not_aligned() -> None:
    wide = "{reason: [defective, damaged_in_transit, wrong_item]}"
    text = laid_out(f"""\
        fees:
          rows:
            - {{id: F-A,  when: {wide}, fee: none}}
            - {{id: F-BC, when: {{}},   fee: none}}
        """)

    assert f"- {{id: F-A,  when: {wide}, fee: none}}\n" in text
    assert "- {id: F-BC, when: {}, fee: none}\n" in text


def test_a_row_that_is_too_wide_becomes_a_block() -> None:
    text = laid_out(f"""\
        eligibility:
          rows:
            - {{id: E-A, answer: refuse, because: {LONG}, clause: 1}}  # why
        """)

    assert text == dedent(f"""\
        eligibility:
          rows:
            - id: E-A  # why
              answer: refuse
              because: {LONG}
              clause: 1
        """)


def test_facts_that_are_too_wide_are_filled_under_the_first() -> None:
    facts = ", ".join(f"fact_number_{number}: some_value" for number in range(6))

    text = laid_out(f"tests:\n  usual: {{{facts}}}\n")

    first, second = text.splitlines()[1:]
    assert first.startswith("  usual: {fact_number_0: some_value,")
    assert second.startswith("          fact_number_")
    assert max(map(len, text.splitlines())) <= 120


def test_a_list_inside_of_facts_is_filled_too() -> None:
    words = ", ".join(f"word_number_{number}" for number in range(12))

    text = laid_out(f"tests:\n  usual: {{tags: [{words}], country: US}}\n")

    assert max(map(len, text.splitlines())) <= 120
    assert text.splitlines()[2].startswith("                 word_number_")


def test_a_long_sentence_is_folded_and_reads_the_same() -> None:
    text = laid_out(f"title: {LONG}, and {LONG}  # beside\n")

    first, second = text.splitlines()
    assert len(first) <= 120
    assert second.startswith("  ")
    assert second.endswith("  # beside")


def test_quotes_stay_only_where_they_are_needed() -> None:
    text = laid_out("""\
        title: "plain words"
        codes: {a: 'it''s', b: "30", c: 'true', d: "a, b", e: "x: y", f: '# no', g: "", h: "it's"}
        tests: {"usual": {a: "\\"so\\" it is", b: 'null', c: "2025-01-01", d: ' blank '}}
        """)

    assert text == dedent("""\
        title: plain words
        codes: {a: it's, b: "30", c: "true", d: "a, b", e: "x: y", f: "# no", g: "", h: it's}
        tests: {usual: {a: '"so" it is', b: "null", c: 2025-01-01, d: " blank "}}
        """)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("title: |  # head\n    one\n      two\n\n", 'title: "one\\n  two\\n"  # head\n'),
        ("title: |\n    one\n    two\n", "title: |\n  one\n  two\n"),
        ("title: |-  # head\n one\n\n two\n", "title: |-  # head\n  one\n\n  two\n"),
        ("title: >\n one\n two\n\n three\n", "title: >\n  one two\n\n  three\n"),
        ("title: >-\n one\n two\n", "title: one two\n"),
        ("title: one\n\n  two\n", 'title: "one\\ntwo"\n'),
    ],
)
def test_blocks_of_text_read_the_same(written: str, kept: str) -> None:
    assert formatted(written, "p.yaml") == kept
    assert formatted(kept, "p.yaml") == kept


def test_comments_stay_where_they_stand() -> None:
    text = """\
        # the file

        # the id
        policy: a/b  # beside
        version: 1   # under it

        fees:  # the topic
          # the first row
          rows:
            - {id: A, fee: none}   # row one
            # row two
            - {id: BCD, fee: none}
            # the end of the rows
          # the end of the fees
        # the end
        """

    assert laid_out(text) == dedent(text).replace("{id: A, fee", "{id: A,   fee").replace(
        "none}   #", "none}  #"
    )


def test_comments_inside_of_braces_open_them() -> None:
    text = laid_out("""\
        tests:
          usual: {  # what all are given
            ordered: 2025-01-01,  # a Wednesday
            # the box
            packaging: none,
            tags: [a,  # one
              b]  # two
            # no more
          }  # closed
        """)

    assert text == dedent("""\
        tests:
          usual:  # what all are given
            ordered: 2025-01-01  # a Wednesday
            # the box
            packaging: none
            tags:
              - a  # one
              - b  # two
            # no more
            # closed
        """)


def test_comments_at_dashes_and_empty_values_are_kept() -> None:
    text = laid_out("""\
        a:
          - # at the dash
            id: X
          -
            # over the key
            id: Y
          - # at nothing
          - - # deep
              z
        b: {  # nothing inside
        }
        c:  # no value
        d:  # over it
          word  # beside it
        """)

    assert text == dedent("""\
        a:
          - id: X  # at the dash
          # over the key
          - id: Y
          -      # at nothing
          - - z  # deep

        b: {}  # nothing inside
        c:     # no value
        # beside it
        d: word  # over it
        """)


def test_line_breaks_of_windows_are_kept() -> None:
    text = "version:   1\r\npolicy: a/b\r\n"

    assert formatted(text, "p.yaml") == "policy: a/b\r\nversion: 1\r\n"
    assert formatted("version:   1\r\npolicy: a/b\n", "p.yaml") == "policy: a/b\nversion: 1\n"


@pytest.mark.parametrize("text", ["policy: [", "- a list", "", "a: &x 1", "a: 1\na: 2"])
def test_what_is_not_yaml_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(PolicyFaults):
        formatted(text, "p.yaml")


@pytest.mark.parametrize(
    "spoilt", ["version: 2\n", "version: '1'\n", "version: 1  # other\n", "version: [\n"]
)
def test_a_result_that_says_something_else_is_never_given(
    spoilt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formatting, "write_layout", lambda _: spoilt)

    with pytest.raises(LayoutFault, match=r"`p.yaml` is left as it is"):
        formatted("version: 1  # one\n", "p.yaml")
