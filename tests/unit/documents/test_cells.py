"""No text of a CSV file is a formula, none is lost, and a number stays a number."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.cells import read, written

BEGINS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
texts = st.text(max_size=6) | st.builds(
    str.__add__, st.text("' \t\r=+-@\uff1d", max_size=4), st.text(max_size=4)
)


@given(st.lists(texts, min_size=1, max_size=4))
def test_no_text_begins_like_a_formula_and_each_comes_back(row: list[str]) -> None:
    text = written([row])

    [cells] = csv.reader(io.StringIO(text, newline=""))
    assert not [cell for cell in cells if cell.startswith(BEGINS)]
    assert not [cell for cell in cells if cell.strip(" \xa0\0").startswith(BEGINS)]
    assert list(read(io.StringIO(text, newline=""))) == [tuple(row)]


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_number_is_written_as_it_is(number: int | Decimal) -> None:
    assert written([[number]]) == f"{number}\r\n"


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert written([["2026-11", "A-1", "it's", "", "'n"]]) == "2026-11,A-1,it's,,'n\r\n"
