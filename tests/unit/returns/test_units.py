"""Units are counted at each stage, and none twice."""

import pytest

from engine.errors import RequestFault
from engine.returns.lifecycle import Step
from engine.returns.units import (
    MOST_UNITS,
    Count,
    all_inspected,
    arrival_step,
    check_arrival,
)


def count(expected: int = 3, received: int = 0, inspected: int = 0) -> Count:
    return Count(line="l", expected=expected, received=received, inspected=inspected)


def test_what_is_to_come_is_what_has_not_arrived() -> None:
    assert count(received=2).to_come == 1
    assert count(expected=0).to_come == 0


def test_more_than_is_to_come_is_counted_as_unannounced() -> None:
    check_arrival(count(received=2), 1, "units")

    with pytest.raises(RequestFault, match="Count the others by their `sku`, as unannounced"):
        check_arrival(count(received=2), 2, "units")


@pytest.mark.parametrize("units", [0, -1, MOST_UNITS + 1])
def test_a_number_of_units_that_cannot_be_is_refused(units: int) -> None:
    with pytest.raises(RequestFault, match="A number of units is 1 to"):
        check_arrival(count(expected=MOST_UNITS * 2), units, "units")


def test_a_receipt_is_whole_when_nothing_is_to_come_or_it_is_said_so() -> None:
    part, whole = [count(), count(received=3)], [count(received=3)]

    assert arrival_step(part, complete=False) is Step.RECEIVE_PART
    assert arrival_step(part, complete=True) is Step.RECEIVE
    assert arrival_step(whole, complete=False) is Step.RECEIVE


def test_a_return_is_inspected_when_no_unit_that_arrived_waits() -> None:
    assert all_inspected([count(received=2, inspected=2), count()])
    assert not all_inspected([count(received=2, inspected=1)])
