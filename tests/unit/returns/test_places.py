"""Units are taken where they wait, in the order they came, and none is made or lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RequestFault
from engine.returns.units import Pile, taken_from

NUMBERS = st.integers(0, 9)


@given(st.lists(NUMBERS, max_size=6), st.integers(-3, 60))
def test_what_is_taken_is_what_was_asked_for_and_was_there(there: list[int], units: int) -> None:
    waiting = [Pile(arrival=str(at), units=count) for at, count in enumerate(there)]
    if not 1 <= units <= sum(there):
        with pytest.raises(RequestFault):
            taken_from(waiting, units, "units")
        return

    taken = {each.arrival: each.units for each in taken_from(waiting, units, "units")}

    assert sum(taken.values()) == units
    assert all(0 < count <= there[int(at)] for at, count in taken.items())
    last = max(map(int, taken))
    assert all(taken.get(str(at), 0) == there[at] for at in range(last))


def test_a_place_where_fewer_wait_is_named() -> None:
    with pytest.raises(RequestFault, match="2 units are inspected and 1 wait for it at `east`"):
        taken_from([Pile(arrival="a", units=1)], 2, "units", "east")
