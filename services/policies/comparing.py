"""Compares two policies within a time limit; cases that were not reached are reported as open."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from engine.comparing.policies import NotComparable, PoliciesCompared, compare_policies
from engine.errors import RequestFault
from engine.meaning.difference import Budget
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from engine.publishing.comparison import Guarded, guards_of
from engine.publishing.meaning import too_wide
from engine.stopping import stopping

SECONDS: Final = 5.0
"""Time limit of a comparison; the case in hand at the end may take a little longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two policies: the file it was read from, and its edition of a day.

    An unpublished text is not trusted, so only the plain evaluator decides it. A policy that is not
    `own` is not compared with its base, which the viewer may not be allowed to see.
    """

    file: PolicyFile
    policy: Policy
    published: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesHeld:
    """The changes from one policy to another, and the state of the other's guards."""

    compared: PoliciesCompared
    guards: tuple[Guarded, ...]


def compared(before: Side, after: Side, seconds: float = SECONDS) -> PoliciesHeld:
    """Returns every change found within `seconds`.

    Raises `RequestFault` `not_comparable` for policies that cannot decide the same return.
    """
    until = time.monotonic() + seconds
    past = lambda: time.monotonic() > until  # noqa: E731
    for side in (before, after):
        if wide := too_wide(side.policy):
            raise RequestFault("not_comparable", wide[0].sentence)
    try:
        found = compare_policies(
            before.policy,
            after.policy,
            native=before.published and after.published,
            budget=Budget(past=past),
        )
    except NotComparable as error:
        raise RequestFault("not_comparable", str(error)) from None
    with stopping(past):
        return PoliciesHeld(compared=found, guards=guards_of(after.file) if after.own else ())
