"""A decision's record is complete and immutable, and decisions are compared by it."""

import json

import msgspec
import pytest

from engine.decision.record import Decision
from engine.money import Money
from tests.unit.decision.building import decide, decide_return

TOPICS = "window: {days: 30, counted_from: delivered}\nfees: {a: {fee: 10% of item_price}}"


def test_the_record_is_plain_data() -> None:
    data = decide(TOPICS).to_data()

    assert json.loads(json.dumps(data)) == json.loads(msgspec.json.encode(data))
    assert data["net"] == {"minor": 9_000, "currency": "USD"}
    assert data["policy"]["id"] == "acme/test"


def test_a_decision_can_be_read_back_from_its_record() -> None:
    decision = decide(TOPICS)

    assert msgspec.convert(json.loads(msgspec.json.encode(decision)), Decision) == decision


def test_the_digest_is_of_the_record_and_of_nothing_else() -> None:
    one, same, other = decide(TOPICS), decide(TOPICS), decide(TOPICS, item_price="USD 100.01")

    assert one.digest == same.digest
    assert one.digest != other.digest
    assert len(one.digest) == 64


def test_the_edition_is_named_with_its_digest_and_days() -> None:
    stamp = decide(TOPICS).policy

    assert stamp is not None
    assert (stamp.id, stamp.version, stamp.owner, stamp.claimant) == (
        "acme/test",
        1,
        "supplier",
        "retailer",
    )
    assert (stamp.effective_from, stamp.effective_until) == ("2000-01-01", None)
    assert len(stamp.digest) == 64


def test_nothing_of_a_decision_can_be_changed() -> None:
    decision = decide(TOPICS)

    with pytest.raises(AttributeError):
        decision.net = Money(10**6, "USD")  # type: ignore[misc]


def test_the_deadline_without_a_prefix_is_the_request_or_the_first() -> None:
    arrival = (
        "deadlines: {arrival: {event: received_back, within: 5 days, counted_from: requested}}"
    )

    assert decide(TOPICS).last_day == "2024-06-09"
    assert decide(arrival).last_day == "2024-05-25"
    assert decide("").last_day is None
    assert decide("").request is None


def test_a_whole_return_is_plain_data_too() -> None:
    data = decide_return(TOPICS, {}, {}).to_data()

    assert json.loads(json.dumps(data))["net"] == {"minor": 18_000, "currency": "USD"}
    assert len(data["lines"]) == len(data["shares"]) == 2
