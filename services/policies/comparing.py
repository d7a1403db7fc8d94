"""Compares two policies for whoever waits: what was not looked at in time is said to be open."""

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
"""How long somebody waits for a comparison; looking at the last case may take a little longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two policies: the file that it was read from, and its edition of a day.

    What nobody published is decided by the plain evaluator alone, for it is not to be trusted. What
    is not `own` is never held against its base, which may be for others' eyes.
    """

    file: PolicyFile
    policy: Policy
    published: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesHeld:
    """What changes from one policy to another, and how the guards of the other stand."""

    compared: PoliciesCompared
    guards: tuple[Guarded, ...]


def compared(before: Side, after: Side, seconds: float = SECONDS) -> PoliciesHeld:
    """Every change that was found within some seconds.

    Raises `RequestFault` `not_comparable` for policies that no return can be put to both of.
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
