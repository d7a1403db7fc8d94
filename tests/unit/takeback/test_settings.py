"""Settings come from the environment; nonsense is named by its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.place.address import SqliteFile
from engine.errors import RequestFault
from takeback.settings import Profile, Settings, policies_folder


def settings(**said: str) -> Settings:
    return Settings.from_environment({f"TAKEBACK_{name}": value for name, value in said.items()})


def test_everything_has_a_default() -> None:
    assert settings() == Settings()
    assert settings(PORT="", HOST="", DATABASE_URL="", PROFILE="", POLICY_MEMORY="") == Settings()


def test_everything_can_be_said(tmp_path: Path) -> None:
    said = settings(
        DATABASE_URL=f"sqlite:///{tmp_path}/a.sqlite",
        HOST="[::1]",
        PORT="80",
        PROFILE="production",
        POLICY_MEMORY="64",
        MASTER_KEY="new, old,",
        WORKERS="0",
        STRIPE_PLATFORM_KEY="rk_1",
        STRIPE_API_BASE="http://127.0.0.1:12111/",
        FEEDS=str(tmp_path),
        SNAPSHOT_HOUR="23",
    )

    assert said == Settings(
        database=SqliteFile(path=tmp_path / "a.sqlite"),
        host="::1",
        port=80,
        profile=Profile.PRODUCTION,
        policy_memory=64,
        master_keys=("new", "old"),
        workers=0,
        stripe_platform_key="rk_1",
        stripe_api_base="http://127.0.0.1:12111",
        feeds=tmp_path,
        snapshot_hour=23,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "²"),
        ("PROFILE", "prod"),
        ("POLICY_MEMORY", "256M"),
        ("POLICY_MEMORY", "0"),
        ("POLICY_MEMORY", "99999999"),
        ("WORKERS", "-1"),
        ("WORKERS", "65"),
        ("STRIPE_API_BASE", "http://stripe.internal"),
        ("STRIPE_API_BASE", "https://user@host"),
        ("FEEDS", "no/such/folder"),
        ("SNAPSHOT_HOUR", "24"),
        ("SNAPSHOT_HOUR", "3am"),
        ("HOST", "localhost:80"),
        ("HOST", "http://localhost"),
        ("HOST", "my host"),
        ("DATABASE_URL", "takeback.sqlite"),
        ("DATABASE_URL", "sqlite:///no/such/folder/a.sqlite"),
    ],
)
def test_nonsense_is_named_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(RequestFault) as fault:
        settings(**{name: value})

    assert fault.value.path == f"TAKEBACK_{name}"
    assert value[:20] in fault.value.message


def test_the_shipped_policies_are_found() -> None:
    assert (policies_folder() / "README.md").is_file()


def test_a_password_in_a_wrong_url_is_not_shown() -> None:
    with pytest.raises(RequestFault) as fault:
        settings(DATABASE_URL="postgresql://takeback:swordfish@host:port/takeback")

    assert "swordfish" not in str(fault.value)
    assert fault.value.path == "TAKEBACK_DATABASE_URL"


def test_no_secret_is_shown_with_the_settings() -> None:
    assert "swordfish" not in repr(
        settings(MASTER_KEY="swordfish", STRIPE_PLATFORM_KEY="swordfish")
    )
