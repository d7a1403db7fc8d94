"""Checks that a partner's URL leads to the public internet, resolving its host name only once.

Every address that the name resolves to must be public, and the connection goes to the checked
address, so a second resolution cannot lead elsewhere. Source of the ranges: IANA's special
registries for IPv4 and IPv6, RFC 3056 and RFC 7526 (6to4), RFC 4380 (Teredo), RFC 9637 (`3fff`).
Python versions differ in which ranges `is_global` knows; `_NOT_PUBLIC` lists those that any of them
lacks.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from engine.errors import RequestFault

PORTS: Final = (443, 8443)
MOST_CHARACTERS: Final = 2_000
MOST_SECONDS: Final = 5.0
"""Longest wait for a name to be resolved."""
_UNICAST: Final = IPv6Network("2000::/3")
"""All allocated global unicast IPv6; IPv4-carrying ranges lie outside it or in `_NOT_PUBLIC`."""
_NOT_PUBLIC: Final = (
    IPv4Network("192.0.0.0/24"),  # protocols of the IETF
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv6Network("2001::/23"),  # protocols of the IETF, Teredo among them
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address hides behind it
    IPv6Network("3fff::/20"),  # documentation
)

Resolve = Callable[[str, int], list[str]]
"""Returns the addresses of a host name and port, as texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to connect: the checked address, the host name to send, and the path."""

    scheme: str
    host: str
    address: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The URL with the address in place of the name, which goes into `Host` and TLS (SNI)."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def named(self) -> str:
        """The value of `Host`: the host, with the port unless that is the scheme's default."""
        usual = 443 if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """Asks the system's resolver; returns an empty list if the host is unknown or the time is up.

    The system's resolver has no time limit of its own, and a partner chooses which name server
    answers.
    """
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            said = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(each[4][0]) for each in said)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(MOST_SECONDS)
    return [] if asking.is_alive() else found


def target_of(url: str, *, loopback: bool = False, resolver: Resolve = resolve) -> Target:
    """Checks a partner's URL and returns its target; raises `RequestFault` `wrong_address`.

    Only public addresses pass. With `loopback` (the development profile) this machine may be called
    too, by plain HTTP.
    """
    parts = _split(url)
    host = parts.hostname or ""
    port = _port(parts)
    addresses = [_address(each) for each in resolver(host, port)]
    if not addresses or None in addresses:
        raise _refused("its host has no address")
    known = [each for each in addresses if each is not None]
    if loopback and all(each.is_loopback for each in known):
        return _target(parts, host, str(known[0]), port)
    if parts.scheme != "https" or port not in PORTS:
        raise _refused(f"it must be `https` at port {' or '.join(map(str, PORTS))}")
    if not all(map(is_public, known)):
        raise _refused("its host is not on the public internet")
    return _target(parts, host, str(known[0]), port)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the public internet, also if it embeds another (6to4, Teredo)."""
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    if any(address in net for net in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _split(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > MOST_CHARACTERS:
        raise _refused("it has signs that an address does not have")
    if "\\" in url or "#" in url:
        raise _refused("it has signs that an address does not have")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _refused("it cannot be read") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise _refused("it is no `https` address")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _refused("it holds a user or password")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _target(parts: SplitResult, host: str, address: str, port: int) -> Target:
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return Target(scheme=parts.scheme, host=host, address=address, port=port, path=path)


def _refused(why: str) -> RequestFault:
    return RequestFault("wrong_address", f"This address may not be called: {why}.", "url")
