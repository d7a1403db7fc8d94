"""Slows down clients who guess keys, by their address.

A key that was valid recently passes from any address, so sharing an address with somebody who
guesses keys does not lock anybody out.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from typing import Final

from returns_api.serving.allowance import Allowance, Spent
from returns_api.serving.bodies import Refused

WRONG_KEYS: Final = 30
"""Wrong keys allowed at once; then one every two seconds."""
PER_SECOND: Final = 0.5
REMEMBERED: Final = 10_000


class Guesses:
    """Recent wrong keys by address; `who` is the digest of a key. For the event loop only."""

    def __init__(self) -> None:
        self._wrong = Allowance(WRONG_KEYS, PER_SECOND)
        self._right: OrderedDict[str, str] = OrderedDict()

    def trying(self, authorization: str | None, address: str) -> Trial:
        """Returns a context for the use of a header's key from an address.

        Raises `Refused` 429 after too many wrong keys.
        """
        key = bearer_of(authorization)
        who = digest(key)
        if key:
            self.check(address, who)
        return Trial(self, address if key else None, who, self._right.get(who, ""))

    def check(self, address: str, who: str) -> None:
        """Checks an address before a key is looked up; raises `Refused` 429 after too many wrong
        ones.
        """
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
        """Whether a key was valid recently."""
        return who in self._right

    def right(self, who: str, payer: str) -> None:
        """Records that a key was valid, and its payer."""
        self._right[who] = payer
        self._right.move_to_end(who)
        if len(self._right) > REMEMBERED:
            self._right.popitem(last=False)

    def wrong(self, address: str, who: str) -> None:
        """Records that a key was wrong; it may have been revoked a moment ago."""
        self._right.pop(who, None)
        self._wrong.settle(place_of(address), 1)


class Trial:
    """The use of a key; `payer` is its last known owner, empty if unknown.

    Whoever opens the context sets the payer; a key refused with 401 counts as wrong.
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
    """Groups addresses by owner: for IPv6 by network, since each customer has 2^64 addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def bearer_of(authorization: str | None) -> str:
    """Returns the key or token of a header, in any letter case of the scheme; empty for none."""
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def digest(key: str) -> str:
    """Returns the digest by which a key is remembered; keys themselves are not stored."""
    return hashlib.sha256(key.encode()).hexdigest()
