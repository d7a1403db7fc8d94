"""Compares a decider that has decided before with a new one: record for record, byte for byte."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.model import Policy
from tests.properties.alone.edges import Given, Whole

Asked = Given | Whole
"""What is put to a decider: one line, or a whole return."""

Made = Callable[[Policy], Decider]


def record(decider: Decider, asked: Asked) -> bytes:
    """The bytes that are stored, or the fault."""
    try:
        if isinstance(asked, tuple):
            return decider.decide_return(*asked).canonical
        return decider.decide(asked).canonical
    except RequestFault as fault:
        return f"{fault.code} {fault.path} {fault.message}".encode()


def plain(policy: Policy) -> Decider:
    """A decider without a network."""
    return Decider(policy, native=False)


def forget(decider: Decider) -> None:
    """Clears the values that rows and tests of the policy have cached."""
    for row in decider.engines.compiled.rows:
        row.kept.clear()
        for test in row.tests:
            test._kept.clear()


def alone(policy: Policy, asked: Asked, made: Made = plain) -> bytes:
    """The record of a decider that was asked nothing else."""
    decider = made(policy)
    try:
        return record(decider, asked)
    finally:
        decider.close()


def unremembered(policy: Policy, asked: Sequence[Asked]) -> list[bytes]:
    """The records of a decider that remembers no value."""
    decider, found = plain(policy), []
    for each in asked:
        forget(decider)
        found.append(record(decider, each))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A record that differs because of an earlier question: `after`, or several if that is None."""

    policy: str
    asked: Asked
    after: Asked | None
    fresh: str
    used: str

    def __str__(self) -> str:
        return (
            f"{self.policy} decides {self.asked!r}\n  after    {self.after!r}\n"
            f"  as       {self.used}\n  but as   {self.fresh} when asked first"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The questions for one decider, and the records that a new decider gives for each."""

    policy: Policy
    asked: Sequence[Asked]
    fresh: Sequence[bytes]
    made: Made = plain

    def mismatches(self) -> Iterator[Mismatch]:
        """Asks one decider everything, and then everything again in reverse."""
        decider = self.made(self.policy)
        found: dict[int, bytes] = {}
        for index in (*range(len(self.asked)), *reversed(range(len(self.asked)))):
            got = record(decider, self.asked[index])
            if got != self.fresh[index]:
                found.setdefault(index, got)
        decider.close()
        for index, got in found.items():
            yield self._mismatch(index, got)

    def _mismatch(self, index: int, got: bytes) -> Mismatch:
        fresh, used = self.fresh[index].decode(), got.decode()
        pairs = enumerate(zip(fresh, used, strict=False))
        start = max(0, next((at for at, (a, b) in pairs if a != b), 0) - 60)
        return Mismatch(
            policy=self.policy.reference,
            asked=self.asked[index],
            after=self._culprit(index),
            fresh=fresh[start : start + 300],
            used=used[start : start + 300],
        )

    def _culprit(self, index: int) -> Asked | None:
        """Returns the one earlier question that suffices to make the record differ."""
        for earlier in self.asked:
            decider = self.made(self.policy)
            record(decider, earlier)
            got = record(decider, self.asked[index])
            decider.close()
            if got != self.fresh[index]:
                return earlier
        return None
