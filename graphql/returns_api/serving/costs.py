"""Computes what an operation may cost, from its lists, before it runs.

Every object has a price; a list multiplies it by the number of its members, and so does each list
inside it. Fragments are counted once and cached, and so is everything that variables do not change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from returns_api.serving.arguments import (
    Times,
    Value,
    Variables,
    condition,
    defaults,
    page_of,
    value_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The prices of the schema's objects and the sizes of its lists.

    `objects` are the prices of types by name; an interface's price applies to all types that
    implement it, and other types cost 1. `lists` are the usual sizes of fields such as
    `Order.lines` (`lines` alone: of every type), or the name of the argument that determines the
    size. A field with `first` and `last`, as arguments or in an input, has that many members, and
    `page` if neither is given. `introspection` is the price of `__schema`. `fields` are the prices
    of fields without objects that are looked up, such as `Return.version`; others cost nothing.
    """

    page: int
    objects: Mapping[str, int]
    lists: Mapping[str, int | str]
    introspection: int
    fields: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """A number, plus parts that depend on variables: a factor times another cost."""

    fixed: int = 0
    parts: tuple[tuple[Times, Cost], ...] = ()

    def __call__(self, variables: Variables) -> int:
        return self.fixed + sum(times(variables) * cost(variables) for times, cost in self.parts)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.fixed + other.fixed, self.parts + other.parts)

    def times(self, number: int | Times) -> Cost:
        """Returns the cost multiplied by a number."""
        if not isinstance(number, int):
            return Cost(0, ((number, self),))
        return Cost(self.fixed * number, tuple((n, each.times(number)) for n, each in self.parts))


NOTHING: Final = Cost()


class Costs:
    """Computes the costs of operations of one schema; raises `ValueError` for a list without a
    size.
    """

    def __init__(self, schema: GraphQLSchema, prices: Prices) -> None:
        self._schema = schema
        self._prices = prices
        self.of_type = {name: self._price(type_) for name, type_ in schema.type_map.items()}
        lists = _lists(schema)
        unsized = [name for name in lists if self.size_of(*name.split(".")) is None]
        unknown = set(prices.lists) - {*lists, *(name.partition(".")[2] for name in lists)}
        missing = [name for name in prices.fields if not _is_plain(schema, *name.split("."))]
        if missing:
            raise ValueError(f"These are no fields without objects: {', '.join(missing)}.")
        if unsized or unknown:
            raise ValueError(
                f"Say how many members these lists have: {', '.join(unsized) or 'none'}. "
                f"These are no lists: {', '.join(sorted(unknown)) or 'none'}."
            )

    def size_of(self, type_: str, field: str) -> int | str | None:
        """Returns the declared size of a list, or the name of the argument that determines it."""
        declared = self._prices.lists
        return declared.get(f"{type_}.{field}", declared.get(field))

    def of(
        self, document: DocumentNode, operation: OperationDefinitionNode
    ) -> Callable[[Variables], int]:
        """Compiles the cost of a validated operation, as a function of its variables."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return NOTHING
        cost = _Counter(self._schema, self, self._prices, document).object(
            root, operation.selection_set.selections, None
        )
        usual = defaults(operation)
        return lambda variables: cost({**usual, **variables})

    def _price(self, type_: Any) -> int:
        prices = self._prices.objects
        names = [type_.name, *(each.name for each in getattr(type_, "interfaces", ()))]
        return next((prices[name] for name in names if name in prices), 1)


class _Counter:
    def __init__(
        self, schema: GraphQLSchema, costs: Costs, prices: Prices, document: DocumentNode
    ) -> None:
        self._schema = schema
        self._costs = costs
        self._prices = prices
        self._fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, object], Cost] = {}

    def object(self, type_: Any, selections: Any, page: int | Times | None) -> Cost:
        """Returns the cost of an object with its selected fields; `page` applies if it is a
        connection.
        """
        return self._selected(type_, selections, page) + Cost(self._costs.of_type[type_.name])

    def _selected(self, type_: Any, selections: Any, page: int | Times | None) -> Cost:
        total = NOTHING
        for node in selections:
            wanted = condition(node)
            cost = self._one(type_, node, page)
            total += cost if wanted is None else cost.times(wanted)
        return total

    def _one(self, type_: Any, node: SelectionNode, page: int | Times | None) -> Cost:
        if isinstance(node, FieldNode):
            return self._field(type_, node, page)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, page)
        named = node.type_condition  # type: ignore[attr-defined]
        inner = self._schema.type_map[named.name.value] if named else type_
        return self._selected(inner, node.selection_set.selections, page)  # type: ignore[attr-defined]

    def _fragment(self, name: str, page: int | Times | None) -> Cost:
        if (name, page) not in self._known:
            found = self._fragments[name]
            type_ = self._schema.type_map[found.type_condition.name.value]
            self._known[name, page] = self._selected(type_, found.selection_set.selections, page)
        return self._known[name, page]

    def _field(self, type_: Any, node: FieldNode, page: int | Times | None) -> Cost:
        name = node.name.value
        if name.startswith("__"):
            return NOTHING if name == "__typename" else Cost(self._prices.introspection)
        field: GraphQLField = type_.fields[name]
        inner = get_named_type(field.type)
        if not is_composite_type(inner):
            return Cost(self._prices.fields.get(f"{type_.name}.{name}", 0))
        own = page_of(field, node, self._prices.page)
        selections = node.selection_set.selections if node.selection_set else ()
        if not is_list_type(get_nullable_type(field.type)):
            return self.object(inner, selections, own)
        return self.object(inner, selections, None).times(
            next(
                each
                for each in (own, page, self._declared(type_, field, node), self._prices.page)
                if each is not None
            )
        )

    def _declared(self, type_: Any, field: GraphQLField, node: FieldNode) -> int | Times | None:
        size = self._costs.size_of(type_.name, node.name.value)
        return _length(value_of(field, node, size)) if isinstance(size, str) else size


def _is_plain(schema: GraphQLSchema, type_: str, field: str) -> bool:
    found = getattr(schema.type_map.get(type_), "fields", {}).get(field)
    return found is not None and not is_composite_type(get_named_type(found.type))


def _length(value: Value) -> Times:
    """Returns the length of a list; any other value counts as a list of one."""

    def length(variables: Variables) -> int:
        found = value(variables)
        return len(found) if isinstance(found, list) else 1

    return length


def _lists(schema: GraphQLSchema) -> list[str]:
    """Returns every list of objects whose size no argument and no connection determines."""
    paged = {
        get_named_type(field.type).name
        for type_ in _with_fields(schema)
        for field in type_.fields.values()
        if page_of(field, None, 1) is not None and not is_list_type(get_nullable_type(field.type))
    }
    return [
        f"{type_.name}.{name}"
        for type_ in _with_fields(schema)
        for name, field in type_.fields.items()
        if type_.name not in paged
        and is_list_type(get_nullable_type(field.type))
        and is_composite_type(get_named_type(field.type))
        and page_of(field, None, 1) is None
    ]


def _with_fields(schema: GraphQLSchema) -> list[GraphQLObjectType | GraphQLInterfaceType]:
    return [
        each
        for each in schema.type_map.values()
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)
        and not each.name.startswith("__")
    ]
