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
    *"\u200b\u2060\u2063\u206a\ufff9\ufeff\u2028\u2029\x00\x1b\x7f\x85\x9f\ud800\ufffe\uffff",
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


NOTHING = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
    *(*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFFC)),
    *(*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000, 7)),
]
"""What Unicode has programs ignore where they do not know it, and the blank of Braille."""
PLAIN = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="".join(map(chr, [*NOTHING, *range(0xE0000, 0xE1000)])),
)


@pytest.mark.parametrize("code", NOTHING, ids="{:04X}".format)
def test_what_shows_nothing_is_refused_beside_what_does_not_need_it(code: int) -> None:
    for text in ("a{}b", "{}", " {} ", "x{}", "{}x", "9{}9", "€{}"):
        assert hidden(text.format(chr(code))) is not None, text


@pytest.mark.parametrize(
    "text",
    [
        *("שלום\u200f!", "C++\u200e של", "\u061c5 قطع", "مرحبا \u200e(A-1)"),
        *("葛\U000e0100城", "神\ufe00社", "1\ufe0f\u20e3", "☎\ufe0e", "‼\ufe0f", "©\ufe0f"),
        *("\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f ok",),
        *("ᠨᠢᠭᠡ\u180b", "ᠬᠠᠷ\u180eᠠ", "⠓⠑\u2800⠇⠕", "\u115fᅡ", "ᄀ\u1160ᆨ", "ក\u17b4"),
        *("a\u034f\u0301",),
    ],
)
def test_what_a_script_or_an_emoji_needs_is_taken(text: str) -> None:
    assert hidden(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("a\u200eb", "\u061c\u061c", f"ש{'a' * 80}\u200f", "soft\u00adly"),
        *("☎\ufe0e\ufe0f", "葛\U000e0100\U000e0101", "a\ufe0f", "1\ufe0f"),
        *("\U0001f3f4\U000e0067\U000e0062", "x\U000e0067\U000e007f", "\U0001f3f4\U000e007f"),
        *("⠓\u2800", "\u115f\u1160", "a\u034fb"),
    ],
)
def test_more_than_is_needed_is_refused(text: str) -> None:
    assert hidden(text) is not None


@given(st.text(alphabet=PLAIN, max_size=8))
def test_a_text_is_taken_where_each_of_its_characters_is(text: str) -> None:
    assert (hidden(text) is None) == all(hidden(each) is None for each in text)


ODD = st.characters(categories=["M", "C", "Z"])
"""Marks, and what is no character, or shows nothing."""


@given(st.text(max_size=8) | st.text(ODD | st.just("a"), max_size=3))
def test_whatever_is_a_number_is_a_sku_and_a_text(text: str) -> None:
    if not wrong_number(text, "A number"):
        assert not wrong_sku(text)
    if not wrong_sku(text):
        assert not wrong_text(text)
        assert not is_blank(text)


@pytest.mark.parametrize("text", ["\u0301", "\ud7fc", "\ue000", "\u0301\u0302"])
def test_a_sku_of_marks_alone_is_refused(text: str) -> None:
    assert wrong_sku(text) == "A SKU has at least one letter, digit or sign."
    assert wrong_sku(f"a{text}") == ""


def test_a_text_is_named_by_its_path() -> None:
    said = {"orders": [{"number": "1", "facts": [{"value": ["a", "b\u200b"]}]}]}

    with pytest.raises(RequestFault) as fault:
        check_texts(said)

    assert (fault.value.code, fault.value.path) == (
        "hidden_character",
        "orders[0].facts[0].value[1]",
    )
