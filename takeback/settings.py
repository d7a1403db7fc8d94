"""The settings of a server, from the environment, and where the shipped policies are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Final, Self

from engine.errors import RequestFault

_CHECKOUT: Final = Path(__file__).parents[1] / "policies"


class Profile(StrEnum):
    """Development answers introspection and suggests names; production does neither."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting has a default that suits a first try."""

    database: Path = Path("takeback.sqlite")
    host: str = "127.0.0.1"
    port: int = 8000
    profile: Profile = Profile.DEVELOPMENT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """From TAKEBACK_DATABASE, _HOST, _PORT and _PROFILE; raises `RequestFault` for nonsense."""
        said = os.environ if environment is None else environment
        return cls(
            database=_database(said.get("TAKEBACK_DATABASE") or "takeback.sqlite"),
            host=_host(said.get("TAKEBACK_HOST") or "127.0.0.1"),
            port=port(said.get("TAKEBACK_PORT") or "8000"),
            profile=_profile(said.get("TAKEBACK_PROFILE") or "development"),
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


def _database(text: str) -> Path:
    if "://" in text:
        raise _wrong("TAKEBACK_DATABASE", text, "it is the path of a SQLite file")
    path = Path(text).expanduser()
    if path.is_dir():
        raise _wrong("TAKEBACK_DATABASE", text, "that is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise _wrong("TAKEBACK_DATABASE", text, "its folder does not exist; make it first")
    return path


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


def _wrong(name: str, text: str, why: str) -> RequestFault:
    return RequestFault("wrong_setting", f"`{text[:100]}` cannot be right: {why}.", name)
