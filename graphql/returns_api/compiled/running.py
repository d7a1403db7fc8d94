"""What one run of a compiled document carries along, and how a field fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import FieldNode, GraphQLError, located_error
from graphql.execution.values import VariableValues, VariableValueSource


class Unforeseen(Exception):
    """The document holds something that is left to graphql-core."""


class Meter(Protocol):
    """Looks at what a run uses; what it raises ends the run, if it is no `Exception`."""

    def look(self) -> None:
        """Before an object, and after a field that may have taken long."""
        ...

    def made(self, price: int) -> None:
        """Before the fields of an object."""
        ...


@dataclass(frozen=True, slots=True)
class Variables:
    """Coerced values by the names of variables, and what graphql-core wants to know beside them."""

    coerced: dict[str, Any]
    sources: Mapping[str, VariableValueSource]

    @property
    def as_graphql_core_has_them(self) -> VariableValues:
        """For its own functions."""
        return VariableValues(dict(self.sources), self.coerced)


@dataclass(slots=True)
class Run:
    """One execution: what resolvers get as `info`, what was used, and the errors so far."""

    context: object
    variables: Variables
    meter: Meter
    errors: list[Failed] = field(default_factory=list)

    def grown(self, known: int, key: str | int) -> int:
        """Errors since there were `known` are one step further up; how many there are now."""
        for each in self.errors[known:]:
            each.path.append(key)
        return len(self.errors)


class Failed(Exception):
    """A field that failed, on its way up to one that may be null; the path grows as it goes."""

    def __init__(self, error: Exception, nodes: Sequence[FieldNode]) -> None:
        self.error = error
        self.nodes = nodes
        self.path: list[str | int] = []

    def located(self) -> GraphQLError:
        """The error as the specification has it."""
        return located_error(self.error, list(self.nodes), self.path[::-1])


def failed_at(error: Exception, nodes: Sequence[FieldNode], key: str | int) -> Failed:
    """An error one step further up, at a field or a place in a list."""
    failed = error if isinstance(error, Failed) else Failed(error, nodes)
    failed.path.append(key)
    return failed
