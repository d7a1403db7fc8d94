"""The settings of a server, from the environment, and the location of the shipped policies."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Final, Self

from adapters.store.connection.address import Address, SqliteFile, read_address, shown
from dashboard.live import MOST_OPEN
from engine.errors import RequestFault
from engine.settlement.gateway import TIMEOUT
from returns_api.serving.settings import Limits

_DATABASE: Final = SqliteFile(path=Path("takeback.sqlite"))
_SAFE_BASE: Final = re.compile(r"(https://[^\s/@]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)/?\Z")
_SWITCH: Final = {"on": True, "off": False}
_USUAL: Final = {"development": "on", "production": "off"}
_ORIGIN: Final = re.compile(
    r"(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?\Z"
)
ANY_DOCUMENT: Final = "any"
REGISTERED: Final = "registered"
_BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[^\s]*)?\Z")
_CHECKOUT: Final = Path(__file__).parents[1] / "policies"


class Profile(StrEnum):
    """Development allows introspection and suggests names; production does neither."""

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
    stripe_connect_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_api_base: str = ""
    feeds: Path | None = None
    files: str = ""
    documents: str = ANY_DOCUMENT
    origins: tuple[str, ...] = ()
    snapshot_hour: int = 3
    limits: Limits = field(default_factory=Limits)
    trusted_proxies: tuple[str, ...] = ()
    dashboard: bool = True
    explorer: bool = True
    streams: int = MOST_OPEN

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Reads TAKEBACK_DATABASE_URL, _HOST, _PORT, _PROFILE, _POLICY_MEMORY, _MASTER_KEY,
        _WORKERS, _STRIPE_PLATFORM_KEY, _STRIPE_CONNECT_SECRETS, _STRIPE_API_BASE, _FEEDS, _FILES,
        _DOCUMENTS, _CORS_ORIGINS, _SNAPSHOT_HOUR, _POINTS, _PROCESSES, _SECONDS, _GET,
        _TRUSTED_PROXIES, _DASHBOARD, _EXPLORER and _STREAMS.

        Raises `RequestFault` `wrong_setting` for invalid values.
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
            stripe_connect_secrets=_signing(said.get("TAKEBACK_STRIPE_CONNECT_SECRETS") or ""),
            stripe_api_base=_base(said.get("TAKEBACK_STRIPE_API_BASE") or ""),
            feeds=_folder(said.get("TAKEBACK_FEEDS") or ""),
            files=_files(said.get("TAKEBACK_FILES") or ""),
            documents=_documents(said.get("TAKEBACK_DOCUMENTS") or ANY_DOCUMENT),
            origins=_origins(said.get("TAKEBACK_CORS_ORIGINS") or ""),
            snapshot_hour=_hour(said.get("TAKEBACK_SNAPSHOT_HOUR") or "3"),
            limits=_limits(said),
            trusted_proxies=_proxies(said.get("TAKEBACK_TRUSTED_PROXIES") or ""),
            dashboard=_switch(said, "TAKEBACK_DASHBOARD", "on"),
            explorer=_switch(said, "TAKEBACK_EXPLORER", _usual(said)),
            streams=_count(said, "TAKEBACK_STREAMS", MOST_OPEN, range(2, 100_001)),
        )


def port(text: str) -> int:
    """Reads a TCP port; 0 for any free one."""
    if not text.isdecimal() or not text.isascii() or int(text[:6]) > 65_535:
        raise _wrong("TAKEBACK_PORT", text, "a port is a number from 0 to 65535")
    return int(text)


def policies_folder() -> Path:
    """Returns the folder of the shipped policies: in the package if installed, else the
    checkout's.
    """
    packaged = Path(str(files("takeback"))) / "policies"
    return packaged if packaged.is_dir() else _CHECKOUT


def operations_folder() -> Path:
    """Returns the folder of the API's example documents, found as `policies_folder`."""
    packaged = Path(str(files("returns_api"))) / "operations"
    return packaged if packaged.is_dir() else _CHECKOUT.parent / "graphql" / "operations"


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
    """Requires HTTPS: keys are sent there, so another host must prove its identity."""
    if text and not _SAFE_BASE.match(text):
        raise _wrong(
            "TAKEBACK_STRIPE_API_BASE", text, "write `https://…`, or `http://127.0.0.1:PORT`"
        )
    return text.rstrip("/")


def _signing(text: str) -> tuple[str, ...]:
    """Reads signing secrets; no error repeats one."""
    secrets = _listed(text)
    if not all(each.startswith("whsec_") for each in secrets):
        raise _wrong(
            "TAKEBACK_STRIPE_CONNECT_SECRETS", "…", "each signing secret begins with `whsec_`"
        )
    return secrets


def _folder(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_dir():
        raise _wrong("TAKEBACK_FEEDS", text, "name a folder that is there, for files of stock")
    return Path(text).resolve()


def _files(text: str) -> str:
    """Checks only the form: a folder is made when needed, and a bucket is not contacted yet."""
    bucket = _BUCKET.match(text)
    if text.startswith("s3:") and not bucket:
        raise _wrong("TAKEBACK_FILES", text, "write `s3://BUCKET` or `s3://BUCKET/PREFIX`")
    if text and not bucket and ("://" in text or Path(text).is_file()):
        raise _wrong("TAKEBACK_FILES", text, "name a folder, or write `s3://BUCKET/PREFIX`")
    return text


def _documents(text: str) -> str:
    if text not in (ANY_DOCUMENT, REGISTERED) and not Path(text).is_dir():
        known = f"write `{ANY_DOCUMENT}` or `{REGISTERED}`, or name a folder of `.graphql` files"
        raise _wrong("TAKEBACK_DOCUMENTS", text, known)
    return text


def _origins(text: str) -> tuple[str, ...]:
    for each in _listed(text):
        if not _ORIGIN.match(each):
            said = "an origin is `https://HOST` or `https://HOST:PORT`, several with commas"
            raise _wrong("TAKEBACK_CORS_ORIGINS", each, said)
    return _listed(text)


def _hour(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text[:3]) > 23:
        raise _wrong("TAKEBACK_SNAPSHOT_HOUR", text, "it is an hour from 0 to 23, in UTC")
    return int(text)


def _usual(said: Mapping[str, str]) -> str:
    """Returns the default of settings that are on in development and off in production."""
    return _USUAL[_profile(said.get("TAKEBACK_PROFILE") or "development")]


def _switch(said: Mapping[str, str], name: str, usual: str) -> bool:
    text = said.get(name) or usual
    if text not in _SWITCH:
        raise _wrong(name, text, "write `on` or `off`")
    return _SWITCH[text]


def _limits(said: Mapping[str, str]) -> Limits:
    return Limits(
        points_per_second=_count(said, "TAKEBACK_POINTS", 10_000, range(100, 10**9)),
        processes=_count(said, "TAKEBACK_PROCESSES", 1, range(1, 1_001)),
        seconds=_count(said, "TAKEBACK_SECONDS", 10, range(TIMEOUT + 1, 301)),
        get=_switch(said, "TAKEBACK_GET", _usual(said)),
    )


def _count(said: Mapping[str, str], name: str, usual: int, allowed: range) -> int:
    text = said.get(name) or str(usual)
    if not text.isdecimal() or not text.isascii() or int(text[:12]) not in allowed:
        raise _wrong(name, text, f"it is a number from {allowed[0]} to {allowed[-1]:,}")
    return int(text)


def _proxies(text: str) -> tuple[str, ...]:
    found = _listed(text)
    for each in found:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise _wrong(
                "TAKEBACK_TRUSTED_PROXIES", each, "name addresses or networks, as `10.0.0.0/8`"
            ) from None
    return found


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _wrong(name: str, text: str, why: str) -> RequestFault:
    return RequestFault("wrong_setting", f"`{text[:100]}` cannot be right: {why}.", name)
