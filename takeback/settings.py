"""The settings of a server, from the environment, and where the shipped policies are."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Final, Self

from adapters.store.place.address import Address, SqliteFile, read_address, shown
from engine.errors import RequestFault

_DATABASE: Final = SqliteFile(path=Path("takeback.sqlite"))
_SAFE_BASE: Final = re.compile(r"(https://[^\s/@]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)/?\Z")
_CHECKOUT: Final = Path(__file__).parents[1] / "policies"


class Profile(StrEnum):
    """Development answers introspection and suggests names; production does neither."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting has a default that suits a first try; `policy_memory` is in megabytes."""

    database: Address = _DATABASE
    host: str = "127.0.0.1"
    port: int = 8000
    profile: Profile = Profile.DEVELOPMENT
    policy_memory: int = 256
    master_keys: tuple[str, ...] = field(default=(), repr=False)
    workers: int = 1
    stripe_platform_key: str = field(default="", repr=False)
    stripe_api_base: str = ""
    feeds: Path | None = None
    snapshot_hour: int = 3

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """From TAKEBACK_DATABASE_URL, _HOST, _PORT, _PROFILE, _POLICY_MEMORY, _MASTER_KEY,
        _WORKERS, _STRIPE_PLATFORM_KEY, _STRIPE_API_BASE, _FEEDS and _SNAPSHOT_HOUR.

        Raises `RequestFault` `wrong_setting` for nonsense.
        """
        said = os.environ if environment is None else environment
        return cls(
            database=_database(said.get("TAKEBACK_DATABASE_URL") or "sqlite:///takeback.sqlite"),
            host=_host(said.get("TAKEBACK_HOST") or "127.0.0.1"),
            port=port(said.get("TAKEBACK_PORT") or "8000"),
            profile=_profile(said.get("TAKEBACK_PROFILE") or "development"),
            policy_memory=_megabytes(said.get("TAKEBACK_POLICY_MEMORY") or "256"),
            master_keys=_listed(said.get("TAKEBACK_MASTER_KEY") or ""),
            workers=_workers(said.get("TAKEBACK_WORKERS") or "1"),
            stripe_platform_key=said.get("TAKEBACK_STRIPE_PLATFORM_KEY") or "",
            stripe_api_base=_base(said.get("TAKEBACK_STRIPE_API_BASE") or ""),
            feeds=_folder(said.get("TAKEBACK_FEEDS") or ""),
            snapshot_hour=_hour(said.get("TAKEBACK_SNAPSHOT_HOUR") or "3"),
        )


def port(text: str) -> int:
    """A TCP port, 0 for any free one."""
    if not text.isdecimal() or not text.isascii() or int(text[:6]) > 65_535:
        raise _wrong("TAKEBACK_PORT", text, "a port is a number from 0 to 65535")
    return int(text)


def policies_folder() -> Path:
    """The policies that come with Takeback: in the package when installed, else the checkout's."""
    packaged = Path(str(files("takeback"))) / "policies"
    return packaged if packaged.is_dir() else _CHECKOUT


def _database(url: str) -> Address:
    try:
        return read_address(url)
    except ValueError as error:
        raise _wrong("TAKEBACK_DATABASE_URL", shown(url), str(error)) from None


def _host(text: str) -> str:
    bare = text.strip("[]")
    with_port = bare.count(":") == 1
    if with_port or any(each.isspace() or each in "/@" for each in bare):
        raise _wrong("TAKEBACK_HOST", text, "a host is a name or an address, without a port")
    return bare


def _profile(text: str) -> Profile:
    try:
        return Profile(text)
    except ValueError:
        known = " or ".join(f"`{each}`" for each in Profile)
        raise _wrong("TAKEBACK_PROFILE", text, f"write {known}") from None


def _megabytes(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:8]) <= 1_000_000:
        raise _wrong("TAKEBACK_POLICY_MEMORY", text, "it is a number of megabytes from 1")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text[:4]) > 64:
        raise _wrong("TAKEBACK_WORKERS", text, "it is a number from 0 to 64")
    return int(text)


def _base(text: str) -> str:
    """Keys are sent there, so another host must prove who it is."""
    if text and not _SAFE_BASE.match(text):
        raise _wrong(
            "TAKEBACK_STRIPE_API_BASE", text, "write `https://…`, or `http://127.0.0.1:PORT`"
        )
    return text.rstrip("/")


def _folder(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_dir():
        raise _wrong("TAKEBACK_FEEDS", text, "name a folder that is there, for files of stock")
    return Path(text).resolve()


def _hour(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text[:3]) > 23:
        raise _wrong("TAKEBACK_SNAPSHOT_HOUR", text, "it is an hour from 0 to 23, in UTC")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _wrong(name: str, text: str, why: str) -> RequestFault:
    return RequestFault("wrong_setting", f"`{text[:100]}` cannot be right: {why}.", name)
