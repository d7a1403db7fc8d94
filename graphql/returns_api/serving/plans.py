"""Compiles a validated query into plain functions, so that answering walks no syntax tree.

What is not foreseen here (directives, introspection, mutations) compiles to nothing and is left to
graphql-core. Both must answer alike; `tests/api/test_plans.py` holds one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    get_operation_ast,
    located_error,
)
from graphql.execution.values import get_variable_values

from returns_api.serving.fields import Complete, Resolve, completer, resolver

MOST_ERRORS: Final = 50


class Unforeseen(Exception):
    """The document holds something that is left to graphql-core."""


@dataclass(slots=True)
class Run:
    """One execution: what resolvers get as `info`, and the errors so far."""

    context: object
    variables: Any = None
    errors: list[GraphQLError] = field(default_factory=list)


class Failed(Exception):
    """A field that failed, on its way up to one that may be null; the path grows as it goes."""

    def __init__(self, error: Exception, node: FieldNode) -> None:
        self.error = error
        self.node = node
        self.path: list[str | int] = []

    def located(self) -> GraphQLError:
        """The error as the specification has it."""
        return located_error(self.error, [self.node], self.path[::-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One field of one type of object."""

    key: str
    node: FieldNode
    resolve: Resolve
    complete: Complete
    nullable: bool


class Plan:
    """A query ready to run any number of times; thread-safe."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, root: Complete
    ) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._root = root

    def run(
        self, context: object, variables: dict[str, Any] | None
    ) -> tuple[dict[str, Any] | None, list[GraphQLError]] | None:
        """Data and errors; None if the variables are wrong, which graphql-core words better."""
        values = get_variable_values(self._schema, self._definitions, variables or {})
        if isinstance(values, list):
            return None
        run = Run(context, values)
        try:
            return self._root(None, run), run.errors
        except Failed as failed:
            return None, [*run.errors, failed.located()]


def compiled(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None
) -> Plan | None:
    """The plan of one operation, or None where it is left to graphql-core."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    if operation.directives or schema.query_type is None:
        return None
    try:
        root = _Compiler(schema, document).object(schema.query_type, [operation.selection_set])
    except Unforeseen:
        return None
    return Plan(schema, operation, root)


class _Compiler:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def object(self, type_: GraphQLObjectType, sets: list[Any]) -> Complete:
        """Makes the dict of an object of one type."""
        grouped: dict[str, list[FieldNode]] = {}
        for node in self._fields(type_, [each for one in sets for each in one.selections]):
            key = node.alias.value if node.alias else node.name.value
            grouped.setdefault(key, []).append(node)
        return _object([self._step(type_, key, nodes) for key, nodes in grouped.items()])

    def selection(self, type_: Any, sets: list[Any]) -> Complete:
        """Makes the dict of an object whose type may only be known once it is there."""
        if isinstance(type_, GraphQLObjectType):
            return self.object(type_, sets)
        if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            raise Unforeseen
        by_name = {each.name: self.object(each, sets) for each in self._possible(type_)}

        def abstract(value: Any, run: Run) -> Any:
            return by_name[value.__strawberry_definition__.name](value, run)

        return abstract

    def _possible(self, type_: GraphQLInterfaceType | GraphQLUnionType) -> list[GraphQLObjectType]:
        return list(self._schema.get_possible_types(type_))

    def _step(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Step:
        name = nodes[0].name.value
        if name == "__typename":
            said = type_.name
            return Step(
                key=key,
                node=nodes[0],
                resolve=lambda *_: said,
                complete=lambda value, _: value,
                nullable=False,
            )
        if name.startswith("__"):
            raise Unforeseen
        definition = type_.fields[name]
        sets = [node.selection_set for node in nodes if node.selection_set]
        complete, nullable = completer(definition.type, lambda inner: self.selection(inner, sets))
        return Step(
            key=key,
            node=nodes[0],
            resolve=resolver(definition, nodes[0]),
            complete=complete,
            nullable=nullable,
        )

    def _fields(
        self, type_: GraphQLObjectType, selections: list[SelectionNode]
    ) -> Iterator[FieldNode]:
        """The fields that apply to a type, with fragments put in."""
        for node in selections:
            if node.directives:
                raise Unforeseen
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment: Any = node
            if not isinstance(node, InlineFragmentNode):
                fragment = self._fragments[node.name.value]  # type: ignore[attr-defined]
            if fragment.directives:
                raise Unforeseen
            if self._applies(fragment.type_condition, type_):
                yield from self._fields(type_, fragment.selection_set.selections)

    def _applies(self, condition: Any, type_: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        other = self._schema.type_map[condition.name.value]
        abstract = isinstance(other, GraphQLInterfaceType | GraphQLUnionType)
        return abstract and self._schema.is_sub_type(other, type_)  # type: ignore[arg-type]


def _object(steps: list[Step]) -> Callable[[Any, Any], dict[str, Any]]:
    flat = [(step.key, step.resolve, step.complete, step) for step in steps]

    def make(source: Any, run: Run) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, resolve, complete, step in flat:
            try:
                made[key] = complete(resolve(source, run), run)
            except Exception as error:  # noqa: BLE001 - whatever a resolver raises
                failed = error if isinstance(error, Failed) else Failed(error, step.node)
                failed.path.append(key)
                if not step.nullable:
                    raise failed from None
                run.errors.append(failed.located())
                made[key] = None
        return made

    return make
