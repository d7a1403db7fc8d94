"""A fault says where and what; a hint names the nearest word that would be right."""

import pytest

from engine.policy.faults import Fault, Source, listed, nearest
from tests.timing import within


def test_a_fault_reads_as_one_line() -> None:
    fault = Fault(code="unknown_key", source=Source("a.yaml", 3, 5), sentence="`x` is no key.")

    assert str(fault) == "a.yaml:3:5: unknown_key: `x` is no key."


@pytest.mark.parametrize(
    ("word", "hint"),
    [("widnow", " Did you mean `window`?"), ("zzz", ""), ("", ""), ("window" * 40, "")],
)
def test_only_a_close_word_is_a_hint(word: str, hint: str) -> None:
    assert nearest(word, ["window", "fees", "goods"]) == hint


def test_a_hint_among_many_long_words_comes_at_once() -> None:
    known = ["x" * 55 + str(number) for number in range(20_000)]

    within(0.5, lambda _: nearest("x" * 5_000, known))


def test_a_long_list_is_cut_and_counted() -> None:
    assert listed("abc") == "`a`, `b`, `c`"
    assert listed("abc", most=2) == "`a`, `b` and 1 more"
