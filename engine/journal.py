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


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a tenant's last entry was at a moment, signed, so that nobody changes what led to it.

    `at` is ISO text in UTC, `key` the id of the public key, `signature` base64 of 64 bytes.
    """

    tenant: str
    seq: int
    hash: str
    at: str
    key: str = ""
    signature: str = ""

    @property
    def text(self) -> str:
        """What is signed, a line for each."""
        lines = ("takeback journal checkpoint 1", self.tenant, str(self.seq), self.hash, self.at)
        return "".join(f"{line}\n" for line in lines)

    def broken(self, found: str | None, last: int) -> Broken | None:
        """What is wrong with a journal in which its entry has the hash `found`; None if nothing."""
        if found == self.hash:
            return None
        said = f"The checkpoint of {self.at} has entry {self.seq}"
        if found is None:
            said += f", and the journal ends with entry {last}: it was cut."
        else:
            said += " with another hash: the journal was rewritten."
        return Broken(tenant=self.tenant, seq=self.seq, sentence=said)


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
