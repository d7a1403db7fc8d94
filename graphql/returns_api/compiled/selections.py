"""Finds the fields that an object of a type has in an operation, and compiles each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

from returns_api.compiled.fields import Complete, Place, Resolve, completer, data_of
from returns_api.compiled.running import Run, Unforeseen, failed_at

_SHOWN_IF: Final = {"include": True, "skip": False}
Conditions = Mapping[str, bool]
"""The values of the variables in `@include` and `@skip`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One field of one object type."""

    key: str
    nodes: tuple[FieldNode, ...]
    data: Resolve
    nullable: bool


class Selections:
    """The selections of one document; `prices` are the costs of objects by type name."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        prices: Mapping[str, int],
        conditions: Conditions,
    ) -> None:
        self._schema = schema
        self._prices = prices
        self._conditions = conditions
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def root(self, type_: GraphQLObjectType, selected: SelectionSetNode) -> Complete:
        """Compiles an operation, whose own price is counted before it runs."""
        return _object(self._steps(type_, [selected]), 0)

    def _object(self, type_: GraphQLObjectType, sets: list[SelectionSetNode]) -> Complete:
        return _object(self._steps(type_, sets), self._prices.get(type_.name, 0))

    def _steps(self, type_: GraphQLObjectType, sets: list[SelectionSetNode]) -> list[Step]:
        grouped: dict[str, list[FieldNode]] = {}
        for node in self._fields(type_, [each for one in sets for each in one.selections], set()):
            key = node.alias.value if node.alias else node.name.value
            grouped.setdefault(key, []).append(node)
        return [self._step(type_, key, tuple(nodes)) for key, nodes in grouped.items()]

    def _step(self, type_: GraphQLObjectType, key: str, nodes: tuple[FieldNode, ...]) -> Step:
        name = nodes[0].name.value
        if name == "__typename":
            return _typename(type_.name, key, nodes)
        if name.startswith("__"):
            raise Unforeseen
        definition = type_.fields[name]
        sets = [node.selection_set for node in nodes if node.selection_set]
        place = Place(
            nodes=nodes,
            name=f"{type_.name}.{name}",
            selection=lambda inner: self._selected(inner, sets),
        )
        complete, nullable = completer(definition.type, place)
        return Step(
            key=key,
            nodes=nodes,
            data=data_of(definition, nodes[0], complete),
            nullable=nullable,
        )

    def _selected(self, type_: Any, sets: list[SelectionSetNode]) -> Complete:
        """Compiles an object whose type may only be known at run time."""
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_, sets)
        if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            raise Unforeseen
        by_name = {
            each.name: self._object(each, sets) for each in self._schema.get_possible_types(type_)
        }

        def abstract(value: Any, run: Run) -> Any:
            return by_name[value.__strawberry_definition__.name](value, run)

        return abstract

    def _fields(
        self, type_: GraphQLObjectType, selections: Sequence[SelectionNode], spread: set[str]
    ) -> Iterator[FieldNode]:
        """Yields the fields that apply to a type, with fragments expanded, each named one once."""
        for node in selections:
            if not self._is_shown(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if fragment.directives or fragment.variable_definitions:
                    raise Unforeseen
            if self._applies(fragment.type_condition, type_):
                yield from self._fields(type_, fragment.selection_set.selections, spread)

    def _is_shown(self, node: SelectionNode) -> bool:
        return all(self._said(each) is _SHOWN_IF[each.name.value] for each in node.directives or ())

    def _said(self, directive: DirectiveNode) -> bool:
        value = condition_of(directive)
        return value if isinstance(value, bool) else self._conditions[value]

    def _applies(self, condition: Any, type_: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        other = self._schema.type_map[condition.name.value]
        abstract = isinstance(other, GraphQLInterfaceType | GraphQLUnionType)
        return abstract and self._schema.is_sub_type(other, type_)  # type: ignore[arg-type]


def conditions_in(document: DocumentNode, operation: OperationDefinitionNode) -> tuple[str, ...]:
    """Returns the variables that decide what is included; raises `Unforeseen` for other
    directives.
    """
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    found: dict[str, None] = {}
    spread: dict[str, None] = {}

    class Collect(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            value = condition_of(node)
            if isinstance(value, str):
                found[value] = None

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            if node.name.value not in spread:
                spread[node.name.value] = None
                visit(fragments[node.name.value], Collect())

    visit(operation, Collect())
    return tuple(found)


def condition_of(directive: DirectiveNode) -> bool | str:
    """Returns the condition of a directive, or the variable that holds it."""
    if directive.name.value not in _SHOWN_IF:
        raise Unforeseen
    (argument,) = directive.arguments or ()
    if isinstance(argument.value, VariableNode):
        return argument.value.name.value
    if not isinstance(argument.value, BooleanValueNode):
        raise Unforeseen
    return argument.value.value


def _typename(said: str, key: str, nodes: tuple[FieldNode, ...]) -> Step:
    return Step(
        key=key,
        nodes=nodes,
        data=lambda *_: said,
        nullable=False,
    )


def _object(steps: list[Step], price: int) -> Callable[[Any, Any], dict[str, Any]]:
    flat = [(step.key, step.data, step) for step in steps]

    def make(source: Any, run: Run) -> dict[str, Any]:
        made: dict[str, Any] = {}
        run.meter.made(price)
        run.meter.look()
        errors, known = run.errors, len(run.errors)
        for key, data, step in flat:
            try:
                made[key] = data(source, run)
            except Exception as error:  # noqa: BLE001 - whatever a resolver raises
                failed = failed_at(error, step.nodes, key)
                if not step.nullable:
                    run.grown(known, key)
                    raise failed from None
                known = run.grown(known, key) + 1
                errors.append(failed)
                made[key] = None
            if errors and len(errors) != known:
                known = run.grown(known, key)
        return made

    return make
