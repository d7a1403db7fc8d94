"""What happened, one entry after the other: each entry's hash covers the one before.

An altered, removed or inserted entry breaks the chain of its tenant at its place. Entries hold ids,
amounts and states, and nothing personal: whoever is erased elsewhere leaves the chain whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

START: Final = "0" * 64
"""What the first entry of a tenant takes for the hash before it."""

_JSON: Final = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened; `at` is ISO text in UTC, `body` canonical JSON."""

    tenant: str
    seq: int
    at: str
    actor: str
    subject: str
    fact: str
    body: str
    before: str
    hash: str = ""

    def sealed(self) -> str:
        """The hash that this entry must have."""
        said = [self.before, self.tenant, self.seq, self.at, self.actor]
        said += [self.subject, self.fact, self.body]
        return hashlib.sha256(_JSON.encode(said)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry of a tenant at which the chain does not hold."""

    tenant: str
    seq: int
    sentence: str


def broken_in(
    tenant: str, entries: Iterable[Entry], newest: Callable[[], tuple[int, str]]
) -> Broken | None:
    """The first break in a tenant's entries, in order.

    `newest` gives the last number and hash once all entries were read: a journal that is in use
    grows meanwhile.
    """
    seq, before = 0, START
    for entry in entries:
        if entry.seq != seq + 1:
            return _broken(tenant, seq + 1, f"entry {seq + 1} is missing")
        if entry.before != before:
            return _broken(tenant, entry.seq, "it does not follow from the entry before it")
        if entry.sealed() != entry.hash:
            return _broken(tenant, entry.seq, "its content was altered")
        seq, before = entry.seq, entry.hash
    if (seq, before) != newest():
        return _broken(tenant, seq + 1, "entries at the end are missing or were added")
    return None


def canonical(body: dict[str, object]) -> str:
    """A body as canonical JSON."""
    return _JSON.encode(body).decode()


def _broken(tenant: str, seq: int, said: str) -> Broken:
    return Broken(tenant=tenant, seq=seq, sentence=f"Entry {seq} breaks the chain: {said}.")
