"""Closes returns whose money has all moved, and reopens them if money came back."""

from __future__ import annotations

from adapters.store.returns.records import Taken
from engine.returns.lifecycle import Step
from services.returns.decision_service import DecisionService
from services.returns.who import POLICY


def close_squared(service: DecisionService) -> bool:
    """Closes one return whose money has all moved; returns whether there was one."""
    for key in service.store.due_returns.squared(1):
        found = service.hold(key)
        if found is not None and service.store.due_returns.squared(1, key):
            square(service, key)
            return True
    return False


def open_unsquared(service: DecisionService) -> bool:
    """Reopens one settled return whose money came back; returns whether there was one.

    It returns to its state before settlement, and is settled again once the money was replaced.
    """
    for key in service.store.due_returns.unsquared(1):
        found = service.hold(key)
        if found is not None and service.store.due_returns.unsquared(1, key):
            steps = reversed(found.history)
            stood = next(each.before for each in steps if each.step is Step.SETTLE)
            taken = Taken(step=Step.UNSETTLE, actor=POLICY.actor, by=POLICY.by, to=stood)
            service.store.returns.take(key, taken)
            return True
    return False


def square(service: DecisionService, key: str) -> None:
    """Marks the money of a return as final, and closes it."""
    for step in (Step.SETTLE, Step.CLOSE):
        service.store.returns.take(key, Taken(step=step, actor=POLICY.actor, by=POLICY.by))
    service.store.returns.wake(key, None, None)
