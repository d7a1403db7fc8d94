"""Which two letters name a country."""

from __future__ import annotations

import holidays
import pytest

from engine.countries import COUNTRIES, wrong_country

_NO_COUNTRY = {"XEUR", "XECB"}


def test_there_are_as_many_as_are_assigned_and_kosovo() -> None:
    assert len(COUNTRIES) == 249 + 1


def test_every_country_whose_holidays_are_known_is_one() -> None:
    known = {each for each in holidays.list_supported_countries() if len(each) == 2}

    assert len(known) > 200
    assert known - {"UK"} <= COUNTRIES


@pytest.mark.parametrize(
    "code", ["QQ", "XX", "ZZ", "EU", "us", "ß", "\ufb01", "\uff35\uff33", "U", "USA", ""]
)
def test_what_is_no_country_is_said(code: str) -> None:
    assert wrong_country(code).startswith(f"`{code}` is no country of ISO 3166-1; ")


def test_a_code_that_is_often_written_has_a_hint() -> None:
    assert "did you mean `GB`?" in wrong_country("UK")
    assert wrong_country("GB") == wrong_country("XK") == ""
