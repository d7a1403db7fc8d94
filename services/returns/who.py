"""Who takes a step of a return: with which rights, and under which name it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from adapters.identity import actors
from adapters.identity.principal import Kind, Principal, Role
from engine.policy.register.tellers import Side
from engine.policy.vocabulary import Moment
from engine.returns.lifecycle import Actor
from services.returns.facts import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """`by` is stored in the journal: a key's public part, or the policy."""

    actor: Actor
    by: str

    @property
    def side(self) -> Side:
        """The side that the actor belongs to."""
        return Side.RETAILER if self.actor is Actor.RETAILER else Side.SUPPLIER

    def speaking(self, at: datetime, moment: Moment = Moment.REQUEST) -> Speaker:
        """Returns the actor as a speaker of facts, at a step of a return."""
        said_at = at.isoformat(timespec="seconds")
        return Speaker(side=self.side, by=self.by, at=said_at, moment=moment)

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """Returns the actor of a principal; a retailer's support agent acts as the retailer."""
        actor = Actor.RETAILER if principal.kind is Kind.RETAILER else Actor.SUPPLIER
        if principal.kind is Kind.SUPPLIER and principal.role is Role.SUPPORT:
            actor = Actor.SUPPORT
        return cls(actor=actor, by=principal.by)


POLICY: Final = Who(actor=Actor.POLICY, by=actors.POLICY)
"""The policy itself, by its decision or by what it says about silence."""
