"""Expected problems as the API shows them: each has a stable code, a sentence, and a path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import strawberry

from adapters.store.ordering.faults import OrderFault
from engine.errors import RequestFault
from engine.policy.faults import Fault as EngineFault
from returns_api.types.codes import ProblemCode
from returns_api.types.paths import path_in

P = TypeVar("P", bound="Problem")


@strawberry.interface(description="An expected error.")
class Problem:
    """`path` names the input value, as in `lines[0].quantity`."""

    code: ProblemCode
    """The stable code of the problem."""
    message: str
    path: str | None = None


@strawberry.type(description="An invalid input.")
class InputProblem(Problem):
    """One value that is invalid."""


@strawberry.type(description="One fault of a policy text, at its line and column.")
class PolicyFault:
    """What is wrong, and where."""

    code: str
    """The kind of fault."""
    file: str
    line: int
    column: int
    """The column in the line, from 1."""
    sentence: str
    path: str | None = None
    """The input value that it is about, such as `input.terms[0]`; null for a place in the text that
    was sent.
    """


@strawberry.type(description="The policy text has faults; all of them are listed.")
class PolicyFaultsProblem(Problem):
    """Nothing was published or decided."""

    faults: list[PolicyFault]
    """The faults, with their positions."""


@strawberry.type(description="Some of the orders are invalid; none was added.")
class OrdersProblem(Problem):
    """Every fault of every order."""

    faults: list[InputProblem]
    """The faults, with their paths."""


def input_problem(fault: RequestFault | OrderFault, prefix: str = "") -> InputProblem:
    """Converts a fault to a problem; raises it again if it is not about an input."""
    if isinstance(fault, RequestFault) and fault.code not in ProblemCode.__members__:
        raise fault
    inside = prefix and not f"{fault.path}.".startswith(f"{prefix}.")
    path = ".".join(part for part in (prefix if inside else "", fault.path) if part) or None
    return InputProblem(code=ProblemCode[fault.code], message=fault.message, path=path)


def found_in(sent: Any, problem: P) -> P:
    """The same problem, and each of its faults, by the paths of what was sent."""
    found = replace(problem, path=problem.path and path_in(sent, problem.path))
    if isinstance(found, OrdersProblem):
        found.faults = [found_in(sent, each) for each in found.faults]
    if isinstance(found, PolicyFaultsProblem):
        found.faults = [
            replace(each, path=each.path and path_in(sent, each.path)) for each in found.faults
        ]
    return found


def policy_faults(faults: Iterable[EngineFault]) -> list[PolicyFault]:
    """Converts the faults of a text to the API's type."""
    return [
        PolicyFault(
            code=fault.code,
            file=fault.source.file,
            line=fault.source.line,
            column=fault.source.column,
            sentence=fault.sentence,
        )
        for fault in faults
    ]
