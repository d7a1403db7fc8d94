"""Makes the records of the register; those of a file share who states them, and until when."""

from __future__ import annotations

from typing import Any, Protocol

from engine.policy.vocabulary import Fact, FactType, Moment, Owner


class MakeRecord(Protocol):
    """Makes a record; `help` is for authors of policies, `ask` the question put to callers."""

    def __call__(self, name: str, type_: FactType, help_: str, ask: str, **more: Any) -> Fact: ...


def record_of(told_by: Owner, until: Moment) -> MakeRecord:
    """Returns the maker of a file's records; a record may name another owner or moment."""

    def made(name: str, type_: FactType, help_: str, ask: str, **more: Any) -> Fact:
        usual = {"told_by": told_by, "until": until}
        return Fact(name=name, type=type_, help=help_, ask=ask, **{**usual, **more})

    return made
