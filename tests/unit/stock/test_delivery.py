"""An answer says what follows for its SKU, and for the partner as a whole."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.stock.delivery import (
    MOST_BETWEEN,
    MOST_WAIT,
    WAITS,
    Delivered,
    Following,
    Level,
    Parked,
    Partnerwide,
    Receipt,
    following,
    message_id,
    next_snapshot,
    partnerwide,
)


def said(delivered: Delivered, retry_after: float | None = None) -> Receipt:
    return Receipt(sku="TENT", delivered=delivered, sentence="So.", retry_after=retry_after)


def then(receipt: Receipt, attempts: int = 0) -> Following:
    return following(receipt, attempts, lambda: 0.5)


def whole(*receipts: Receipt, failures: int = 0) -> Partnerwide:
    return partnerwide(receipts, failures, lambda: 0.5)


def test_an_acknowledged_sku_starts_anew() -> None:
    found = then(said(Delivered.ACKNOWLEDGED), 7)

    assert found == Following(acknowledged=True, attempts=0)


def test_failures_wait_longer_and_end_in_parking() -> None:
    found = [then(said(Delivered.FAILED), attempts) for attempts in range(len(WAITS) + 1)]

    assert [each.wait for each in found] == [*WAITS, None]
    assert [each.parked for each in found] == [None] * len(WAITS) + [Parked.EXHAUSTED]


def test_an_unknown_sku_is_parked_at_once_and_alone() -> None:
    assert then(said(Delivered.UNKNOWN_SKU)).parked is Parked.UNKNOWN_SKU
    assert whole(said(Delivered.UNKNOWN_SKU), said(Delivered.ACKNOWLEDGED)) == Partnerwide()


@pytest.mark.parametrize(("asked", "waited"), [(7, 7), (0, 0), (999_999, MOST_WAIT)])
def test_a_partner_that_names_a_time_is_left_alone_that_long(asked: float, waited: float) -> None:
    receipt = said(Delivered.SLOW_DOWN, asked)

    assert then(receipt, 3) == Following(attempts=3, wait=waited)
    assert whole(receipt).slow == waited


def test_a_partner_that_is_too_busy_to_name_a_time_fails_as_any_other() -> None:
    receipt = said(Delivered.SLOW_DOWN)

    assert then(receipt, 1) == Following(attempts=2, wait=WAITS[1])
    assert whole(receipt, failures=0).slow == WAITS[0]


def test_a_partner_that_fails_is_tried_seldom_but_never_too_seldom() -> None:
    found = [whole(said(Delivered.FAILED), failures=each) for each in (0, 1, 2, 50)]

    assert [each.slow for each in found] == [5, 300, MOST_BETWEEN, MOST_BETWEEN]
    assert [each.failures for each in found] == [1, 2, 3, 51]
    assert whole(said(Delivered.ACKNOWLEDGED), failures=9).failures == 0


def test_a_partner_that_wants_no_more_is_stopped_and_its_skus_keep_their_place() -> None:
    found = whole(said(Delivered.GONE))

    assert (found.wants_no_more, found.error) == (True, "So.")
    assert then(said(Delivered.GONE), 2) == Following(attempts=2, wait=0)


def test_the_same_levels_are_the_same_message_until_they_are_resent() -> None:
    def id_of(channel: str = "ch", sequence: int = 3, count: int = 7, times: int = 0) -> str:
        return message_id(channel, [(Level(sku="TENT", available=count, sequence=sequence), times)])

    assert id_of() == id_of()
    others = {id_of("other"), id_of(sequence=4), id_of(count=8), id_of(times=1)}
    assert len(others | {id_of()}) == 5


def test_snapshots_are_a_day_apart_and_spread_over_their_hour() -> None:
    noon = datetime(2025, 6, 1, 12, tzinfo=UTC)
    found = {next_snapshot(f"channel-{at}", noon, 3) for at in range(50)}

    assert len(found) > 40
    assert all(each.date() == datetime(2025, 6, 2, tzinfo=UTC).date() for each in found)
    assert {each.hour for each in found} == {3}
    for each in found:
        again = {next_snapshot(f"channel-{at}", each, 3) for at in range(50)}
        assert each + timedelta(days=1) in again
