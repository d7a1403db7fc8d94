"""The journal: an append-only record of what happened, with one chain of hashes per tenant.

Each entry's hash covers the hash before it, so an altered, removed or inserted entry breaks its
tenant's chain at that place. Entries hold ids, amounts and states and no personal data: erasing a
person elsewhere leaves the chain intact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

START: Final = "0" * 64
"""The previous hash that the first entry of a tenant has."""

_JSON: Final = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One journal entry; `at` is ISO text in UTC, `body` canonical JSON."""

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
        """Returns the SHA-256 hash that this entry must have."""
        said = [self.before, self.tenant, self.seq, self.at, self.actor]
        said += [self.subject, self.fact, self.body]
        return hashlib.sha256(_JSON.encode(said)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry of a tenant that breaks its chain."""

    tenant: str
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed statement of a tenant's last entry at a moment; nobody can change earlier entries.

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
        """The text that is signed, one value per line."""
        lines = ("takeback journal checkpoint 1", self.tenant, str(self.seq), self.hash, self.at)
        return "".join(f"{line}\n" for line in lines)

    def broken(self, found: str | None, last: int) -> Broken | None:
        """Returns how a journal contradicts the checkpoint; None if it does not.

        `found` is the hash of the checkpoint's entry in the journal, None if it has no such entry;
        `last` is the number of the journal's last entry.
        """
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
    """Returns the first break in a tenant's entries, given in order; None if the chain is whole.

    `newest` is called after the last entry was read and returns the last number and hash then: a
    journal that is in use grows meanwhile.
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
    """Encodes a body as canonical JSON."""
    return _JSON.encode(body).decode()


def _broken(tenant: str, seq: int, said: str) -> Broken:
    return Broken(tenant=tenant, seq=seq, sentence=f"Entry {seq} breaks the chain: {said}.")
