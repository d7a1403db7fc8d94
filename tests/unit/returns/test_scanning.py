"""Scanned goods fill the lines of their SKU in order; what is not clear is said."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.returns.scanning import Coming, Matched, Scanned, matched, notes


def coming(*of: tuple[str, int]) -> list[Coming]:
    return [
        Coming(line=f"L{at}", number=at, sku=sku, to_come=units)
        for at, (sku, units) in enumerate(of, 1)
    ]


def scan(sku: str, units: int, line: str | None = None) -> Scanned:
    return Scanned(line=line, sku=sku, units=units)


def told(lines: list[Coming], *scanned: Scanned) -> tuple[list[tuple[str | None, int]], list[str]]:
    found = matched(lines, scanned)
    return [(each.line, each.units) for each in found], notes(lines, found, scanned)


def test_a_sku_of_one_line_is_that_line_and_nothing_has_to_be_said() -> None:
    assert told(coming(("LAMP", 3), ("SOFA", 1)), scan("LAMP", 2)) == ([("L1", 2)], [])


def test_units_fill_several_lines_in_order_and_the_answer_says_so() -> None:
    assert told(coming(("LAMP", 2), ("SOFA", 1), ("LAMP", 2)), scan("LAMP", 3)) == (
        [("L1", 2), ("L3", 1)],
        ["3 of `LAMP` were counted: 2 of line 1, 1 of line 3."],
    )


def test_more_than_was_to_come_is_unannounced_and_said_so() -> None:
    assert told(coming(("LAMP", 1)), scan("LAMP", 3)) == (
        [("L1", 1), (None, 2)],
        ["3 of `LAMP` were counted: 1 of line 1, 2 that nobody announced."],
    )
    assert told(coming(("LAMP", 0)), scan("LAMP", 1))[1] == [
        "1 of `LAMP` were counted: 1 that nobody announced."
    ]


def test_a_sku_of_no_line_needs_no_words() -> None:
    assert told(coming(("LAMP", 1)), scan("VASE", 2)) == ([(None, 2)], [])


def test_what_names_a_line_is_counted_before_what_is_scanned() -> None:
    lines = coming(("LAMP", 2))

    assert told(lines, scan("LAMP", 1), scan("LAMP", 2, "L1"))[0] == [(None, 1), ("L1", 2)]


SKUS = st.sampled_from(["LAMP", "SOFA", "VASE"])


@given(
    st.lists(st.tuples(SKUS, st.integers(0, 4)), max_size=5),
    st.lists(st.tuples(SKUS, st.integers(1, 6)), max_size=5),
)
def test_no_unit_is_lost_or_made_and_no_line_gets_more_than_was_to_come(
    lines: list[tuple[str, int]], counted: list[tuple[str, int]]
) -> None:
    there, scanned = coming(*lines), [scan(*each) for each in counted]

    found = matched(there, scanned)

    for entry, (sku, units) in enumerate(counted):
        mine = [each for each in found if each.entry == entry]
        assert sum(each.units for each in mine) == units
        assert all(each.units > 0 and each.sku == sku for each in mine)
    filled = Counter[str | None]()
    for each in found:
        filled[each.line] += each.units
    for line in there:
        assert filled[line.line] <= line.to_come
        if any(each.line is None and each.sku == line.sku for each in found):
            assert filled[line.line] == line.to_come


def test_an_entry_without_units_stays_to_be_refused() -> None:
    assert matched(coming(("LAMP", 1)), [scan("LAMP", 0)]) == (
        Matched(entry=0, line=None, sku="LAMP", units=0),
    )
