"""Settings come from the environment; nonsense is named by its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.store.connection.address import SqliteFile
from engine.errors import RequestFault
from engine.settlement.gateway import TIMEOUT
from returns_api.serving.settings import Limits
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
        STRIPE_CONNECT_SECRETS="whsec_new, whsec_old",
        STRIPE_API_BASE="http://127.0.0.1:12111/",
        FEEDS=str(tmp_path),
        FILES="s3://acme-returns/takeback",
        DOCUMENTS=str(tmp_path),
        CORS_ORIGINS="https://shop.example, http://localhost:3000",
        SNAPSHOT_HOUR="23",
        POINTS="500",
        PROCESSES="4",
        SECONDS="30",
        GET="on",
        TRUSTED_PROXIES="10.0.0.0/8, ::1",
        DASHBOARD="off",
        EXPLORER="on",
        STREAMS="50",
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
        stripe_connect_secrets=("whsec_new", "whsec_old"),
        stripe_api_base="http://127.0.0.1:12111",
        feeds=tmp_path,
        files="s3://acme-returns/takeback",
        documents=str(tmp_path),
        origins=("https://shop.example", "http://localhost:3000"),
        snapshot_hour=23,
        limits=Limits(points_per_second=500, processes=4, seconds=30, get=True),
        trusted_proxies=("10.0.0.0/8", "::1"),
        dashboard=False,
        explorer=True,
        streams=50,
    )


def test_production_answers_no_get_unless_it_is_told_to() -> None:
    assert not settings(PROFILE="production").limits.get
    assert settings(PROFILE="development").limits.get
    assert not settings(GET="off").limits.get


def test_a_call_to_a_gateway_ends_before_the_operation_that_makes_it() -> None:
    assert Settings().limits.seconds > TIMEOUT
    with pytest.raises(RequestFault, match="from 9 to 300"):
        settings(SECONDS=str(TIMEOUT))


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
        ("FILES", "s3://"),
        ("FILES", "s3:bucket"),
        ("FILES", "gs://bucket/returns"),
        ("FILES", __file__),
        ("DOCUMENTS", "trusted"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://shop.example/"),
        ("CORS_ORIGINS", "http://shop.example"),
        ("SNAPSHOT_HOUR", "24"),
        ("SNAPSHOT_HOUR", "3am"),
        ("POINTS", "99"),
        ("PROCESSES", "0"),
        ("SECONDS", "8"),
        ("GET", "yes"),
        ("STREAMS", "1"),
        ("STREAMS", "many"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "proxy.internal"),
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
        settings(
            MASTER_KEY="swordfish",
            STRIPE_PLATFORM_KEY="swordfish",
            STRIPE_CONNECT_SECRETS="whsec_swordfish",
        )
    )


def test_a_secret_that_cannot_be_one_is_refused_and_not_shown() -> None:
    with pytest.raises(RequestFault, match="whsec_") as fault:
        settings(STRIPE_CONNECT_SECRETS="whsec_right,swordfish")

    assert "swordfish" not in str(fault.value)
