"""Compiles a validated operation into plain functions, so that no run walks the syntax tree.

Operations that cannot be compiled are left to graphql-core; README.md lists them. Both answer
alike: `tests/compiled/` compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)

from returns_api.compiled.fields import Complete
from returns_api.compiled.running import Failed, Meter, Run, Unforeseen
from returns_api.compiled.selections import Conditions, Selections, conditions_in
from returns_api.compiled.variables import Reader

MOST_VARIANTS: Final = 32
"""Variants of one operation, by the values of variables in `@include` and `@skip`."""

Answer = tuple[dict[str, Any] | None, list[GraphQLError]]


class Plan:
    """A compiled operation that can run any number of times; thread-safe."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        prices: Mapping[str, int],
    ) -> None:
        root = schema.get_root_type(operation.operation)
        if root is None or operation.directives:
            raise Unforeseen
        self._root_type = root
        self._schema, self._document, self._operation = schema, document, operation
        self._prices = prices
        self._reader = Reader(schema, operation.variable_definitions or ())
        self._names = conditions_in(document, operation)
        self._variants: dict[tuple[bool, ...], Complete] = {}
        for said in (False, True) if self._names else (True,):  # fails now if unsupported
            self._variant((said,) * len(self._names))

    def run(
        self, context: object, variables: Mapping[str, Any] | None, meter: Meter
    ) -> Answer | None:
        """Returns data and errors; None if graphql-core has to answer, as for wrong variables."""
        values = self._reader.read(variables or {})
        if values is None:
            return None
        said = tuple(values.coerced.get(name) for name in self._names)
        if not all(type(each) is bool for each in said):
            return None
        try:
            root = self._variants.get(said) or self._variant(said)  # type: ignore[arg-type]
        except Unforeseen:
            return None
        if root is None:
            return None
        run = Run(context, values, meter)
        try:
            data = root(None, run)
        except Failed as failed:
            data = None
            run.errors.append(failed)
        return data, [each.located() for each in run.errors]

    def _variant(self, said: tuple[bool, ...]) -> Complete | None:
        """Compiles the operation for these values of its variables; None once there are
        too many.
        """
        if len(self._variants) >= MOST_VARIANTS:
            return None
        conditions: Conditions = dict(zip(self._names, said, strict=True))
        made = Selections(self._schema, self._document, self._prices, conditions)
        self._variants[said] = made.root(self._root_type, self._operation.selection_set)
        return self._variants[said]


def compiled(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    prices: Mapping[str, int] = MappingProxyType({}),
) -> Plan | None:
    """Compiles a query or mutation; None if graphql-core has to run it.

    `prices` are the costs of objects inside the operation, by the name of their type.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is OperationType.SUBSCRIPTION:
        return None
    try:
        return Plan(schema, document, operation, prices)
    except Unforeseen:
        return None
