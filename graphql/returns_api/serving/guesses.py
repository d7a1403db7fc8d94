"""Slows down those who try keys, by the address that they come from, and nobody else.

A key that was right lately is let through from anywhere: who shares an address with somebody that
guesses is not locked out with them.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from typing import Final

from returns_api.serving.allowance import Allowance, Spent
from returns_api.serving.bodies import Refused

WRONG_KEYS: Final = 30
"""At once; then one every two seconds."""
PER_SECOND: Final = 0.5
REMEMBERED: Final = 10_000


class Guesses:
    """The wrong keys of late, by address; `who` is the digest of a key. For the event loop only."""

    def __init__(self) -> None:
        self._wrong = Allowance(WRONG_KEYS, PER_SECOND)
        self._right: OrderedDict[str, str] = OrderedDict()

    def trying(self, authorization: str | None, address: str) -> Trial:
        """Around the use of the key of a header that came from an address.

        Raises `Refused` 429 after too many wrong ones.
        """
        key = bearer_of(authorization)
        who = digest(key)
        if key:
            self.check(address, who)
        return Trial(self, address if key else None, who, self._right.get(who, ""))

    def check(self, address: str, who: str) -> None:
        """Before a key is looked up; raises `Refused` 429 after too many wrong ones."""
        if self.known(who):
            return
        try:
            self._wrong.check(place_of(address), 1)
        except Spent as spent:
            raise Refused(
                429,
                "rate_limited",
                "Too many wrong keys came from this address; wait, and send the right one.",
                retry_after=str(spent.seconds),
            ) from None

    def known(self, who: str) -> bool:
        """Whether a key was right lately."""
        return who in self._right

    def right(self, who: str, payer: str) -> None:
        """The key was right, and whose it is."""
        self._right[who] = payer
        self._right.move_to_end(who)
        if len(self._right) > REMEMBERED:
            self._right.popitem(last=False)

    def wrong(self, address: str, who: str) -> None:
        """The key was wrong, perhaps since a moment ago: it was revoked."""
        self._right.pop(who, None)
        self._wrong.settle(place_of(address), 1)


class Trial:
    """The use of a key; `payer` is whose it was lately, empty while that is not known.

    Whoever opens it says whose it is; one that is refused with 401 is wrong.
    """

    __slots__ = ("_address", "_guesses", "_who", "payer")

    def __init__(self, guesses: Guesses, address: str | None, who: str, payer: str) -> None:
        self._guesses, self._address, self._who = guesses, address, who
        self.payer = payer

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is None:
            self._guesses.right(self._who, self.payer)
        elif isinstance(error, Refused) and error.status == 401 and self._address is not None:
            self._guesses.wrong(self._address, self._who)


def place_of(address: str) -> str:
    """Whose an address is: of IPv6 the network, since each customer has one of 2^64 addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def bearer_of(authorization: str | None) -> str:
    """The key or token of a header, however the header is written; empty for none."""
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def digest(key: str) -> str:
    """What a key is remembered by; keys themselves are not kept."""
    return hashlib.sha256(key.encode()).hexdigest()
