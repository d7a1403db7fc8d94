"""The findings of a check, in the form from which every report is made."""

from __future__ import annotations

from dataclasses import dataclass

from engine.policy.faults import Fault, Level
from takeback.files import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The findings about some files, errors first, and the paths without a readable text."""

    checked: int
    found: tuple[Fault, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The findings that prevent a policy from being used."""
        return tuple(each for each in self.found if each.level is Level.ERROR)

    @property
    def others(self) -> tuple[Fault, ...]:
        """Warnings and notes."""
        return tuple(each for each in self.found if each.level is not Level.ERROR)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The findings that are probably mistakes."""
        return tuple(each for each in self.found if each.level is Level.WARNING)


def as_data(fault: Fault) -> dict[str, object]:
    """Returns a finding as plain data."""
    said = {"code": fault.code, "level": fault.level.value, "sentence": fault.sentence}
    example = {"example": dict(fault.example)} if fault.example is not None else {}
    return {**fault.source._asdict(), **said, **example}
