"""Which characters texts, numbers and SKUs of people may hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.characters import (
    check_texts,
    hidden,
    is_blank,
    wrong_number,
    wrong_sku,
    wrong_text,
)
from engine.errors import RequestFault

HIDDEN = [
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    *"\u200b\u2060\u2063\u206a\ufff9\ufeff\u2028\u2029\x00\x1b\x7f\x85\x9f\ud800",
]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda each: f"{ord(each):04X}")
def test_what_cannot_be_seen_is_refused_everywhere(character: str) -> None:
    code = f"U+{ord(character):04X}"

    assert wrong_text(f"a{character}b") == f"The character {code} cannot be seen here; take it out."
    assert wrong_number(f"a{character}b", "A number")
    assert wrong_sku(f"a{character}b")


@pytest.mark.parametrize(
    "text",
    [
        *("می\u200cشود", "۲\u200cم", "क्\u200dष", "র\u200d্য", "สวัสดี\u200bครับ", "ភ្នំ\u200bពេញ"),
        *(
            "ဖေ\u200bဖေ",
            "ສະບາຍ\u200bດີ",
            "👩\u200d🚀",
            "👩🏽\u200d⚕\ufe0f",
            "❤\ufe0f\u200d🔥",
            "🧑\u200d🤝\u200d🧑",
        ),
        *("a\tb\nc\r\nd", "Zoë", "山田 太郎"),
    ],
)
def test_names_of_all_scripts_and_several_lines_are_taken(text: str) -> None:
    assert wrong_text(text) == ""
    assert not is_blank(text)


@pytest.mark.parametrize(
    "joiner",
    "\u200c\u200d\u200e\u00ad\u034f\u115f\u17b4\u2800\u3164\ufe0f\uffa0\U000e0100\U000e0041",
)
def test_a_number_has_no_joiner(joiner: str) -> None:
    assert f"U+{ord(joiner):04X}" in wrong_number(f"N{joiner}1", "A number")
    assert f"U+{ord(joiner):04X}" in wrong_sku(f"N{joiner}1")


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b\u200b", "\u200d", "\u3000", "\n\t", "\u3164", "\u2800", "\u115f"]
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("number", ["１２３", "N-１", "Ｎ-1", "①", "ﬁ"])  # noqa: RUF001
def test_a_number_is_written_as_it_is_found(number: str) -> None:
    plain = unicodedata.normalize("NFKC", number)

    said = f"A number is written `{plain}`, by which it is found."
    assert wrong_number(number, "A number") == said
    assert wrong_number(plain, "A number") == ""
    assert wrong_sku(number) == ""


@pytest.mark.parametrize("number", ["a" * 61, " a", "a ", ""])
def test_a_number_has_a_length_and_no_blanks_at_its_ends(number: str) -> None:
    said = "A number has 1 to 60 characters, and no blank at its ends."
    assert wrong_number(number, "A number") == said


LETTERS = {"\u200b": "กขកဖສ", "\u200c": "بیक", "\u200d": "بیक"}
"""Of scripts that have it between them."""


@pytest.mark.parametrize("character", LETTERS, ids=lambda each: f"{ord(each):04X}")
@given(
    before=st.sampled_from(["", *" aक(1山", "👩"]), after=st.sampled_from(["", *" aя)1山", "🚀"])
)
def test_what_has_no_width_is_taken_between_letters_of_its_scripts_alone(
    character: str, before: str, after: str
) -> None:
    letters = LETTERS[character]
    own = before and before in letters
    picture = character == "\u200d" and (before, after) == ("👩", "🚀")

    assert (hidden(f"{before}{character}{after}") is None) == picture
    assert (hidden(f"{before}{character}{letters[0]}") is None) == bool(own)
    assert all(hidden(f"{one}{character}{two}") is None for one in letters for two in letters)
    assert hidden(f"{letters[0]}{character}{character}{letters[0]}") == 1


PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\u200b\u200c\u200d")


@given(st.text(alphabet=PLAIN, max_size=8))
def test_a_text_is_taken_where_each_of_its_characters_is(text: str) -> None:
    assert (hidden(text) is None) == all(hidden(each) is None for each in text)


@given(st.text(max_size=8))
def test_whatever_is_a_number_is_a_sku_and_a_text(text: str) -> None:
    if not wrong_number(text, "A number"):
        assert not wrong_sku(text)
        assert not wrong_text(text)
        assert not is_blank(text)


def test_a_text_is_named_by_its_path() -> None:
    said = {"orders": [{"number": "1", "facts": [{"value": ["a", "b\u200b"]}]}]}

    with pytest.raises(RequestFault) as fault:
        check_texts(said)

    assert (fault.value.code, fault.value.path) == (
        "hidden_character",
        "orders[0].facts[0].value[1]",
    )
