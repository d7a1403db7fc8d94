"""Who a policy is between, which orders it is for, and how it counts money and days."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.money import Rounding
from engine.policy.faults import Fault
from engine.policy.model import Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def test_a_supplier_owns_and_a_retailer_claims_unless_said_otherwise(read: Read) -> None:
    usual, other = read(""), read("parties: {owner: platform, end_customer: consumer}\n")

    assert (usual.owner, usual.claimant) == ("supplier", "retailer")
    assert (other.owner, other.claimant) == ("platform", "retailer")
    assert dict(other.parties)["end_customer"] == "consumer"


def test_a_policy_says_how_it_counts(read: Read) -> None:
    policy = read("applies_by: delivered\ntime_zone: America/Chicago\nrounding: half_even\n")

    assert (policy.applies_by, policy.time_zone) == ("delivered", "America/Chicago")
    assert policy.rounding is Rounding.HALF_EVEN


def test_unless_said_otherwise_days_are_utc_and_business_rests_at_weekends(read: Read) -> None:
    policy = read("")

    assert (policy.time_zone, policy.applies_by, policy.rounding) == ("UTC", "ordered", "half_up")
    assert policy.calendar.weekend == {5, 6}


def test_business_days_know_weekends_holidays_and_more(read: Read) -> None:
    calendar = read(
        "business_days: {weekend: [friday, saturday], holidays: us_federal, also: [2024-01-02]}\n"
    ).calendar

    assert (calendar.weekend, calendar.region) == ({4, 5}, "US")
    assert calendar.dates == {parse_day("2024-01-02")}
    assert not calendar.is_business_day(parse_day("2024-07-04"))


def test_a_scope_may_name_the_currency_of_the_policy(read: Read) -> None:
    policy = read("for: {currency: USD, country: US}\n")

    assert policy.scope == (("country", ("US",)), ("currency", ("USD",)))


def test_a_scope_lists_its_keys_narrowest_first(read: Read) -> None:
    policy = read("for: {country: [US, CA], retailer: northwind}\n")

    assert policy.scope == (("retailer", ("northwind",)), ("country", ("US", "CA")))


@pytest.mark.parametrize(
    ("header", "code", "said"),
    [
        ("parties: {ownr: supplier}\n", "unknown_key", "Did you mean `owner`?"),
        ("parties: {owner: suplier}\n", "unknown_word", "Did you mean `supplier`?"),
        ("applies_by: order\n", "unknown_word", "Did you mean `ordered`?"),
        ("time_zone: Chicago\n", "unknown_zone", "`America/Chicago`"),
        ("time_zone: ../../etc/passwd\n", "unknown_zone", "not a time zone"),
        ("time_zone: localtime\n", "unknown_zone", "not a time zone"),
        ("rounding: up\n", "unknown_word", "way of rounding"),
        ("for: {state: TX}\n", "unknown_key", "`for`"),
        ("for: {country: usa}\n", "unknown_word", "two capital letters"),
        ("for: {currency: [EUR]}\n", "other_currency", "only USD"),
        ("for: {currency: [USD, EUR]}\n", "other_currency", "only USD"),
        ("for: {currency: dollars}\n", "unknown_word", "a currency of ISO 4217"),
        ("for: {currency: dollars}\n", "unknown_word", "Known: `AED`, `AFN`, `ALL`, `AMD`"),
        ("for: {country: []}\n", "empty", "names nothing"),
        ("for: {category: hat}\nvalues: {category: [hats]}\n", "unknown_word", "`hats`"),
        ("business_days: {weekend: [sonday]}\n", "unknown_word", "Did you mean `sunday`?"),
        ("business_days: {holidays: ZZ}\n", "unknown_region", "`DE-BY`"),
        ("business_days: {holidays: [2024-13-01]}\n", "wrong_type", "not a day"),
        (
            "business_days: {weekend: [monday, tuesday, wednesday, thursday, friday, saturday]}\n",
            "wrong_shape",
            "two business days",
        ),
        (f"business_days: {{also: [{', '.join(['2024-01-01'] * 401)}]}}\n", "too_large", "400"),
    ],
)
def test_a_header_that_cannot_be_meant(faults: Faults, header: str, code: str, said: str) -> None:
    (fault,) = faults(header)

    assert fault.code == code
    assert said in fault.sentence


def test_norway_is_a_country_and_no_answer(read: Read) -> None:
    assert read("for: {country: [NO, SE]}\n").scope == (("country", ("NO", "SE")),)


def test_currency_is_one_of_iso_4217(faults: Faults) -> None:
    head = "policy: a\nversion: 1\neffective: {from: 2024-01-01}\n"

    missing, unknown = faults("", head=head), faults("", head=head + "currency: DOLLAR\n")

    assert [fault.code for fault in missing] == ["missing_key"]
    assert [fault.code for fault in unknown] == ["unknown_word"]
