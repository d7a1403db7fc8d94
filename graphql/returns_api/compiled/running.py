"""The state of one run of a compiled document, and the errors of its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import FieldNode, GraphQLError, located_error
from graphql.execution.values import VariableValues, VariableValueSource


class Unforeseen(Exception):
    """Raised if a document contains something that is left to graphql-core."""


class Meter(Protocol):
    """Checks what a run uses; an exception other than `Exception` ends the run."""

    def look(self) -> None:
        """Called before an object, and after a field that may have taken long."""
        ...

    def made(self, price: int) -> None:
        """Called before the fields of an object."""
        ...


@dataclass(frozen=True, slots=True)
class Variables:
    """Coerced values by variable name, and their sources for graphql-core."""

    coerced: dict[str, Any]
    sources: Mapping[str, VariableValueSource]

    @property
    def as_graphql_core_has_them(self) -> VariableValues:
        """The variables in the form that graphql-core's functions take."""
        return VariableValues(dict(self.sources), self.coerced)


@dataclass(slots=True)
class Run:
    """One execution: `info` for resolvers, the meter, and the errors so far."""

    context: object
    variables: Variables
    meter: Meter
    errors: list[Failed] = field(default_factory=list)

    def grown(self, known: int, key: str | int) -> int:
        """Adds a path step to the errors since there were `known`; returns the number of errors."""
        for each in self.errors[known:]:
            each.path.append(key)
        return len(self.errors)


class Failed(Exception):
    """The error of a field on its way up to a field that may be null; its path grows on the way."""

    def __init__(self, error: Exception, nodes: Sequence[FieldNode]) -> None:
        self.error = error
        self.nodes = nodes
        self.path: list[str | int] = []

    def located(self) -> GraphQLError:
        """Returns the error in the form of the specification."""
        return located_error(self.error, list(self.nodes), self.path[::-1])


def failed_at(error: Exception, nodes: Sequence[FieldNode], key: str | int) -> Failed:
    """Returns an error with one more path step: a field or an index in a list."""
    failed = error if isinstance(error, Failed) else Failed(error, nodes)
    failed.path.append(key)
    return failed
