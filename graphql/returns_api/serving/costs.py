"""Computes what an operation may cost, from its lists, before it runs.

Every object has a price; a list multiplies it by the number of its members, and so does each list
inside it. Fragments are counted once and cached, and so is everything that variables do not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

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
    member_of,
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
    `sent` are the prices of members of lists in the inputs of an operation's own fields, such as
    `Mutation.inspectReturn.input.lines`, which are worked on whatever is selected.
    """

    page: int
    objects: Mapping[str, int]
    lists: Mapping[str, int | str]
    introspection: int
    fields: Mapping[str, int] = field(default_factory=dict)
    sent: Mapping[str, int] = field(default_factory=dict)


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
        self.sent = {name.rsplit(".", 2)[0]: (name, prices.sent[name]) for name in prices.sent}
        strange = [name for name in prices.sent if not _is_sent(schema, *name.split("."))]
        if strange:
            raise ValueError(f"These are no lists in inputs: {', '.join(strange)}.")
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
        counter = _Counter(self._schema, self, self._prices, document)
        cost = counter.cost(_Made(root, operation.selection_set.selections))
        usual = defaults(operation)
        return lambda variables: cost({**usual, **variables})

    def of_inputs(
        self, document: DocumentNode, operation: OperationDefinitionNode
    ) -> Callable[[Variables], int]:
        """Compiles the part of that cost that is for the lists in inputs."""
        root = self._schema.get_root_type(operation.operation)
        counter = _Counter(self._schema, self, self._prices, document)
        cost = counter.sent_in(root, operation.selection_set.selections)
        if cost == NOTHING:
            return NOTHING
        usual = defaults(operation)
        return lambda variables: cost({**usual, **variables})

    def costliest(
        self, document: DocumentNode, operation: OperationDefinitionNode, sent: Variables
    ) -> str:
        """Names the innermost field that takes more than half of an operation's cost, as a path
        such as `returns.nodes.lines`; empty if there is none.
        """
        counter = _Counter(self._schema, self, self._prices, document)
        variables = {**defaults(operation), **sent}
        root = self._schema.get_root_type(operation.operation)
        made: _Made | None = _Made(root, operation.selection_set.selections)
        whole, many, path = self.of(document, operation)(sent), 1, list[str]()
        while made:
            costs = [
                (counter.field(type_, node, made.page)(variables), type_, node)
                for type_, node in counter.fields(made.type_, made.selections, variables)
            ]
            cost, type_, node = max(costs, key=lambda each: each[0], default=(0, None, None))
            if node is None or 2 * many * cost <= whole:
                break
            path.append(node.name.value)
            made = counter.made(type_, node, made.page)
            many *= made.number(variables) if made else 1
        return ".".join(path)

    def _price(self, type_: Any) -> int:
        prices = self._prices.objects
        names = [type_.name, *(each.name for each in getattr(type_, "interfaces", ()))]
        return next((prices[name] for name in names if name in prices), 1)


class _Made(NamedTuple):
    """Objects that a field makes; `page` is the size of the lists of a connection."""

    type_: Any
    selections: Any
    page: int | Times | None = None
    times: int | Times = 1

    def number(self, variables: Variables) -> int:
        return self.times if isinstance(self.times, int) else self.times(variables)


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

    def cost(self, made: _Made) -> Cost:
        """Returns the cost of objects with their selected fields."""
        price = Cost(self._costs.of_type[made.type_.name])
        one = self._selected(made.type_, made.selections, made.page) + price
        return one if made.times == 1 else one.times(made.times)

    def _selected(self, type_: Any, selections: Any, page: int | Times | None) -> Cost:
        total = NOTHING
        for node in selections:
            wanted = condition(node)
            cost = self._one(type_, node, page)
            total += cost if wanted is None else cost.times(wanted)
        return total

    def _one(self, type_: Any, node: SelectionNode, page: int | Times | None) -> Cost:
        if isinstance(node, FieldNode):
            return self.field(type_, node, page)
        if not isinstance(node, FragmentSpreadNode):
            return self._selected(*self._fragment(type_, node), page)
        key = (node.name.value, page)
        if key not in self._known:
            self._known[key] = self._selected(*self._fragment(type_, node), page)
        return self._known[key]

    def _fragment(self, type_: Any, node: Any) -> tuple[Any, Any]:
        """Returns the type and the selections of a fragment, named or inline."""
        if isinstance(node, FragmentSpreadNode):
            node = self._fragments[node.name.value]
        on = self._schema.type_map[node.type_condition.name.value] if node.type_condition else type_
        return on, node.selection_set.selections

    def fields(
        self, type_: Any, selections: Any, variables: Variables
    ) -> Iterator[tuple[Any, FieldNode]]:
        """Yields the fields that are not skipped, those of a fragment once, with their types."""
        seen, left = set[str](), [(type_, node) for node in selections]
        for on, node in left:  # which grows by what its fragments select
            wanted = condition(node)
            if wanted is not None and not wanted(variables):
                continue
            if isinstance(node, FieldNode):
                yield on, node
                continue
            name = node.name.value if isinstance(node, FragmentSpreadNode) else None
            if name not in seen:
                inner, selected = self._fragment(on, node)
                left += [(inner, each) for each in selected]
                seen |= {name} if name else set()

    def field(self, type_: Any, node: FieldNode, page: int | Times | None) -> Cost:
        """Returns the cost of a field; `page` applies to the lists of a connection."""
        name = node.name.value
        if name.startswith("__"):
            return NOTHING if name == "__typename" else Cost(self._prices.introspection)
        made = self.made(type_, node, page)
        if made is None:
            return Cost(self._prices.fields.get(f"{type_.name}.{name}", 0))
        return self.cost(made) + self.sent(type_, node)

    def sent(self, type_: Any, node: FieldNode) -> Cost:
        """Returns the cost of the list in the input of a field."""
        name, price = self._costs.sent.get(f"{type_.name}.{node.name.value}", ("", 0))
        if not price:
            return NOTHING
        *_, argument, member = name.split(".")
        read = value_of(type_.fields[node.name.value], node, argument)
        return Cost(price).times(_length(member_of(read, member)))

    def sent_in(self, type_: Any, selections: Any) -> Cost:
        """Returns the cost of the lists in the inputs of fields of an operation itself."""
        total = NOTHING
        for node in selections:
            wanted, cost = condition(node), self._one_sent(type_, node)
            total += cost if wanted is None else cost.times(wanted)
        return total

    def _one_sent(self, type_: Any, node: SelectionNode) -> Cost:
        if isinstance(node, FieldNode):
            return self.sent(type_, node)
        if not isinstance(node, FragmentSpreadNode):
            return self.sent_in(*self._fragment(type_, node))
        key = (node.name.value, "sent")
        if key not in self._known:
            self._known[key] = self.sent_in(*self._fragment(type_, node))
        return self._known[key]

    def made(self, type_: Any, node: FieldNode, page: int | Times | None) -> _Made | None:
        """Returns the objects that a field makes; None if it makes none."""
        field: GraphQLField | None = type_.fields.get(node.name.value)
        if field is None or node.selection_set is None:
            return None
        own = page_of(field, node, self._prices.page)
        inner, selections = get_named_type(field.type), node.selection_set.selections
        if not is_list_type(get_nullable_type(field.type)):
            return _Made(inner, selections, own)
        sizes = (own, page, self._declared(type_, field, node), self._prices.page)
        return _Made(inner, selections, None, next(each for each in sizes if each is not None))

    def _declared(self, type_: Any, field: GraphQLField, node: FieldNode) -> int | Times | None:
        size = self._costs.size_of(type_.name, node.name.value)
        return _length(value_of(field, node, size)) if isinstance(size, str) else size


def _is_plain(schema: GraphQLSchema, type_: str, field: str) -> bool:
    found = getattr(schema.type_map.get(type_), "fields", {}).get(field)
    return found is not None and not is_composite_type(get_named_type(found.type))


def _is_sent(schema: GraphQLSchema, type_: str, field: str, argument: str, member: str) -> bool:
    found = getattr(schema.type_map.get(type_), "fields", {}).get(field)
    sent = found.args.get(argument) if found is not None else None
    inner = getattr(get_named_type(sent.type), "fields", {}).get(member) if sent else None
    return inner is not None and is_list_type(get_nullable_type(inner.type))


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
