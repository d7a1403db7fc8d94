"""Takes a step of a return, reads what it did, and undoes it.

So a preview shows what would happen, and refuses what the step would refuse, with the same message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from adapters.identity.principal import Scope
from adapters.store.returns.records import Return
from engine.characters import check_texts
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.returns.steps import held
from returns_api.types.ids import NodeKind, sought
from returns_api.types.problems import InputProblem, input_problem
from returns_api.types.texts import texts_of
from returns_api.types.versions import version_of_return
from services.returns.decision_service import DecisionService

S = TypeVar("S")
Foretell = Callable[[DecisionService, Return, str], S]
"""Takes a step of a locked return, and shows what it did, by the version of the return."""


class _Undone(Exception):
    def __init__(self, seen: Any) -> None:
        self.seen = seen


def foretold(
    context: Context, scope: Scope, said: Any, foretell: Foretell[S], *, tells: bool = False
) -> S | InputProblem:
    """Shows what `foretell` did to the return that an input names; nothing of it is stored.

    With `tells`, the journal of its supplier is locked before. That of its retailer never is: it is
    one for all suppliers of the retailer, who would wait for each preview.
    """
    context.principal.must(scope)
    try:
        check_texts(texts_of(said))
        context.store.rest()
        with context.store.atomic():
            service = context.service()
            key = sought(said.return_, NodeKind.RETURN)
            found = held(service, context.principal, key)
            context.store.journal.leave_alone(found.retailer)
            if tells:
                context.store.journal.hold(found.supplier)
            of_return = version_of_return(context.store, found, money=may_read_money(context))
            raise _Undone(foretell(service, found, of_return))
    except _Undone as undone:
        seen: S = undone.seen
        return seen
    except RequestFault as fault:
        return input_problem(fault, "input")


def may_read_money(context: Context) -> bool:
    """Whether the key is shown amounts."""
    return Scope.READ_MONEY in context.principal.scopes
