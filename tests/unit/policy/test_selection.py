"""Of several published policies the one written for the order most narrowly governs it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.dates import parse_day
from engine.errors import RequestFault
from engine.policy.model import Effective
from engine.policy.selection import (
    Candidate,
    Moment,
    NoPolicy,
    Withdrawal,
    choose,
    day_by,
    days_of,
    edition_day,
    known,
    ties,
    words_of,
)
from tests.unit.decision.building import policy_of

DAY = 739_000
SHOES = (("category", ("shoes",)),)
THEN = datetime(2025, 6, 1, 12, tzinfo=UTC)


def edition(policy: str, version: int = 1, **more: object) -> Candidate:
    said = {"scope": (), "effective": Effective(first=1), "applies_by": "ordered", **more}
    return Candidate(key=f"{policy}@{version}", policy=policy, version=version, **said)  # type: ignore[arg-type]


def chosen(*candidates: Candidate, ordered: int | None = DAY, **words: str) -> str:
    days = {"requested": DAY + 10} | ({"ordered": ordered} if ordered else {})
    found = choose(candidates, words, days)
    return found.code if isinstance(found, NoPolicy) else found.key


def test_a_policy_without_a_scope_is_the_default() -> None:
    default = edition("acme/standard")
    shoes = edition("acme/shoes", scope=(("category", ("shoes",)),))

    assert chosen(default, shoes, category="hats") == "acme/standard@1"
    assert chosen(default, shoes, category="shoes") == "acme/shoes@1"


def test_a_policy_for_one_retailer_beats_one_for_a_category_in_a_country() -> None:
    partner = edition("acme/northwind", scope=(("retailer", ("northwind",)),))
    shoes = edition("acme/shoes", scope=(("category", ("shoes",)), ("country", ("US",))))

    answer = chosen(shoes, partner, retailer="northwind", category="shoes", country="US")

    assert answer == "acme/northwind@1"


def test_among_equals_more_scope_keys_win() -> None:
    shoes = edition("acme/shoes", scope=(("category", ("shoes",)),))
    here = edition("acme/shoes-us", scope=(("category", ("shoes",)), ("country", ("US",))))

    assert chosen(shoes, here, category="shoes", country="US") == "acme/shoes-us@1"


def test_an_order_keeps_the_edition_of_its_order_date() -> None:
    before = edition("acme/standard", 1)
    after = edition("acme/standard", 2, effective=Effective(first=DAY))

    assert chosen(before, after, ordered=DAY - 1) == "acme/standard@1"
    assert chosen(before, after, ordered=DAY) == "acme/standard@2"


def test_both_days_of_an_edition_are_included() -> None:
    only = edition("acme/standard", effective=Effective(first=DAY, last=DAY))

    assert chosen(only, ordered=DAY) == "acme/standard@1"
    assert chosen(only, ordered=DAY + 1) == "no_policy"


def test_a_date_that_is_not_known_yet_is_taken_as_the_day_of_the_request() -> None:
    late = edition(
        "acme/standard", applies_by="delivered", effective=Effective(first=DAY + 10, last=DAY + 10)
    )

    assert chosen(late) == "acme/standard@1"


def test_only_the_country_failing_is_said_so() -> None:
    here = edition("acme/us", scope=(("category", ("shoes",)), ("country", ("US",))))

    assert chosen(here, category="shoes", country="FR") == "no_policy_for_country"
    assert chosen(here, category="hats", country="FR") == "no_policy"
    assert chosen() == "no_policy"


def test_a_policy_governs_only_orders_in_its_own_currency() -> None:
    dollars, euros = edition("acme/usd", currency="USD"), edition("acme/eur", currency="EUR")

    assert chosen(dollars, euros, currency="USD") == "acme/usd@1"
    assert chosen(dollars, euros, currency="EUR") == "acme/eur@1"
    assert chosen(dollars, euros, currency="GBP") == "no_policy_for_currency"


def test_a_narrower_policy_in_another_currency_does_not_stand_in_the_way() -> None:
    euros = edition("acme/eur", currency="EUR")
    partner = edition("acme/northwind", currency="USD", scope=(("retailer", ("northwind",)),))

    assert chosen(euros, partner, retailer="northwind", currency="EUR") == "acme/eur@1"
    assert chosen(euros, partner, retailer="northwind", currency="USD") == "acme/northwind@1"


def test_a_policy_that_names_its_currency_beats_one_that_names_nothing() -> None:
    usual = edition("acme/standard", currency="EUR")
    euros = edition("acme/eur", currency="EUR", scope=(("currency", ("EUR",)),))
    french = edition("acme/fr", currency="EUR", scope=(("country", ("FR",)),))

    assert chosen(usual, euros, currency="EUR") == "acme/eur@1"
    assert chosen(usual, euros, french, currency="EUR", country="FR") == "acme/fr@1"


def test_an_edition_whose_currency_is_not_known_may_govern_any_order() -> None:
    assert chosen(edition("acme/old"), currency="EUR") == "acme/old@1"
    assert chosen(edition("acme/usd", currency="USD")) == "acme/usd@1"


def test_what_fails_besides_the_currency_is_said_first() -> None:
    here = edition("acme/us", currency="USD", scope=(("country", ("US",)),))

    assert chosen(here, country="US", currency="CAD") == "no_policy_for_currency"
    assert chosen(here, country="CA", currency="CAD") == "no_policy_for_country"
    assert chosen(edition("acme/x", currency="USD", scope=SHOES), currency="CAD") == "no_policy"


def test_policies_in_different_currencies_do_not_tie() -> None:
    dollars, euros = edition("acme/usd", currency="USD"), edition("acme/eur", currency="EUR")

    assert ties(dollars, [euros]) == ()
    assert ties(dollars, [edition("acme/more", currency="USD"), edition("acme/old")]) != ()


def test_two_policies_for_the_same_orders_tie() -> None:
    one = edition("acme/one", scope=(("category", ("shoes", "hats")),))
    two = edition("acme/two", scope=(("category", ("hats",)),))
    three = edition("acme/three", scope=(("category", ("gloves",)),))

    assert ties(one, [two, three]) == (two,)


def test_versions_of_one_policy_and_policies_apart_in_time_do_not_tie() -> None:
    one = edition("acme/one", 2, effective=Effective(first=DAY))
    before = edition("acme/two", effective=Effective(first=1, last=DAY - 1))

    assert ties(one, [edition("acme/one", 1), before]) == ()
    assert ties(one, [edition("acme/two", effective=Effective(first=1, last=DAY))]) != ()


def test_words_and_days_are_read_from_the_facts_of_an_order() -> None:
    facts = {"country": "US", "sku": None, "reason": "defective", "ordered": "2024-02-29T23:00:00Z"}

    assert words_of(facts) == {"country": "US"}
    assert days_of(facts | {"shipped": "2024-03-01", "delivered": "2024-02-29"}) == {
        "ordered": Moment(1_709_247_600),
        "delivered": 738_945,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-02-30", "`2024-02-30` is not a day of the calendar"),
        ("2024-02-29 to 2024-03-01", "is not a moment"),
        ("2024-02-29T23:00:00", "offset"),
    ],
)
def test_a_date_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(RequestFault, match=said) as fault:
        days_of({"delivered": text})

    assert (fault.value.code, fault.value.path) == ("wrong_date", "delivered")


# --- moments --------------------------------------------------------------------------------------

OCTOBER, NOVEMBER = parse_day("2026-10-31"), parse_day("2026-11-01")


def turn_of(zone: str) -> tuple[Candidate, Candidate]:
    """Two versions, of which the second takes over on the first of November in a time zone."""
    before = edition("acme/a", 1, effective=Effective(first=1, last=OCTOBER), time_zone=zone)
    return before, edition("acme/a", 2, effective=Effective(first=NOVEMBER), time_zone=zone)


@pytest.mark.parametrize(
    ("zone", "ordered", "version"),
    [
        ("UTC", "2026-11-01T00:30:00+02:00", 1),
        ("UTC", "2026-10-31T23:59:59Z", 1),
        ("UTC", "2026-11-01T00:00:00Z", 2),
        ("UTC", "2026-10-31T23:30:00-01:00", 2),
        ("Europe/Berlin", "2026-11-01T00:30:00+02:00", 1),
        ("Europe/Berlin", "2026-10-31T22:59:59Z", 1),
        ("Europe/Berlin", "2026-10-31T23:00:00Z", 2),
        ("America/Chicago", "2026-11-01T04:59:59Z", 1),
        ("America/Chicago", "2026-11-01T05:00:00Z", 2),
        ("Europe/Berlin", "2026-10-31", 1),
        ("Europe/Berlin", "2026-11-01", 2),
    ],
)
def test_a_moment_is_the_day_that_it_is_where_the_edition_counts_days(
    zone: str, ordered: str, version: int
) -> None:
    days = days_of({"ordered": ordered, "requested": "2026-12-01"})
    found = choose(turn_of(zone), {}, days)

    assert isinstance(found, Candidate)
    assert found.version == version


def test_each_edition_counts_in_its_own_zone() -> None:
    berlin = turn_of("Europe/Berlin")[0]
    chicago = replace(turn_of("America/Chicago")[1], policy="acme/b", scope=SHOES)
    days = days_of({"requested": "2026-11-01T02:00:00Z"})

    assert choose([chicago], {"category": "shoes"}, days) == NoPolicy(code="no_policy")
    assert choose([berlin], {}, days) == NoPolicy(code="no_policy")
    assert day_by("ordered", days, "Europe/Berlin") == NOVEMBER
    assert day_by("ordered", days, "America/Chicago") == OCTOBER


def test_the_day_of_one_policy_is_the_date_that_applies_or_the_request() -> None:
    berlin = policy_of("", applies_by="ordered", time_zone="Europe/Berlin")

    assert edition_day({"ordered": "2026-10-31", "requested": "2026-12-01"}, berlin) == OCTOBER
    assert edition_day({"requested": "2026-10-31"}, berlin) == OCTOBER
    assert edition_day({"ordered": "2026-10-31T22:59:59Z"}, berlin) == OCTOBER
    assert edition_day({"ordered": "2026-10-31T23:00:00Z"}, berlin) == NOVEMBER
    assert edition_day({"ordered": "soon"}, berlin) is None
    assert edition_day({}, berlin) is None


# --- what was known -------------------------------------------------------------------------------


def at(hours: int, *candidates: Candidate, ordered: int = DAY) -> str:
    moment = THEN + timedelta(hours=hours)
    found = choose(known(candidates, moment), {}, {"requested": DAY + 10, "ordered": ordered})
    return found.code if isinstance(found, NoPolicy) else found.key


def test_an_edition_is_known_from_its_moment_on() -> None:
    first = edition("acme/standard", 1, published_at=THEN - timedelta(days=9))
    second = edition("acme/standard", 2, published_at=THEN)

    assert [at(hours, first, second) for hours in (-1, 0)] == ["acme/standard@1", "acme/standard@2"]
    assert at(-1, second) == "no_policy"


def test_what_is_withdrawn_gives_way_to_the_version_before() -> None:
    gone = (Withdrawal(at=THEN),)
    first = edition("acme/standard", 1)
    second = edition("acme/standard", 2, withdrawals=gone)

    assert [at(hours, first, second) for hours in (-1, 0)] == ["acme/standard@2", "acme/standard@1"]
    assert at(0, second) == "no_policy"


def test_what_is_withdrawn_from_a_day_on_keeps_the_orders_before() -> None:
    first = edition("acme/standard", 1)
    second = edition("acme/standard", 2, withdrawals=(Withdrawal(at=THEN, first=DAY),))

    assert at(0, first, second, ordered=DAY - 1) == "acme/standard@2"
    assert at(0, first, second, ordered=DAY) == "acme/standard@1"
    assert at(-1, first, second, ordered=DAY) == "acme/standard@2"


def test_the_earliest_day_of_several_withdrawals_counts() -> None:
    said = tuple(
        Withdrawal(at=THEN + timedelta(hours=hours), first=DAY + days)
        for hours, days in ((0, 5), (1, 2), (2, 4))
    )
    only = edition("acme/standard", withdrawals=said)

    assert at(0, only, ordered=DAY + 4) == "acme/standard@1"
    assert at(2, only, ordered=DAY + 1) == "acme/standard@1"
    assert at(2, only, ordered=DAY + 2) == "no_policy"


def test_a_withdrawal_from_the_first_day_on_leaves_nothing() -> None:
    only = edition("acme/standard", effective=Effective(first=DAY, last=DAY + 5))
    first = edition("acme/standard", 2, withdrawals=(Withdrawal(at=THEN, first=1),))

    assert known([first], THEN) == ()
    assert known([only], THEN) == (only,)
